/** A run has the highest priority of its pieces, unless a person gave it another. */
import type { Run } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';

/** The highest priority of the pieces that each run holds, by run; a run that holds none is missing. */
export type HighestPriorities = ReadonlyMap<string, number>;

/** One statement for all of them. Take it before and after the pieces change. */
export async function highestPriorities(
  context: CommandContext,
  runIds: readonly string[],
): Promise<HighestPriorities> {
  if (runIds.length === 0) return new Map();
  const rows = await context.tx.$queryRawUnsafe<{ runId: string; priority: number }[]>(
    `SELECT o."runId"::text AS "runId", max(p.priority)::int AS priority
     FROM "Operation" o JOIN "Piece" p ON p."organizationId" = o."organizationId" AND p.id = o."pieceId"
     WHERE o."organizationId" = $1::uuid AND o."runId" = ANY($2::uuid[]) AND o.status IN ('QUEUED', 'IN_PROGRESS')
     GROUP BY o."runId"`,
    context.organizationId,
    [...runIds],
  );
  return new Map(rows.map((row) => [row.runId, row.priority]));
}

/** What a run's priority becomes. One that differs from that of its pieces is its own, given by a person: it stays. */
export function inheritedPriority(
  run: Run,
  had: HighestPriorities,
  has: HighestPriorities,
): { priority?: number } {
  const priority = has.get(run.id);
  return priority !== undefined && run.priority === had.get(run.id) ? { priority } : {};
}
