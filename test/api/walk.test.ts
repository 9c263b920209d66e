import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';
import { subscribe } from '../support/stream.ts';

const app = useApp();

const OrderState = graphql(`
  query WalkOrder($id: ID!) {
    order(id: $id) {
      status
      hasErrors
      progress { stage count }
      lineItems { nodes { status completedQuantity } }
      pieces(orderBy: [{ field: COPY }]) { nodes { status stepPosition operations(orderBy: [{ field: POSITION }]) { nodes { status attempt } } } }
    }
  }
`);

const RunEvents = graphql(`
  subscription WalkRun($runId: ID!, $after: Cursor) {
    runEvents(runId: $runId, after: $after) {
      __typename
      ... on Event { cursor kind }
      ... on RunStatusChanged { from to run { status } }
      ... on Position { cursor }
    }
  }
`);

describe('the main job', () => {
  it('takes an order through its runs until it is complete, while a display follows', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const order = await makeOrder(ours.client, shop, { quantity: 2 });
    const pieceIds = order.pieces.map((piece) => piece.id);
    const print = await makeRun(ours.client, shop.printerId, pieceIds, 'COMPLETE');
    const half = await ours.client.query(OrderState, { id: order.orderId });
    expect(half.order?.status).toBe('PRINTING');
    expect(half.order?.progress).toEqual([{ stage: 'WAITING', count: 2 }]);
    await makeRun(ours.client, shop.dockId, pieceIds, 'COMPLETE');
    const done = await ours.client.query(OrderState, { id: order.orderId });
    expect(done.order).toMatchObject({
      status: 'COMPLETE',
      hasErrors: false,
      progress: [{ stage: 'COMPLETE', count: 2 }],
      lineItems: { nodes: [{ status: 'COMPLETE', completedQuantity: 2 }] },
    });
    const stream = await subscribe(ours.client, RunEvents, { runId: print.id, after: 'START' });
    const seen = await stream.take(4);
    expect(seen.map((message) => message.__typename)).toEqual([
      'RunCreated',
      'RunStatusChanged',
      'RunStatusChanged',
      'RunStatusChanged',
    ]);
    await stream.close();
  });
});
