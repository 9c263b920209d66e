import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verifyWebhook } from '../../../src/webhooks/signature.ts';
import { unique, useApp } from '../../support/app.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { type Sink, startSink } from '../../support/webhook-sink.ts';
import { caughtUp, hurried, makeWebhook } from '../../support/webhooks.ts';
import { act, create } from '../support.ts';

// Many mutations, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const app = useApp({ webhooks: hurried });
let sink: Sink;
beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.close());

const allOf = (id: string, about = sink.accepted) =>
  about
    .map(({ message }) => message as { type: string; data: Record<string, unknown> })
    .filter(({ data }) => data.id === id)
    .map(({ type, data }) => [type, data.previousStatus, data.status]);

describe('a webhook in the format of 3YOURMIND', () => {
  it('tells of jobs, orders and users as that API did, and of nothing else', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const { id, secret } = await makeWebhook(client, sink.url, { format: 'THREE_YOURMIND' });
    const shop = await makeShop(client);
    const order = await makeOrder(client, shop, { quantity: 3 });
    const [first, second, third] = order.pieces.map((piece) => piece.id);
    const finished = await makeRun(client, shop.printerId, [first ?? ''], 'IN_PROGRESS');
    await act(client, 'pauseRun', { runId: finished.id }, '__typename');
    await act(client, 'resumeRun', { runId: finished.id }, '__typename');
    await act(client, 'completeRun', { runId: finished.id, otherwise: 'SUCCESS' }, '__typename');
    const failed = await makeRun(client, shop.printerId, [second ?? ''], 'IN_PROGRESS');
    await act(client, 'failRun', { runId: failed.id, error: 'Smoke' }, '__typename');
    const cancelled = await makeRun(client, shop.printerId, [third ?? ''], 'QUEUED');
    await act(client, 'cancelRun', { runId: cancelled.id }, '__typename');
    const user = { name: 'Ada', email: `${unique('ada').replace(' ', '')}@example.org`, role: 'OPERATOR' };
    const userId = await create(client, 'User', user);
    await act(client, 'testWebhook', { webhookId: id }, '__typename');
    await caughtUp(client, id);

    expect(allOf(finished.id)).toEqual([
      ['job.started', 'QUEUED_WORK_READY', 'IN_PROGRESS'],
      ['job.finished', 'IN_PROGRESS', 'COMPLETE'],
    ]);
    expect(allOf(failed.id)).toEqual([
      ['job.started', 'QUEUED_WORK_READY', 'IN_PROGRESS'],
      ['job.scrapped', 'IN_PROGRESS', 'ERROR'],
    ]);
    expect(allOf(cancelled.id)).toEqual([['job.scrapped', 'QUEUED_WORK_READY', 'CANCELLED']]);
    expect(allOf(order.orderId).slice(0, 4)).toEqual([
      ['order.created', undefined, expect.any(String)],
      ['order.status.changed', 'NEW', 'PENDING'],
      ['order.mes.accepted', undefined, expect.any(String)],
      ['order.status.changed', 'PENDING', 'CONFIRMED'],
    ]);
    expect(allOf(order.orderId).filter(([type]) => type === 'order.mes.accepted')).toHaveLength(1);
    expect(allOf(userId)).toEqual([['user.created', undefined, undefined]]);
    expect(new Set(sink.accepted.map(({ message }) => message.type))).toEqual(
      new Set([
        ...['job.started', 'job.finished', 'job.scrapped', 'order.created', 'order.mes.accepted'],
        ...['order.status.changed', 'user.created', 'webhook.test'],
      ]),
    );
    const told = sink.accepted.find(({ message }) => message.type === 'order.status.changed');
    expect(told?.message).toEqual({
      id: expect.any(Number),
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      apiVersion: '2021-02-15',
      type: 'order.status.changed',
      data: expect.objectContaining({ id: order.orderId, number: order.number, name: expect.any(String) }),
    });
    expect(verifyWebhook(secret, told?.headers ?? {}, told?.body ?? '')).toBe(true);
    const numbers = sink.accepted.map(({ message }) => message.id);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('accepts an order once, with its first pieces, however its line items are confirmed', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const shop = await makeShop(client);
    const order = await makeOrder(client, shop, { confirmed: false });
    const own = await startSink();
    const { id } = await makeWebhook(client, own.url, { format: 'THREE_YOURMIND', about: [order.orderId] });
    const lineItem = {
      designName: 'Hinge',
      quantity: 2,
      materialId: shop.materialId,
      workflowId: shop.workflowId,
    };
    await act(client, 'addLineItem', { orderId: order.orderId, lineItem }, '__typename');
    await act(client, 'confirmLineItem', { lineItemId: order.lineItemId }, '__typename');
    await act(client, 'confirmOrder', { orderId: order.orderId }, '__typename');
    await caughtUp(client, id);
    expect(allOf(order.orderId, own.accepted)).toEqual([
      ['order.mes.accepted', undefined, expect.any(String)],
      ['order.status.changed', 'PENDING', 'CONFIRMED'],
    ]);
    await own.close();
  });
});
