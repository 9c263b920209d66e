import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { act, logOf } from '../support.ts';

const app = useApp();

const CreateOrder = graphql(`
  mutation CancellationCreate($input: CreateOrderInput!) {
    createOrder(input: $input) {
      __typename
      ... on CreateOrderSuccess { order { id status lineItems(orderBy: [{ field: POSITION }]) { nodes { id } } } }
    }
  }
`);
const CancelOrder = graphql(`
  mutation CancellationOrder($input: CancelOrderInput!) {
    cancelOrder(input: $input) {
      __typename
      ... on CancelOrderSuccess { order { status allowedActions lineItems { nodes { status } } } }
      ... on TransitionError { from }
    }
  }
`);
const AddLineItem = graphql(`
  mutation CancellationAdd($input: AddLineItemInput!) {
    addLineItem(input: $input) { __typename ... on TransitionError { from action } }
  }
`);
const QueueRun = graphql(`
  mutation CancellationQueue($input: QueueRunInput!) {
    queueRun(input: $input) {
      __typename
      ... on QueueRunSuccess { run { status } }
      ... on BlockedError { blockedBy { rule } }
    }
  }
`);
const Pieces = graphql(`
  query CancellationPieces($lineItemId: ID!) {
    lineItem(id: $lineItemId) {
      order { hasErrors }
      pieces(orderBy: [{ field: COPY }]) {
        nodes { status operations(orderBy: [{ field: POSITION }]) { nodes { position attempt status endedAt version run { id } } } }
      }
    }
  }
`);

const reason = 'Withdrawn';

async function orderOf(client: Client, lineItems: object[]) {
  const input = { name: 'Order', lineItems } as never;
  return (await client.success(CreateOrder, { input }, 'CreateOrderSuccess')).order;
}

describe('a cancelled order', () => {
  it('without line items is CANCELLED, with an event, and takes none any more', async () => {
    const { ours } = await app().organizations();
    const { id: orderId } = await orderOf(ours.client, []);
    const { order } = await ours.client.success(
      CancelOrder,
      { input: { orderId, reason } },
      'CancelOrderSuccess',
    );
    expect(order).toEqual({ status: 'CANCELLED', allowedActions: [], lineItems: { nodes: [] } });
    const last = (await logOf(app(), ours)).at(-1);
    expect(last).toMatchObject({ kind: 'OrderStatusChanged', after: { status: 'CANCELLED' }, reason });
    const lineItem = { designName: 'Bracket', quantity: 1 };
    const refused = await ours.client.refused(
      AddLineItem,
      { input: { orderId, lineItem } },
      'TransitionError',
    );
    expect(refused).toMatchObject({ from: 'CANCELLED', action: 'ADD_LINE_ITEM' });
    const again = await ours.client.refused(CancelOrder, { input: { orderId, reason } }, 'TransitionError');
    expect(again.from).toBe('CANCELLED');
  });

  it.each([[['SPECIMEN']], [['SPECIMEN', 'WASTE', 'TOOLING']], [['SPECIMEN', 'PRODUCT']]])(
    'of %j is CANCELLED',
    async (types) => {
      const { ours } = await app().organizations();
      const lineItems = types.map((type) => ({ designName: 'Coupon', quantity: 1, type }));
      const { id: orderId } = await orderOf(ours.client, lineItems);
      const input = { orderId, reason };
      const { order } = await ours.client.success(CancelOrder, { input }, 'CancelOrderSuccess');
      expect(order.status).toBe('CANCELLED');
      expect(order.lineItems.nodes).toEqual(types.map(() => ({ status: 'CANCELLED' })));
    },
  );

  it('of specimens only is CANCELLED when the last of them is', async () => {
    const { ours } = await app().organizations();
    const lineItems = ['A', 'B'].map((designName) => ({ designName, quantity: 1, type: 'SPECIMEN' }));
    const made = await orderOf(ours.client, lineItems);
    const cancelled = async (place: number) => {
      const input = { lineItemId: made.lineItems.nodes[place]?.id, reason };
      const { order } = await act<{ order: { status: string } }>(
        ours.client,
        'cancelLineItem',
        input,
        'order { status }',
      );
      return order.status;
    };
    expect([await cancelled(0), await cancelled(1)]).toEqual(['NEW', 'CANCELLED']);
  });
});

/** A line item of two pieces: the first failed at the printer, the second waits. */
async function failed(client: Client) {
  const shop = await makeShop(client);
  const { lineItemId, pieces } = await makeOrder(client, shop);
  const run = await makeRun(client, shop.printerId, [pieces[0]?.id ?? ''], 'IN_PROGRESS');
  await act(client, 'failRun', { runId: run.id, error: 'Jam' }, '__typename');
  const read = async () => (await client.query(Pieces, { lineItemId })).lineItem;
  return { shop, lineItemId, pieces, run, read };
}

describe('a failed attempt of a piece that is cancelled', () => {
  it('stays as it was, and the piece is CANCELLED', async () => {
    const { ours } = await app().organizations();
    const { lineItemId, run, read } = await failed(ours.client);
    const before = (await read())?.pieces.nodes[0]?.operations.nodes[0];
    expect(before).toMatchObject({ status: 'ERROR', run: { id: run.id } });
    await act(ours.client, 'cancelLineItem', { lineItemId, reason }, '__typename');
    const after = await read();
    expect(after?.order.hasErrors).toBe(false);
    expect(after?.pieces.nodes.map((piece) => piece.status)).toEqual(['CANCELLED', 'CANCELLED']);
    expect(after?.pieces.nodes[0]?.operations.nodes[0]).toEqual(before);
    expect(after?.pieces.nodes[0]?.operations.nodes[1]).toMatchObject({ status: 'CANCELLED' });
  });

  it('is not tried again with its run, which goes on with the others', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const doomed = await makeOrder(ours.client, shop, { quantity: 1 });
    const other = await makeOrder(ours.client, shop, { quantity: 1 });
    const pieceIds = [...doomed.pieces, ...other.pieces].map((piece) => piece.id);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'IN_PROGRESS');
    await act(ours.client, 'failRun', { runId, error: 'Jam' }, '__typename');
    await act(ours.client, 'cancelLineItem', { lineItemId: doomed.lineItemId, reason }, '__typename');
    await ours.client.success(QueueRun, { input: { runId } }, 'QueueRunSuccess');
    for (const step of [
      ['startRun', { runId }],
      ['completeRun', { runId, otherwise: 'SUCCESS' }],
    ] as const)
      await act(ours.client, step[0], step[1], '__typename');
    const read = async (lineItemId: string) =>
      (await ours.client.query(Pieces, { lineItemId })).lineItem?.pieces.nodes[0];
    const gone = await read(doomed.lineItemId);
    expect(gone?.status).toBe('CANCELLED');
    expect(gone?.operations.nodes.map((operation) => operation.status)).toEqual(['ERROR', 'CANCELLED']);
    expect((await read(other.lineItemId))?.status).toBe('CONFIRMED');
  });

  it('leaves its run nothing to try again', async () => {
    const { ours } = await app().organizations();
    const { lineItemId, run } = await failed(ours.client);
    await act(ours.client, 'cancelLineItem', { lineItemId, reason }, '__typename');
    const input = { runId: run.id };
    const { blockedBy } = await ours.client.refused(QueueRun, { input }, 'BlockedError');
    expect(blockedBy).toEqual([{ rule: 'run.hasPieces' }]);
  });
});

describe('every operation that is cancelled', () => {
  it('has an event of its own, which tells the run that it left', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { lineItemId, pieces } = await makeOrder(ours.client, shop, { quantity: 1 });
    const run = await makeRun(ours.client, shop.printerId, [pieces[0]?.id ?? ''], 'QUEUED');
    const before = (await logOf(app(), ours)).length;
    await act(ours.client, 'cancelLineItem', { lineItemId, reason }, '__typename');
    const log = (await logOf(app(), ours)).slice(before);
    const events = log.filter((event) => event.subjectType === 'Operation');
    const { id: runId } = await app().app.prisma.run.findFirstOrThrow({
      where: { number: run.number, organizationId: ours.organizationId },
    });
    expect(events.map(({ kind, before, after, reason }) => ({ kind, before, after, reason }))).toEqual([
      {
        kind: 'OperationStatusChanged',
        before: { status: 'QUEUED', runId, endedAt: null },
        after: { status: 'CANCELLED', runId: null, endedAt: expect.any(String) },
        reason,
      },
      {
        kind: 'OperationStatusChanged',
        before: { status: 'CREATED', endedAt: null },
        after: { status: 'CANCELLED', endedAt: expect.any(String) },
        reason,
      },
    ]);
    expect(events[0]?.related).toContain(runId);
    const rows = await app().app.prisma.operation.findMany({
      where: { organizationId: ours.organizationId },
      orderBy: { position: 'asc' },
    });
    expect(events.map(({ subjectId, version }) => [subjectId, version])).toEqual(
      rows.map(({ id, version }) => [id, version]),
    );
  });
});
