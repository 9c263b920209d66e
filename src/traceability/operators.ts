/** Who began and who ended operations: what their events say. */
import type { Reader } from '../materials/genealogy.graph.ts';

/** Who caused an event. */
export interface EventCause {
  actorKind: 'TOKEN' | 'SYSTEM';
  /** The token that was used; null for the system. */
  actorId: string | null;
}

/** Who began an operation and who ended it, last; null where it has not been. */
export interface Operators {
  startedBy: EventCause | null;
  endedBy: EventCause | null;
}

/** Who began and ended operations, by operation: one statement. */
export async function operatorsOf(
  reader: Reader,
  operationIds: readonly string[],
): Promise<Map<string, Operators>> {
  const rows = await reader.query<EventCause & { operationId: string; began: boolean }>(
    `SELECT DISTINCT ON ("subjectId", began) "subjectId"::text AS "operationId", began,
       "actorKind"::text AS "actorKind", "actorId"::text AS "actorId"
     FROM (
       SELECT *, after->>'status' = 'IN_PROGRESS' AS began FROM "Event"
       WHERE "organizationId" = $1::uuid AND "subjectId" = ANY($2::uuid[]) AND kind = 'OperationStatusChanged'
         AND after->>'status' IN ('IN_PROGRESS', 'COMPLETE', 'ERROR', 'CANCELLED', 'SKIPPED')
     ) e ORDER BY "subjectId", began, "position" DESC`,
    [...operationIds],
  );
  const found = new Map<string, Operators>();
  for (const { operationId, began, ...cause } of rows) {
    const known = found.get(operationId) ?? { startedBy: null, endedBy: null };
    found.set(operationId, { ...known, [began ? 'startedBy' : 'endedBy']: cause });
  }
  return found;
}
