/** Stock that is counted by hand, for shops that do not track lots: used up, replenished, counted anew. */
import { z } from 'zod';
import type { Material, Stock, StockActionType } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf, line, text } from '../commands/input.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { newId } from '../ids.ts';
import { decimalOf } from './batch.row.ts';
import { quanta } from './mixture.ts';
import { coreQuantity, type QuantityInput, quantity } from './quantity.input.ts';
import { atHand, tellShortfall } from './settle.ts';

/** How many lots, and how many pieces, one action may name. */
const mostShares = 250;

const onStock = { stockId: idOf('Stock').describe('The stock.'), expectedVersion: expectedVersion() };
const notes = text(2_000).nullish().describe('What there is to note.');
const reason = line(500);
const runId = idOf('Run').nullish().describe('The run that it was done for.');
const lots = z
  .array(
    z
      .object({
        lotId: idOf('MaterialLot').describe('The lot; one of the same material.'),
        quantity: quantity({ above: 0 }).describe('How much of it.'),
      })
      .meta({ input: 'LotShareInput', description: 'How much of a quantity is of one lot.' }),
  )
  .max(mostShares, `must be at most ${mostShares}`)
  .default([]);
const pieces = z
  .array(
    z
      .object({
        pieceId: idOf('Piece').describe('The piece.'),
        quantity: quantity({ above: 0 }).describe('How much was used for it.'),
      })
      .meta({ input: 'PieceShareInput', description: 'How much of a quantity was used for one piece.' }),
  )
  .max(mostShares, `must be at most ${mostShares}`)
  .default([]);

const refusals = [NotFoundError, ConflictError, TransitionError, BlockedError];

export const consumeStock = command('consumeStock', {
  description:
    'Takes some of a stock that is counted by hand. What of it was of which lot, and was used for which piece, may be told. It never falls below zero.',
  right: 'work',
  input: {
    ...onStock,
    quantity: quantity({ above: 0 }).describe('How much was used.'),
    runId,
    lots: lots.describe(`Of which lots it was, at most ${mostShares}: together at most the quantity.`),
    pieces: pieces.describe(`For which pieces, at most ${mostShares}: together at most the quantity.`),
    reason: reason.nullish().describe('Why. It stays in the history.'),
    notes,
  },
  refusals,
  run: async (context, input) => {
    const opened = await openStock(context, input, 'CONSUME_STOCK');
    const wanted = quanta(coreQuantity(input.quantity, opened.material, 'quantity'));
    return act(context, opened, 'CONSUME', input, { by: -wanted, told: wanted });
  },
});

export const replenishStock = command('replenishStock', {
  description: 'Adds to a stock that is counted by hand.',
  right: 'work',
  input: {
    ...onStock,
    quantity: quantity({ above: 0 }).describe('How much was added.'),
    lots: lots.describe(`Of which lots it is, at most ${mostShares}: together at most the quantity.`),
    reason: reason.nullish().describe('Why. It stays in the history.'),
    notes,
  },
  refusals,
  run: async (context, input) => {
    const opened = await openStock(context, input, 'REPLENISH_STOCK');
    const added = quanta(coreQuantity(input.quantity, opened.material, 'quantity'));
    return act(context, opened, 'REPLENISH', input, { by: added, told: added });
  },
});

export const reconcileStock = command('reconcileStock', {
  description: 'Sets a stock that is counted by hand to what a count has found. The difference is kept.',
  right: 'work',
  input: {
    ...onStock,
    counted: quantity({ min: 0 }).describe('How much there is.'),
    reason: reason.describe('Why it differs, or why it was counted. It stays in the history.'),
    notes,
  },
  refusals,
  run: async (context, input) => {
    const opened = await openStock(context, input, 'RECONCILE_STOCK');
    const counted = quanta(coreQuantity(input.counted, opened.material, 'counted'));
    const by = counted - quanta(opened.stock.countedQuantity);
    return act(context, opened, 'RECONCILE', input, { by, told: by });
  },
});

interface OpenedStock {
  stock: Stock;
  material: Material;
}

async function openStock(
  context: CommandContext,
  { stockId, expectedVersion: expected }: { stockId: string; expectedVersion?: number | null | undefined },
  action: string,
): Promise<OpenedStock> {
  await context.lock({ Stock: [stockId] });
  const { material, ...stock } = await context.tx.stock.findUniqueOrThrow({
    where: context.key(stockId),
    include: { material: true },
  });
  context.expectVersion('Stock', stock, expected);
  if (stock.archivedAt) throw new TransitionError('Stock', 'ARCHIVED', action, []);
  if (!stock.trackQuantity) {
    throw new BlockedError([
      {
        rule: 'stock.tracksQuantity',
        message: `Stock of ${material.name} is not counted there. Set trackQuantity first.`,
        subject: { noun: 'Stock', uuid: stock.id, label: material.name },
      },
    ]);
  }
  return { stock, material };
}

interface Told {
  runId?: string | null | undefined;
  lots?: readonly { lotId: string; quantity: QuantityInput }[];
  pieces?: readonly { pieceId: string; quantity: QuantityInput }[];
  reason?: string | null | undefined;
  notes?: string | null | undefined;
}

/** Writes an action on a locked stock: `by` changes what is counted, `told` is what the action says. In quanta. */
async function act(
  context: CommandContext,
  opened: OpenedStock,
  type: StockActionType,
  input: Told,
  { by, told }: { by: bigint; told: bigint },
): Promise<{ stockId: string; stockActionId: string }> {
  const { tx, organizationId } = context;
  const { stock } = opened;
  const after = quanta(stock.countedQuantity) + by;
  if (after < 0n) {
    throw InvalidInputError.at(
      'quantity',
      `is more than there is: ${stock.countedQuantity.toFixed()} is counted (in the core unit).`,
    );
  }
  const shares = await sharesOf(context, opened, input, told);
  const levels = stock.minimum ? await atHand(context, [stock.id]) : new Map();
  const changed = await tx.stock.update({
    where: context.key(stock.id),
    data: { countedQuantity: decimalOf(after).toFixed(), ...context.touched() },
  });
  const action = await tx.stockAction.create({
    data: {
      organizationId,
      id: newId(),
      stockId: stock.id,
      type,
      quantity: decimalOf(told).toFixed(),
      quantityAfter: changed.countedQuantity,
      reason: input.reason ?? null,
      notes: input.notes ?? null,
      runId: input.runId ?? null,
      performedById: context.caller.tokenId,
      createdAt: context.now,
      updatedAt: context.now,
    },
  });
  if (shares.length > 0) {
    await tx.stockActionShare.createMany({
      data: shares.map((share) => ({ ...share, stockActionId: action.id })),
    });
  }
  context.record(
    'StockActionRecorded',
    'StockAction',
    null,
    { ...action, version: 1 },
    {
      related: [stock.materialId, stock.locationId],
      reason: input.reason ?? null,
    },
  );
  context.record('StockChanged', 'Stock', stock, changed, { reason: input.reason ?? null });
  const was = levels.get(stock.id);
  tellShortfall(context, changed, was, was && decimalOf(quanta(was) + by));
  return { stockId: stock.id, stockActionId: action.id };
}

/** What an action names of lots and pieces, checked. Throws InvalidInputError naming what is wrong. */
async function sharesOf(
  context: CommandContext,
  { stock, material }: OpenedStock,
  input: Told,
  most: bigint,
) {
  const { lots: ofLots = [], pieces: forPieces = [] } = input;
  const rows = await requireReferences(context, [
    ...ofLots.flatMap((each, place) => reference('MaterialLot', each.lotId, 'lots', String(place), 'lotId')),
    ...forPieces.flatMap((each, place) =>
      reference('Piece', each.pieceId, 'pieces', String(place), 'pieceId'),
    ),
    ...reference('Run', input.runId, 'runId'),
  ]);
  const strangers = ofLots.flatMap((_, place) =>
    rows[place]?.materialId === stock.materialId
      ? []
      : [{ path: ['lots', String(place), 'lotId'], message: 'names a lot of another material.' }],
  );
  if (strangers.length > 0) throw new InvalidInputError(strangers);
  const core = (each: { quantity: QuantityInput }, ...path: string[]) =>
    coreQuantity(each.quantity, material, [...path, 'quantity']);
  const shares = [
    ...ofLots.map((each, place) => ({
      isSource: true,
      lotId: each.lotId,
      quantity: core(each, 'lots', String(place)),
    })),
    ...forPieces.map((each, place) => ({
      isSource: false,
      pieceId: each.pieceId,
      quantity: core(each, 'pieces', String(place)),
    })),
  ];
  for (const [path, isSource] of [
    ['lots', true],
    ['pieces', false],
  ] as const) {
    const sum = shares
      .filter((share) => share.isSource === isSource)
      .reduce((total, share) => total + quanta(share.quantity), 0n);
    if (sum > 0n && sum > most)
      throw InvalidInputError.at(path, 'are more together than the quantity of the action.');
  }
  const { organizationId, now } = context;
  return shares.map((share) => ({ ...share, organizationId, id: newId(), createdAt: now }));
}
