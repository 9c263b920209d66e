import { byOrganization, type Chore, chore } from '../chores.ts';
import { runAsSystem } from '../commands/runner.ts';
import type { Runtime } from '../runtime.ts';
import { refuseExpected } from './files.ts';
import { ownerOf } from './storage.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** How many rows or contents are looked at in one step. */
const batch = 500;

const expired = 'Its content was not uploaded in time.';

/**
 * Refuses uploads that nobody finished, at the start and once an hour, and removes contents that belong to no file, once
 * a day. Everything is left alone for a day, as long as an upload may take: what a process is just writing is not
 * touched. Several processes may do it at once.
 */
export function fileHousekeeping(runtime: Runtime): Chore {
  let sweptAt = Number.NEGATIVE_INFINITY;
  return chore({
    every: hour,
    atStart: true,
    log: runtime.log,
    failure: 'old uploads could not be tidied up; trying again in an hour',
    work: async (signal) => {
      await refuseExpiredUploads(runtime, signal);
      if (performance.now() - sweptAt < day) return;
      await removeOrphans(runtime, signal);
      sweptAt = performance.now();
    },
  });
}

/** Refuses the uploads whose link expired more than a day ago. */
export async function refuseExpiredUploads(runtime: Runtime, signal?: AbortSignal): Promise<void> {
  const before = new Date(runtime.now().getTime() - day);
  for (;;) {
    signal?.throwIfAborted();
    const rows = await runtime.database.query<{ organizationId: string; id: string }>(
      `SELECT "organizationId", id FROM "File" WHERE status = 'EXPECTED' AND "uploadUntil" < $1
       ORDER BY "uploadUntil" LIMIT ${batch}`,
      [before],
    );
    for (const [organizationId, uploads] of byOrganization(rows)) {
      const ids = uploads.map(({ id }) => id);
      await runAsSystem(runtime, organizationId, async (context) => {
        await context.lock({ File: ids });
        const still = await context.tx.file.findMany({ where: { id: { in: ids }, status: 'EXPECTED' } });
        await refuseExpected(context, still, expired);
      });
    }
    if (rows.length < batch) return;
  }
}

/**
 * Removes what writes left behind that never ended, and contents whose file is unknown, was refused, or holds another
 * one. Contents of organizations that are not in this database are another installation's: they are left alone.
 */
export async function removeOrphans(runtime: Runtime, signal?: AbortSignal): Promise<void> {
  const { storage } = runtime.files;
  const before = new Date(runtime.now().getTime() - day);
  await storage.removeUnfinished(before);
  let keys: string[] = [];
  const sweep = async (): Promise<void> => {
    signal?.throwIfAborted();
    for (const key of await orphansAmong(runtime, keys)) await storage.remove(key);
    keys = [];
  };
  for await (const key of storage.keys(before)) {
    keys.push(key);
    if (keys.length === batch) await sweep();
  }
  await sweep();
}

async function orphansAmong(runtime: Runtime, keys: readonly string[]): Promise<string[]> {
  const owned = keys.flatMap((key) => {
    const owner = ownerOf(key);
    return owner ? [{ key, ...owner }] : [];
  });
  const orphans: string[] = [];
  for (const [organizationId, theirs] of byOrganization(owned)) {
    const [organization] = await runtime.database.query(`SELECT id FROM "Organization" WHERE id = $1`, [
      organizationId,
    ]);
    if (!organization) continue;
    const rows = await runtime.database.query<{ contentKey: string }>(
      `SELECT "contentKey" FROM "File"
       WHERE "organizationId" = $1 AND id = ANY($2::uuid[]) AND status = 'STORED'`,
      [organizationId, theirs.map((each) => each.fileId)],
    );
    const used = new Set(rows.map((row) => row.contentKey));
    orphans.push(...theirs.flatMap(({ key }) => (used.has(key) ? [] : [key])));
  }
  return orphans;
}
