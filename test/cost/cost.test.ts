import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { act, create } from '../api/support.ts';
import { useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { countingCalls, type DatabaseCalls } from '../support/database-calls.ts';
import { makeOrder, makeRun, makeShop, type Shop } from '../support/factories.ts';

let calls: DatabaseCalls | null = null;
const app = useApp({
  through: (database) => {
    calls = countingCalls(database);
    return calls.database;
  },
});

async function statementsOf<T>(work: () => Promise<T>): Promise<{ value: T; statements: string[] }> {
  if (!calls) throw new Error('The server has not started.');
  const { value, statements } = await calls.during(work);
  return { value, statements };
}

async function costOf<Data, Variables>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<{ data: Data; statements: string[] }> {
  const { value, statements } = await statementsOf(() => client.query(document, variables));
  return { data: value, statements };
}

/** Expects that many rows cost what one costs; answers the number of statements. */
function expectSame(one: string[], many: string[]): number {
  expect(many.length, many.join('\n')).toBe(one.length);
  return many.length;
}

const Dashboard = graphql(`
  query CostDashboard($first: Int!) {
    orders(first: $first) {
      nodes {
        number status hasErrors isLate pieceCount progress { stage count }
        location { name }
        lineItems(first: 3) {
          totalCount
          nodes {
            designName status completedQuantity material { name } workflow { name }
            pieces(first: 3) {
              nodes { serial status currentOperation { position status processStep { name } run { number status } } }
            }
          }
        }
      }
    }
  }
`);
const Deep = graphql(`
  query CostDeep($id: ID!) {
    order(id: $id) {
      number
      lineItems {
        nodes {
          pieces {
            nodes {
              serial
              operations(first: 3) {
                nodes { status run { number workstation { name } builds(first: 2) { nodes { name status machine { name } } } } }
              }
            }
          }
        }
      }
    }
  }
`);
const Runs = graphql(`
  query CostRuns($first: Int!) {
    runs(first: $first, orderBy: [{ field: QUEUE }]) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { number status pieceCount queuePosition workstation { name kind location { name } } operations(first: 2) { totalCount } }
    }
  }
`);
const Events = graphql(`
  query CostEvents($first: Int!) {
    events(first: $first, filter: { kinds: [OrderCreated] }) {
      nodes { kind cursor actor { name } changes { field } subject { id ... on Order { number location { name } lineItems(first: 1) { totalCount } } } }
    }
  }
`);
const Sensors = graphql(`
  query CostSensors($first: Int!) {
    sensors(first: $first) { nodes { name machine { name } isStale latestReading { value } readings(last: 2) { value sensor { name } }
      series(from: "2026-03-01T08:00:00Z", to: "2026-03-01T08:20:00Z", bucket: "PT5M") { mean } } }
  }
`);
const Node = graphql(`
  query CostNode($id: ID!) { node(id: $id) { id ... on Order { number } } }
`);

/** Twenty orders of two pieces; each has a run in the printer's queue. */
async function twentyOrders(client: Client): Promise<void> {
  const shop = await makeShop(client);
  for (let place = 0; place < 20; place++) {
    const { orderId, pieces } = await makeOrder(client, shop);
    await act(client, 'updateOrder', { orderId, locationId: shop.locationId }, '__typename');
    await makeRun(
      client,
      shop.printerId,
      pieces.map((piece) => piece.id),
      'QUEUED',
    );
  }
}

describe('the statements of a query are the same for one row and for twenty:', () => {
  it('a dashboard of orders, their line items, pieces and runs', async () => {
    const { ours } = await app().organizations();
    await twentyOrders(ours.client);
    const one = await costOf(ours.client, Dashboard, { first: 1 });
    const many = await costOf(ours.client, Dashboard, { first: 20 });
    expect(many.data.orders.nodes).toHaveLength(20);
    expect(
      many.data.orders.nodes[19]?.lineItems.nodes[0]?.pieces.nodes[1]?.currentOperation?.run?.number,
    ).toBeDefined();
    expect(expectSame(one.statements, many.statements)).toMatchInlineSnapshot(`16`);
  });

  it('one order deep to the builds of its pieces', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client, { inProgressMax: 50 });
    const orderOf = async (quantity: number) => {
      const { orderId, pieces } = await makeOrder(ours.client, shop, { quantity });
      for (const { id } of pieces) await buildOf(ours.client, shop, id);
      return orderId;
    };
    const one = await costOf(ours.client, Deep, { id: await orderOf(1) });
    const many = await costOf(ours.client, Deep, { id: await orderOf(20) });
    const pieces = many.data.order?.lineItems.nodes[0]?.pieces.nodes ?? [];
    expect(pieces).toHaveLength(20);
    for (const piece of pieces) {
      expect(piece.operations.nodes.flatMap((operation) => operation.run?.builds.nodes ?? [])).toHaveLength(
        1,
      );
    }
    expect(expectSame(one.statements, many.statements)).toMatchInlineSnapshot(`15`);
  });

  it('a page of runs with their counts and places', async () => {
    const { ours } = await app().organizations();
    await twentyOrders(ours.client);
    const one = await costOf(ours.client, Runs, { first: 1 });
    const many = await costOf(ours.client, Runs, { first: 20 });
    expect(many.data.runs.nodes.map((run) => run.queuePosition)).toEqual(
      Array.from({ length: 20 }, (_, place) => place + 1),
    );
    expect(expectSame(one.statements, many.statements)).toMatchInlineSnapshot(`9`);
  });

  it('events with who and what', async () => {
    const { ours } = await app().organizations();
    await twentyOrders(ours.client);
    const one = await costOf(ours.client, Events, { first: 1 });
    const many = await costOf(ours.client, Events, { first: 20 });
    expect(many.data.events.nodes).toHaveLength(20);
    expect(expectSame(one.statements, many.statements)).toMatchInlineSnapshot(`7`);
  });

  it('sensors with their readings', async () => {
    const { ours } = await app().organizations();
    const machineId = await create(ours.client, 'Machine', { name: 'EOS M290' });
    for (let place = 0; place < 20; place++) {
      const sensor = { name: `Sensor ${place}`, quantity: 'oxygen', unit: '%', machineId };
      const sensorId = await create(ours.client, 'Sensor', sensor);
      const readings = [1, 2, 3].map((value) => ({
        sensorId,
        value,
        observedAt: `2026-03-01T08:00:0${value}Z`,
      }));
      await act(ours.client, 'ingestReadings', { readings }, '__typename');
    }
    const one = await costOf(ours.client, Sensors, { first: 1 });
    const many = await costOf(ours.client, Sensors, { first: 20 });
    expect(many.data.sensors.nodes[19]?.readings).toHaveLength(2);
    expect(expectSame(one.statements, many.statements)).toMatchInlineSnapshot(`7`);
  });

  it('and a node by its id costs who asks, and the row', async () => {
    const { ours } = await app().organizations();
    const { orderId } = await makeOrder(ours.client, await makeShop(ours.client), { confirmed: false });
    const { statements } = await costOf(ours.client, Node, { id: orderId });
    expect(statements).toHaveLength(2);
  });
});

/** A run of one piece that a machine builds. */
async function buildOf(client: Client, shop: Shop, pieceId: string): Promise<void> {
  const run = await makeRun(client, shop.printerId, [pieceId], 'QUEUED');
  const report = { machineId: shop.machineId, name: run.number, status: 'PROCESSING' };
  await act(client, 'reportBuild', report, '__typename');
}

describe('the statements of a mutation are the same for one piece and for twenty:', () => {
  const journey = async (client: Client, shop: Shop, quantity: number) => {
    const { orderId, lineItemId } = await makeOrder(client, shop, { quantity, confirmed: false });
    const costs: Record<string, string[]> = {};
    const step = async (mutation: string, input: object) => {
      const work = () =>
        act<{ run?: { id: string } }>(
          client,
          mutation,
          input,
          mutation === 'createRun' ? 'run { id }' : '__typename',
        );
      const { value, statements } = await statementsOf(work);
      costs[mutation] = statements;
      return value.run?.id;
    };
    await step('confirmOrder', { orderId });
    const runId = await step('createRun', { workstationId: shop.printerId, lineItemIds: [lineItemId] });
    await step('queueRun', { runId });
    await step('updateLineItem', { lineItemId, priority: 90 });
    await step('startRun', { runId });
    await step('completeRun', { runId, otherwise: 'SUCCESS' });
    await step('cancelOrder', { orderId, reason: 'Enough' });
    return costs;
  };

  it('from the confirmation of an order to its cancellation', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const one = await journey(ours.client, shop, 1);
    const many = await journey(ours.client, shop, 20);
    const numbers = Object.entries(many).map(([mutation, statements]) => [
      mutation,
      expectSame(one[mutation] ?? [], statements),
    ]);
    expect(Object.fromEntries(numbers)).toMatchInlineSnapshot(`
      {
        "cancelOrder": 23,
        "completeRun": 32,
        "confirmOrder": 15,
        "createRun": 28,
        "queueRun": 24,
        "startRun": 39,
        "updateLineItem": 21,
      }
    `);
  });
});
