/** Members that the inputs of several batch commands share, and how a command opens the books of a batch. */
import { z } from 'zod';
import type { Material } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf, instant, line, text } from '../commands/input.ts';
import type { LockRequest } from '../commands/locks.ts';
import { BlockedError, type Blocker, ConflictError, InvalidInputError } from '../errors.ts';
import type { BatchRow } from './batch.row.ts';
import { type Books, openBooks } from './books.ts';
import { batchSubject, materialOf } from './material-batch.guards.ts';
import { amount, quanta } from './mixture.ts';
import { coreQuantity, type QuantityInput, quantity } from './quantity.input.ts';

export const previousActionId = idOf('MaterialAction')
  .nullish()
  .describe(
    "The batch's `lastAction` as you read it. If something was done to it since, the answer is a ConflictError.",
  );

/** What every command on a batch has. */
export const onBatch = {
  batchId: idOf('MaterialBatch').describe('The batch.'),
  previousActionId,
  expectedVersion: expectedVersion(),
};

export const occurredAt = instant()
  .nullish()
  .describe(
    'When it was done, where that is not now. Recorded late, all that descends from the batch since is computed again.',
  );

/** What was done now, as a rule: these cannot be recorded before something that is recorded already. */
export const doneAt = instant()
  .nullish()
  .describe('When it was done, where that is not now; not before the last action on the batch.');

export const notes = text(2_000).nullish().describe('What there is to note.');
export const reason = line(500).describe('Why. It stays in the history.');
export const batchName = line()
  .nullish()
  .describe('The name of the new batch, unique in the organization; a running number unless given.');
export const part = quantity({ above: 0 }).nullish().describe('How much; all that is at hand unless given.');
export const fromContainerId = idOf('MaterialContainer')
  .nullish()
  .describe("Which of the batch's containers it is taken from; what is loose first unless given.");
export const place = {
  locationId: idOf('Location')
    .nullish()
    .describe('Where the new batch is; where the old one is unless given.'),
  subLocationId: idOf('SubLocation').nullish().describe('The area where it stands.'),
};

/** A new batch's name where none is given. */
export const batchNumber = (value: bigint): string => `B-${value.toString().padStart(6, '0')}`;
/** The running number that a command takes for a batch that is not named. */
export const numberUnlessNamed = (input: { name?: string | null | undefined }) => ({
  batch: input.name ? 0 : 1,
});
/** The name that was given, or the next running number. */
export function nameOf(context: CommandContext, name: string | null | undefined): string {
  return name ?? batchNumber(context.number('batch'));
}

interface BatchInput {
  batchId: string;
  previousActionId?: string | null | undefined;
  expectedVersion?: number | null | undefined;
}

export interface OpenedBatch {
  books: Books;
  batch: BatchRow;
  material: Material;
}

/**
 * Opens the books of one batch, with others that the command touches, and checks that the client knew its last action.
 *
 * @throws NotFoundError, ConflictError, InvalidInputError for an instant in the future
 */
export async function openBatch(
  context: CommandContext,
  input: BatchInput & { occurredAt?: Date | null | undefined },
  more: { batchIds?: readonly string[]; containerIds?: readonly string[]; also?: LockRequest } = {},
): Promise<OpenedBatch> {
  const books = await openBooks(context, {
    batchIds: [input.batchId, ...(more.batchIds ?? [])],
    containerIds: more.containerIds ?? [],
    ...(more.also ? { also: more.also } : {}),
    occurredAt: input.occurredAt,
  });
  const batch = books.batch(input.batchId);
  checkKnown(context, batch, input);
  return { books, batch, material: await materialOf(context, batch.materialId) };
}

/** Refuses with ConflictError where something was done to the batch that the client did not know of. */
export function checkKnown(
  context: CommandContext,
  batch: BatchRow,
  input: Omit<BatchInput, 'batchId'>,
): void {
  context.expectVersion('MaterialBatch', batch, input.expectedVersion);
  if (input.previousActionId && input.previousActionId !== batch.lastActionId) {
    throw new ConflictError('MaterialBatch', batch.version - 1, batch.version);
  }
}

/** Refuses what cannot be recorded before something that was done later. */
export function requireCurrent(books: Books, batch: BatchRow): void {
  if (books.occurredAt >= batch.lastActionAt) return;
  throw InvalidInputError.at(
    'occurredAt',
    `lies before the last action on batch ${batch.name}, which was at ${batch.lastActionAt.toISOString()}.`,
  );
}

/** How much of a batch is at hand. In quanta: the library that reads the columns subtracts to 20 digits only. */
export const atHand = (batch: Pick<BatchRow, 'quantity' | 'reserved'>) =>
  amount(quanta(batch.quantity) - quanta(batch.reserved));

/** The part of a batch that an input means, in core units; all that is at hand where it says nothing. */
export function partOf(
  batch: BatchRow,
  material: Material,
  given: QuantityInput | null | undefined,
  path: string | string[] = 'quantity',
) {
  if (given) return coreQuantity(given, material, path);
  const rest = atHand(batch);
  if (rest.lte(0)) {
    throw new BlockedError([
      {
        rule: 'batch.enoughAtHand',
        message: `Batch ${batch.name} has nothing at hand.`,
        subject: batchSubject(batch),
      },
    ]);
  }
  return rest;
}

/** Throws {@link BlockedError} where there are any. */
export function refuse(blockers: readonly Blocker[]): void {
  if (blockers.length > 0) throw new BlockedError([...blockers]);
}

/** Which of a batch's containers it is taken from, checked. */
export function ownContainer(books: Books, batchId: string, id: string | null | undefined): string | null {
  if (!id) return null;
  if (!books.containersOf(batchId).some((container) => container.id === id)) {
    throw InvalidInputError.at('containerId', 'is no container that holds this batch.');
  }
  return id;
}

/** Quanta of a decimal in core units. */
export const inQuanta = (value: { toFixed(): string }): bigint => quanta(value);

/** A list of ids, each once. */
export const ids = (noun: 'MaterialContainer' | 'Piece', max: number) =>
  z.array(idOf(noun)).min(1, 'must name at least one').max(max, `must name at most ${max}`);
