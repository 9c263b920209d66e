import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { type Sink, startSink } from '../../support/webhook-sink.ts';
import {
  ascending,
  byObject,
  caughtUp,
  hurried,
  makeManufacturer,
  makeWebhook,
  positionOf,
  renameManufacturer,
  stateOf,
} from '../../support/webhooks.ts';
import { logOf } from '../support.ts';

// Many mutations, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ webhooks: { ...hurried, perWebhook: 3, perOrganization: 5, inAll: 8 } });
});
afterAll(() => app.stop());

const sinks: Sink[] = [];
afterEach(async () => {
  // What is left of a test must not keep the next one waiting.
  await app.database.query(`UPDATE "Webhook" SET status = 'PAUSED'`);
  for (const each of sinks.splice(0)) await each.close();
});
const makeSink = async (): Promise<Sink> => {
  const made = await startSink();
  sinks.push(made);
  return made;
};

const kinds = ['ManufacturerCreated' as const, 'ManufacturerChanged' as const];

describe('two applications on one database', () => {
  it('send every event, and of each object in order, while one of them is stopped', async () => {
    const other = await startApp({ shares: app, webhooks: hurried });
    const { ours } = await app.organizations();
    const sink = await makeSink();
    const { id } = await makeWebhook(ours.client, sink.url, { after: 'START' });
    const there = { ...ours, client: (await other.organizations()).ours.client.as(ours.token) };
    const objects = await Promise.all(Array.from({ length: 4 }, () => makeManufacturer(ours.client)));
    const rename = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        await Promise.all(
          objects.map((object, place) => renameManufacturer(place % 2 ? ours.client : there.client, object)),
        );
      }
    };
    await rename(2);
    await sink.until(() => sink.accepted.length > 6);
    await other.stop();
    await Promise.all(objects.map((object) => renameManufacturer(ours.client, object)));
    const log = (await logOf(app, ours)).map((event) => Number(event.position));
    await caughtUp(ours.client, id);
    // At least once: what a stopped one had under way may come again, and is known by its id then.
    const { accepted } = sink;
    const once = accepted.filter(
      ({ id: own }, place) => accepted.findIndex((each) => each.id === own) === place,
    );
    expect(ascending(once.map(positionOf))).toEqual(log);
    const heard = byObject(once);
    for (const object of objects) {
      expect(heard.get(object)).toHaveLength(4);
      expect(heard.get(object)).toEqual(ascending(heard.get(object) ?? []));
    }
  });
});

describe('a target that hangs', () => {
  it('has few requests open, and holds up nobody else', async () => {
    const { ours, theirs } = await app.organizations();
    const [slow, quick] = [await makeSink(), await makeSink()];
    slow.answer = () => () => undefined;
    await makeWebhook(ours.client, slow.url, { kinds });
    await makeWebhook(theirs.client, quick.url, { kinds });
    await Promise.all(Array.from({ length: 12 }, () => makeManufacturer(ours.client)));
    await slow.until(() => slow.received.length === 3);
    for (let round = 1; round <= 8; round++) {
      await makeManufacturer(theirs.client);
      await quick.until(() => quick.accepted.length === round);
    }
    // None of them has got an answer, and none beyond the three was asked.
    expect(slow.received).toHaveLength(3);
    expect(slow.mostOpen).toBe(3);
  });

  it('leaves room for others when its organization has many of them', async () => {
    const { ours, theirs } = await app.organizations();
    const slow = await makeSink();
    slow.answer = () => () => undefined;
    for (let count = 0; count < 4; count++) await makeWebhook(ours.client, slow.url, { kinds });
    const quick = await makeSink();
    await makeWebhook(theirs.client, quick.url, { kinds });
    await Promise.all(Array.from({ length: 6 }, () => makeManufacturer(ours.client)));
    await slow.until(() => slow.received.length === 5);
    for (let round = 1; round <= 5; round++) {
      await makeManufacturer(theirs.client);
      await quick.until(() => quick.accepted.length === round);
    }
    expect(slow.mostOpen).toBe(5);
  });
});

describe('a backlog', () => {
  it('waits in the log, not in deliveries', async () => {
    const small = await startApp({ webhooks: { ...hurried, window: 4 } });
    try {
      const { ours } = await small.organizations();
      const sink = await makeSink();
      sink.answer = () => 500;
      const { id } = await makeWebhook(ours.client, sink.url, { kinds });
      const objects = await Promise.all(Array.from({ length: 10 }, () => makeManufacturer(ours.client)));
      await sink.until(() => new Set(sink.received.map((each) => each.subject)).size === 4);
      const state = await stateOf(ours.client, id);
      expect(state.deliveries.nodes).toHaveLength(4);
      expect(state.lag).toBe(10);
      sink.answer = () => 204;
      await caughtUp(ours.client, id);
      expect(sink.accepted.map((each) => each.subject).sort()).toEqual([...objects].sort());
    } finally {
      await small.stop();
    }
  });
});
