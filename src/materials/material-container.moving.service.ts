/** Where containers are: taken elsewhere, docked at a machine, undocked. What they hold goes with them. */
import type { MaterialContainer } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf, text } from '../commands/input.ts';
import { lockReferences, reference, requireInUse } from '../commands/references.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import type { ActionDraft, Books } from './books.ts';
import { containerSubject, dockingContainer, stillDocked } from './material-container.guards.ts';
import {
  moveContent,
  onContainer,
  oneBatch,
  openContainer,
  placeOfContent,
} from './material-container.scope.ts';
import { requirePlace } from './place.ts';

const notes = text(2_000).nullish().describe('What there is to note.');

/** Takes a container to a place, with what is in it. */
async function move(
  context: CommandContext,
  books: Books,
  container: MaterialContainer,
  place: Pick<MaterialContainer, 'locationId' | 'subLocationId' | 'workstationId'>,
  draft: Pick<ActionDraft, 'type' | 'workstation' | 'notes'>,
): Promise<{ containerId: string; batchId: string | null }> {
  books.changeContainer(container.id, place);
  const after = books.container(container.id);
  const common = {
    ...draft,
    containerId: container.id,
    lotId: container.lotId,
    quantity: container.quantity,
  };
  let batchId: string | null = null;
  if (container.batchId) {
    const moved = { from: container, into: after, place: placeOfContent(after) };
    ({ batchId } = await moveContent(context, books, common, moved));
  } else await books.post(common);
  await books.close();
  return { containerId: container.id, batchId };
}

const moves =
  ' What it holds goes with it; where that is a part of a batch, it becomes a batch of its own, as a batch stands at one place.';

export const relocateContainer = command('relocateContainer', {
  description: `Takes a container elsewhere. ${moves.trim()} Not while it is docked.`,
  right: 'work',
  input: {
    ...onContainer,
    locationId: idOf('Location').describe('Where it is from now on.'),
    subLocationId: idOf('SubLocation').nullish().describe('The area where it stands.'),
    notes,
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  numbers: oneBatch,
  run: async (context, input) => {
    const { books, container } = await openContainer(context, input, 'RELOCATE_CONTAINER');
    const blockers = stillDocked(container);
    if (blockers.length > 0) throw new BlockedError(blockers);
    const place = await requirePlace(context, input);
    if (place.locationId === container.locationId && place.subLocationId === container.subLocationId)
      throw InvalidInputError.at('locationId', 'is where it is already.');
    return move(
      context,
      books,
      container,
      { ...place, workstationId: null },
      { type: 'RELOCATE_CONTAINER', notes: input.notes ?? null },
    );
  },
});

export const dockContainer = command('dockContainer', {
  description: `Docks a container at a workstation, which takes one container of each type. ${moves.trim()}`,
  right: 'work',
  input: {
    ...onContainer,
    workstationId: idOf('Workstation').describe('The workstation.'),
    notes,
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  numbers: oneBatch,
  run: async (context, input) => {
    const references = reference('Workstation', input.workstationId, 'workstationId');
    // First, as in the order of locks: two containers must not take the same place.
    await lockReferences(context, references);
    await requireInUse(context, references);
    const { books, container } = await openContainer(context, input, 'DOCK_CONTAINER');
    const workstation = await context.tx.workstation.findUniqueOrThrow({
      where: context.key(input.workstationId),
    });
    await dockingContainer.check(context, { container, workstation });
    const { locationId, subLocationId } = workstation;
    return move(
      context,
      books,
      container,
      { locationId, subLocationId, workstationId: workstation.id },
      { type: 'DOCK_CONTAINER', workstation, notes: input.notes ?? null },
    );
  },
});

export const undockContainer = command('undockContainer', {
  description: 'Takes a container off the workstation where it is docked. It stands beside it then.',
  right: 'work',
  input: { ...onContainer, notes },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  numbers: oneBatch,
  run: async (context, input) => {
    const { books, container } = await openContainer(context, input, 'UNDOCK_CONTAINER');
    if (!container.workstationId) {
      const message = `Container ${container.name} is docked nowhere.`;
      throw new BlockedError([{ rule: 'container.isDocked', message, subject: containerSubject(container) }]);
    }
    const workstation = await context.tx.workstation.findUniqueOrThrow({
      where: context.key(container.workstationId),
    });
    const { locationId, subLocationId } = container;
    return move(
      context,
      books,
      container,
      { locationId, subLocationId, workstationId: null },
      { type: 'UNDOCK_CONTAINER', workstation, notes: input.notes ?? null },
    );
  },
});
