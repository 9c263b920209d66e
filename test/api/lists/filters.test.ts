import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import type { OrderFilter } from '../../../client/generated/graphql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { act } from '../support.ts';

const app = useApp();

const Orders = graphql(`
  query FilterOrders($filter: OrderFilter, $search: String) {
    orders(filter: $filter, search: $search, orderBy: [{ field: NUMBER }]) { totalCount nodes { name } }
  }
`);
const Lines = graphql(`
  query FilterLines($search: String, $filter: LineItemFilter) {
    lineItems(search: $search, filter: $filter, orderBy: [{ field: POSITION }]) { nodes { designName } }
    orders { nodes { lineItems(search: $search, filter: $filter, orderBy: [{ field: POSITION }]) { totalCount nodes { designName } } } }
  }
`);
const Pieces = graphql(`
  query FilterPieces($filter: PieceFilter) {
    pieces(filter: $filter, orderBy: [{ field: SERIAL }]) { nodes { id } }
  }
`);
const Runs = graphql(`
  query FilterRuns($filter: RunFilter) {
    runs(filter: $filter, orderBy: [{ field: NUMBER }]) { nodes { id } }
  }
`);

async function orders(client: Client) {
  const shop = await makeShop(client);
  const make = (name: string, more: object = {}) =>
    act<{ order: { id: string } }>(client, 'createOrder', { name, ...more }, 'order { id }');
  const lineItems = [
    { designName: 'Bracket', quantity: 1, materialId: shop.materialId, workflowId: shop.workflowId },
  ];
  await make('plain');
  await make('pending', { lineItems, priority: 90, customerName: 'Acme' });
  await make('late', {
    lineItems,
    dueDate: '2020-01-01T00:00:00Z',
    priority: 10,
    locationId: shop.locationId,
  });
  const gone = await make('gone', { lineItems, dueDate: '2020-01-01T00:00:00Z', type: 'RESEARCH' });
  await act(client, 'cancelOrder', { orderId: gone.order.id, reason: 'No' }, '__typename');
  await make('due', { dueDate: '2999-01-01T00:00:00Z', locationId: shop.locationId });
  return shop;
}

describe('a filter of orders', () => {
  const all = ['plain', 'pending', 'late', 'gone', 'due'];
  const cases: [string, (shop: Awaited<ReturnType<typeof orders>>) => OrderFilter, string[]][] = [
    ['nothing', () => ({}), all],
    ['a status', () => ({ status: { equals: 'PENDING' } }), ['pending', 'late']],
    ['one of several statuses', () => ({ status: { in: ['NEW', 'CANCELLED'] } }), ['plain', 'gone', 'due']],
    ['one of no statuses', () => ({ status: { in: [] } }), []],
    ['none of several statuses', () => ({ status: { notIn: ['NEW', 'CANCELLED'] } }), ['pending', 'late']],
    ['none of no statuses', () => ({ status: { notIn: [] } }), all],
    [
      'two members that both hold',
      () => ({ status: { in: ['PENDING'] }, priority: { gte: 50 } }),
      ['pending'],
    ],
    [
      'a priority within bounds',
      () => ({ priority: { gte: 10, lte: 50 } }),
      ['plain', 'late', 'gone', 'due'],
    ],
    [
      'due from an instant on',
      () => ({ dueDate: { from: '2020-01-01T00:00:00Z' } }),
      ['late', 'gone', 'due'],
    ],
    ['due before an instant', () => ({ dueDate: { before: '2020-01-01T00:00:00Z' } }), []],
    ['never due', () => ({ dueDate: { isNull: true } }), ['plain', 'pending']],
    ['ever due', () => ({ dueDate: { isNull: false } }), ['late', 'gone', 'due']],
    ['late', () => ({ isLate: true }), ['late']],
    ['not late', () => ({ isLate: false }), ['plain', 'pending', 'gone', 'due']],
    ['at a location', ({ locationId }) => ({ location: { equals: locationId } }), ['late', 'due']],
    ['at no location', () => ({ location: { isNull: true } }), ['plain', 'pending', 'gone']],
    ['of a material', ({ materialId }) => ({ material: { in: [materialId] } }), ['pending', 'late', 'gone']],
    [
      'of a workflow',
      ({ workflowId }) => ({ workflow: { equals: workflowId } }),
      ['pending', 'late', 'gone'],
    ],
    ['of a type', () => ({ type: { equals: 'RESEARCH' } }), ['gone']],
    ['of a customer', () => ({ customerName: { startsWith: 'ac' } }), ['pending']],
    ['a name exactly', () => ({ name: { equals: 'due' } }), ['due']],
    ['a name in other letters', () => ({ name: { equals: 'DUE' } }), []],
    [
      'part of a name in other letters',
      () => ({ name: { contains: 'E' } }),
      ['pending', 'late', 'gone', 'due'],
    ],
    ['one of the names', () => ({ name: { in: ['due', 'gone', 'x'] } }), ['gone', 'due']],
    ['not', () => ({ not: { status: { equals: 'PENDING' } } }), ['plain', 'gone', 'due']],
    ['not of nothing', () => ({ not: {} }), []],
    ['or', () => ({ or: [{ name: { equals: 'due' } }, { isLate: true }] }), ['late', 'due']],
    ['or of nothing', () => ({ or: [] }), []],
    ['and', () => ({ and: [{ name: { contains: 'e' } }, { name: { contains: 'n' } }] }), ['pending', 'gone']],
    ['and of nothing', () => ({ and: [] }), all],
    [
      'a nested condition',
      () => ({
        not: {
          or: [{ isLate: true }, { and: [{ priority: { gte: 90 } }, { not: { name: { equals: 'x' } } }] }],
        },
      }),
      ['plain', 'gone', 'due'],
    ],
    ['null members', () => ({ status: null, dueDate: { from: null } }), all],
  ];

  it.each(cases)('by %s', async (_what, filter, names) => {
    const { ours } = await app().organizations();
    const found = (await ours.client.query(Orders, { filter: filter(await orders(ours.client)) })).orders;
    expect(found.nodes.map((order) => order.name)).toEqual(names);
    expect(found.totalCount).toBe(names.length);
  });

  it("finds nothing by another organization's ids", async () => {
    const { ours, theirs } = await app().organizations();
    await orders(ours.client);
    const foreign = await orders(theirs.client);
    for (const filter of [
      { location: { equals: foreign.locationId } },
      { material: { equals: foreign.materialId } },
      { not: { material: { in: [] } }, workflow: { in: [foreign.workflowId] } },
    ]) {
      expect((await ours.client.query(Orders, { filter })).orders.totalCount).toBe(0);
    }
  });
});

describe('a search', () => {
  const designs = [
    '100% steel',
    '100 steel',
    'a_b',
    'aXb',
    "it's",
    'say "hi"',
    'back\\slash',
    'Ümlaut',
    '{"$ne":1}',
  ];

  it.each([
    ['100%', ['100% steel']],
    ['%', ['100% steel']],
    ['_', ['a_b']],
    ['a_b', ['a_b']],
    ["'", ["it's"]],
    ['"hi"', ['say "hi"']],
    ['\\', ['back\\slash']],
    ['\\s', ['back\\slash']],
    ['ümlaut', ['Ümlaut']],
    ['STEEL', ['100% steel', '100 steel']],
    ['{"$ne"', ['{"$ne":1}']],
    ['  hi  ', ['say "hi"']],
    [' ', designs],
    ['\'; DROP TABLE "Order"; --', []],
  ])('takes %j as it is written, at the root and below', async (search, names) => {
    const { ours } = await app().organizations();
    const lineItems = designs.map((designName) => ({ designName, quantity: 1 }));
    await act(ours.client, 'createOrder', { name: 'Signs', lineItems }, '__typename');
    const found = await ours.client.query(Lines, { search });
    expect(found.lineItems.nodes.map((item) => item.designName)).toEqual(names);
    expect(found.orders.nodes[0]?.lineItems.nodes.map((item) => item.designName)).toEqual(names);
    expect(found.orders.nodes[0]?.lineItems.totalCount).toBe(names.length);
  });

  it.each([
    [{ contains: '%' }, ['100% steel']],
    [{ startsWith: '_' }, []],
    [{ startsWith: 'A_' }, ['a_b']],
    [{ contains: '\\' }, ['back\\slash']],
    [{ equals: 'a_b' }, ['a_b']],
  ])('and a text filter alike: %j', async (designName, names) => {
    const { ours } = await app().organizations();
    const lineItems = designs.map((each) => ({ designName: each, quantity: 1 }));
    await act(ours.client, 'createOrder', { name: 'Signs', lineItems }, '__typename');
    const found = await ours.client.query(Lines, { filter: { designName } });
    expect(found.lineItems.nodes.map((item) => item.designName)).toEqual(names);
    expect(found.orders.nodes[0]?.lineItems.nodes.map((item) => item.designName)).toEqual(names);
    expect(found.orders.nodes[0]?.lineItems.totalCount).toBe(names.length);
  });
});

describe('a filter across relations', () => {
  it('finds pieces by what they wait for, by their run and by their material', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const order = await makeOrder(ours.client, shop, { quantity: 3 });
    const ids = order.pieces.map((piece) => piece.id) as [string, string, string];
    const run = await makeRun(ours.client, shop.printerId, [ids[0]], 'QUEUED');
    const found = async (filter: object) =>
      (await ours.client.query(Pieces, { filter })).pieces.nodes.map((piece) => piece.id);
    expect(await found({ waitsForType: { equals: shop.printerTypeId } })).toEqual(ids.slice(1));
    expect(await found({ waitsForType: { equals: shop.shippingTypeId } })).toEqual(ids);
    expect(await found({ run: { equals: run.id } })).toEqual(ids.slice(0, 1));
    expect(await found({ material: { equals: shop.materialId }, status: { equals: 'CONFIRMED' } })).toEqual(
      ids.slice(1),
    );
    expect(await found({ not: { run: { equals: run.id } } })).toEqual(ids.slice(1));
  });

  it('finds runs by location, order and line item', async () => {
    const { ours } = await app().organizations();
    const [here, there] = [await makeShop(ours.client), await makeShop(ours.client)];
    const [first, second] = [
      await makeOrder(ours.client, here, { quantity: 1 }),
      await makeOrder(ours.client, there, { quantity: 1 }),
    ];
    const one = await makeRun(ours.client, here.printerId, [first.pieces[0]?.id ?? '']);
    const two = await makeRun(ours.client, there.printerId, [second.pieces[0]?.id ?? '']);
    const found = async (filter: object) =>
      (await ours.client.query(Runs, { filter })).runs.nodes.map((run) => run.id);
    expect(await found({ location: { equals: here.locationId } })).toEqual([one.id]);
    expect(await found({ order: { equals: second.orderId } })).toEqual([two.id]);
    expect(await found({ lineItem: { in: [first.lineItemId, second.lineItemId] } })).toEqual([
      one.id,
      two.id,
    ]);
    expect(
      await found({ workstation: { equals: there.printerId }, status: { equals: 'CALCULATED' } }),
    ).toEqual([two.id]);
  });
});
