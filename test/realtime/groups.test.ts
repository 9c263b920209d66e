import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';
import { appendEvents } from '../support/bulk-events.ts';
import { openSocket, type RawSocket } from '../support/raw-socket.ts';
import { subscribe } from '../support/stream.ts';
import { AllEvents, cursorOf, cursorsOf, headOf, logAfter, makeLocation, renameLocation } from './acts.ts';

// A display lags soon here: it leaves its group after some kilobytes.
const app = useApp({ sockets: { laggingBytes: 20_000, bufferedBytes: 60_000 } });

const everything = `subscription GroupRaw($after: Cursor) {
  events(after: $after) { __typename ... on Event { cursor changes { after } } ... on Position { cursor } }
}`;

const Failing = graphql(`
  subscription GroupFailing($after: Cursor) {
    events(after: $after, filter: { kinds: [LocationChanged] }) {
      __typename
      ... on LocationChanged { cursor location { name } }
      ... on Position { cursor }
    }
  }
`);

async function cursorsOfSocket(socket: RawSocket, count: number): Promise<string[]> {
  const cursors: string[] = [];
  while (cursors.length < count) cursors.push(cursorOf(await socket.value('a')));
  return cursors;
}

describe('displays that watch the same', () => {
  it('get the same slice of the log, whenever they came and whatever else they hold', async () => {
    const { ours } = await app().organizations();
    const after = await headOf(ours.client);
    const place = await makeLocation(ours.client);
    const early = await Promise.all(
      Array.from({ length: 8 }, () => subscribe(ours.client, AllEvents, { after })),
    );
    for (let round = 0; round < 5; round++) await renameLocation(ours.client, place.id);
    const late = await Promise.all(
      Array.from({ length: 8 }, () => subscribe(ours.client, AllEvents, { after })),
    );
    const two = await openSocket(ours.client);
    two.subscribe('a', everything, { after });
    two.subscribe('b', everything, { after });
    for (let round = 0; round < 5; round++) await renameLocation(ours.client, place.id);
    const expected = cursorsOf(await logAfter(ours.client, after));
    expect(expected.length).toBe(11);
    for (const stream of [...early, ...late]) {
      expect(cursorsOf(await stream.take(expected.length))).toEqual(expected);
      await stream.close();
    }
    expect(await cursorsOfSocket(two, expected.length)).toEqual(expected);
    await two.close();
  });

  it('go on alone where they lag, and join again, without gap and without a double', async () => {
    const { ours } = await app().organizations();
    const after = await headOf(ours.client);
    const slow = await openSocket(ours.client);
    slow.subscribe('a', everything, { after });
    const quick = await subscribe(ours.client, AllEvents, { after });
    let total = 0;
    for (let round = 0; round < 3; round++) {
      // Live first, so that it has a seat; then more than it may lag by while it reads nothing; then it catches up.
      await appendEvents(app(), ours.organizationId, { count: 3, bytes: 100 });
      slow.socket.pause();
      await appendEvents(app(), ours.organizationId, { count: 200, bytes: 10_000 });
      slow.socket.resume();
      await appendEvents(app(), ours.organizationId, { count: 3, bytes: 100 });
      total += 206;
    }
    const expected = cursorsOf(await logAfter(ours.client, after));
    expect(expected.length).toBe(total);
    expect(await cursorsOfSocket(slow, total)).toEqual(expected);
    expect(cursorsOf(await quick.take(total))).toEqual(expected);
    await slow.close();
    await quick.close();
  });

  it('are told of a failure of one field alike, whether alone or together', async () => {
    const { ours } = await app().organizations();
    const after = await headOf(ours.client);
    // The events name a location that is not there: its field fails as it does in a replay.
    const sockets = await Promise.all([1, 2, 3].map(() => openSocket(ours.client)));
    const query = `subscription GroupMissing($after: Cursor) {
      events(after: $after) { ... on LocationChanged { cursor location { name } } }
    }`;
    for (const socket of sockets) socket.subscribe('a', query, { after });
    await appendEvents(app(), ours.organizationId, { count: 1 });
    const replayed = await openSocket(ours.client);
    replayed.subscribe('a', query, { after });
    const expected = await replayed.next('a');
    expect(JSON.stringify(expected)).not.toMatch(/stack|prisma|SELECT/i);
    for (const socket of sockets) {
      expect(await socket.next('a')).toEqual(expected);
      await socket.close();
    }
    await replayed.close();
  });

  it('hear nothing of an operation that its client has ended', async () => {
    const { ours } = await app().organizations();
    const place = await makeLocation(ours.client);
    const socket = await openSocket(ours.client);
    const other = await subscribe(ours.client, Failing, {});
    await other.next();
    socket.subscribe('a', everything);
    socket.subscribe('b', everything);
    await socket.value('a');
    await socket.value('b');
    await renameLocation(ours.client, place.id);
    await socket.value('a');
    await socket.value('b');
    socket.send({ id: 'a', type: 'complete' });
    // An answer behind it on the same socket: the end has been read.
    socket.send({ type: 'ping' });
    expect((await socket.nextOfSocket()).type).toBe('pong');
    await renameLocation(ours.client, place.id);
    await socket.value('b');
    await renameLocation(ours.client, place.id);
    await socket.value('b');
    // What had come for it would be there at once.
    const late = socket.next('a').then(() => 'told');
    expect(await Promise.race([late, other.take(3).then(() => 'quiet')])).toBe('quiet');
    await other.close();
    await socket.close();
  });
});
