import { type Reading, readerOf } from '../materials/genealogy.graph.ts';
import { heldBy, openHolds } from './hold.reach.ts';

/**
 * Which of these runs are in progress and work on a held piece, or at a workstation that holds a held batch. A bounded
 * number of statements: one where no hold is open.
 */
export async function atRiskRuns(context: Reading, runIds: readonly string[]): Promise<Set<string>> {
  const reader = readerOf(context);
  const holds = await openHolds(reader);
  if (holds.length === 0) return new Set();
  const rows = await reader.query<{ run: string; batch: string | null; piece: string | null }>(
    `SELECT r.id::text AS run, b.id::text AS batch, NULL AS piece FROM "Run" r
       JOIN "MaterialBatch" b ON b."organizationId" = r."organizationId" AND b."workstationId" = r."workstationId"
       WHERE r."organizationId" = $1::uuid AND r.id = ANY($2::uuid[]) AND r.status IN ('IN_PROGRESS', 'PAUSED')
     UNION ALL
     SELECT r.id::text, NULL, o."pieceId"::text FROM "Run" r
       JOIN "Operation" o ON o."organizationId" = r."organizationId" AND o."runId" = r.id AND o.status IN ('QUEUED', 'IN_PROGRESS')
       WHERE r."organizationId" = $1::uuid AND r.id = ANY($2::uuid[]) AND r.status IN ('IN_PROGRESS', 'PAUSED')`,
    [...runIds],
  );
  const held = await heldBy(
    reader,
    { batchIds: rows.flatMap((row) => row.batch ?? []), pieceIds: rows.flatMap((row) => row.piece ?? []) },
    { holds },
  );
  return new Set(rows.filter((row) => held.has(row.batch ?? row.piece ?? '')).map((row) => row.run));
}
