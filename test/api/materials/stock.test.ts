import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { unique, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun } from '../../support/factories.ts';
import { kg, makeBatch, makeLot, makePowder } from '../../support/materials.ts';
import {
  makeContainer,
  makeLooseBatch,
  makeOrderedLot,
  makeReceivedLot,
  makeStock,
  pathsOf,
  read,
  refused,
  rulesOf,
} from '../../support/stores.ts';
import { subscribe } from '../../support/stream.ts';
import { absentId, act, create } from '../support.ts';

const app = useApp();

const shop = async () => {
  const { ours, theirs } = await app().organizations();
  return { client: ours.client, powder: await makePowder(ours.client), theirs: theirs.client };
};

interface StockView {
  quantity: { value: string };
  reservedQuantity: { value: string };
  onOrderQuantity: { value: string };
  countedQuantity: { value: string };
  minimum: { value: string } | null;
  status: string;
  isBelowMinimum: boolean;
  bySubLocation: {
    subLocation: { id: string } | null;
    lotQuantity: { value: string };
    lotQuantityOnOrder: { value: string };
    batchQuantity: { value: string };
  }[];
}
const view = `quantity { value } reservedQuantity { value } onOrderQuantity { value } countedQuantity { value }
  minimum { value } status isBelowMinimum bySubLocation { subLocation { id } lotQuantity { value }
  lotQuantityOnOrder { value } batchQuantity { value } }`;
const stockOf = (client: Client, id: string) => read<StockView>(client, 'stock', id, view);
const levels = ({ quantity, reservedQuantity, onOrderQuantity }: StockView) => [
  quantity.value,
  reservedQuantity.value,
  onOrderQuantity.value,
];
const isLow = async (client: Client, id: string) => (await stockOf(client, id)).isBelowMinimum;

const Alerts = graphql(`
  subscription StockAlerts($materialId: ID, $locationId: ID, $after: Cursor) {
    stockAlerts(materialId: $materialId, locationId: $locationId, after: $after) {
      __typename ... on StockFellBelowMinimum { stock { id isBelowMinimum quantity { value } } }
    }
  }
`);

/** How often stocks of the material have fallen below their minimum: from the log. */
async function alertsOf(client: Client): Promise<number> {
  const answer = await client.sendText(
    '{ events(filter: { kinds: [StockFellBelowMinimum] }) { nodes { kind } } }',
  );
  return (answer.data().events as { nodes: unknown[] }).nodes.length;
}

describe('a stock', () => {
  it('is what lots and batches hold there, area by area', async () => {
    const { client, powder } = await shop();
    const stockId = await makeStock(client, powder);
    expect(await stockOf(client, stockId)).toMatchObject({ status: 'EXHAUSTED', isBelowMinimum: false });
    await makeOrderedLot(client, powder);
    const lot = await makeLot(client, powder);
    const batchId = await makeBatch(client, lot, 1);
    await act(
      client,
      'loadBatch',
      { batchId, workstationId: powder.printerId, quantity: kg(4) },
      '__typename',
    );
    const stock = await stockOf(client, stockId);
    expect(levels(stock)).toEqual(['36', '4', '30']);
    expect(stock.status).toBe('AVAILABLE');
    expect(stock.bySubLocation).toEqual([
      {
        subLocation: { id: powder.subLocationId },
        lotQuantity: { value: '30' },
        lotQuantityOnOrder: { value: '30' },
        batchQuantity: { value: '6' },
      },
    ]);
    const lists = 'lots { totalCount } batches { totalCount nodes { id } }';
    expect(await read(client, 'stock', stockId, lists)).toEqual({
      lots: { totalCount: 2 },
      batches: { totalCount: 1, nodes: [{ id: batchId }] },
    });
  });

  it('counts unopened containers where they stand', async () => {
    const { client, powder } = await shop();
    const other = await makePowder(client);
    const here = await makeStock(client, powder);
    const there = await makeStock(client, { ...powder, locationId: other.locationId });
    const lot = await makeReceivedLot(client, powder);
    const move = { containerId: lot.containerIds[0], locationId: other.locationId };
    await act(client, 'relocateContainer', move, '__typename');
    expect((await stockOf(client, here)).quantity.value).toBe('20');
    const moved = await stockOf(client, there);
    expect(moved.quantity.value).toBe('10');
    expect(moved.bySubLocation).toMatchObject([{ subLocation: null, lotQuantity: { value: '10' } }]);
  });

  it('exists once for a material at a location, and again once it was archived', async () => {
    const { client, powder } = await shop();
    const stockId = await makeStock(client, powder);
    const { materialId, locationId } = powder;
    expect(pathsOf(await refused(client, 'createStock', { materialId, locationId }))).toEqual(['materialId']);
    await act(client, 'replenishStock', { stockId, quantity: kg(1) }, '__typename');
    expect(rulesOf(await refused(client, 'archiveStock', { stockId }))).toEqual(['stock.isEmpty']);
    await act(client, 'reconcileStock', { stockId, counted: kg(0), reason: 'Moved to lots.' }, '__typename');
    await act(client, 'archiveStock', { stockId }, '__typename');
    for (const mutation of ['updateStock', 'archiveStock'])
      expect(await refused(client, mutation, { stockId })).toMatchObject({ from: 'ARCHIVED' });
    const consume = { stockId, quantity: kg(1) };
    expect(await refused(client, 'consumeStock', consume)).toMatchObject({
      from: 'ARCHIVED',
      action: 'CONSUME_STOCK',
    });
    await makeStock(client, powder);
  });

  it('refuses levels and workstations that do not fit', async () => {
    const { client, powder, theirs } = await shop();
    const { materialId, locationId } = powder;
    const paths = async (more: object) =>
      pathsOf(await refused(client, 'createStock', { materialId, locationId, ...more }));
    expect(await paths({ minimum: kg(5), maximum: { value: '4999', unit: 'g' } })).toEqual(['maximum']);
    expect(await paths({ minimum: kg(5), trackQuantity: false })).toEqual(['minimum']);
    expect(await paths({ minimum: { value: '5', unit: 'm' } })).toEqual(['minimum.unit']);
    const other = await makePowder(client);
    expect(await paths({ workstationId: other.printerId })).toEqual(['workstationId']);
    const stockId = await makeStock(client, powder, { minimum: kg(5), workstationId: powder.printerId });
    const low = { stockId, maximum: kg(4) };
    expect(pathsOf(await refused(client, 'updateStock', low))).toEqual(['maximum']);
    await act(client, 'updateStock', { ...low, minimum: null, onOrderQuantity: kg(7) }, '__typename');
    expect(await stockOf(client, stockId)).toMatchObject({ minimum: null, onOrderQuantity: { value: '7' } });
    expect(await read(theirs, 'stock', stockId, 'id')).toBeNull();
    const foreign = { materialId, locationId };
    expect(pathsOf(await refused(theirs, 'createStock', foreign))).toEqual(['locationId']);
    expect(rulesOf(await refused(client, 'archiveMaterial', { materialId }))).toContain('material.noStocks');
    expect(rulesOf(await refused(client, 'archiveLocation', { locationId }))).toContain('location.noStocks');
  });
});

describe('a stock that is counted by hand', () => {
  it('is replenished, consumed for pieces of a run out of lots, and reconciled', async () => {
    const { client, powder } = await shop();
    const stockId = await makeStock(client, powder);
    const { id: lotId } = await makeOrderedLot(client, powder);
    const { pieces } = await makeOrder(client, powder, { quantity: 2 });
    const pieceIds = pieces.map((piece) => piece.id);
    const run = await makeRun(client, powder.printerId, pieceIds);
    await act(client, 'replenishStock', { stockId, quantity: kg('12.5') }, '__typename');
    const { action } = await act<{ action: { id: string } }>(
      client,
      'consumeStock',
      {
        stockId,
        quantity: kg(3),
        runId: run.id,
        reason: 'Build 7',
        lots: [{ lotId, quantity: kg(3) }],
        pieces: pieceIds.map((pieceId) => ({ pieceId, quantity: kg('1.25') })),
      },
      'action { id }',
    );
    await act(client, 'reconcileStock', { stockId, counted: kg(9), reason: 'Counted.' }, '__typename');
    const told = `type quantity { value } quantityAfter { value } reason run { id }
      shares(orderBy: [{ field: CREATED_AT }]) { totalCount nodes { isSource quantity { value } lot { id } } }`;
    expect(await read(client, 'stockAction', action.id, told)).toMatchObject({
      type: 'CONSUME',
      quantity: { value: '3' },
      quantityAfter: { value: '9.5' },
      reason: 'Build 7',
      run: { id: run.id },
      shares: { totalCount: 3 },
    });
    const shares = await client.sendText(
      `query Q($lot: ID!) { stockActionShares(filter: { lot: { equals: $lot } }) {
        nodes { isSource quantity { value } stockAction { id } } } }`,
      { lot: lotId },
    );
    expect(shares.data().stockActionShares).toEqual({
      nodes: [{ isSource: true, quantity: { value: '3' }, stockAction: { id: action.id } }],
    });
    const list = 'actions(orderBy: [{ field: CREATED_AT }]) { nodes { type quantity { value } } }';
    expect(await read(client, 'stock', stockId, list)).toEqual({
      actions: {
        nodes: [
          { type: 'REPLENISH', quantity: { value: '12.5' } },
          { type: 'CONSUME', quantity: { value: '3' } },
          { type: 'RECONCILE', quantity: { value: '-0.5' } },
        ],
      },
    });
    expect((await stockOf(client, stockId)).countedQuantity.value).toBe('9');
  });

  it('refuses shares that do not fit', async () => {
    const { client, powder } = await shop();
    const stockId = await makeStock(client, powder);
    await act(client, 'replenishStock', { stockId, quantity: kg(5) }, '__typename');
    const paths = async (more: object) =>
      pathsOf(await refused(client, 'consumeStock', { stockId, quantity: kg(2), ...more }));
    const other = await makePowder(client);
    const { id: strange } = await makeOrderedLot(client, other);
    const { id: lotId } = await makeOrderedLot(client, powder);
    expect(await paths({ lots: [{ lotId: strange, quantity: kg(1) }] })).toEqual(['lots.0.lotId']);
    expect(await paths({ lots: [{ lotId, quantity: kg('2.01') }] })).toEqual(['lots']);
    const absent = [{ pieceId: absentId('Piece'), quantity: kg(1) }];
    expect(await paths({ pieces: absent })).toEqual(['pieces.0.pieceId']);
    expect(await paths({ runId: absentId('Run') })).toEqual(['runId']);
    expect(await paths({ quantity: kg('5.000001') })).toEqual(['quantity']);
    expect((await stockOf(client, stockId)).countedQuantity.value).toBe('5');
  });

  it('never falls below zero, whoever draws at once', async () => {
    const { client, powder } = await shop();
    const stockId = await makeStock(client, powder);
    await act(client, 'replenishStock', { stockId, quantity: kg(10) }, '__typename');
    const text = 'mutation M($input: ConsumeStockInput!) { consumeStock(input: $input) { __typename } }';
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const answer = await client.sendText(text, { input: { stockId, quantity: kg(3) } });
        return (answer.data().consumeStock as { __typename: string }).__typename;
      }),
    );
    expect(answers.filter((name) => name === 'ConsumeStockSuccess')).toHaveLength(3);
    expect(answers.filter((name) => name === 'InvalidInputError')).toHaveLength(5);
    expect((await stockOf(client, stockId)).quantity.value).toBe('1');
  });

  it('is not counted where nobody tracks it', async () => {
    const { client, powder } = await shop();
    const stockId = await makeStock(client, powder, { trackQuantity: false });
    const input = { stockId, quantity: kg(1) };
    expect(rulesOf(await refused(client, 'replenishStock', input))).toEqual(['stock.tracksQuantity']);
    expect((await stockOf(client, stockId)).status).toBe('AVAILABLE');
  });
});

describe('the minimum of a stock', () => {
  it('is noticed once, whatever takes the material below it', async () => {
    const { client, powder } = await shop();
    const taken: [string, (lot: { id: string; containerIds: string[] }) => Promise<object>][] = [
      ['scrapMaterialLot', async (lot) => ({ lotId: lot.id, reason: 'x' })],
      ['returnMaterialLot', async (lot) => ({ lotId: lot.id, reason: 'x' })],
      [
        'removeLotContainers',
        async (lot) => ({ lotId: lot.id, containerIds: lot.containerIds, reason: 'x' }),
      ],
      [
        'editLotContainers',
        async (lot) => ({
          lotId: lot.id,
          containers: [{ containerId: lot.containerIds[0], quantity: kg(1) }],
          reason: 'x',
        }),
      ],
      ['scrapContainer', async (lot) => ({ containerId: lot.containerIds[0], reason: 'x' })],
      [
        'relocateContainer',
        async (lot) => ({
          containerId: lot.containerIds[0],
          locationId: (await makePowder(client)).locationId,
        }),
      ],
    ];
    let alerts = 0;
    for (const [mutation, input] of taken) {
      const materialId = await create(client, 'Material', {
        name: unique('Steel'),
        type: 'BASE',
        family: 'METAL',
        unit: 'kg',
      });
      const own = { ...powder, materialId };
      const lot = await makeReceivedLot(client, own);
      const stockId = await makeStock(client, own, { minimum: kg(25) });
      expect([mutation, await isLow(client, stockId)]).toEqual([mutation, false]);
      await act(client, mutation, await input(lot), '__typename');
      expect([mutation, await isLow(client, stockId)]).toEqual([mutation, true]);
      alerts += 1;
      expect([mutation, await alertsOf(client)]).toEqual([mutation, alerts]);
    }
  });

  it('is not crossed by what was only on order, nor by opening and filling', async () => {
    const { client, powder } = await shop();
    const stockId = await makeStock(client, powder, { minimum: kg(25) });
    const ordered = await makeOrderedLot(client, powder);
    await act(client, 'scrapMaterialLot', { lotId: ordered.id, reason: 'Cancelled.' }, '__typename');
    const lot = await makeLot(client, powder, { count: 3 });
    const batchId = await makeLooseBatch(client, lot);
    const containerId = await makeContainer(client, powder);
    await act(client, 'loadContainer', { containerId, batchId, quantity: kg(4) }, '__typename');
    expect(await isLow(client, stockId)).toBe(false);
    expect(await alertsOf(client)).toBe(0);
    await act(client, 'scrapContainer', { containerId, reason: 'Spilt.', quantity: kg(3) }, '__typename');
    await act(client, 'scrapContainer', { containerId, reason: 'Spilt.', quantity: kg(1) }, '__typename');
    await act(client, 'scrapBatch', { batchId, reason: 'Spilt.' }, '__typename');
    expect(await alertsOf(client)).toBe(1);
  });

  it('is streamed to those who watch that material or location', async () => {
    const { client, powder } = await shop();
    const other = await makePowder(client);
    const stockOfOther = await makeStock(client, other, { minimum: kg(5) });
    const stockId = await makeStock(client, powder, { minimum: kg(5) });
    const stream = await subscribe(client, Alerts, { materialId: powder.materialId });
    const everywhere = await subscribe(client, Alerts, { locationId: other.locationId });
    const draw = async (id: string, quantity: object) => {
      await act(client, 'replenishStock', { stockId: id, quantity: kg(6) }, '__typename');
      await act(client, 'consumeStock', { stockId: id, quantity }, '__typename');
    };
    // The other stock falls in silence here: the next thing heard is this one's fall.
    await draw(stockOfOther, kg(2));
    await draw(stockId, kg(2));
    const next = async (from: typeof stream) => {
      for (;;) {
        const message = await from.next();
        if (message.__typename !== 'Position') return message;
      }
    };
    expect(await next(stream)).toEqual({
      __typename: 'StockFellBelowMinimum',
      stock: { id: stockId, isBelowMinimum: true, quantity: { value: '4' } },
    });
    expect(await next(everywhere)).toMatchObject({ stock: { id: stockOfOther } });
    await Promise.all([stream.close(), everywhere.close()]);
  });
});
