import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/**
 * One process a data folder. PGlite itself takes no lock: a second process opens the same folder without a
 * complaint, sees old rows, and from then on both write over each other's pages; the damage shows days later.
 */

/** Who holds a folder, as written in its lock file. */
export interface LockHolder {
  readonly pid: number;
  /** ISO time at which the process started. */
  readonly startedAt: string;
  readonly host: string;
  /** Clock ticks from boot to the start of the process; null where there is no /proc. Tells a reused pid apart. */
  readonly startTicks: string | null;
  /** Boot of the machine in which `startTicks` counts. */
  readonly bootId: string | null;
  /** Names this one taking of the lock. */
  readonly token: string;
}

/** The folder is open in another process, or a second time in this one. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
  readonly folder: string;
  readonly holder: LockHolder;

  constructor(folder: string, lockFile: string, holder: LockHolder) {
    const here = holder.host === hostname();
    const who =
      here && holder.pid === process.pid
        ? `this same process (${holder.pid})`
        : `process ${holder.pid}${here ? '' : ` on host ${holder.host}`} (started ${holder.startedAt})`;
    const remedy = here
      ? 'Stop that process, or choose another folder with HEATMARK_DATA.'
      : `From here it cannot be seen whether that process still runs. If it certainly does not, delete ${lockFile}.`;
    super(`The data folder ${folder} is in use by ${who}. ${remedy}`);
    this.folder = folder;
    this.holder = holder;
  }
}

export interface FolderLock {
  /** Gives the folder free; further calls do nothing. */
  release(): void;
}

/**
 * Takes `<folder>/lock` (the folder is created when missing), or throws {@link FolderInUseError}. A lock whose
 * process has died is taken over; of several contenders exactly one gets it. Released by `release()` and when the
 * process exits; after a kill -9 the next opener sees that the holder is dead.
 *
 * A holder on another host (a volume shared by two containers) is never taken for dead.
 */
export function acquireFolderLock(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true });
  const lockFile = join(folder, 'lock');
  const mine: LockHolder = {
    pid: process.pid,
    startedAt: new Date(Date.now() - process.uptime() * 1000).toISOString(),
    host: hostname(),
    startTicks: startTicks('self'),
    bootId: bootId(),
    token: randomUUID(),
  };
  take(folder, lockFile, mine);

  let held = true;
  const release = (): void => {
    if (!held) return;
    held = false;
    process.removeListener('exit', release);
    // Somebody may have removed the file by hand and another process may hold the folder by now.
    if (readHolder(lockFile)?.token === mine.token) rmSync(lockFile, { force: true });
  };
  process.on('exit', release);
  return { release };
}

/**
 * The lock file is created exclusively. When it names a dead process, the right to succeed that holder is a file
 * `lock.<its token>`, created exclusively too: so exactly one contender succeeds each holder, also when the
 * successor dies in the middle (then it is succeeded in turn, by `lock.<token of the successor>`). Merely removing
 * or renaming a stale lock file would let a slow contender remove the lock that a quick one has just taken.
 */
function take(folder: string, lockFile: string, mine: LockHolder): void {
  for (;;) {
    if (createExclusively(lockFile, mine)) return;
    const head = readHolder(lockFile);
    if (!head) continue;

    const claims: string[] = [];
    let last = head;
    for (;;) {
      const claim = `${lockFile}.${last.token}`;
      const successor = readHolder(claim);
      if (!successor) break;
      claims.push(claim);
      last = successor;
    }
    if (isAlive(last)) throw new FolderInUseError(folder, lockFile, last);

    const claim = `${lockFile}.${last.token}`;
    if (!createExclusively(claim, mine)) continue;
    if (readHolder(lockFile)?.token !== head.token) {
      // Another contender had finished between our two looks: what we claimed is no longer the lock.
      rmSync(claim, { force: true });
      continue;
    }
    const own = `${lockFile}.new-${mine.token}`;
    writeFileSync(own, JSON.stringify(mine));
    renameSync(own, lockFile);
    for (const old of [...claims, claim]) rmSync(old, { force: true });
    return;
  }
}

/** Creates `file` with its whole content at once, or answers false when it is there already. */
function createExclusively(file: string, holder: LockHolder): boolean {
  const draft = `${file}.draft-${holder.token}`;
  writeFileSync(draft, JSON.stringify(holder));
  try {
    // A hard link fails when the name exists, as O_EXCL does, and never shows a reader a half-written file.
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error) ?? '')) throw error;
  } finally {
    unlinkSync(draft);
  }
  // File systems without hard links (FAT, some network mounts).
  try {
    writeFileSync(file, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): LockHolder | undefined {
  for (let attempt = 0; ; attempt++) {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
    const holder = parseHolder(text);
    if (holder) return holder;
    // Without hard links a lock may be seen before its content is written; that takes no half second.
    if (attempt === 10) {
      throw new Error(
        `${file} is no lock file of Heatmark. If no process uses the folder, delete that file.`,
      );
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
}

function parseHolder(text: string): LockHolder | undefined {
  let value: Partial<LockHolder> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value?.pid !== 'number' || typeof value.host !== 'string') return undefined;
  // The token becomes part of a file name.
  if (typeof value.token !== 'string' || !/^[0-9a-f-]{36}$/.test(value.token)) return undefined;
  return {
    pid: value.pid,
    host: value.host,
    token: value.token,
    startedAt: String(value.startedAt),
    startTicks: value.startTicks ?? null,
    bootId: value.bootId ?? null,
  };
}

function isAlive(holder: LockHolder): boolean {
  if (holder.host !== hostname()) return true;
  const boot = bootId();
  if (boot && holder.bootId && boot !== holder.bootId) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    if (codeOf(error) !== 'EPERM') return false;
  }
  if (holder.startTicks === null) return true;
  const ticks = startTicks(holder.pid);
  return ticks === null || ticks === holder.startTicks;
}

/** Start of a process in clock ticks since boot; '' for one that has ended but is not yet reaped. */
function startTicks(pid: number | 'self'): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets, which may itself hold blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
