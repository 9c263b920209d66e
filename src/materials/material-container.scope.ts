/** What the commands of containers share: containers locked with the batches they hold, and moving what is in one. */
import type { MaterialAction, MaterialContainer } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf } from '../commands/input.ts';
import type { LockRequest } from '../commands/locks.ts';
import { StaleScopeError } from '../database/errors.ts';
import { newId } from '../ids.ts';
import type { BatchRow } from './batch.row.ts';
import { decimalOf } from './batch.row.ts';
import { type ActionDraft, type Books, openBooks } from './books.ts';
import { batchNumber } from './material-batch.input.ts';
import { requireKept } from './material-container.guards.ts';
import { fromJson, quanta, quantityOf } from './mixture.ts';

/** What every command on a container has. */
export const onContainer = {
  containerId: idOf('MaterialContainer').describe('The container.'),
  expectedVersion: expectedVersion(),
};

/** The number that a command takes for a batch that it may have to make. */
export const oneBatch = () => ({ batch: 1 });

interface Asked {
  containerId: string;
  expectedVersion?: number | null | undefined;
}

/**
 * Locks a container and what it holds, with others, and checks that it is in use.
 *
 * @throws NotFoundError, ConflictError, TransitionError for an archived container
 */
export async function openContainer(
  context: CommandContext,
  { containerId, expectedVersion: expected }: Asked,
  action: string,
  more: { containerIds?: readonly string[]; batchIds?: readonly string[]; also?: LockRequest } = {},
): Promise<{ books: Books; container: MaterialContainer }> {
  const { tx, organizationId } = context;
  const containerIds = [containerId, ...(more.containerIds ?? [])];
  const found = await tx.materialContainer.findMany({
    where: { organizationId, id: { in: containerIds } },
    select: { id: true, batchId: true, lotId: true },
  });
  const held = found.flatMap((each) => each.batchId ?? []);
  const books = await openBooks(context, {
    batchIds: [...(more.batchIds ?? []), ...held],
    containerIds,
    ...(more.also ? { also: more.also } : {}),
  });
  if (found.some((each) => books.container(each.id).batchId !== each.batchId)) throw new StaleScopeError();
  const container = books.container(containerId);
  context.expectVersion('MaterialContainer', container, expected);
  requireKept(container, action);
  return { books, container };
}

/** Quanta of a batch that are at hand. */
export const atHandOf = (books: Books, batchId: string): bigint =>
  quantityOf(books.contents(batchId).available);

/** The lots that a batch consists of. */
export const lotsOf = (batch: BatchRow): string[] => [...fromJson(batch.mixedLots).keys()];

/** Where what is in a container stands: a batch says the same of itself. */
export const placeOfContent = (container: MaterialContainer) => ({
  locationId: container.locationId,
  subLocationId: container.subLocationId,
  dockedAtId: container.workstationId,
});

/** What a container is like that holds so much of a batch. */
export function filledWith(
  container: MaterialContainer,
  batch: { id: string; materialId: string },
  quantity: bigint,
): Partial<MaterialContainer> {
  const amount = decimalOf(quantity);
  return {
    batchId: batch.id,
    materialId: batch.materialId,
    quantity: amount,
    fullQuantity: quanta(container.fullQuantity) > quantity ? container.fullQuantity : amount,
    status: 'IN_USE',
    cleanedAt: null,
  };
}

/** What a container is like that was emptied. */
export const left = {
  batchId: null,
  quantity: decimalOf(0n),
  status: 'EMPTY',
  cleanedAt: null,
} satisfies Partial<MaterialContainer>;

/** Whether all that is at hand of the container's batch is in this one. */
export const isWhole = (books: Books, container: MaterialContainer): boolean =>
  container.batchId !== null && atHandOf(books, container.batchId) === quanta(container.quantity);

/**
 * Posts an action that takes what is in `from` to a place. A batch stands at one place: where the container holds only
 * a part of its batch, that part becomes a batch of its own, by a SPLIT that is part of the action. Afterwards `into`,
 * or `from` itself, holds it.
 *
 * @returns the action, and the batch that was moved
 */
export async function moveContent(
  context: CommandContext,
  books: Books,
  draft: Omit<ActionDraft, 'batchId'>,
  { from, into, place }: Move,
): Promise<{ action: MaterialAction; batchId: string }> {
  const batch = books.batch(from.batchId as string);
  const stays =
    batch.locationId === place.locationId &&
    batch.subLocationId === place.subLocationId &&
    batch.dockedAtId === place.dockedAtId;
  if (isWhole(books, from) || stays) {
    const changes = stays ? {} : { changes: new Map([[batch.id, place]]) };
    const action = await books.post({ ...draft, batchId: batch.id, ...changes });
    if (into.id !== from.id) {
      books.changeContainer(from.id, left);
      books.changeContainer(into.id, filledWith(into, batch, quanta(from.quantity)));
    }
    return { action, batchId: batch.id };
  }
  const action = await books.post({ ...draft, batchId: batch.id });
  const batchId = await splitOff(context, books, {
    batch,
    quantity: quanta(from.quantity),
    from,
    into,
    place,
    parentActionId: action.id,
  });
  return { action, batchId };
}

/** What is in a container, and where it goes. */
interface Move {
  from: MaterialContainer;
  /** The container that holds it then; the same where it stays in it. */
  into: MaterialContainer;
  place: ReturnType<typeof placeOfContent>;
}

/** Part of a batch becomes a batch of its own, in the container `into`. It is taken from `from` first, where given. */
export async function splitOff(
  context: CommandContext,
  books: Books,
  {
    batch,
    quantity,
    from,
    into,
    place,
    parentActionId,
  }: Omit<Move, 'from'> & {
    batch: BatchRow;
    quantity: bigint;
    from: MaterialContainer | null;
    parentActionId: string;
  },
): Promise<string> {
  const batchId = newId();
  const { dockedAtId, ...standing } = place;
  await books.post({
    type: 'SPLIT',
    batchId: batch.id,
    containerId: from?.id ?? null,
    quantity: decimalOf(quantity),
    parentActionId,
    creates: [
      { id: batchId, name: batchNumber(context.number('batch')), materialId: batch.materialId, ...standing },
    ],
    movements: [
      {
        from: 'BATCH',
        to: 'BATCH',
        sourceBatchId: batch.id,
        destinationBatchId: batchId,
        quantity: decimalOf(quantity),
        fromContainerId: from?.id ?? null,
      },
    ],
    ...(dockedAtId ? { changes: new Map([[batchId, { dockedAtId }]]) } : {}),
  });
  const target = books.container(into.id);
  books.changeContainer(into.id, filledWith(target, { id: batchId, materialId: batch.materialId }, quantity));
  return batchId;
}
