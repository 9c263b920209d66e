/** Holds as reasons of guards: each names the hold, why it was placed, and the way that leads to the item. */
import type { CommandContext } from '../commands/context.ts';
import type { Blocker } from '../errors.ts';
import { genealogyKinds } from '../materials/genealogy.graph.ts';
import { type HeldBy, heldBy, type Items } from './hold.reach.ts';

// A refusal names so many items; a person deals with them and sees the next.
const named = 25;

/**
 * What stands against using these batches: one blocker for each open hold that reaches one of them. Call it under the
 * holdGate of src/materials/books.ts, which openBooks takes; nothing is held that appears after it.
 */
export function blockHeldBatches(context: CommandContext, batchIds: readonly string[]): Promise<Blocker[]> {
  return blockHeld(context, 'hold.batch', { batchIds });
}

/** The same for pieces, held themselves or by what they are made of. */
export function blockHeldPieces(context: CommandContext, pieceIds: readonly string[]): Promise<Blocker[]> {
  return blockHeld(context, 'hold.piece', { pieceIds });
}

/** The same for containers: unopened ones of lots, and what others hold. */
export function blockHeldContainers(
  context: CommandContext,
  containerIds: readonly string[],
): Promise<Blocker[]> {
  return blockHeld(context, 'hold.container', { containerIds });
}

/** What stands against using these items, under a rule's name. */
export async function blockHeld(context: CommandContext, rule: string, items: Items): Promise<Blocker[]> {
  const held = await heldBy(context, items);
  return [...held.values()].flatMap((holds) => holds.map((each) => blockerOf(rule, each))).slice(0, named);
}

function blockerOf(rule: string, { hold, path }: HeldBy): Blocker {
  const item = path.at(-1);
  const way = path.map(({ label }) => label);
  const shown = way.length > 6 ? [...way.slice(0, 3), '…', ...way.slice(-2)] : way;
  const through = way.length > 1 ? ` through ${shown.join(' → ')}` : '';
  return {
    rule,
    message: `${item?.label ?? 'It'} is held by ${hold.number} (${hold.reason})${through}. Wait until the hold is released.`,
    subject: item ? { noun: genealogyKinds[item.kind].noun, uuid: item.id, label: item.label } : null,
  };
}
