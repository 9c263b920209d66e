import type { RequestContext } from '../../src/context.ts';
import { Quantity } from '../../src/materials/quantity.ts';
import type { Measured } from '../../src/materials/units.ts';
import { builder } from '../builder.ts';
import { belongingList, childList, listOf } from '../shared/connection.ts';
import { enumOf } from '../shared/enums.ts';
import { byArchived, byEnum, byId, byInstant, byRule, byTruth } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { measured, nullableQuantityField, QuantityRef } from '../shared/quantity.ts';
import { rowField } from '../shared/row-field.ts';
import { StockActionTypeRef } from './enums.ts';
import { materialBatchList } from './material-batch.type.ts';
import { materialLotList } from './material-lot.type.ts';
import { type AreaLevels, areaLevels, type StockLevels, stockLevels } from './stock.levels.ts';

type StockStatus = 'AVAILABLE' | 'IN_USE' | 'EXHAUSTED';

const StockStatusRef = enumOf<StockStatus>('StockStatus', 'Whether there is any of a stock.', {
  AVAILABLE: 'Some is at hand, or it is not counted.',
  IN_USE: 'All that there is is in machines.',
  EXHAUSTED: 'There is nothing.',
});

const AreaStock = builder.objectRef<{ levels: AreaLevels; material: Measured }>('AreaStock').implement({
  description: 'What of a stock is in one area of its location.',
  fields: (t) => ({
    subLocation: rowField(
      t,
      'SubLocation',
      'The area; null for what stands in none.',
      ({ levels }) => levels.subLocationId,
      { nullable: true },
    ),
    lotQuantity: t.field({
      type: QuantityRef,
      description: 'How much is in unopened containers of lots.',
      resolve: ({ levels, material }) => new Quantity(levels.inLots, material),
    }),
    lotQuantityOnOrder: t.field({
      type: QuantityRef,
      description: 'How much is on order for it.',
      resolve: ({ levels, material }) => new Quantity(levels.onOrder, material),
    }),
    batchQuantity: t.field({
      type: QuantityRef,
      description: 'How much is at hand in batches.',
      resolve: ({ levels, material }) => new Quantity(levels.inBatches, material),
    }),
  }),
});

/** A level of a stock as a Quantity. */
const level = (name: keyof StockLevels) => ({
  type: QuantityRef,
  select: { material: measured },
  resolve: async (stock: { id: string; material: Measured }, _args: object, context: RequestContext) =>
    new Quantity((await stockLevels(context).load(stock.id))[name], stock.material),
});

noun('StockActionShare', {
  description: 'What an action on a stock took of a lot, or used for a piece.',
  fields: (t) => ({
    stockAction: t.relation('stockAction', { description: 'The action.' }),
    isSource: t.exposeBoolean('isSource', {
      description: 'True: it came out of the lot. False: it was used for the piece.',
    }),
    lot: t.relation('lot', { nullable: true, description: 'The lot.' }),
    piece: t.relation('piece', { nullable: true, description: 'The piece.' }),
    quantity: t.field({
      type: QuantityRef,
      description: 'How much it was.',
      select: { quantity: true, stockAction: { select: { stock: { select: { material: measured } } } } },
      resolve: ({ quantity, stockAction }) => new Quantity(quantity, stockAction.stock.material),
    }),
  }),
});

export const stockActionShareList = listOf('StockActionShare', {
  plural: 'shares of actions on stocks',
  filters: {
    stockAction: byId('stockActionId', 'StockAction', 'By action.'),
    run: byId('runId', 'Run', 'By the run of the action.', (where) => ({ stockAction: { is: where } })),
    lot: byId('lotId', 'MaterialLot', 'By lot.'),
    piece: byId('pieceId', 'Piece', 'By piece.'),
    isSource: byTruth('isSource', 'True: of lots. False: for pieces.'),
    createdAt: byInstant('createdAt', 'By when they were recorded.'),
  },
  orders: { CREATED_AT: { column: 'createdAt', description: 'By when they were recorded.' } },
});

noun('StockAction', {
  description: 'Something that was done to a stock that is counted by hand. It never changes.',
  fields: (t) => ({
    stock: t.relation('stock', { description: 'The stock.' }),
    type: t.expose('type', { type: StockActionTypeRef, description: 'What was done.' }),
    quantity: t.field({
      type: QuantityRef,
      description:
        'How much was taken or added; for RECONCILE the difference, negative where less was found.',
      select: { quantity: true, stock: { select: { material: measured } } },
      resolve: ({ quantity, stock }) => new Quantity(quantity, stock.material),
    }),
    quantityAfter: t.field({
      type: QuantityRef,
      description: 'How much was counted after it.',
      select: { quantityAfter: true, stock: { select: { material: measured } } },
      resolve: ({ quantityAfter, stock }) => new Quantity(quantityAfter, stock.material),
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was done.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'What was noted.' }),
    run: t.relation('run', { nullable: true, description: 'The run that it was done for.' }),
    performedBy: t.relation('performedBy', { nullable: true, description: 'The token that recorded it.' }),
    shares: childList(
      t,
      'StockAction',
      'shares',
      stockActionShareList,
      'Of which lots it was, and for which pieces.',
    ),
  }),
});

export const stockActionList = listOf('StockAction', {
  plural: 'actions on stocks',
  filters: {
    stock: byId('stockId', 'Stock', 'By stock.'),
    type: byEnum('type', 'StockActionType', 'By type.'),
    run: byId('runId', 'Run', 'By run.'),
    createdAt: byInstant('createdAt', 'By when they were recorded.'),
  },
  search: ['reason', 'notes'],
  orders: { CREATED_AT: { column: 'createdAt', description: 'By when they were recorded.' } },
});

/** Rows of the material at the location of a stock. */
const ofStock = (stock: string, organization: string) =>
  ['materialId', 'locationId']
    .map(
      (column) =>
        `t."${column}" = (SELECT s."${column}" FROM "Stock" s WHERE s."organizationId" = ${organization} AND s.id = ${stock})`,
    )
    .join(' AND ');

noun('Stock', {
  description:
    'A material at a location, and the levels between which it is kept. How much there is follows from lots and batches; where a shop does not track these, it is counted by actions.',
  fields: (t) => ({
    material: t.relation('material', { description: 'The material.' }),
    location: t.relation('location', { description: 'Where it is kept.' }),
    workstation: t.relation('workstation', {
      nullable: true,
      description: 'The workstation that it is kept for.',
    }),
    trackQuantity: t.exposeBoolean('trackQuantity', {
      description: 'Whether it is counted; if not, the material is just available there.',
    }),
    minimum: nullableQuantityField(t, 'Stock', 'minimum', 'The least that should be at hand.'),
    maximum: nullableQuantityField(t, 'Stock', 'maximum', 'The most that is ordered up to.'),
    quantity: t.field({
      ...level('available'),
      description:
        'How much is at hand: in batches but not in machines, in unopened containers of lots that have arrived, and counted by hand.',
    }),
    reservedQuantity: t.field({
      ...level('reserved'),
      description: 'How much is in machines, or set aside.',
    }),
    onOrderQuantity: t.field({
      ...level('onOrder'),
      description: 'How much is on order, in lots or noted by hand.',
    }),
    countedQuantity: t.field({
      type: QuantityRef,
      description: 'The part of the quantity that is counted by hand.',
      select: { countedQuantity: true, material: measured },
      resolve: ({ countedQuantity, material }) => new Quantity(countedQuantity, material),
    }),
    status: t.field({
      type: StockStatusRef,
      description: 'Whether there is any.',
      select: { trackQuantity: true },
      resolve: async ({ id, trackQuantity }, _args, context) => {
        if (!trackQuantity) return 'AVAILABLE';
        const { available, reserved } = await stockLevels(context).load(id);
        if (available.gt(0)) return 'AVAILABLE';
        return reserved.gt(0) ? 'IN_USE' : 'EXHAUSTED';
      },
    }),
    isBelowMinimum: t.boolean({
      description: 'Whether less than the minimum is at hand; never without one.',
      select: { minimum: true, trackQuantity: true },
      resolve: async ({ id, minimum, trackQuantity }, _args, context) =>
        minimum !== null && trackQuantity && (await stockLevels(context).load(id)).available.lt(minimum),
    }),
    bySubLocation: t.field({
      type: [AreaStock],
      description: 'What is in each area of its location. What is counted by hand is in none.',
      select: { material: measured },
      resolve: async ({ id, material }, _args, context) =>
        (await areaLevels(context).load(id)).map((levels) => ({ levels, material })),
    }),
    lots: belongingList(
      t,
      materialLotList,
      (stock, organization) =>
        `${ofStock(stock, organization)} AND t.status NOT IN ('DONE', 'SCRAPPED', 'RETURNED')`,
      'The lots of the material that are to be used there, on order or with something left.',
    ),
    batches: belongingList(
      t,
      materialBatchList,
      (stock, organization) => `${ofStock(stock, organization)} AND t.quantity > 0`,
      'The batches of the material there with something left.',
    ),
    actions: childList(t, 'Stock', 'actions', stockActionList, 'What was counted by hand.'),
  }),
});

export const stockList = listOf('Stock', {
  plural: 'stocks',
  filters: {
    material: byId('materialId', 'Material', 'By material.'),
    materialType: byEnum('type', 'MaterialType', 'By what their material is for.', (where) => ({
      material: { is: where },
    })),
    location: byId('locationId', 'Location', 'By location.'),
    workstation: byId('workstationId', 'Workstation', 'By the workstation that they are kept for.'),
    trackQuantity: byTruth('trackQuantity', 'Whether they are counted.'),
    hasMinimum: byRule('Whether they have a minimum.', (value) => ({
      minimum: value ? { not: null } : null,
    })),
    archived: byArchived,
    createdAt: byInstant('createdAt', 'By when they were created.'),
  },
  orders: { CREATED_AT: { column: 'createdAt', description: 'By when they were created.' } },
});
