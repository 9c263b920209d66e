/** What is filled into containers, between them, and out of them. */
import { command } from '../commands/command.ts';
import { expectedVersion, idOf, text } from '../commands/input.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { newId } from '../ids.ts';
import { decimalOf } from './batch.row.ts';
import type { MovementDraft } from './books.ts';
import { enough, materialOf, mixingMaterial, usingMaterial } from './material-batch.guards.ts';
import { batchNumber, checkKnown, inQuanta, previousActionId, refuse } from './material-batch.input.ts';
import { fillingContainer, requireFilled, requireKept, takesMaterial } from './material-container.guards.ts';
import {
  atHandOf,
  filledWith,
  isWhole,
  left,
  lotsOf,
  moveContent,
  onContainer,
  oneBatch,
  openContainer,
  placeOfContent,
  splitOff,
} from './material-container.scope.ts';
import { coreQuantity, quantity } from './quantity.input.ts';

const notes = text(2_000).nullish().describe('What there is to note.');
const refusals = [NotFoundError, ConflictError, TransitionError, BlockedError];

const fromBatch = {
  batchId: idOf('MaterialBatch').describe('The batch that it is filled with.'),
  previousActionId,
};

const target = {
  toContainerId: idOf('MaterialContainer').describe('An empty container of the shop.'),
  toExpectedVersion: expectedVersion(),
};

export const loadContainer = command('loadContainer', {
  description:
    'Fills an empty container of the shop out of a batch. All that is at hand of a batch, and loose, stays that batch; a part of it becomes a batch of its own. It stands where the container does.',
  right: 'work',
  input: {
    ...onContainer,
    ...fromBatch,
    quantity: quantity({ above: 0 }).nullish().describe('How much; all that is loose unless given.'),
    notes,
  },
  refusals,
  numbers: oneBatch,
  run: async (context, input) => {
    const { batchId } = input;
    const { books, container } = await openContainer(context, input, 'LOAD_CONTAINER', {
      batchIds: [batchId],
    });
    const batch = books.batch(batchId);
    checkKnown(context, batch, { previousActionId: input.previousActionId });
    const material = await materialOf(context, batch.materialId);
    const [loose, atHand] = [books.loose(batchId), atHandOf(books, batchId)];
    const wanted = input.quantity ? inQuanta(coreQuantity(input.quantity, material, 'quantity')) : loose;
    if (wanted === 0n)
      throw InvalidInputError.at('quantity', `is needed: nothing of batch ${batch.name} is loose.`);
    refuse(enough(books, batchId, wanted, 'BATCH'));
    await usingMaterial.check(context, { batchIds: [batchId] });
    await fillingContainer.check(context, { container, material, lots: lotsOf(batch) });
    const place = placeOfContent(container);
    const whole = wanted === atHand && wanted === loose;
    const action = await books.post({
      type: 'LOAD_CONTAINER',
      containerId: container.id,
      batchId,
      quantity: decimalOf(wanted),
      notes: input.notes ?? null,
      ...(whole ? { changes: new Map([[batchId, place]]) } : {}),
    });
    let held = batchId;
    if (whole) books.changeContainer(container.id, filledWith(container, batch, wanted));
    else {
      held = await splitOff(context, books, {
        batch,
        quantity: wanted,
        from: null,
        into: container,
        place,
        parentActionId: action.id,
      });
    }
    await books.close();
    return { containerId: container.id, batchId: held };
  },
});

export const topOffContainer = command('topOffContainer', {
  description:
    'Fills more into a container that holds a batch. What it holds is a mixture then; where it held a part of its batch, it becomes a batch of its own. Loose material of the same batch is just filled in.',
  right: 'work',
  input: {
    ...onContainer,
    ...fromBatch,
    quantity: quantity({ above: 0 }).describe('How much is added.'),
    notes,
  },
  refusals,
  numbers: oneBatch,
  run: async (context, input) => {
    const { batchId } = input;
    const { books, container } = await openContainer(context, input, 'TOP_OFF_CONTAINER', {
      batchIds: [batchId],
    });
    const into = books.batch(requireFilled(container));
    const source = books.batch(batchId);
    checkKnown(context, source, { previousActionId: input.previousActionId });
    const material = await materialOf(context, into.materialId);
    const own = await materialOf(context, source.materialId);
    const wanted = coreQuantity(input.quantity, own, 'quantity');
    const sum = inQuanta(container.quantity) + inQuanta(wanted);
    const draft = {
      type: 'TOP_OFF_CONTAINER' as const,
      containerId: container.id,
      batchId,
      quantity: wanted,
      notes: input.notes ?? null,
    };
    refuse([
      ...enough(books, batchId, inQuanta(wanted), 'BATCH'),
      ...(await takesMaterial(context, container, own)),
    ]);
    await usingMaterial.check(context, { batchIds: [source.id, into.id] });
    if (source.id === into.id) {
      if (inQuanta(wanted) > books.loose(batchId))
        throw InvalidInputError.at('quantity', `is more than is loose of batch ${into.name}.`);
      await books.post(draft);
      books.changeContainer(container.id, filledWith(container, into, sum));
      await books.close();
      return { containerId: container.id, batchId: into.id };
    }
    await mixingMaterial.check(context, { books, material, into, sources: [source], containers: [] });
    const added = { from: 'BATCH' as const, to: 'BATCH' as const, sourceBatchId: batchId, quantity: wanted };
    if (isWhole(books, container)) {
      await books.post({ ...draft, movements: [{ ...added, destinationBatchId: into.id }] });
      books.changeContainer(container.id, filledWith(container, into, sum));
      await books.close();
      return { containerId: container.id, batchId: into.id };
    }
    // The rest of its batch is elsewhere, and is not mixed: what is in here goes on as a batch of its own.
    const mixed = newId();
    const { dockedAtId, ...place } = placeOfContent(container);
    const kept: MovementDraft = {
      from: 'BATCH',
      to: 'BATCH',
      sourceBatchId: into.id,
      destinationBatchId: mixed,
      quantity: container.quantity,
      fromContainerId: container.id,
    };
    await books.post({
      ...draft,
      creates: [
        { id: mixed, name: batchNumber(context.number('batch')), materialId: into.materialId, ...place },
      ],
      movements: [kept, { ...added, destinationBatchId: mixed }],
      ...(dockedAtId ? { changes: new Map([[mixed, { dockedAtId }]]) } : {}),
    });
    const mixture = { id: mixed, materialId: into.materialId };
    books.changeContainer(container.id, filledWith(container, mixture, sum));
    await books.close();
    return { containerId: container.id, batchId: mixed };
  },
});

export const transferContainer = command('transferContainer', {
  description:
    'Moves all that is in a container to an empty one. It stays the same batch, unless it is a part of one and goes to another place.',
  right: 'work',
  input: { ...onContainer, ...target, notes },
  refusals,
  numbers: oneBatch,
  run: async (context, input) => {
    const { books, container, into } = await openBoth(context, input, 'TRANSFER_CONTAINER');
    const draft = {
      type: 'TRANSFER_CONTAINER' as const,
      containerId: container.id,
      quantity: container.quantity,
      notes: input.notes ?? null,
      data: { toContainerId: into.id },
    };
    const { batchId } = await moveContent(context, books, draft, {
      from: container,
      into,
      place: placeOfContent(into),
    });
    await books.close();
    return { containerId: container.id, toContainerId: into.id, batchId };
  },
});

export const splitContainer = command('splitContainer', {
  description: 'Fills a part of what a container holds into an empty one. It becomes a batch of its own.',
  right: 'work',
  input: {
    ...onContainer,
    ...target,
    quantity: quantity({ above: 0 }).describe('How much is filled into the other; less than it holds.'),
    notes,
  },
  refusals,
  numbers: oneBatch,
  run: async (context, input) => {
    const { books, container, into, material } = await openBoth(context, input, 'SPLIT_CONTAINER');
    const batch = books.batch(requireFilled(container));
    const wanted = inQuanta(coreQuantity(input.quantity, material, 'quantity'));
    if (wanted >= inQuanta(container.quantity)) {
      throw InvalidInputError.at(
        'quantity',
        'is not less than the container holds. To move all of it, use `transferContainer`.',
      );
    }
    const action = await books.post({
      type: 'SPLIT_CONTAINER',
      containerId: container.id,
      batchId: batch.id,
      quantity: decimalOf(wanted),
      notes: input.notes ?? null,
      data: { toContainerId: into.id },
    });
    const batchId = await splitOff(context, books, {
      batch,
      quantity: wanted,
      from: container,
      into,
      place: placeOfContent(into),
      parentActionId: action.id,
    });
    await books.close();
    return { containerId: container.id, toContainerId: into.id, batchId };
  },
});

/** Locks a container that holds a batch and one that is to be filled from it, and checks that it may be. */
async function openBoth(
  context: Parameters<typeof openContainer>[0],
  input: Parameters<typeof openContainer>[1] & {
    toContainerId: string;
    toExpectedVersion?: number | null | undefined;
  },
  action: string,
) {
  if (input.toContainerId === input.containerId)
    throw InvalidInputError.at('toContainerId', 'is the container itself.');
  const { books, container } = await openContainer(context, input, action, {
    containerIds: [input.toContainerId],
  });
  const into = books.container(input.toContainerId);
  context.expectVersion('MaterialContainer', into, input.toExpectedVersion);
  requireKept(into, action);
  const batch = books.batch(requireFilled(container));
  const material = await materialOf(context, batch.materialId);
  await fillingContainer.check(context, { container: into, material, lots: lotsOf(batch) });
  return { books, container, into, material };
}

export const unloadContainer = command('unloadContainer', {
  description: 'Empties a container: what it held of its batch is loose then.',
  right: 'work',
  input: { ...onContainer, notes },
  refusals,
  run: async (context, input) => {
    const { books, container } = await openContainer(context, input, 'UNLOAD_CONTAINER');
    const batchId = requireFilled(container);
    const changes = isWhole(books, container) ? { changes: new Map([[batchId, { dockedAtId: null }]]) } : {};
    await books.post({
      type: 'UNLOAD_CONTAINER',
      containerId: container.id,
      batchId,
      quantity: container.quantity,
      notes: input.notes ?? null,
      ...changes,
    });
    books.changeContainer(container.id, left);
    await books.close();
    return { containerId: container.id, batchId };
  },
});
