import type { CommandContext } from '../commands/context.ts';
import { readerOf } from '../materials/genealogy.graph.ts';
import { heldBy, openHolds } from './hold.reach.ts';

/**
 * Records a HoldSpread for each open hold that came to reach one of these batches and pieces by the actions that this
 * command has posted: what was held before stays untold. Call it once, after the links, rows and nodes are written.
 *
 * One statement where no hold is open. `actionIds` are the actions that the command posted.
 */
export async function recordSpread(
  context: CommandContext,
  batchIds: readonly string[],
  pieceIds: readonly string[],
  actionIds: readonly string[],
): Promise<void> {
  const reader = readerOf(context);
  const holds = await openHolds(reader);
  if (holds.length === 0) return;
  const items = { batchIds, pieceIds };
  const now = await heldBy(reader, items, { holds });
  if (now.size === 0) return;
  const before = await heldBy(reader, items, { holds, without: new Set(actionIds) });
  for (const hold of holds) {
    const fresh = (ids: readonly string[]) =>
      [...new Set(ids)].filter((id) => {
        const reached = (held: typeof now) => held.get(id)?.some((each) => each.hold.id === hold.id) ?? false;
        return reached(now) && !reached(before);
      });
    const [batches, pieces] = [fresh(batchIds), fresh(pieceIds)];
    if (batches.length + pieces.length === 0) continue;
    const row = await context.tx.hold.findUniqueOrThrow({ where: context.key(hold.id) });
    context.record('HoldSpread', 'Hold', row, row, {
      related: [...batches, ...pieces],
      data: { batchIds: batches, pieceIds: pieces },
    });
  }
}
