import { describe, expect, it } from 'vitest';
import { useApp } from '../support/app.ts';
import { subscribe } from '../support/stream.ts';
import {
  AllEvents,
  cursorAt,
  cursorOf,
  cursorsOf,
  headOf,
  logAfter,
  makeLocation,
  positionOf,
} from './acts.ts';

const app = useApp();

describe('a stream that begins at a cursor', () => {
  it('replays the whole log from START, then goes on live', async () => {
    const { ours } = await app().organizations();
    for (let made = 0; made < 3; made++) await makeLocation(ours.client);
    const stream = await subscribe(ours.client, AllEvents, { after: 'START' });
    const replayed = await stream.take(5);
    const live = await makeLocation(ours.client);
    const next = await stream.next();
    expect(replayed.map((message) => message.__typename)).toEqual([
      'OrganizationCreated',
      'ApiTokenCreated',
      'LocationCreated',
      'LocationCreated',
      'LocationCreated',
    ]);
    expect(next).toMatchObject({ __typename: 'LocationCreated', cursor: live.cursor });
    expect(cursorsOf([...replayed, next])).toEqual(cursorsOf(await logAfter(ours.client)));
    await stream.close();
  });

  it('begins behind the mutation whose cursor it is given', async () => {
    const { ours } = await app().organizations();
    const first = await makeLocation(ours.client);
    const second = await makeLocation(ours.client);
    const stream = await subscribe(ours.client, AllEvents, { after: first.cursor });
    const live = await makeLocation(ours.client);
    expect(cursorsOf(await stream.take(2))).toEqual([second.cursor, live.cursor]);
    await stream.close();
  });

  it('goes on behind the message whose cursor it is given', async () => {
    const { ours } = await app().organizations();
    const first = await subscribe(ours.client, AllEvents, { after: 'START' });
    const seen = await first.next();
    await first.close();
    const second = await subscribe(ours.client, AllEvents, {
      after: cursorOf(seen),
    });
    await second.expectNext((message) => message.__typename === 'ApiTokenCreated');
    const live = await makeLocation(ours.client);
    expect(await second.next()).toMatchObject({ cursor: live.cursor });
    await second.close();
  });

  it('misses nothing between an answer and its eventCursor', async () => {
    const { ours } = await app().organizations();
    const cursor = await headOf(ours.client);
    const missed = await makeLocation(ours.client);
    const stream = await subscribe(ours.client, AllEvents, { after: cursor });
    await stream.expectNext(
      (message) => message.__typename === 'LocationCreated' && message.cursor === missed.cursor,
    );
    await stream.close();
  });

  it('numbers events 1, 2, 3 … without a hole', async () => {
    const { ours } = await app().organizations();
    for (let made = 0; made < 4; made++) await makeLocation(ours.client);
    const log = await logAfter(ours.client);
    expect(log.map((entry) => positionOf(entry.cursor))).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('a stream without a cursor', () => {
  it('says first where the log stands, then what happens from there on', async () => {
    const { ours } = await app().organizations();
    const before = await makeLocation(ours.client);
    const stream = await subscribe(ours.client, AllEvents, {});
    expect(await stream.next()).toEqual({ __typename: 'Position', cursor: before.cursor });
    const live = await makeLocation(ours.client);
    expect(await stream.next()).toMatchObject({ __typename: 'LocationCreated', cursor: live.cursor });
    await stream.close();
  });

  it('lets a display to which nothing has happened resume from its first Position', async () => {
    const { ours } = await app().organizations();
    const stream = await subscribe(ours.client, AllEvents, {});
    const first = await stream.next();
    stream.drop();
    await stream.ended;
    const missed = await makeLocation(ours.client);
    const resumed = await subscribe(ours.client, AllEvents, {
      after: cursorOf(first),
    });
    expect(await resumed.next()).toMatchObject({ cursor: missed.cursor });
    await resumed.close();
  });
});

describe('a connection that is cut', () => {
  it('loses nothing and doubles nothing when its client resumes from the last cursor', async () => {
    const { ours } = await app().organizations();
    const seen: string[] = [];
    let after = 'START';
    for (let round = 0; round < 4; round++) {
      const stream = await subscribe(ours.client, AllEvents, { after });
      const committing = Promise.all([
        makeLocation(ours.client),
        makeLocation(ours.client),
        makeLocation(ours.client),
      ]);
      for (const message of await stream.take(2)) {
        after = cursorOf(message);
        seen.push(after);
      }
      stream.drop();
      await stream.ended;
      await committing;
    }
    const rest = await subscribe(ours.client, AllEvents, { after });
    const log = cursorsOf(await logAfter(ours.client));
    seen.push(...cursorsOf(await rest.take(log.length - seen.length)));
    expect(seen).toEqual(log);
    await rest.close();
  });
});

describe('a cursor that the log never gave', () => {
  it('is answered with a Gap when it is of another log, then with the head and what is live', async () => {
    const { ours, theirs } = await app().organizations();
    const foreign = await headOf(theirs.client);
    const head = await headOf(ours.client);
    const stream = await subscribe(ours.client, AllEvents, { after: foreign });
    expect(await stream.next()).toEqual({
      __typename: 'Gap',
      fromCursor: foreign,
      toCursor: head,
      reason: 'UNKNOWN_CURSOR',
    });
    expect(await stream.next()).toEqual({ __typename: 'Position', cursor: head });
    const live = await makeLocation(ours.client);
    expect(await stream.next()).toMatchObject({ cursor: live.cursor });
    await stream.close();
  });

  it('is answered with a Gap when it lies beyond the head', async () => {
    const { ours } = await app().organizations();
    const head = await headOf(ours.client);
    const beyond = cursorAt(head, positionOf(head) + 1);
    const stream = await subscribe(ours.client, AllEvents, { after: beyond });
    expect(await stream.next()).toEqual({
      __typename: 'Gap',
      fromCursor: beyond,
      toCursor: head,
      reason: 'UNKNOWN_CURSOR',
    });
    await stream.close();
  });

  it('fails its own operation with BAD_USER_INPUT when it is no cursor at all', async () => {
    const { ours } = await app().organizations();
    const stream = await subscribe(ours.client, AllEvents, { after: 'not a cursor' });
    const { errors } = await stream.ended;
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    await stream.close();
  });
});
