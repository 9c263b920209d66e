import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cursorsOf, logAfter } from '../realtime/acts.ts';
import type { TestDatabase } from '../support/databases.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type Sink, startSink } from '../support/webhook-sink.ts';
import {
  ascending,
  byObject,
  caughtUp,
  makeManufacturer,
  makeWebhook,
  renameManufacturer,
} from '../support/webhooks.ts';
import { redisUrl, serverDatabase, stopAll } from './environment.ts';

// A process takes seconds to start, and an attempt that is lost counts as such after fifteen.
vi.setConfig({ testTimeout: 180_000 });

let database: TestDatabase & { url: string };
let survivor: ServerProcess;
let sink: Sink;
const environment = () => ({
  DATABASE_URL: database.url,
  REDIS_URL: redisUrl(),
  HEATMARK_SECRET: 'a secret that both processes know, of 32 characters',
  HEATMARK_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
});
beforeAll(async () => {
  database = await serverDatabase();
  sink = await startSink();
  survivor = await startServer(environment());
});
afterAll(async () => {
  await stopAll(survivor);
  await sink?.close();
  await database?.close();
});

describe('a process that is killed while it sends webhooks', () => {
  it('leaves nothing unsent, and of each object all in order', async () => {
    const victim = await startServer(environment());
    const { id, cursor } = await makeWebhook(survivor.client, sink.url, {
      kinds: ['ManufacturerCreated', 'ManufacturerChanged'],
    });
    const objects = await Promise.all(Array.from({ length: 6 }, () => makeManufacturer(victim.client)));
    await sink.until(() => sink.accepted.length >= 6);
    // Requests stay open until one of the processes is gone.
    sink.answer = () => () => undefined;
    const rename = (server: ServerProcess) =>
      Promise.all(objects.map((object) => renameManufacturer(server.client, object)));
    await rename(victim);
    await rename(victim);
    await sink.until(() => sink.received.length > 6);
    victim.kill('SIGKILL');
    expect(await victim.exited).toMatchObject({ signal: 'SIGKILL' });
    sink.answer = () => 204;
    await rename(survivor);
    await caughtUp(survivor.client, id);

    const told = cursorsOf(await logAfter(survivor.client, cursor));
    const heard = new Set(sink.accepted.map(({ message }) => String(message.cursor)));
    expect([...heard].sort()).toEqual([...told].sort());
    for (const object of objects) {
      // At least once: the same again is known by its id.
      const positions = [...new Set(byObject(sink.accepted).get(object))];
      expect(positions).toHaveLength(4);
      expect(positions).toEqual(ascending(positions));
    }
  });
});
