import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';

/** The build that each machine makes now, by its id: one statement for all machines of a page. */
export function currentBuilds(context: RequestContext): DataLoader<string, string | null> {
  return context.memo.once(
    'currentBuilds',
    () =>
      new DataLoader<string, string | null>(async (machineIds) => {
        const rows = await context.runtime.database.query<{ machineId: string; id: string }>(
          `SELECT DISTINCT ON ("machineId") "machineId", id FROM "Build"
           WHERE "organizationId" = $1 AND "machineId" = ANY($2::uuid[]) AND "endedAt" IS NULL
           ORDER BY "machineId", ("startedAt" IS NULL), "startedAt" DESC, id DESC`,
          [context.signedIn.organizationId, [...machineIds]],
        );
        const builds = new Map(rows.map((row) => [row.machineId, row.id]));
        return machineIds.map((id) => builds.get(id) ?? null);
      }),
  );
}
