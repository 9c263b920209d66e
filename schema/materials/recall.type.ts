import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import type { Noun } from '../../src/ids.ts';
import { type Reader, readerOf } from '../../src/materials/genealogy.graph.ts';
import type { Scope } from '../../src/materials/genealogy.seeds.ts';
import type { Quantity } from '../../src/materials/quantity.ts';
import { type MassBalance, massBalances } from '../../src/materials/recall.balance.ts';
import {
  type Affected,
  affectedBy,
  containersInvolved,
  countShipments,
  customerKey,
  expectedInPieces,
  lotsInvolved,
  type RecalledBatch,
  type RecalledCustomer,
  type RecalledOrder,
  type RecalledShipment,
  recalledBatches,
  recalledCustomers,
  recalledOrders,
  recalledShipments,
  runsAtRisk,
} from '../../src/materials/recall.service.ts';
import { builder } from '../builder.ts';
import { QuantityRef } from '../shared/quantity.ts';
import { rowField } from '../shared/row-field.ts';
import {
  type KeyedList,
  keyedConnection,
  overItems,
  overKeys,
  pageArguments,
  pageComplexity,
} from './recall.connection.ts';

const lazily = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loading: Promise<T> | null = null;
  return () => {
    loading ??= load();
    return loading;
  };
};

/** A recall: walked once when something of it is asked for, each list read by its own statement. */
export class Recall {
  readonly reader: Reader;
  readonly scope: Scope;
  readonly affected: () => Promise<Affected>;
  readonly orders: () => Promise<RecalledOrder[]>;
  readonly lots: () => Promise<string[]>;
  readonly containers: () => Promise<string[]>;
  readonly runs: () => Promise<string[]>;
  /** How much of the lot is expected in a piece. */
  readonly inPieces: DataLoader<string, Quantity | null>;
  /** The place in the log at which it is at least true. */
  readonly cursor: string;

  constructor(context: RequestContext, scope: Scope, cursor: string) {
    const reader = readerOf(context);
    this.reader = reader;
    this.scope = scope;
    this.cursor = cursor;
    this.affected = lazily(() => affectedBy(reader, scope));
    this.orders = lazily(async () => recalledOrders(reader, (await this.affected()).PIECE));
    this.lots = lazily(async () => lotsInvolved(reader, await this.affected()));
    this.containers = lazily(async () => containersInvolved(reader, await this.affected()));
    this.runs = lazily(async () => runsAtRisk(reader, await this.affected()));
    this.inPieces = new DataLoader(async (ids) => {
      const found = await expectedInPieces(reader, ids, scope.lotId ?? '');
      return ids.map((id) => found.get(id) ?? null);
    });
  }
}

/** An object by its id, with the recall that it is part of. */
interface Part {
  id: string;
  recall: Recall;
}

const parts = (recall: Recall, keys: () => Promise<readonly string[]>): KeyedList<Part> =>
  overKeys(keys, (ids) => ids.map((id) => ({ id, recall })));

/** `RecalledRun { run }`: an object of the recall, loaded with the client's selection for the whole page. */
function recalled(name: string, noun: Noun, field: string, description: string) {
  return builder.objectRef<Part>(name).implement({
    description,
    fields: (t) => ({
      [field]: rowField(t, noun, 'The object; null where you may not see it.', ({ id }) => id, {
        nullable: true,
      }),
    }),
  });
}

const RecalledBatchRef = builder.objectRef<RecalledBatch>('RecalledBatch').implement({
  description: 'A batch that may hold something of what is recalled.',
  fields: (t) => ({
    batch: rowField(t, 'MaterialBatch', 'The batch.', ({ id }) => id),
    onHand: t.field({
      type: QuantityRef,
      description: 'How much of it is at hand.',
      resolve: (each) => each.onHand,
    }),
    inMachine: t.field({
      type: QuantityRef,
      description: 'How much of it is in a machine, or set aside for a deferred build.',
      resolve: (each) => each.inMachine,
    }),
    expectedQuantity: t.field({
      type: QuantityRef,
      nullable: true,
      description:
        'How much of the recalled lot is expected in what is there; null where no lot is recalled.',
      resolve: (each) => each.expected,
    }),
    expectedFraction: t.field({
      type: 'Decimal',
      nullable: true,
      description:
        'Which part of the batch, 0 to 1, is expected to be of the recalled lot; null where no lot is recalled. 0 can still hold traces.',
      resolve: (each) => each.fraction as never,
    }),
  }),
});

const RecalledPieceRef = builder.objectRef<Part>('RecalledPiece').implement({
  description: 'A piece that may hold something of what is recalled.',
  fields: (t) => ({
    piece: rowField(
      t,
      'Piece',
      'The piece, with its status; null where you may not see it.',
      ({ id }) => id,
      { nullable: true },
    ),
    expectedQuantity: t.field({
      type: QuantityRef,
      nullable: true,
      description: 'How much of the recalled lot is expected in it; null where no lot is recalled.',
      resolve: ({ id, recall }) => (recall.scope.lotId ? recall.inPieces.load(id) : null),
    }),
  }),
});

const RecalledOrderRef = builder.objectRef<RecalledOrder>('RecalledOrder').implement({
  description: 'An order with affected pieces.',
  fields: (t) => ({
    order: rowField(t, 'Order', 'The order; null where you may not see it.', ({ id }) => id, {
      nullable: true,
    }),
    pieceCount: t.exposeInt('pieceCount', { description: 'How many of its pieces are affected.' }),
  }),
});

const RecalledCustomerRef = builder.objectRef<RecalledCustomer>('RecalledCustomer').implement({
  description: 'A customer of affected orders, as the orders name them.',
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: true,
      description: 'Its name; null for orders that name none.',
    }),
    reference: t.exposeString('reference', { nullable: true, description: "The customer's own number." }),
    orderCount: t.exposeInt('orderCount', { description: 'How many of its orders are affected.' }),
    pieceCount: t.exposeInt('pieceCount', { description: 'How many of its pieces are affected.' }),
  }),
});

const RecalledShipmentRef = builder.objectRef<RecalledShipment>('RecalledShipment').implement({
  description: 'An affected piece that has left the shop.',
  fields: (t) => ({
    piece: rowField(t, 'Piece', 'The piece; null where you may not see it.', ({ pieceId }) => pieceId, {
      nullable: true,
    }),
    operation: rowField(
      t,
      'Operation',
      'The operation that shipped it; null where you may not see it.',
      ({ id }) => id,
      { nullable: true },
    ),
    trackingId: t.exposeString('trackingId', {
      nullable: true,
      description: 'Tracking number of the shipment.',
    }),
    shippedAt: t.expose('shippedAt', { type: 'DateTime', nullable: true, description: 'When it left.' }),
  }),
});

const amounts = {
  received: 'What arrived.',
  onHand: 'What is in unopened containers, and in batches at hand.',
  inMachines: 'What is in machines, or set aside for deferred builds.',
  inPieces: 'What became pieces, with their supports, but for pieces that were scrapped since.',
  scrapped: 'What was thrown away, and what went into pieces that were scrapped since.',
  sieveLoss: 'What sieves held back.',
  processLoss: 'What processes lost.',
  sampled: 'What was taken for testing.',
  returned: 'What was sent back to the supplier.',
  adjusted: 'What stock-takes found missing, less what they found too much.',
  unaccounted:
    'What is received and is none of the others; below 0 where there is more than there should be.',
} as const satisfies Partial<Record<keyof MassBalance, string>>;

export const MassBalanceRef = builder.objectRef<MassBalance>('MassBalance').implement({
  description:
    'Where all of a lot went, exactly: what was received is the sum of all the others. Mixtures count by the share that is expected.',
  fields: (t) => ({
    ...Object.fromEntries(
      Object.entries(amounts).map(([name, description]) => [
        name,
        t.field({
          type: QuantityRef,
          description,
          resolve: (balance: MassBalance) => balance[name as keyof typeof amounts],
        }),
      ]),
    ),
    unaccountedPpm: t.field({
      type: 'Decimal',
      description:
        'What is unaccounted for in parts of a million of what was received, rounded to six places.',
      resolve: (balance) => balance.unaccountedPpm,
    }),
    withinTolerance: t.exposeBoolean('withinTolerance', {
      description: "Whether that is within the material's tolerance.",
    }),
  }),
});

/** The mass balances of lots, for a page of them: one statement. */
export const balanceLoader = (context: RequestContext) =>
  context.memo.once(
    'massBalances',
    () =>
      new DataLoader<string, MassBalance | null>(async (ids) => {
        const balances = await massBalances(context, ids);
        return ids.map((id) => balances.get(id) ?? null);
      }),
  );

const batches = keyedConnection('RecalledBatch', 'affected batches', RecalledBatchRef);
const pieces = keyedConnection('RecalledPiece', 'affected pieces', RecalledPieceRef);
const orders = keyedConnection('RecalledOrder', 'affected orders', RecalledOrderRef);
const customers = keyedConnection('RecalledCustomer', 'affected customers', RecalledCustomerRef);
const shipments = keyedConnection('RecalledShipment', 'affected shipments', RecalledShipmentRef);
const lots = keyedConnection(
  'RecalledLot',
  'lots',
  recalled('RecalledLot', 'MaterialLot', 'lot', 'A lot that is expected in what is affected.'),
);
const containers = keyedConnection(
  'RecalledContainer',
  'containers',
  recalled('RecalledContainer', 'MaterialContainer', 'container', 'A container that is affected.'),
);
const runs = keyedConnection(
  'RecalledRun',
  'runs',
  recalled('RecalledRun', 'Run', 'run', 'A run in progress that works with what is affected.'),
);

export const RecallRef = builder.objectRef<Recall>('Recall');
RecallRef.implement({
  description:
    'All that may hold something of what is recalled: by possibility, whatever the share. What is expected is said beside it.',
  fields: (t) => {
    const list = <Item>(
      { connection, read }: ReturnType<typeof keyedConnection<Item>>,
      description: string,
      of: (recall: Recall) => KeyedList<Item>,
    ) =>
      t.field({
        type: connection,
        description,
        args: { first: t.arg(pageArguments.first), after: t.arg(pageArguments.after) },
        complexity: pageComplexity as never,
        resolve: (recall, args) => read(of(recall), args) as never,
      });
    return {
      batches: list(batches, 'Batches that are or were affected, by id; used up ones too.', (recall) =>
        overKeys(
          async () => (await recall.affected()).BATCH,
          async (ids) => {
            const found = await recalledBatches(recall.reader, ids, recall.scope.lotId ?? null);
            return ids.map((id) => found.get(id) ?? null);
          },
        ),
      ),
      pieces: list(pieces, 'Affected pieces, by id.', (recall) =>
        parts(recall, async () => (await recall.affected()).PIECE),
      ),
      orders: list(orders, 'Orders with affected pieces, by id.', (recall) =>
        overItems(recall.orders, ({ id }) => id),
      ),
      customers: list(customers, 'The customers of those orders, by name.', (recall) => {
        const all = lazily(async () => recalledCustomers(await recall.orders()));
        return overItems(all, customerKey);
      }),
      shipments: list(
        shipments,
        'Affected pieces that have left the shop, by the operation that shipped them.',
        (recall) => ({
          page: async (after, limit) => {
            const { PIECE } = await recall.affected();
            const rows = await recalledShipments(recall.reader, PIECE, after, limit);
            return rows.map((item) => ({ key: item.id, item }));
          },
          count: async () => countShipments(recall.reader, (await recall.affected()).PIECE),
        }),
      ),
      lots: list(lots, 'The lots that are expected in what is affected, by id.', (recall) =>
        parts(recall, recall.lots),
      ),
      containers: list(
        containers,
        'Containers of the lot, opened or not, and those that hold an affected batch now, by id.',
        (recall) => parts(recall, recall.containers),
      ),
      runs: list(
        runs,
        'Runs in progress at risk, by id: they work on affected pieces, or their machine holds an affected batch.',
        (recall) => parts(recall, recall.runs),
      ),
      massBalance: t.field({
        type: MassBalanceRef,
        nullable: true,
        description: 'Where all of the lot went; null where no lot is recalled.',
        resolve: ({ scope }, _args, context) =>
          scope.lotId ? balanceLoader(context).load(scope.lotId) : null,
      }),
      cursor: t.expose('cursor', {
        type: 'Cursor',
        description:
          'The place in the log at which this is at least true: follow a stream of events from it.',
      }),
    };
  },
});

builder.prismaObjectField('MaterialLot', 'massBalance', (t) =>
  t.field({
    type: MassBalanceRef,
    description: 'Where all of the lot went.',
    select: { id: true },
    resolve: async (lot, _args, context) => (await balanceLoader(context).load(lot.id)) as MassBalance,
  }),
);
