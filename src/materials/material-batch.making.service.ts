/** Making batches: of lots, of other batches, and filling them into containers. */
import { z } from 'zod';
import type { MaterialContainer } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf, line } from '../commands/input.ts';
import { isUniqueViolation } from '../database/errors.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { newId } from '../ids.ts';
import './archiving.guards.ts';
import { decimalOf } from './batch.row.ts';
import { type Books, type MovementDraft, openBooks } from './books.ts';
import {
  enough,
  materialOf,
  mixingMaterial,
  openingContainers,
  usingMaterial,
} from './material-batch.guards.ts';
import {
  batchName,
  checkKnown,
  fromContainerId,
  ids,
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
import { materialLotStates } from './material-lot.state.ts';
import { amount } from './mixture.ts';
import { placeOf } from './place.ts';
import { coreQuantity, quantity } from './quantity.input.ts';

/** Unopened containers of one lot, with the lot, locked together. */
async function openContainers(
  context: CommandContext,
  containerIds: readonly string[],
  batchIds: readonly string[],
  at: Date | null | undefined,
) {
  const { tx, organizationId } = context;
  const found = await tx.materialContainer.findMany({
    where: { organizationId, id: { in: [...containerIds] } },
    select: { id: true, lotId: true },
  });
  const lotIds = [...new Set(found.flatMap((each) => each.lotId ?? []))];
  const books = await openBooks(context, {
    batchIds,
    containerIds,
    also: { MaterialLot: lotIds },
    occurredAt: at,
  });
  const containers = containerIds.map((id) => books.container(id));
  const issues = containers.flatMap((each, place) =>
    each.lotId === null || each.status !== 'NEW' || each.archivedAt
      ? [
          {
            path: ['containerIds', String(place)],
            message: `${each.name} is no unopened container of a lot.`,
          },
        ]
      : [],
  );
  if (issues.length > 0) throw new InvalidInputError(issues);
  if (lotIds.length !== 1) {
    throw InvalidInputError.at('containerIds', 'must be containers of one lot. Blend batches to mix lots.');
  }
  const lot = await tx.materialLot.findUniqueOrThrow({
    where: context.key(lotIds[0] as string),
    include: { material: true },
  });
  const { material, ...row } = lot;
  const status = materialLotStates.next(row.status, 'CREATE_INITIAL_BATCH');
  await openingContainers.check(context, { containerIds });
  return { books, containers, lot: row, material, status };
}

type Opened = Awaited<ReturnType<typeof openContainers>>;

function fillings({ containers, lot, material }: Opened, destinationBatchId: string): MovementDraft[] {
  return containers.map((container) => ({
    from: 'CONTAINER' as const,
    to: 'BATCH' as const,
    destinationBatchId,
    quantity: container.quantity,
    container: {
      id: container.id,
      lotId: lot.id,
      expiresAt: lot.expiresAt,
      usageCyclesLimit: lot.usageCyclesLimit ?? material.usageCyclesLimit,
    },
  }));
}

const totalOf = (containers: readonly MaterialContainer[]) =>
  amount(containers.reduce((sum, each) => sum + inQuanta(each.quantity), 0n));

/** The containers go on holding what they held: it belongs to the batch now. */
async function assign(context: CommandContext, opened: Opened, batchId: string): Promise<void> {
  const { books, containers, lot, status } = opened;
  for (const each of containers) books.changeContainer(each.id, { status: 'IN_USE', batchId });
  if (status === lot.status) return;
  const after = await context.tx.materialLot.update({
    where: context.key(lot.id),
    data: { status, ...context.touched() },
  });
  context.record('MaterialLotStatusChanged', 'MaterialLot', lot, after, { occurredAt: books.occurredAt });
}

export const createInitialBatch = command('createInitialBatch', {
  description: 'Makes a first batch of unopened containers of one lot. The containers go on holding it.',
  right: 'work',
  input: {
    containerIds: ids('MaterialContainer', 250).describe('Unopened containers of one lot, at most 250.'),
    name: batchName,
    ...place,
    notes,
    occurredAt,
  },
  refusals: [NotFoundError, TransitionError, BlockedError],
  numbers: numberUnlessNamed,
  run: async (context, { containerIds, name, notes: noted, occurredAt: at, ...where }) => {
    const unique = [...new Set(containerIds)];
    const opened = await openContainers(context, unique, [], at);
    const { books, containers, lot } = opened;
    const batchId = newId();
    const [first] = containers;
    await books.post({
      type: 'CREATE_INITIAL_BATCH',
      batchId,
      lotId: lot.id,
      quantity: totalOf(containers),
      notes: noted ?? null,
      creates: [
        {
          id: batchId,
          name: nameOf(context, name),
          materialId: lot.materialId,
          isInitial: true,
          notes: noted ?? null,
          ...(await placeOf(context, where, first ?? lot)),
        },
      ],
      movements: fillings(opened, batchId),
    });
    await assign(context, opened, batchId);
    await books.close();
    return { batchId, lotId: lot.id };
  },
});

export const addContainerToBatch = command('addContainerToBatch', {
  description:
    'Adds unopened containers of a lot to a batch. What the batch consists of changes: it is mixed, and the genealogy shows from when on.',
  right: 'work',
  input: {
    ...onBatch,
    containerIds: ids('MaterialContainer', 250).describe('Unopened containers of one lot, at most 250.'),
    notes,
    occurredAt,
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { batchId, containerIds, notes: noted, occurredAt: at, ...known }) => {
    const opened = await openContainers(context, [...new Set(containerIds)], [batchId], at);
    const { books, containers, lot } = opened;
    const batch = books.batch(batchId);
    checkKnown(context, batch, known);
    const material = await materialOf(context, batch.materialId);
    await usingMaterial.check(context, { batchIds: [batchId] });
    await mixingMaterial.check(context, {
      books,
      material,
      into: batch,
      sources: [],
      containers: [{ lotId: lot.id, materialId: lot.materialId }],
    });
    await books.post({
      type: 'ADD_CONTAINER',
      batchId,
      lotId: lot.id,
      quantity: totalOf(containers),
      notes: noted ?? null,
      movements: fillings(opened, batchId),
    });
    await assign(context, opened, batchId);
    await books.close();
    return { batchId };
  },
});

export const splitBatch = command('splitBatch', {
  description:
    'Makes a new batch of a part of one. It consists of the same lots, has the same quality, expiry and usage.',
  right: 'work',
  input: {
    ...onBatch,
    quantity: quantity({ above: 0 }).describe('How much goes into the new batch.'),
    containerId: fromContainerId,
    name: batchName,
    ...place,
    notes,
    occurredAt,
  },
  refusals: [NotFoundError, ConflictError, BlockedError],
  numbers: numberUnlessNamed,
  run: async (context, input) => {
    const { books, batch, material } = await openBatch(context, input);
    const wanted = coreQuantity(input.quantity, material, 'quantity');
    refuse(enough(books, batch.id, inQuanta(wanted), 'BATCH'));
    const batchId = newId();
    await books.post({
      type: 'SPLIT',
      batchId: batch.id,
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
          from: 'BATCH',
          to: 'BATCH',
          sourceBatchId: batch.id,
          destinationBatchId: batchId,
          quantity: wanted,
          fromContainerId: ownContainer(books, batch.id, input.containerId),
        },
      ],
    });
    await books.close();
    return { batchId: batch.id, newBatchId: batchId };
  },
});

const filled = z
  .object({
    containerId: idOf('MaterialContainer')
      .nullish()
      .describe('An empty container of the shop; a new disposable one unless given.'),
    name: line().nullish().describe('The name of a new container; one is made up unless given.'),
    quantity: quantity({ above: 0 }).describe('How much is filled into it.'),
  })
  .meta({ input: 'FilledContainerInput', description: 'A container, and how much is filled into it.' });

export const containerizeBatch = command('containerizeBatch', {
  description: 'Fills what is loose of a batch into containers: empty ones of the shop, or new ones.',
  right: 'work',
  input: {
    ...onBatch,
    containers: z
      .array(filled)
      .min(1, 'must name at least one')
      .max(250, 'must name at most 250')
      .describe('The containers, at most 250.'),
    notes,
    occurredAt: occurredAt.describe('When it was done, where that is not now.'),
  },
  refusals: [NotFoundError, ConflictError, BlockedError],
  run: async (context, input) => {
    const existing = input.containers.flatMap((each) => each.containerId ?? []);
    if (new Set(existing).size < existing.length)
      throw InvalidInputError.at('containers', 'names a container twice.');
    const { books, batch, material } = await openBatch(context, input, { containerIds: existing });
    requireCurrent(books, batch);
    const wanted = input.containers.map((each, place) =>
      coreQuantity(each.quantity, material, ['containers', String(place), 'quantity']),
    );
    const sum = wanted.reduce((total, each) => total + inQuanta(each), 0n);
    const loose = books.loose(batch.id);
    if (sum > loose) {
      throw InvalidInputError.at(
        'containers',
        `take ${amount(sum).toFixed()}, and ${amount(loose).toFixed()} of batch ${batch.name} is loose (in core units).`,
      );
    }
    const rows = await fill(context, books, batch, input.containers, wanted);
    await books.post({
      type: 'CONTAINERIZE',
      batchId: batch.id,
      quantity: amount(sum),
      notes: input.notes ?? null,
      data: { containers: rows.map(({ id, quantity: held }) => ({ id, quantity: held.toFixed() })) },
    });
    await books.close();
    return { batchId: batch.id, containerIds: rows.map((row) => row.id) };
  },
});

async function fill(
  context: CommandContext,
  books: Books,
  batch: { id: string; name: string; materialId: string; locationId: string; subLocationId: string | null },
  containers: readonly z.output<typeof filled>[],
  wanted: readonly { toFixed(): string }[],
): Promise<MaterialContainer[]> {
  const { tx, organizationId } = context;
  const restricted = await tx.materialContainerRestriction.findMany({
    where: { organizationId, containerId: { in: containers.flatMap((each) => each.containerId ?? []) } },
  });
  const made: MaterialContainer[] = [];
  const rows = containers.map((each, place): MaterialContainer => {
    const held = decimalOf(inQuanta(wanted[place] as { toFixed(): string }));
    const full = {
      status: 'IN_USE' as const,
      batchId: batch.id,
      materialId: batch.materialId,
      quantity: held,
    };
    if (each.containerId) {
      const row = books.container(each.containerId);
      const path = ['containers', String(place), 'containerId'];
      if (row.archivedAt || row.batchId || row.type === 'DISPOSABLE' || (row.lotId && row.status === 'NEW'))
        throw InvalidInputError.at(path, `${row.name} is no empty container of the shop.`);
      if (row.status === 'EMPTY' && !row.cleanedAt && row.materialId !== batch.materialId)
        throw InvalidInputError.at(path, `${row.name} held another material. Clean it first.`);
      const only = restricted.filter((one) => one.containerId === row.id);
      if (only.length > 0 && !only.some((one) => one.materialId === batch.materialId))
        throw InvalidInputError.at(path, `${row.name} is not meant for this material.`);
      const fullQuantity = row.fullQuantity.gt(held) ? row.fullQuantity : held;
      return { ...row, ...full, fullQuantity };
    }
    const row: MaterialContainer = {
      ...context.fresh(),
      name: each.name ?? `${batch.name}-${newId().slice(-6)}`,
      type: 'DISPOSABLE',
      lotId: null,
      fullQuantity: held,
      tare: null,
      cleanedAt: null,
      locationId: batch.locationId,
      subLocationId: batch.subLocationId,
      workstationId: null,
      notes: null,
      archivedAt: null,
      ...full,
    };
    made.push(row);
    return row;
  });
  if (made.length > 0) {
    try {
      await tx.materialContainer.createMany({ data: made.map((row) => ({ ...row, batchId: null })) });
    } catch (error) {
      if (isUniqueViolation(error))
        throw InvalidInputError.at('containers', 'gives a name that another MaterialContainer has.');
      throw error;
    }
    for (const row of made) context.record('MaterialContainerCreated', 'MaterialContainer', null, row);
  }
  for (const row of rows) books.addContainer(row);
  return rows;
}

const blended = z
  .object({
    batchId: idOf('MaterialBatch').describe('The batch.'),
    quantity: part,
    previousActionId,
    expectedVersion: expectedVersion(),
  })
  .meta({ input: 'BlendSourceInput', description: 'A batch that is blended, and how much of it.' });

export const blendBatches = command('blendBatches', {
  description:
    'Blends batches into a new one. Its shares follow the quantities; it expires when the first of them does, has the smallest usage limit, and is unsieved if any of them is.',
  right: 'work',
  input: {
    sources: z
      .array(blended)
      .min(2, 'must name at least two')
      .max(250, 'must name at most 250')
      .describe('What is blended: 2 to 250 batches.'),
    materialId: idOf('Material')
      .nullish()
      .describe('What the blend is; needed where the sources are of different materials.'),
    name: batchName,
    ...place,
    notes,
    occurredAt,
  },
  refusals: [NotFoundError, ConflictError, BlockedError],
  numbers: numberUnlessNamed,
  run: async (context, input) => {
    const batchIds = input.sources.map((each) => each.batchId);
    if (new Set(batchIds).size < batchIds.length)
      throw InvalidInputError.at('sources', 'names a batch twice.');
    const books = await openBooks(context, { batchIds, occurredAt: input.occurredAt });
    const sources = input.sources.map((each) => {
      const batch = books.batch(each.batchId);
      checkKnown(context, batch, each);
      return batch;
    });
    const [first] = sources;
    const kinds = new Set(sources.map((each) => each.materialId));
    const materialId = input.materialId ?? (kinds.size === 1 ? first?.materialId : null);
    if (!materialId || !first) {
      throw InvalidInputError.at('materialId', 'must say what a blend of different materials is.');
    }
    const [material] = await context.tx.material.findMany({ where: { id: materialId } });
    if (!material) throw InvalidInputError.at('materialId', 'names no Material that is visible to you.');
    await usingMaterial.check(context, { batchIds });
    await mixingMaterial.check(context, { books, material, into: null, sources, containers: [] });
    const own = new Map(
      (await context.tx.material.findMany({ where: { id: { in: [...kinds] } } })).map((each) => [
        each.id,
        each,
      ]),
    );
    const parts = input.sources.map((each, at) => {
      const batch = sources[at] as (typeof sources)[number];
      return partOf(batch, own.get(batch.materialId) ?? material, each.quantity, [
        'sources',
        String(at),
        'quantity',
      ]);
    });
    refuse(sources.flatMap((batch, at) => enough(books, batch.id, inQuanta(parts[at] as never), 'BATCH')));
    const batchId = newId();
    await books.post({
      type: 'BLEND',
      batchId,
      quantity: amount(parts.reduce((sum, each) => sum + inQuanta(each), 0n)),
      notes: input.notes ?? null,
      creates: [
        {
          id: batchId,
          name: nameOf(context, input.name),
          materialId,
          notes: input.notes ?? null,
          ...(await placeOf(context, input, first)),
        },
      ],
      movements: sources.map((batch, at) => ({
        from: 'BATCH' as const,
        to: 'BATCH' as const,
        sourceBatchId: batch.id,
        destinationBatchId: batchId,
        quantity: parts[at] as { toFixed(): string },
      })),
    });
    await books.close();
    return { batchId, sourceBatchIds: batchIds };
  },
});
