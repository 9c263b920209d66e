import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { purgeDelivered } from '../../../src/webhooks/outbox.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { type Sink, startSink } from '../../support/webhook-sink.ts';
import {
  byObject,
  caughtUp,
  eventually,
  hurried,
  makeManufacturer,
  makeWebhook,
  renameManufacturer,
  stateOf,
} from '../../support/webhooks.ts';
import { act, logOf } from '../support.ts';

// Many mutations, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

// Gives up at the first failure.
let app: TestApp;
let sink: Sink;
beforeAll(async () => {
  app = await startApp({ webhooks: { ...hurried, giveUpAfter: 0 } });
});
afterAll(() => app.stop());
beforeEach(async () => {
  sink = await startSink();
});
afterEach(() => sink.close());

const kinds = ['ManufacturerCreated' as const, 'ManufacturerChanged' as const];

describe('a delivery that is given up', () => {
  it('is in the dead letters, and what follows of its object goes on', async () => {
    const { ours } = await app.organizations();
    const { id } = await makeWebhook(ours.client, sink.url, { kinds });
    sink.answer = ({ message }) => (message.version === 2 ? 500 : 204);
    const object = await makeManufacturer(ours.client);
    await renameManufacturer(ours.client, object);
    await renameManufacturer(ours.client, object);
    await sink.until(() => sink.accepted.length === 2);
    expect(sink.received.map(({ message }) => message.version)).toEqual([1, 2, 3]);
    const dead = await eventually(async () => {
      const { nodes } = (await stateOf(ours.client, id)).deliveries;
      const found = nodes.filter(({ status }) => status === 'DEAD');
      expect(found).toMatchObject([
        { error: 'Answered 500.', responseStatus: 500, nextAttemptAt: null, deliveredAt: null },
      ]);
      return found[0];
    });
    sink.answer = () => 204;
    const retried = { webhookDeliveryId: dead?.id };
    await act(ours.client, 'retryWebhookDelivery', retried, 'webhookDelivery { status }');
    await sink.until(() => sink.accepted.length === 3);
    expect(sink.accepted.at(-1)).toMatchObject({ id: dead?.id, message: { version: 2 } });
    await caughtUp(ours.client, id);
  });

  it('comes again with all others of its webhook, of each object in order', async () => {
    const { ours } = await app.organizations();
    const { id } = await makeWebhook(ours.client, sink.url, { kinds });
    sink.answer = () => 500;
    const objects = [await makeManufacturer(ours.client), await makeManufacturer(ours.client)];
    for (const object of objects) await renameManufacturer(ours.client, object);
    await eventually(async () => {
      const { nodes } = (await stateOf(ours.client, id)).deliveries;
      expect(nodes.map(({ status }) => status)).toEqual(['DEAD', 'DEAD', 'DEAD', 'DEAD']);
    });
    sink.answer = () => 204;
    const { count } = await act<{ count: number }>(
      ours.client,
      'retryWebhookDeliveries',
      { webhookId: id },
      'count',
    );
    expect(count).toBe(4);
    await sink.until(() => sink.accepted.length === 4);
    for (const positions of byObject(sink.accepted).values()) {
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
    }
    expect(await act(ours.client, 'retryWebhookDeliveries', { webhookId: id }, 'count')).toMatchObject({
      count: 0,
    });
  });
});

describe('a target that is gone', () => {
  it('(410) disables the webhook, once, and nothing is lost when it is resumed', async () => {
    const { ours } = await app.organizations();
    const { id } = await makeWebhook(ours.client, sink.url, { kinds });
    sink.answer = () => 410;
    const object = await makeManufacturer(ours.client);
    await eventually(async () => expect((await stateOf(ours.client, id)).status).toBe('DISABLED'));
    await renameManufacturer(ours.client, object);
    expect(await stateOf(ours.client, id)).toMatchObject({
      disabledReason: 'The target answered 410: it is gone.',
      failingSince: expect.any(String),
      deliveries: { nodes: [{ status: 'PENDING' }] },
    });
    const disabled = (await logOf(app, ours)).filter(({ kind }) => kind === 'WebhookDisabled');
    expect(disabled).toMatchObject([{ actorKind: 'SYSTEM', reason: 'The target answered 410: it is gone.' }]);
    sink.answer = () => 204;
    await act(ours.client, 'resumeWebhook', { webhookId: id }, '__typename');
    await sink.until(() => sink.accepted.length === 2);
    expect(sink.accepted.map(({ message }) => message.version)).toEqual([1, 2]);
    expect(await stateOf(ours.client, id)).toMatchObject({ status: 'ACTIVE', disabledReason: null });
  });
});

describe('a webhook that fails for too long', () => {
  let impatient: TestApp;
  beforeAll(async () => {
    impatient = await startApp({ webhooks: { ...hurried, disableAfter: 50 } });
  });
  afterAll(() => impatient.stop());

  it('is disabled, and says why', async () => {
    const { ours } = await impatient.organizations();
    const { id } = await makeWebhook(ours.client, sink.url, { kinds });
    sink.answer = () => 302;
    await makeManufacturer(ours.client);
    await eventually(async () => expect((await stateOf(ours.client, id)).status).toBe('DISABLED'));
    expect((await stateOf(ours.client, id)).disabledReason).toBe(
      'Nothing could be delivered for days. The last time: Answered 302: redirects are not followed.',
    );
  });

  it('is not while something is delivered now and then', async () => {
    const { ours } = await impatient.organizations();
    sink.answer = (_received, place) => (place % 2 === 0 ? 204 : 500);
    const { id } = await makeWebhook(ours.client, sink.url, { kinds });
    for (let round = 0; round < 8; round++) await makeManufacturer(ours.client);
    await sink.until(() => sink.accepted.length === 8);
    await eventually(async () =>
      expect(await stateOf(ours.client, id)).toMatchObject({ status: 'ACTIVE', lag: 0, failingSince: null }),
    );
  });
});

describe('what was delivered', () => {
  it('is deleted after its time, and nothing else is', async () => {
    const { ours } = await app.organizations();
    const { id } = await makeWebhook(ours.client, sink.url, { kinds });
    sink.answer = (_received, place) => (place === 1 ? 500 : 204);
    for (let round = 0; round < 3; round++) await makeManufacturer(ours.client);
    await caughtUp(ours.client, id);
    const before = (await stateOf(ours.client, id)).deliveries.nodes;
    expect(before.map(({ status }) => status).sort()).toEqual(['DEAD', 'DELIVERED', 'DELIVERED']);
    await purgeDelivered(app.app.runtime, 3_600_000);
    expect((await stateOf(ours.client, id)).deliveries.nodes).toHaveLength(3);
    await app.database.query(
      `UPDATE "WebhookDelivery" SET "deliveredAt" = "deliveredAt" - interval '2 h' WHERE "organizationId" = $1`,
      [ours.organizationId],
    );
    await purgeDelivered(app.app.runtime, 3_600_000);
    expect((await stateOf(ours.client, id)).deliveries.nodes).toMatchObject([{ status: 'DEAD' }]);
  });
});
