import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { type TestApp, useApp } from '../support/app.ts';
import { appendEvents } from '../support/bulk-events.ts';
import { openSockets } from '../support/metrics.ts';
import { openSocket } from '../support/raw-socket.ts';
import { subscribe } from '../support/stream.ts';
import { cursorOf, cursorsOf, headOf, logAfter } from './acts.ts';

// Peers that do not answer pings are found in some three seconds rather than in 24.
const app = useApp({ sockets: { keepAlive: 1_500 } });

const megabyte = 1024 * 1024;

const BigEvents = graphql(`
  subscription SlowEvents($after: Cursor) {
    events(after: $after) { __typename ... on Event { cursor changes { after } } ... on Position { cursor } }
  }
`);
const bigEvents = `subscription SlowRawEvents($after: Cursor) {
  events(after: $after) { __typename ... on Event { cursor changes { after } } }
}`;

/** Watches how much waits in the server's memory for its peers: the most that was seen at once. */
function watchQueues({ app: { server } }: TestApp): { stop(): number } {
  const sockets = new Set<Socket>();
  const add = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  server.on('connection', add);
  let most = 0;
  const timer = setInterval(() => {
    let waiting = 0;
    for (const socket of sockets) waiting += socket.writableLength;
    most = Math.max(most, waiting);
  }, 5);
  return {
    stop() {
      clearInterval(timer);
      server.off('connection', add);
      return most;
    },
  };
}

describe('a peer that does not read', () => {
  it('is closed while thousands of large events pass, costs little memory, and others go on', async () => {
    const { ours } = await app().organizations();
    const queues = watchQueues(app());
    const after = await headOf(ours.client);
    const slow = await openSocket(ours.client);
    for (const id of ['a', 'b', 'c']) {
      slow.subscribe(id, bigEvents, { after });
    }
    slow.socket.pause();
    const healthy = await subscribe(ours.client, BigEvents, { after });
    for (let round = 0; round < 4; round++) {
      await appendEvents(app(), ours.organizationId, { count: 500, bytes: 10_000 });
    }
    const heard = await healthy.take(2_000);
    // The peer itself cannot notice that it was closed: it does not read.
    await expect.poll(() => openSockets(app().url), { timeout: 15_000 }).toBe(1);
    expect(queues.stop()).toBeLessThan(8 * megabyte);
    expect(cursorsOf(heard)).toEqual(cursorsOf(await logAfter(ours.client, after)));
    slow.socket.terminate();
    await healthy.close();
  });

  it('resumes from its last cursor without loss', async () => {
    const { ours } = await app().organizations();
    const after = await headOf(ours.client);
    const slow = await openSocket(ours.client);
    slow.subscribe('a', bigEvents, { after });
    await appendEvents(app(), ours.organizationId, { count: 300, bytes: 10_000 });
    const seen = [cursorOf(await slow.value('a'))];
    slow.socket.pause();
    slow.socket.terminate();
    const resumed = await subscribe(ours.client, BigEvents, { after: seen[0] ?? '' });
    seen.push(...cursorsOf(await resumed.take(299)));
    expect(seen).toEqual(cursorsOf(await logAfter(ours.client, after)));
    await resumed.close();
  });

  it('and floods with large pings is closed at once', async () => {
    const { ours } = await app().organizations();
    const queues = watchQueues(app());
    const socket = await openSocket(ours.client);
    socket.socket.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(65_000) } });
    for (let sent = 0; sent < 3_000 && socket.socket.readyState === socket.socket.OPEN; sent++) {
      await new Promise((resolve) => socket.socket.send(ping, resolve));
    }
    socket.socket.resume();
    expect((await socket.closed).code).toBe(1006);
    expect(queues.stop()).toBeLessThan(8 * megabyte);
  });

  it('over server-sent events costs little memory, and others go on', async () => {
    const { ours } = await app().organizations();
    const queues = watchQueues(app());
    const after = await headOf(ours.client);
    const { hostname, port } = new URL(app().url);
    const slow = connect(Number(port), hostname);
    const body = JSON.stringify({ query: bigEvents, variables: { after } });
    slow.write(
      [
        'POST /graphql HTTP/1.1',
        `host: ${hostname}:${port}`,
        'accept: text/event-stream',
        'content-type: application/json',
        `authorization: Bearer ${ours.token}`,
        `content-length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
    slow.on('error', () => undefined);
    await new Promise((resolve) => slow.once('readable', resolve));
    const healthy = await subscribe(ours.client, BigEvents, { after });
    for (let round = 0; round < 4; round++) {
      await appendEvents(app(), ours.organizationId, { count: 500, bytes: 10_000 });
    }
    await healthy.take(2_000);
    expect(queues.stop()).toBeLessThan(8 * megabyte);
    slow.destroy();
    await healthy.close();
  });
});
