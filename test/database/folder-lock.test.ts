import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { acquireFolderLock, FolderInUseError } from '../../src/database/folder-lock.ts';
import { temporaryFolder } from '../support/migration-folders.ts';

const HOLDER = fileURLToPath(new URL('../support/lock-holder.ts', import.meta.url));

/** A process of its own that tries to take the lock; its first line says whether it has. */
async function contender(folder: string, startAt = 0): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', HOLDER, folder, String(startAt)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  return { child, said: String(line).trim() };
}

/** Leaves a lock behind whose process is dead. */
async function leaveStaleLock(folder: string): Promise<void> {
  const { child, said } = await contender(folder);
  expect(said).toBe('held');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(join(folder, 'lock'))).toBe(true);
}

function rewriteLock(folder: string, change: Record<string, unknown>): void {
  const file = join(folder, 'lock');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }));
}

describe('acquireFolderLock', () => {
  it('refuses a second process and names the first', async () => {
    const folder = temporaryFolder();
    const { child } = await contender(folder);
    expect(() => acquireFolderLock(folder)).toThrow(FolderInUseError);
    expect(() => acquireFolderLock(folder)).toThrow(
      `${folder} is in use by process ${child.pid} (started 20`,
    );
  });

  it('refuses a second taking in the same process', () => {
    const folder = temporaryFolder();
    const lock = acquireFolderLock(folder);
    onTestFinished(() => lock.release());
    expect(() => acquireFolderLock(folder)).toThrow(`in use by this same process (${process.pid})`);
  });

  it('gives the folder free on release, and leaves no files', () => {
    const folder = temporaryFolder();
    acquireFolderLock(folder).release();
    expect(readdirSync(folder)).toEqual([]);
    acquireFolderLock(folder).release();
  });

  it('gives the folder free when the process exits without releasing', async () => {
    const folder = temporaryFolder();
    const { child } = await contender(folder);
    child.stdin?.end();
    await once(child, 'exit');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes over from a process that was killed, and leaves no other files', async () => {
    const folder = temporaryFolder();
    await leaveStaleLock(folder);
    const lock = acquireFolderLock(folder);
    expect(readdirSync(folder)).toEqual(['lock']);
    lock.release();
  });

  it('takes over from a dead process whose pid another one has by now', async () => {
    const folder = temporaryFolder();
    await leaveStaleLock(folder);
    rewriteLock(folder, { pid: process.pid, startTicks: '1' });
    acquireFolderLock(folder).release();
  });

  it('takes over after a restart of the machine', async () => {
    const folder = temporaryFolder();
    const lock = acquireFolderLock(folder);
    onTestFinished(() => lock.release());
    rewriteLock(folder, { bootId: 'another boot' });
    acquireFolderLock(folder).release();
  });

  it('never takes a process on another host for dead', async () => {
    const folder = temporaryFolder();
    await leaveStaleLock(folder);
    rewriteLock(folder, { host: 'elsewhere' });
    expect(() => acquireFolderLock(folder)).toThrow(/on host elsewhere .* delete .*lock/);
  });

  it('succeeds a contender that died while it took over', async () => {
    const folder = temporaryFolder();
    await leaveStaleLock(folder);
    // The state between the claim and the move: the dead holder's lock, and a claim of a successor, dead too.
    const dead = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'));
    const successor = { ...dead, token: '00000000-0000-4000-8000-000000000000' };
    writeFileSync(join(folder, `lock.${dead.token}`), JSON.stringify(successor));
    const lock = acquireFolderLock(folder);
    expect(readdirSync(folder)).toEqual(['lock']);
    lock.release();
  });

  it('does not touch a file that is no lock of ours', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock'), 'something else');
    expect(() => acquireFolderLock(folder)).toThrow('is no lock file of Heatmark');
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe('something else');
  });

  it('lets exactly one of several contenders take over a stale lock', async () => {
    const folder = temporaryFolder();
    await leaveStaleLock(folder);
    // All are started and loaded before the moment at which each tries.
    const startAt = Date.now() + 4_000;
    const all = await Promise.all(Array.from({ length: 6 }, () => contender(folder, startAt)));
    const said = all.map((one) => one.said).sort();
    expect(said).toEqual(['held', ...Array(5).fill('refused')]);
    const holder = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'));
    expect(holder.pid).toBe(all.find((one) => one.said === 'held')?.child.pid);
  });
});
