import { type Reading, readerOf } from '../materials/genealogy.graph.ts';
import { workInProgress } from '../materials/recall.service.ts';
import { heldBy, openHolds } from './hold.reach.ts';

/**
 * Which of these runs are in progress and work on a held piece, or at a workstation that holds a held batch. A bounded
 * number of statements: one where no hold is open.
 */
export async function atRiskRuns(context: Reading, runIds: readonly string[]): Promise<Set<string>> {
  const reader = readerOf(context);
  const holds = await openHolds(reader);
  if (holds.length === 0) return new Set();
  const rows = await workInProgress(reader, runIds);
  const held = await heldBy(
    reader,
    { batchIds: rows.flatMap((row) => row.batch ?? []), pieceIds: rows.flatMap((row) => row.piece ?? []) },
    { holds },
  );
  return new Set(rows.filter((row) => held.has(row.batch ?? row.piece ?? '')).map((row) => row.run));
}
