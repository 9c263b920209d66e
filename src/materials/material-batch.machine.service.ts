/** Material in machines: loading, topping off, using it up in a run, unloading. */
import { z } from 'zod';
import type { Workstation } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf, line } from '../commands/input.ts';
import { StaleScopeError } from '../database/errors.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { MovementDraft } from './books.ts';
import {
  enough,
  loadingBatch,
  lotsApart,
  machineIsFree,
  mixingMaterial,
  usingMaterial,
} from './material-batch.guards.ts';
import {
  batchName,
  doneAt,
  fromContainerId,
  inQuanta,
  nameOf,
  notes,
  numberUnlessNamed,
  occurredAt,
  onBatch,
  openBatch,
  ownContainer,
  part,
  partOf,
  place,
  previousActionId,
  refuse,
  requireCurrent,
} from './material-batch.input.ts';
import { amount } from './mixture.ts';
import { placeOf } from './place.ts';
import { coreQuantity, quantity } from './quantity.input.ts';

const overrideReason = line(500)
  .nullish()
  .describe('Why powder that was not sieved is used all the same. It stays in the history.');

/** The batch that a workstation holds, read before the locks. */
async function loadedIn(context: CommandContext, workstationId: string): Promise<string | null> {
  const { tx, organizationId } = context;
  const [row] = await tx.materialBatch.findMany({
    where: { organizationId, workstationId },
    select: { id: true },
    take: 1,
  });
  return row?.id ?? null;
}

/** The workstation, locked, with what it holds. */
async function workstationOf(context: CommandContext, id: string): Promise<Workstation> {
  return context.tx.workstation.findUniqueOrThrow({ where: context.key(id) });
}

export const loadBatch = command('loadBatch', {
  description:
    'Puts a batch, or a part of it, into a machine. Refused where the machine does not take the material or holds another batch, and for powder that expired, was used too often, was not sieved or is held.',
  right: 'work',
  input: {
    ...onBatch,
    workstationId: idOf('Workstation').describe('The machine.'),
    quantity: part,
    containerId: fromContainerId,
    overrideReason,
    runId: idOf('Run').nullish().describe('The run that it is for.'),
    notes,
    occurredAt: doneAt,
  },
  refusals: [NotFoundError, ConflictError, BlockedError],
  run: async (context, input) => {
    const { workstationId } = input;
    const holds = await loadedIn(context, workstationId);
    const { books, batch, material } = await openBatch(context, input, {
      batchIds: holds ? [holds] : [],
      also: { Workstation: [workstationId], ...(input.runId ? { Run: [input.runId] } : {}) },
    });
    requireCurrent(books, batch);
    if ((await loadedIn(context, workstationId)) !== holds) throw new StaleScopeError();
    const workstation = await workstationOf(context, workstationId);
    const loaded = holds ? books.batch(holds) : null;
    refuse(machineIsFree(loaded, batch, workstation));
    await usingMaterial.check(context, { batchIds: [batch.id] });
    await loadingBatch.check(context, {
      books,
      batch,
      workstation,
      loaded,
      overrideReason: input.overrideReason ?? null,
    });
    const wanted = partOf(batch, material, input.quantity);
    refuse(enough(books, batch.id, inQuanta(wanted), 'BATCH'));
    if (!batch.workstationId && batch.reserved.gt(0)) {
      throw InvalidInputError.at('batchId', 'is set aside for a deferred build. Reconcile it first.');
    }
    await books.post({
      type: 'LOAD',
      batchId: batch.id,
      workstation,
      runId: input.runId ?? null,
      quantity: wanted,
      reason: input.overrideReason ?? null,
      notes: input.notes ?? null,
      movements: [
        {
          from: 'BATCH',
          to: 'LOADED',
          sourceBatchId: batch.id,
          destinationBatchId: batch.id,
          quantity: wanted,
          fromContainerId: ownContainer(books, batch.id, input.containerId),
        },
      ],
      changes: new Map([[batch.id, { workstationId }]]),
    });
    await books.close();
    return { batchId: batch.id };
  },
});

export const topOffMachine = command('topOffMachine', {
  description:
    'Adds a batch to what a machine holds. The mixture is a new batch in the machine, so that what was taken from either before stays apart from it.',
  right: 'work',
  input: {
    ...onBatch,
    workstationId: idOf('Workstation').describe('The machine.'),
    quantity: part,
    containerId: fromContainerId,
    overrideReason,
    name: batchName,
    notes,
    occurredAt: doneAt,
  },
  refusals: [NotFoundError, ConflictError, BlockedError],
  numbers: numberUnlessNamed,
  run: async (context, input) => {
    const { workstationId } = input;
    const holds = await loadedIn(context, workstationId);
    const { books, batch, material } = await openBatch(context, input, {
      batchIds: holds ? [holds] : [],
      also: { Workstation: [workstationId] },
    });
    if ((await loadedIn(context, workstationId)) !== holds) throw new StaleScopeError();
    if (!holds) throw InvalidInputError.at('workstationId', 'holds nothing. Load a batch instead.');
    if (holds === batch.id) {
      throw InvalidInputError.at('batchId', 'is what the machine holds. Load more of it instead.');
    }
    const workstation = await workstationOf(context, workstationId);
    const loaded = books.batch(holds);
    for (const each of [batch, loaded]) requireCurrent(books, each);
    await usingMaterial.check(context, { batchIds: [batch.id, loaded.id] });
    await loadingBatch.check(context, {
      books,
      batch,
      workstation,
      loaded,
      overrideReason: input.overrideReason ?? null,
    });
    const ofLoaded = await context.tx.material.findUniqueOrThrow({ where: context.key(loaded.materialId) });
    // What is in the machine is meant to be mixed: that it is in a machine is no objection.
    await mixingMaterial.check(context, {
      books,
      material: ofLoaded,
      into: null,
      sources: [batch],
      containers: [],
    });
    refuse(lotsApart(ofLoaded, [loaded, batch]));
    const wanted = partOf(batch, material, input.quantity);
    refuse(enough(books, batch.id, inQuanta(wanted), 'BATCH'));
    const batchId = newId();
    await books.post({
      type: 'TOP_OFF',
      batchId: batch.id,
      workstation,
      quantity: wanted,
      reason: input.overrideReason ?? null,
      notes: input.notes ?? null,
      creates: [
        {
          id: batchId,
          name: nameOf(context, input.name),
          materialId: loaded.materialId,
          locationId: workstation.locationId,
          subLocationId: workstation.subLocationId,
          workstationId,
        },
      ],
      movements: [
        {
          from: 'LOADED',
          to: 'LOADED',
          sourceBatchId: loaded.id,
          destinationBatchId: batchId,
          quantity: loaded.reserved,
        },
        {
          from: 'BATCH',
          to: 'LOADED',
          sourceBatchId: batch.id,
          destinationBatchId: batchId,
          quantity: wanted,
          fromContainerId: ownContainer(books, batch.id, input.containerId),
        },
      ],
    });
    await books.close();
    return { batchId: batch.id, loadedBatchId: batchId, formerBatchId: loaded.id };
  },
});

export const pieceMass = z
  .object({
    pieceId: idOf('Piece').describe('The piece.'),
    quantity: quantity({ above: 0 }).describe('What went into it and its supports.'),
  })
  .meta({ input: 'PieceMaterialInput', description: 'How much material went into a piece.' });

export const consumeBatch = command('consumeBatch', {
  description:
    'Tells what a run used of the material in its machine: how much went into each piece with its supports, and how much was lost. What the pieces consist of is known from then on.',
  right: 'work',
  input: {
    runId: idOf('Run').describe('The run. Its workstation holds the material.'),
    batchId: idOf('MaterialBatch')
      .nullish()
      .describe("The batch; what the run's workstation holds unless given."),
    previousActionId,
    pieces: z
      .array(pieceMass)
      .max(1_000, 'must name at most 1000')
      .default([])
      .describe('How much went into each piece, at most 1000.'),
    otherwise: quantity({ above: 0 })
      .nullish()
      .describe('How much went into each piece of the run that is not listed; nothing unless given.'),
    loss: quantity({ above: 0 })
      .nullish()
      .describe('What was lost in the process: fumes, filters, supports that were thrown away.'),
    notes,
    occurredAt,
  },
  refusals: [NotFoundError, ConflictError, BlockedError],
  run: async (context, input) => {
    const { tx, organizationId } = context;
    const [run] = await tx.run.findMany({ where: { organizationId, id: input.runId } });
    if (!run) throw new NotFoundError('Run', input.runId);
    const holds = input.batchId ?? (await loadedIn(context, run.workstationId));
    if (!holds) {
      throw InvalidInputError.at(
        'runId',
        'has a workstation that holds no material. Name the batch that it used.',
      );
    }
    const { books, batch, material } = await openBatch(
      context,
      { batchId: holds, previousActionId: input.previousActionId, occurredAt: input.occurredAt },
      { also: { Workstation: [run.workstationId], Run: [run.id] } },
    );
    const { status } = await tx.run.findUniqueOrThrow({ where: context.key(run.id) });
    if (!['IN_PROGRESS', 'PAUSED', 'COMPLETE', 'ERROR'].includes(status)) {
      throw InvalidInputError.at('runId', `is ${status}: it has used nothing yet.`);
    }
    await usingMaterial.check(context, { batchIds: [batch.id] });
    const workstation = await workstationOf(context, run.workstationId);
    const used = await piecesOf(context, input, material);
    const loss = input.loss ? coreQuantity(input.loss, material, 'loss') : null;
    const movements: MovementDraft[] = used.map(({ pieceId, quantity: mass }) => ({
      from: 'LOADED',
      to: 'PIECE',
      sourceBatchId: batch.id,
      pieceId,
      quantity: mass,
    }));
    if (loss) movements.push({ from: 'LOADED', to: 'PROCESS_LOSS', sourceBatchId: batch.id, quantity: loss });
    if (movements.length === 0) throw InvalidInputError.at('pieces', 'says of no piece what went into it.');
    const sum = movements.reduce((total, each) => total + inQuanta(each.quantity), 0n);
    refuse(enough(books, batch.id, sum, 'LOADED'));
    await books.post({
      type: 'CONSUME',
      batchId: batch.id,
      workstation,
      runId: run.id,
      quantity: amount(sum),
      notes: input.notes ?? null,
      movements,
    });
    await books.close();
    return { batchId: batch.id, runId: run.id, pieceIds: used.map((each) => each.pieceId) };
  },
});

/** What went into which piece, in core units. Throws InvalidInputError for pieces that the run does not work on. */
export async function piecesOf(
  context: CommandContext,
  input: {
    runId: string;
    pieces: readonly z.output<typeof pieceMass>[];
    otherwise?: z.output<typeof pieceMass>['quantity'] | null | undefined;
  },
  material: Parameters<typeof coreQuantity>[1],
): Promise<{ pieceId: string; quantity: { toFixed(): string } }[]> {
  const { tx, organizationId } = context;
  const operations = await tx.operation.findMany({
    where: { organizationId, runId: input.runId },
    select: { pieceId: true },
    orderBy: { pieceId: 'asc' },
  });
  const own = new Set(operations.map((each) => each.pieceId));
  const named = new Set<string>();
  const issues = input.pieces.flatMap(({ pieceId }, place) => {
    const path = ['pieces', String(place), 'pieceId'];
    if (!own.has(pieceId)) return [{ path, message: 'is not a piece that this run works on.' }];
    if (named.has(pieceId)) return [{ path, message: 'is named twice.' }];
    named.add(pieceId);
    return [];
  });
  if (issues.length > 0) throw new InvalidInputError(issues);
  const listed = input.pieces.map((each, place) => ({
    pieceId: each.pieceId,
    quantity: coreQuantity(each.quantity, material, ['pieces', String(place), 'quantity']),
  }));
  if (!input.otherwise) return listed;
  const rest = coreQuantity(input.otherwise, material, 'otherwise');
  return [
    ...listed,
    ...[...own].filter((id) => !named.has(id)).map((pieceId) => ({ pieceId, quantity: rest })),
  ];
}

const unloading = {
  workstationId: idOf('Workstation').describe('The machine.'),
  previousActionId,
  notes,
  occurredAt: doneAt,
};

/** Opens the books of what a machine holds. */
async function openLoaded(
  context: CommandContext,
  input: {
    workstationId: string;
    previousActionId?: string | null | undefined;
    occurredAt?: Date | null | undefined;
  },
) {
  const holds = await loadedIn(context, input.workstationId);
  if (!holds) {
    const [found] = await context.tx.workstation.findMany({ where: { id: input.workstationId } });
    if (!found) throw new NotFoundError('Workstation', input.workstationId);
    throw InvalidInputError.at('workstationId', 'holds no material.');
  }
  const opened = await openBatch(
    context,
    { batchId: holds, previousActionId: input.previousActionId, occurredAt: input.occurredAt },
    { also: { Workstation: [input.workstationId] } },
  );
  if (opened.batch.workstationId !== input.workstationId) throw new StaleScopeError();
  requireCurrent(opened.books, opened.batch);
  return { ...opened, workstation: await workstationOf(context, input.workstationId) };
}

export const unloadChamber = command('unloadChamber', {
  description:
    'Takes powder that was in a build out of a machine, as a new batch: used once more than it was, and to be sieved before it is loaded again.',
  right: 'work',
  input: {
    ...unloading,
    quantity: quantity({ above: 0 }).nullish().describe('How much; all that the machine holds unless given.'),
    name: batchName,
    ...place,
  },
  refusals: [NotFoundError, ConflictError, BlockedError],
  numbers: numberUnlessNamed,
  run: async (context, input) => {
    const { books, batch, material, workstation } = await openLoaded(context, input);
    const wanted = input.quantity ? coreQuantity(input.quantity, material, 'quantity') : batch.reserved;
    refuse(enough(books, batch.id, inQuanta(wanted), 'LOADED'));
    const batchId = newId();
    await books.post({
      type: 'UNLOAD_CHAMBER',
      batchId: batch.id,
      workstation,
      quantity: wanted,
      notes: input.notes ?? null,
      creates: [
        {
          id: batchId,
          name: nameOf(context, input.name),
          materialId: batch.materialId,
          notes: input.notes ?? null,
          ...(await placeOf(context, input, batch)),
        },
      ],
      movements: [
        {
          from: 'LOADED',
          to: 'BATCH',
          sourceBatchId: batch.id,
          destinationBatchId: batchId,
          quantity: wanted,
          cycleShift: 1,
        },
      ],
    });
    await books.close();
    return { batchId: batch.id, newBatchId: batchId };
  },
});

export const unloadHopper = command('unloadHopper', {
  description:
    'Takes powder that was not in a build out of a machine, back to the batch that it belongs to: its usage and quality stay as they are.',
  right: 'work',
  input: {
    ...unloading,
    quantity: quantity({ above: 0 }).nullish().describe('How much; all that the machine holds unless given.'),
  },
  refusals: [NotFoundError, ConflictError, BlockedError],
  run: async (context, input) => {
    const { books, batch, material, workstation } = await openLoaded(context, input);
    const wanted = input.quantity ? coreQuantity(input.quantity, material, 'quantity') : batch.reserved;
    refuse(enough(books, batch.id, inQuanta(wanted), 'LOADED'));
    await books.post({
      type: 'UNLOAD_HOPPER',
      batchId: batch.id,
      workstation,
      quantity: wanted,
      notes: input.notes ?? null,
      movements: [
        {
          from: 'LOADED',
          to: 'BATCH',
          sourceBatchId: batch.id,
          destinationBatchId: batch.id,
          quantity: wanted,
        },
      ],
    });
    await books.close();
    return { batchId: batch.id };
  },
});
