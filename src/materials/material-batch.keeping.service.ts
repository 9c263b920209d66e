/** Keeping batches: sieving, sampling, scrapping, counting, moving them about, correcting what is said of them. */
import { PowderQuality } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import { idOf, instant, line, oneOf, text, whole } from '../commands/input.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { isUniqueViolation } from '../database/errors.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError } from '../errors.ts';
import { newId } from '../ids.ts';
import { batchSubject, enough, notInMachine } from './material-batch.guards.ts';
import {
  atHand,
  doneAt,
  fromContainerId,
  inQuanta,
  notes,
  occurredAt,
  onBatch,
  openBatch,
  ownContainer,
  part,
  partOf,
  reason,
  refuse,
  requireCurrent,
} from './material-batch.input.ts';
import { amount } from './mixture.ts';
import { placeOf } from './place.ts';
import { coreQuantity, quantity } from './quantity.input.ts';

const refusals = [NotFoundError, ConflictError, BlockedError];

export const sieveBatch = command('sieveBatch', {
  description: 'Sieves a batch: what comes out may be loaded again, what the sieve keeps back is lost.',
  right: 'work',
  input: {
    ...onBatch,
    quantity: quantity({ min: 0 }).describe('How much came out; at most what was at hand.'),
    notes,
    occurredAt,
  },
  refusals,
  run: async (context, input) => {
    const { books, batch, material } = await openBatch(context, input);
    if (batch.reserved.gt(0)) {
      refuse([notInMachine(batch)]);
    }
    const out = coreQuantity(input.quantity, material, 'quantity');
    refuse(enough(books, batch.id, inQuanta(out), 'BATCH'));
    const loss = inQuanta(batch.quantity) - inQuanta(out);
    if (inQuanta(batch.quantity) === 0n) refuse(enough(books, batch.id, 1n, 'BATCH'));
    await books.post({
      type: 'SIEVE',
      batchId: batch.id,
      quantity: out,
      notes: input.notes ?? null,
      movements:
        loss > 0n
          ? [{ from: 'BATCH', to: 'SIEVE_LOSS', sourceBatchId: batch.id, quantity: amount(loss) }]
          : [],
    });
    await books.close();
    return { batchId: batch.id };
  },
});

export const scrapBatch = command('scrapBatch', {
  description: 'Throws away a batch, or a part of it.',
  right: 'work',
  input: { ...onBatch, quantity: part, containerId: fromContainerId, reason, notes, occurredAt },
  refusals,
  run: (context, input) => remove(context, input, 'SCRAP', 'SCRAP'),
});

export const returnBatch = command('returnBatch', {
  description: 'Sends a batch, or a part of it, back to its supplier.',
  right: 'work',
  input: { ...onBatch, quantity: part, containerId: fromContainerId, reason, notes, occurredAt },
  refusals,
  run: (context, input) => remove(context, input, 'RETURN', 'RETURNED'),
});

async function remove(
  context: Parameters<typeof openBatch>[0],
  input: Parameters<typeof openBatch>[1] & {
    quantity?: Parameters<typeof partOf>[2];
    containerId?: string | null | undefined;
    reason: string;
    notes?: string | null | undefined;
  },
  type: 'SCRAP' | 'RETURN',
  to: 'SCRAP' | 'RETURNED',
): Promise<{ batchId: string }> {
  const { books, batch, material } = await openBatch(context, input);
  const wanted = partOf(batch, material, input.quantity);
  refuse(enough(books, batch.id, inQuanta(wanted), 'BATCH'));
  await books.post({
    type,
    batchId: batch.id,
    quantity: wanted,
    reason: input.reason,
    notes: input.notes ?? null,
    movements: [
      {
        from: 'BATCH',
        to,
        sourceBatchId: batch.id,
        quantity: wanted,
        fromContainerId: ownContainer(books, batch.id, input.containerId),
      },
    ],
  });
  await books.close();
  return { batchId: batch.id };
}

export const sampleBatch = command('sampleBatch', {
  description: 'Takes a sample of a batch for testing. A sample too little to count takes nothing off it.',
  right: 'work',
  input: {
    ...onBatch,
    quantity: quantity({ min: 0 }).nullish().describe('How much; too little to count unless given.'),
    containerId: fromContainerId,
    name: line().describe('The name of the sample, unique in the organization.'),
    notes,
    occurredAt,
  },
  refusals,
  run: async (context, input) => {
    const { books, batch, material } = await openBatch(context, input);
    const taken = input.quantity ? coreQuantity(input.quantity, material, 'quantity') : amount(0n);
    const isCounted = inQuanta(taken) > 0n;
    const fromContainer = ownContainer(books, batch.id, input.containerId);
    refuse(
      enough(
        books,
        batch.id,
        isCounted ? inQuanta(taken) : 1n,
        batch.workstationId && !isCounted ? 'LOADED' : 'BATCH',
      ),
    );
    const action = await books.post({
      type: 'SAMPLE',
      batchId: batch.id,
      quantity: taken,
      notes: input.notes ?? null,
      movements: isCounted
        ? [
            {
              from: 'BATCH',
              to: 'SAMPLE',
              sourceBatchId: batch.id,
              quantity: taken,
              fromContainerId: fromContainer,
            },
          ]
        : [],
    });
    const sampleId = newId();
    const [same] = await context.tx.materialSample.findMany({ where: { name: input.name }, take: 1 });
    if (same) throw InvalidInputError.at('name', 'is taken by another MaterialSample. Choose another.');
    const sample = await context.tx.materialSample.create({
      data: {
        ...context.fresh(sampleId),
        name: input.name,
        batchId: batch.id,
        actionId: action.id,
        quantity: taken.toFixed(),
      },
    });
    context.record('MaterialSampleCreated', 'MaterialSample', null, sample, {
      occurredAt: books.occurredAt,
    });
    await books.close();
    return { batchId: batch.id, sampleId };
  },
});

export const adjustBatch = command('adjustBatch', {
  description:
    'Books a stock-take: how much of a batch there is. The difference is an entry of its own, and history stays as it was.',
  right: 'work',
  input: {
    ...onBatch,
    quantity: quantity({ min: 0 }).describe('How much there is, with what is in a machine.'),
    reason,
    notes,
    occurredAt,
  },
  refusals,
  run: async (context, input) => {
    const { books, batch, material } = await openBatch(context, input);
    const counted = coreQuantity(input.quantity, material, 'quantity');
    const difference = inQuanta(counted) - inQuanta(batch.quantity);
    if (difference < 0n) refuse(enough(books, batch.id, -difference, 'BATCH'));
    await books.post({
      type: 'ADJUST',
      batchId: batch.id,
      quantity: counted,
      reason: input.reason,
      notes: input.notes ?? null,
      movements:
        difference === 0n
          ? []
          : difference > 0n
            ? [
                {
                  from: 'ADJUSTMENT',
                  to: 'BATCH',
                  destinationBatchId: batch.id,
                  quantity: amount(difference),
                },
              ]
            : [{ from: 'BATCH', to: 'ADJUSTMENT', sourceBatchId: batch.id, quantity: amount(-difference) }],
    });
    await books.close();
    return { batchId: batch.id };
  },
});

export const relocateBatch = command('relocateBatch', {
  description:
    'Takes a batch elsewhere, with the containers that hold it. Which sensors it was near is known from where it stood.',
  right: 'work',
  input: {
    ...onBatch,
    locationId: idOf('Location').nullish().describe('The location; the same unless given.'),
    subLocationId: idOf('SubLocation').nullish().describe('The area; none unless given.'),
    notes,
    occurredAt: doneAt,
  },
  refusals,
  run: async (context, input) => {
    const { books, batch } = await openBatch(context, input);
    requireCurrent(books, batch);
    if (!input.locationId && !input.subLocationId) {
      throw InvalidInputError.at('locationId', 'or subLocationId must say where it is taken.');
    }
    const to = await placeOf(context, input, batch);
    await books.post({
      type: 'RELOCATE',
      batchId: batch.id,
      quantity: atHand(batch),
      notes: input.notes ?? null,
      data: { from: { locationId: batch.locationId, subLocationId: batch.subLocationId }, to: { ...to } },
      changes: new Map([[batch.id, to]]),
    });
    for (const container of books.containersOf(batch.id)) books.changeContainer(container.id, to);
    await books.close();
    return { batchId: batch.id };
  },
});

export const dockBatch = command('dockBatch', {
  description: 'Docks a batch at a workstation that handles material.',
  right: 'work',
  input: {
    ...onBatch,
    workstationId: idOf('Workstation').describe('The workstation.'),
    notes,
    occurredAt: doneAt,
  },
  refusals,
  run: async (context, input) => {
    const { books, batch } = await openBatch(context, input, {
      also: { Workstation: [input.workstationId] },
    });
    requireCurrent(books, batch);
    await requireReferences(context, reference('Workstation', input.workstationId, 'workstationId'));
    if (batch.dockedAtId) {
      refuse([
        {
          rule: 'batch.notDocked',
          message: `Batch ${batch.name} is docked already. Undock it first.`,
          subject: batchSubject(batch),
        },
      ]);
    }
    const workstation = await context.tx.workstation.findUniqueOrThrow({
      where: context.key(input.workstationId),
    });
    await books.post({
      type: 'DOCK',
      batchId: batch.id,
      workstation,
      notes: input.notes ?? null,
      changes: new Map([[batch.id, { dockedAtId: workstation.id }]]),
    });
    await books.close();
    return { batchId: batch.id };
  },
});

export const undockBatch = command('undockBatch', {
  description: 'Undocks a batch.',
  right: 'work',
  input: { ...onBatch, notes, occurredAt: doneAt },
  refusals,
  run: async (context, input) => {
    const { books, batch } = await openBatch(context, input);
    requireCurrent(books, batch);
    if (!batch.dockedAtId) throw InvalidInputError.at('batchId', 'is not docked.');
    const workstation = await context.tx.workstation.findUniqueOrThrow({
      where: context.key(batch.dockedAtId),
    });
    await books.post({
      type: 'UNDOCK',
      batchId: batch.id,
      workstation,
      notes: input.notes ?? null,
      changes: new Map([[batch.id, { dockedAtId: null }]]),
    });
    await books.close();
    return { batchId: batch.id };
  },
});

export const updateMaterialBatch = command('updateMaterialBatch', {
  description:
    'Corrects what is said of a batch, not how much there is of it. What is left out stays as it is; null clears what may be empty.',
  right: 'work',
  input: {
    ...onBatch,
    name: line().optional().describe('Unique in the organization.'),
    customStatus: line().nullish().describe("A status of the organization's own."),
    externalBuildId: line().nullish().describe('The build that it belongs to in another system.'),
    quality: oneOf('PowderQuality', PowderQuality)
      .optional()
      .describe('What the powder is like, where that is not what its history says. Needs a reason.'),
    expiresAt: instant().nullish().describe('By when it expires. Needs a reason.'),
    usageCyclesLimit: whole(1, 10_000).nullish().describe('How often it may be in a build. Needs a reason.'),
    reason: line(500).nullish().describe('Why. It stays in the history.'),
    notes: text(2_000).nullish().describe('Anything worth knowing.'),
  },
  refusals,
  run: async (context, input) => {
    const { books, batch } = await openBatch(context, input);
    const { quality, expiresAt, usageCyclesLimit } = input;
    const sets = {
      ...(quality === undefined ? {} : { quality }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(usageCyclesLimit === undefined ? {} : { usageCyclesLimit }),
    };
    if (Object.keys(sets).length > 0 && !input.reason) {
      throw InvalidInputError.at('reason', 'must say why the quality, expiry or limit is another.');
    }
    const { name, customStatus, externalBuildId, notes: noted } = input;
    await books.post({
      type: 'EDIT_DETAILS',
      batchId: batch.id,
      reason: input.reason ?? null,
      data: {
        sets: { ...sets, ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}) } as Record<
          string,
          string | number | null
        >,
      },
      sets: new Map([[batch.id, sets]]),
      changes: new Map([
        [
          batch.id,
          {
            ...(name === undefined ? {} : { name }),
            ...(customStatus === undefined ? {} : { customStatus }),
            ...(externalBuildId === undefined ? {} : { externalBuildId }),
            ...(noted === undefined ? {} : { notes: noted }),
          },
        ],
      ]),
    });
    try {
      await books.close();
    } catch (error) {
      if (isUniqueViolation(error))
        throw InvalidInputError.at('name', 'is taken by another MaterialBatch. Choose another.');
      throw error;
    }
    return { batchId: batch.id };
  },
});
