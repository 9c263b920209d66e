/**
 * Modular builds whose consumption is told later: what the docked modules hold is set aside when the build begins,
 * and each module's part is told, and can be amended for a while, once the modules were weighed.
 */
import { z } from 'zod';
import type { MaterialTransaction } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf, line } from '../commands/input.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError } from '../errors.ts';
import { decimalOf } from './batch.row.ts';
import { type Books, type MovementDraft, openBooks } from './books.ts';
import { enough, usingMaterial } from './material-batch.guards.ts';
import { doneAt, inQuanta, notes, refuse, requireCurrent } from './material-batch.input.ts';
import { pieceMass, piecesOf } from './material-batch.machine.service.ts';
import { amount, quantityOf } from './mixture.ts';
import { coreQuantity, quantity } from './quantity.input.ts';

/** For how long after it was first told a module's part can be amended, in hours. */
export const amendableHours = 24;

/** Whether what a transaction says can still be told or amended, as far as time goes. */
export function isEditable(
  transaction: Pick<MaterialTransaction, 'initiallyReconciledAt'>,
  now: Date,
): boolean {
  const { initiallyReconciledAt: first } = transaction;
  return first === null || now.getTime() - first.getTime() <= amendableHours * 3_600_000;
}

const module = z
  .object({
    containerId: idOf('MaterialContainer').describe('A module that is docked at the workstation.'),
    quantity: quantity({ above: 0 })
      .nullish()
      .describe('How much of it the build may use; all unless given.'),
  })
  .meta({ input: 'BuildModuleInput', description: 'A module of a modular build.' });

export const deferModularBuild = command('deferModularBuild', {
  description:
    'Begins a build whose consumption is told later. What its modules hold is set aside, and each gets a transaction to reconcile.',
  right: 'work',
  input: {
    workstationId: idOf('Workstation').describe('The workstation that the modules are docked at.'),
    modules: z
      .array(module)
      .min(1, 'must name at least one')
      .max(16, 'must name at most 16')
      .describe('The modules, 1 to 16, the dosing one first.'),
    runId: idOf('Run').nullish().describe('The run that it is for.'),
    externalBuildId: line().nullish().describe('The id of the build in another system.'),
    notes,
    occurredAt: doneAt,
  },
  refusals: [NotFoundError, BlockedError],
  run: async (context, input) => {
    const containerIds = input.modules.map((each) => each.containerId);
    if (new Set(containerIds).size < containerIds.length)
      throw InvalidInputError.at('modules', 'names a container twice.');
    const { tx, organizationId } = context;
    const found = await tx.materialContainer.findMany({
      where: { organizationId, id: { in: containerIds } },
    });
    const books = await openBooks(context, {
      batchIds: found.flatMap((each) => each.batchId ?? []),
      containerIds,
      also: { Workstation: [input.workstationId], ...(input.runId ? { Run: [input.runId] } : {}) },
      occurredAt: input.occurredAt,
    });
    const modules = containerIds.map((id) => books.container(id));
    const issues = modules.flatMap((each, place) => {
      const path = ['modules', String(place), 'containerId'];
      if (each.workstationId !== input.workstationId)
        return [{ path, message: `${each.name} is not docked at this workstation.` }];
      return each.batchId ? [] : [{ path, message: `${each.name} holds no batch.` }];
    });
    if (issues.length > 0) throw new InvalidInputError(issues);
    const batchIds = modules.map((each) => each.batchId as string);
    await usingMaterial.check(context, { batchIds });
    for (const id of batchIds) requireCurrent(books, books.batch(id));
    const made = await setAside(
      context,
      books,
      input,
      modules.map((each) => each.id),
    );
    await books.close();
    return made;
  },
});

async function setAside(
  context: CommandContext,
  books: Books,
  input: {
    modules: readonly z.output<typeof module>[];
    runId?: string | null | undefined;
    externalBuildId?: string | null | undefined;
    notes?: string | null | undefined;
  },
  containerIds: readonly string[],
): Promise<{ actionId: string; transactionIds: string[] }> {
  const materials = new Map(
    (
      await context.tx.material.findMany({
        where: { id: { in: containerIds.map((id) => books.container(id).materialId as string) } },
      })
    ).map((each) => [each.id, each]),
  );
  const rows: MaterialTransaction[] = [];
  let parent: string | null = null;
  for (const [place, id] of containerIds.entries()) {
    const container = books.container(id);
    const batchId = container.batchId as string;
    const batch = books.batch(batchId);
    const material = materials.get(batch.materialId) ?? materials.get(container.materialId as string);
    const given = input.modules[place]?.quantity;
    const wanted =
      given && material
        ? coreQuantity(given, material, ['modules', String(place), 'quantity'])
        : container.quantity;
    refuse(enough(books, batchId, inQuanta(wanted), 'BATCH'));
    const rest = inQuanta(container.quantity) - inQuanta(wanted);
    const action = await books.post({
      type: 'DEFER_BUILD',
      batchId,
      containerId: id,
      runId: input.runId ?? null,
      quantity: wanted,
      notes: input.notes ?? null,
      parentActionId: parent,
      data: { externalBuildId: input.externalBuildId ?? null },
      movements: [
        {
          from: 'BATCH',
          to: 'LOADED',
          sourceBatchId: batchId,
          destinationBatchId: batchId,
          quantity: wanted,
          fromContainerId: id,
        },
      ],
      ...(input.externalBuildId
        ? { changes: new Map([[batchId, { externalBuildId: input.externalBuildId }]]) }
        : {}),
    });
    // The powder is set aside and still in its module.
    books.changeContainer(id, { status: 'IN_USE', batchId, quantity: decimalOf(rest) });
    rows.push({
      ...context.fresh(),
      batchId,
      containerId: id,
      containerType: container.type,
      actionId: action.id,
      deferredById: parent ?? action.id,
      parentId: rows[0]?.id ?? null,
      externalBuildId: input.externalBuildId ?? null,
      initialQuantity: decimalOf(inQuanta(wanted)),
      quantity: null,
      initiallyReconciledAt: null,
      reconciledAtId: null,
    });
    parent = parent ?? action.id;
  }
  await context.tx.materialTransaction.createMany({ data: rows });
  for (const row of rows) context.record('MaterialTransactionCreated', 'MaterialTransaction', null, row);
  return { actionId: parent as string, transactionIds: rows.map((row) => row.id) };
}

export const reconcileModularBuild = command('reconcileModularBuild', {
  description: `Tells how much of a module a deferred build used; what is left is at hand again. It can be told anew for ${amendableHours} hours, while nothing else was done to the batch.`,
  right: 'work',
  input: {
    transactionId: idOf('MaterialTransaction').describe('The transaction of the module.'),
    expectedVersion: expectedVersion(),
    quantity: quantity({ min: 0 }).describe('How much was used; at most what was set aside.'),
    pieces: z
      .array(pieceMass)
      .max(1_000, 'must name at most 1000')
      .default([])
      .describe("How much of it went into each piece of the build's run; the rest was lost in the process."),
    workstationId: idOf('Workstation').nullish().describe('Where the module was weighed.'),
    notes,
  },
  refusals: [NotFoundError, ConflictError, BlockedError],
  run: async (context, input) => {
    const { tx } = context;
    const found = await tx.materialTransaction.findUnique({ where: context.key(input.transactionId) });
    if (!found) throw new NotFoundError('MaterialTransaction', input.transactionId);
    const books = await openBooks(context, {
      batchIds: [found.batchId],
      containerIds: [found.containerId],
      also: {
        MaterialTransaction: [found.id],
        ...(input.workstationId ? { Workstation: [input.workstationId] } : {}),
      },
    });
    const row = await tx.materialTransaction.findUniqueOrThrow({
      where: context.key(found.id),
      include: { action: true },
    });
    const { action: deferral, ...before } = row;
    context.expectVersion('MaterialTransaction', before, input.expectedVersion);
    await untell(context, books, before);
    const batch = books.batch(before.batchId);
    const material = await tx.material.findUniqueOrThrow({ where: context.key(batch.materialId) });
    const used = coreQuantity(input.quantity, material, 'quantity');
    if (inQuanta(used) > inQuanta(before.initialQuantity)) {
      throw InvalidInputError.at(
        'quantity',
        `is more than was set aside, which is ${before.initialQuantity.toFixed()} (in the core unit).`,
      );
    }
    if (input.pieces.length > 0 && !deferral.runId)
      throw InvalidInputError.at('pieces', 'can only be told of a build that was begun for a run.');
    const pieces = input.pieces.length
      ? await piecesOf(context, { runId: deferral.runId as string, pieces: input.pieces }, material)
      : [];
    const inPieces = pieces.reduce((sum, each) => sum + inQuanta(each.quantity), 0n);
    const lost = inQuanta(used) - inPieces;
    if (lost < 0n) throw InvalidInputError.at('pieces', 'add up to more than was used.');
    const left = inQuanta(before.initialQuantity) - inQuanta(used);
    const movements: MovementDraft[] = pieces.map((each) => ({
      from: 'LOADED',
      to: 'PIECE',
      sourceBatchId: batch.id,
      pieceId: each.pieceId,
      quantity: each.quantity,
    }));
    if (lost > 0n) {
      movements.push({ from: 'LOADED', to: 'PROCESS_LOSS', sourceBatchId: batch.id, quantity: amount(lost) });
    }
    if (left > 0n) {
      const ids = { sourceBatchId: batch.id, destinationBatchId: batch.id };
      movements.push({ from: 'LOADED', to: 'BATCH', ...ids, quantity: amount(left) });
    }
    await books.post({
      type: 'RECONCILE_BUILD',
      batchId: batch.id,
      containerId: before.containerId,
      runId: deferral.runId,
      workstation: input.workstationId
        ? await tx.workstation.findUniqueOrThrow({ where: context.key(input.workstationId) })
        : null,
      quantity: used,
      notes: input.notes ?? null,
      parentActionId: before.actionId,
      movements,
    });
    const container = books.container(before.containerId);
    const held = inQuanta(container.quantity) + left;
    books.changeContainer(
      container.id,
      held > 0n
        ? { quantity: decimalOf(held), status: 'IN_USE', batchId: batch.id }
        : { quantity: decimalOf(0n), status: 'EMPTY', batchId: null, cleanedAt: null },
    );
    const after = await tx.materialTransaction.update({
      where: context.key(before.id),
      data: {
        quantity: used.toFixed(),
        initiallyReconciledAt: before.initiallyReconciledAt ?? context.now,
        reconciledAtId: input.workstationId ?? null,
        ...context.touched(),
      },
    });
    context.record('MaterialTransactionChanged', 'MaterialTransaction', before, after);
    await books.close();
    return { transactionId: before.id, batchId: before.batchId };
  },
});

/** Takes back what was told before, where that is still allowed. */
async function untell(
  context: CommandContext,
  books: Books,
  transaction: MaterialTransaction,
): Promise<void> {
  if (transaction.quantity === null) return;
  if (!isEditable(transaction, context.now)) {
    throw InvalidInputError.at(
      'transactionId',
      `was reconciled more than ${amendableHours} hours ago. Book a stock-take of the batch instead.`,
    );
  }
  const { tx, organizationId } = context;
  const [told] = await tx.materialAction.findMany({
    where: { organizationId, parentActionId: transaction.actionId, type: 'RECONCILE_BUILD' },
    orderBy: { sequence: 'desc' },
    take: 1,
  });
  const batch = books.batch(transaction.batchId);
  if (!told || batch.lastActionId !== told.id) {
    throw InvalidInputError.at(
      'transactionId',
      `cannot be told anew: something was done to batch ${batch.name} since. Book a stock-take of the batch instead.`,
    );
  }
  const wasLeft = inQuanta(transaction.initialQuantity) - inQuanta(transaction.quantity);
  await books.reverse(told, 'told anew');
  const container = books.container(transaction.containerId);
  const rest = inQuanta(container.quantity) - wasLeft;
  books.changeContainer(container.id, {
    status: 'IN_USE',
    batchId: transaction.batchId,
    quantity: decimalOf(rest > 0n ? rest : 0n),
  });
  if (quantityOf(books.contents(transaction.batchId).reserved) < inQuanta(transaction.initialQuantity)) {
    throw new Error(`What transaction ${transaction.id} set aside is not set aside.`);
  }
}
