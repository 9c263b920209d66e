import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { claim, delivered, withdrawn } from '../../../src/webhooks/outbox.ts';
import { verifyWebhook } from '../../../src/webhooks/signature.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeShop } from '../../support/factories.ts';
import { type Sink, startSink } from '../../support/webhook-sink.ts';
import {
  ascending,
  byObject,
  caughtUp,
  eventually,
  hurried,
  makeManufacturer,
  makeWebhook,
  positionOf,
  renameManufacturer,
  stateOf,
} from '../../support/webhooks.ts';
import { act, logOf, uuidOf } from '../support.ts';

// Many mutations, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const app = useApp({ webhooks: hurried });
let sink: Sink;
beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.close());
const sinks: Sink[] = [];
afterEach(async () => {
  for (const each of sinks.splice(0)) await each.close();
});
const ownSink = async (): Promise<Sink> => {
  const made = await startSink();
  sinks.push(made);
  return made;
};

/** Resolves when nothing is under way of a webhook that is paused. */
const atRest = (client: Client, id: string): Promise<void> =>
  eventually(async () => {
    const { nodes } = (await stateOf(client, id)).deliveries;
    expect(nodes.map(({ durationMs }) => durationMs)).not.toContain(null);
  });

const Events = graphql(`
  query DeliveryEvents($after: Cursor!) {
    events(first: 100, after: $after) {
      nodes {
        __typename cursor kind subjectId version changes { field before after } actor { kind tokenId } reason cause
        occurredAt recordedAt
      }
    }
  }
`);

describe('a delivery', () => {
  it('is the event as the API shows it, and signed', async () => {
    const { ours } = await app().organizations();
    const sink = await ownSink();
    const { cursor, secret } = await makeWebhook(ours.client, sink.url, {
      kinds: ['ManufacturerCreated', 'ManufacturerChanged'],
    });
    await renameManufacturer(ours.client, await makeManufacturer(ours.client));
    await sink.until(() => sink.accepted.length === 2);
    const events = (await ours.client.query(Events, { after: cursor })).events.nodes;
    expect(sink.accepted.map(({ message }) => message)).toEqual(
      events.map(({ __typename, kind, subjectId, actor, ...event }, place) => ({
        ...event,
        id: sink.accepted[place]?.id,
        type: kind,
        subject: { type: 'Manufacturer', id: subjectId },
        actor: { kind: actor.kind, tokenId: actor.tokenId },
      })),
    );
    for (const { headers, body, id } of sink.accepted) {
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'user-agent': 'Heatmark-Webhooks',
      });
      expect(id).toMatch(/^whd_[0-9a-f]{32}$/);
      expect(verifyWebhook(secret, headers, body)).toBe(true);
      expect(verifyWebhook(secret, headers, `${body} `)).toBe(false);
    }
  });

  it('can be looked up by the id that the receiver has', async () => {
    const { ours } = await app().organizations();
    const sink = await ownSink();
    const { id } = await makeWebhook(ours.client, sink.url, { kinds: ['ManufacturerCreated'] });
    await makeManufacturer(ours.client);
    await sink.until(() => sink.accepted.length === 1);
    await caughtUp(ours.client, id);
    const state = await stateOf(ours.client, id);
    expect(state).toMatchObject({
      status: 'ACTIVE',
      failingSince: null,
      lastDeliveredAt: expect.any(String),
    });
    expect(state.deliveries.nodes).toMatchObject([
      {
        id: sink.accepted[0]?.id,
        status: 'DELIVERED',
        kind: 'ManufacturerCreated',
        attempts: 1,
        nextAttemptAt: null,
        responseStatus: 204,
        error: null,
        event: { __typename: 'ManufacturerCreated', subjectId: sink.accepted[0]?.subject },
      },
    ]);
    const found = await ours.client.sendText(
      `query($id: ID!) { webhookDelivery(id: $id) { status webhook { id } } }`,
      { id: sink.accepted[0]?.id },
    );
    expect(found.data().webhookDelivery).toEqual({ status: 'DELIVERED', webhook: { id } });
  });

  it('of every event comes once, from the cursor on', async () => {
    const { ours, theirs } = await app().organizations();
    const sink = await ownSink();
    await makeManufacturer(theirs.client);
    const made = await makeManufacturer(ours.client);
    const { id } = await makeWebhook(ours.client, sink.url, { after: 'START' });
    await Promise.all(Array.from({ length: 10 }, () => makeManufacturer(ours.client)));
    for (let round = 0; round < 3; round++) await renameManufacturer(ours.client, made);
    const log = (await logOf(app(), ours)).map((event) => Number(event.position));
    await sink.until(() => sink.accepted.length >= log.length);
    await caughtUp(ours.client, id);
    expect(ascending(sink.received.map(positionOf))).toEqual(log);
    expect(new Set(sink.received.map((each) => each.id)).size).toBe(log.length);
  });

  it('comes of the chosen kinds and objects only, and of what belongs to the objects', async () => {
    const { ours } = await app().organizations();
    const sink = await ownSink();
    const shop = await makeShop(ours.client);
    const order = await makeOrder(ours.client, shop, { confirmed: false });
    const about = { kinds: ['PieceCreated' as const, 'OrderStatusChanged' as const], about: [order.orderId] };
    await makeWebhook(ours.client, sink.url, about);
    await makeOrder(ours.client, shop);
    await act(ours.client, 'confirmOrder', { orderId: order.orderId }, '__typename');
    await sink.until(() => sink.accepted.length === 3);
    expect(sink.received.map(({ message }) => message.type).sort()).toEqual([
      'OrderStatusChanged',
      'PieceCreated',
      'PieceCreated',
    ]);
  });

  it('of another organization’s events never comes', async () => {
    const { ours, theirs } = await app().organizations();
    const sink = await ownSink();
    await makeWebhook(ours.client, sink.url, { kinds: ['ManufacturerCreated'] });
    await makeManufacturer(theirs.client);
    const own = await makeManufacturer(ours.client);
    await sink.until(() => sink.received.length > 0);
    expect(sink.received.map((each) => each.subject)).toEqual([own]);
  });
});

describe('of one object', () => {
  it('deliveries come in order and all of them, whatever fails how often', async () => {
    const { ours } = await app().organizations();
    const sink = await ownSink();
    // Not by chance: every request is refused by its number.
    sink.answer = (_received, place) => (place % 3 === 0 || place % 7 === 0 ? 500 : 204);
    const { id } = await makeWebhook(ours.client, sink.url, {
      kinds: ['ManufacturerCreated', 'ManufacturerChanged'],
    });
    const objects = await Promise.all(Array.from({ length: 5 }, () => makeManufacturer(ours.client)));
    for (let round = 0; round < 6; round++) {
      await Promise.all(objects.map((object) => renameManufacturer(ours.client, object)));
    }
    await caughtUp(ours.client, id);
    const heard = byObject(sink.accepted);
    expect([...heard.keys()].sort()).toEqual([...objects].sort());
    for (const positions of heard.values()) {
      expect(positions).toHaveLength(7);
      expect(positions).toEqual(ascending(positions));
    }
  });

  it('later deliveries wait for the older one, and those of other objects do not', async () => {
    const { ours } = await app().organizations();
    const sink = await ownSink();
    const { id } = await makeWebhook(ours.client, sink.url, {
      kinds: ['ManufacturerCreated', 'ManufacturerChanged'],
    });
    const stuck = await makeManufacturer(ours.client);
    await sink.until(() => sink.accepted.length === 1);
    sink.answer = ({ subject, message }) => (subject === stuck && message.version === 2 ? 500 : 204);
    await renameManufacturer(ours.client, stuck);
    await renameManufacturer(ours.client, stuck);
    const other = await makeManufacturer(ours.client);
    await sink.until(() => sink.accepted.some(({ subject }) => subject === other));
    await sink.until(() => sink.received.filter(({ message }) => message.version === 2).length > 3);
    expect(sink.received.some(({ message }) => message.version === 3)).toBe(false);
    const state = await stateOf(ours.client, id);
    expect(state.deliveries.nodes.filter(({ status }) => status === 'PENDING')).toMatchObject([
      { error: 'Answered 500.', responseStatus: 500 },
      { attempts: 0 },
    ]);
    sink.answer = () => 204;
    await sink.until(() => sink.accepted.some(({ message }) => message.version === 3));
    expect(byObject(sink.accepted).get(stuck)).toHaveLength(3);
  });

  it('an attempt of a process that is gone is made again when its time is over, and what it says then is too late', async () => {
    const { ours } = await app().organizations();
    const sink = await ownSink();
    const { id } = await makeWebhook(ours.client, sink.url, { kinds: ['ManufacturerCreated'] });
    await act(ours.client, 'pauseWebhook', { webhookId: id }, '__typename');
    await makeManufacturer(ours.client);
    await act(ours.client, 'resumeWebhook', { webhookId: id }, '__typename');
    sink.answer = () => 503;
    await sink.until(() => sink.received.length > 0);
    // The gone process is this test: it claims between two attempts of the dispatcher.
    const key = { organizationId: ours.organizationId, id: uuidOf(id) };
    const { runtime } = app().app;
    const [lost] = await eventually(async () => {
      const claims = await claim(runtime, key, { count: 1, lease: 400, mostUnderWay: 4 });
      expect(claims).toHaveLength(1);
      return claims;
    });
    if (!lost) throw new Error('Nothing was claimed.');
    const during = await stateOf(ours.client, id);
    expect(during.deliveries.nodes).toMatchObject([{ status: 'PENDING', attempts: lost.attempt }]);
    const before = sink.received.length;
    await sink.until(() => sink.received.length > before);
    await act(ours.client, 'pauseWebhook', { webhookId: id }, '__typename');
    await atRest(ours.client, id);
    await delivered(runtime, key, lost, { responseStatus: 200, error: null, duration: 1 });
    await withdrawn(runtime, key, lost);
    const { nodes } = (await stateOf(ours.client, id)).deliveries;
    expect(nodes).toMatchObject([{ status: 'PENDING', responseStatus: 503, deliveredAt: null }]);
    expect(nodes[0]?.attempts).toBeGreaterThan(lost.attempt);
    await act(ours.client, 'resumeWebhook', { webhookId: id }, '__typename');
    sink.answer = () => 204;
    await sink.until(() => sink.accepted.length > 0);
  });
});

describe('a target that asks for a pause', () => {
  it.each([
    ['429 with seconds', 429, '2', 2_000, 2_000],
    ['503 with a date', 503, new Date(Date.now() + 600_000).toUTCString(), 400_000, 600_000],
    ['429 with a year', 429, '31536000', 3_600_000, 3_600_000],
    ['500, which may not ask', 500, '3600', 0, 0],
    ['429 with nonsense', 429, 'soon', 0, 0],
    ['429 with the past', 429, 'Sun, 06 Nov 1994 08:49:37 GMT', 0, 0],
  ])('by %s gets one, an hour at most', async (_how, status, retryAfter, least, longest) => {
    const { ours } = await app().organizations();
    const sink = await ownSink();
    sink.answer = () => (response) => void response.writeHead(status, { 'retry-after': retryAfter }).end();
    const { id } = await makeWebhook(ours.client, sink.url, { kinds: ['ManufacturerCreated'] });
    await makeManufacturer(ours.client);
    const [delivery] = await eventually(async () => {
      const { nodes } = (await stateOf(ours.client, id)).deliveries;
      expect(nodes).toMatchObject([{ responseStatus: status, durationMs: expect.any(Number) }]);
      return nodes;
    });
    await act(ours.client, 'pauseWebhook', { webhookId: id }, '__typename');
    const pause = Date.parse(delivery?.nextAttemptAt ?? '') - Date.parse(delivery?.lastAttemptAt ?? '');
    expect(pause).toBeGreaterThanOrEqual(least);
    expect(pause).toBeLessThan(longest + 60_000);
  });
});

describe('replaying', () => {
  it('sends what came after a cursor again, in order and under the same ids', async () => {
    const { ours } = await app().organizations();
    const sink = await ownSink();
    const { id } = await makeWebhook(ours.client, sink.url, {
      kinds: ['ManufacturerCreated', 'ManufacturerChanged'],
    });
    const object = await makeManufacturer(ours.client);
    for (let round = 0; round < 4; round++) await renameManufacturer(ours.client, object);
    await sink.until(() => sink.accepted.length === 5);
    const first = sink.accepted.map((each) => each.id);
    const after = String(sink.accepted[1]?.message.cursor);
    await caughtUp(ours.client, id);
    await act(ours.client, 'replayWebhook', { webhookId: id, after }, '__typename');
    await sink.until(() => sink.accepted.length === 8);
    expect(sink.accepted.slice(5).map((each) => each.id)).toEqual(first.slice(2));
    await caughtUp(ours.client, id);
    expect((await stateOf(ours.client, id)).deliveries.nodes).toHaveLength(5);
    expect(sink.accepted).toHaveLength(8);
  });

  it('puts what waits behind what is sent again', async () => {
    const { ours } = await app().organizations();
    const sink = await ownSink();
    const { id } = await makeWebhook(ours.client, sink.url, {
      kinds: ['ManufacturerCreated', 'ManufacturerChanged'],
    });
    const object = await makeManufacturer(ours.client);
    await sink.until(() => sink.accepted.length === 1);
    sink.answer = () => 500;
    await renameManufacturer(ours.client, object);
    await sink.until(() => sink.received.length > 1);
    await act(ours.client, 'pauseWebhook', { webhookId: id }, '__typename');
    // An attempt that is under way would still come.
    await atRest(ours.client, id);
    await act(ours.client, 'replayWebhook', { webhookId: id, after: 'START' }, '__typename');
    await act(ours.client, 'resumeWebhook', { webhookId: id }, '__typename');
    sink.answer = () => 204;
    await sink.until(() => sink.accepted.length >= 3);
    expect(sink.accepted.map(({ message }) => message.version).slice(0, 3)).toEqual([1, 1, 2]);
  });

  it('from what is no cursor is BAD_USER_INPUT, and from that of another log is refused', async () => {
    const { ours } = await app().organizations();
    const { id } = await makeWebhook(ours.client, sink.url, { kinds: ['RunCreated'] });
    const replay = (after: string) =>
      ours.client.sendText(
        `mutation($input: ReplayWebhookInput!) { replayWebhook(input: $input) {
           __typename ... on InvalidInputError { issues { path } } } }`,
        { input: { webhookId: id, after } },
      );
    for (const malformed of ['', 'nonsense'])
      expect((await replay(malformed)).graphqlErrors()[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await replay('MDAwMDAwMDAuMQ')).data().replayWebhook).toEqual({
      __typename: 'InvalidInputError',
      issues: [{ path: ['after'] }],
    });
  });
});

describe('pausing', () => {
  it('holds back what happens, and resuming sends it', async () => {
    const { ours } = await app().organizations();
    const sink = await ownSink();
    const other = await ownSink();
    const kinds = ['ManufacturerCreated' as const];
    const { id } = await makeWebhook(ours.client, sink.url, { kinds });
    await makeWebhook(ours.client, other.url, { kinds });
    await act(ours.client, 'pauseWebhook', { webhookId: id }, '__typename');
    const first = await makeManufacturer(ours.client);
    const second = await makeManufacturer(ours.client);
    // What is not paused has come to them: the paused one would have, too.
    await other.until(() => other.accepted.length === 2);
    expect(sink.received).toEqual([]);
    expect(await stateOf(ours.client, id)).toMatchObject({
      status: 'PAUSED',
      allowedActions: expect.arrayContaining(['RESUME_WEBHOOK']),
    });
    await act(ours.client, 'resumeWebhook', { webhookId: id }, '__typename');
    await sink.until(() => sink.accepted.length === 2);
    expect(sink.accepted.map((each) => each.subject).sort()).toEqual([first, second].sort());
  });
});

describe('testing', () => {
  it('sends an event of its own to that webhook, whatever it is told of, and to no other', async () => {
    const { ours } = await app().organizations();
    const [tested, other] = [await ownSink(), await ownSink()];
    const { id, secret } = await makeWebhook(ours.client, tested.url, { kinds: ['RunAlert'] });
    await makeWebhook(ours.client, other.url, { kinds: ['ManufacturerCreated'] });
    await act(ours.client, 'testWebhook', { webhookId: id }, '__typename');
    await tested.until(() => tested.accepted.length === 1);
    const [test] = tested.accepted;
    expect(test?.message).toMatchObject({ type: 'WebhookTested', subject: { type: 'Webhook', id } });
    expect(verifyWebhook(secret, test?.headers ?? {}, test?.body ?? '')).toBe(true);
    const object = await makeManufacturer(ours.client);
    await other.until(() => other.accepted.length > 0);
    expect(other.received.map((each) => each.subject)).toEqual([object]);
  });
});

describe('deliveries that are done', () => {
  it('make no events: a webhook that is told of everything comes to rest', async () => {
    const { ours } = await app().organizations();
    const sink = await ownSink();
    const { id } = await makeWebhook(ours.client, sink.url);
    await makeManufacturer(ours.client);
    await act(ours.client, 'testWebhook', { webhookId: id }, '__typename');
    await caughtUp(ours.client, id);
    expect(sink.accepted.map(({ message }) => message.type)).toEqual(
      expect.arrayContaining(['WebhookCreated', 'ManufacturerCreated', 'WebhookTested']),
    );
    const log = await logOf(app(), ours);
    expect(log.at(-1)?.kind).toBe('WebhookTested');
  });
});
