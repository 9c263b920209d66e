import { describe, expect, it } from 'vitest';
import { socketLimits } from '../../src/realtime/sockets.ts';
import { useApp } from '../support/app.ts';
import { openSockets } from '../support/metrics.ts';
import { openSocket } from '../support/raw-socket.ts';

const app = useApp();
const small = useApp({ sockets: { subscriptions: 5 } });

const events = 'subscription { events { __typename } }';

describe('a socket', () => {
  it('is closed with 1009 for a message that is too large', async () => {
    const { ours } = await app().organizations();
    const socket = await openSocket(ours.client);
    socket.send({ type: 'ping', payload: { text: 'x'.repeat(socketLimits.messageBytes) } });
    expect(await socket.closed).toMatchObject({ code: 1009 });
  });

  it('is closed where it sends many more messages than fifty a second', async () => {
    const { ours } = await app().organizations();
    const socket = await openSocket(ours.client);
    for (let sent = 0; sent < 400; sent++) socket.send({ type: 'pong' });
    expect(await socket.closed).toMatchObject({ code: 1006 });
  });

  it("is closed where it sends the protocol's own pings as fast, each after the answer to the last", async () => {
    const { ours } = await app().organizations();
    const { socket, closed } = await openSocket(ours.client);
    const ping = async (): Promise<'answered' | 'closed'> => {
      const pong = new Promise<'answered'>((resolve) => socket.once('pong', () => resolve('answered')));
      socket.ping();
      return Promise.race([pong, closed.then(() => 'closed' as const)]);
    };
    let sent = 0;
    while (sent < 2_000 && (await ping()) === 'answered') sent++;
    expect(sent).toBeLessThan(2_000);
  });

  it('takes all the subscriptions of a display that comes back, sent at once', async () => {
    const { ours } = await app().organizations();
    const socket = await openSocket(ours.client);
    const ids = Array.from({ length: socketLimits.subscriptions }, (_, place) => `s${place}`);
    for (const id of ids) socket.subscribe(id, events);
    const firsts = await Promise.all(ids.map((id) => socket.value(id)));
    expect(firsts.every((first) => first.__typename === 'Position')).toBe(true);
    await socket.close();
  });

  it('is closed with 4429 where it subscribes once too often, even when all are sent at once', async () => {
    const { ours } = await small().organizations();
    const socket = await openSocket(ours.client);
    for (let sent = 0; sent < 6; sent++) socket.subscribe(`s${sent}`, events);
    expect(await socket.closed).toMatchObject({ code: 4429 });
  });

  it('may subscribe anew where it has unsubscribed', async () => {
    const { ours } = await small().organizations();
    const socket = await openSocket(ours.client);
    for (let round = 0; round < 12; round++) {
      socket.subscribe(`s${round}`, events);
      expect(await socket.value(`s${round}`)).toMatchObject({ __typename: 'Position' });
      socket.send({ type: 'complete', id: `s${round}` });
    }
    await socket.close();
  });
});

describe('the sockets of one token', () => {
  it('are at most twenty: one more is closed with 4429, and fits when another has gone', async () => {
    const { ours, theirs } = await app().organizations();
    const open = () => openSocket(ours.client);
    const sockets = await Promise.all(Array.from({ length: socketLimits.perToken }, open));
    const late = await openSocket(ours.client, { introduced: false });
    late.send({ type: 'connection_init', payload: { token: ours.token } });
    expect(await late.closed).toMatchObject({ code: 4429 });
    const elsewhere = await openSocket(theirs.client);
    await sockets.pop()?.close();
    await expect.poll(async () => sockets.push(await open())).toBe(socketLimits.perToken);
    await Promise.all([...sockets, elsewhere].map((socket) => socket.close()));
  });

  it('are not counted for ever where they went while their token was looked up', async () => {
    const { ours } = await app().organizations();
    for (let attempt = 0; attempt < socketLimits.perToken * 2; attempt++) {
      const socket = await openSocket(ours.client, { introduced: false });
      socket.send({ type: 'connection_init', payload: { token: ours.token } });
      socket.socket.terminate();
    }
    await expect.poll(() => openSockets(app().url)).toBe(0);
    const sockets = await Promise.all(
      Array.from({ length: socketLimits.perToken }, () => openSocket(ours.client)),
    );
    await Promise.all(sockets.map((socket) => socket.close()));
  });
});
