import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TypedDocumentString } from '../../display/generated/graphql.ts';
import { Connection } from '../../display/live/connection.ts';
import { type Followed, Follower } from '../../display/live/follower.ts';
import { anew, type Page, stream } from '../../display/live/page.ts';
import { FakeServer, type Sent } from './fake-socket.ts';

type Message =
  | { __typename: 'Added'; cursor: string; name: string }
  | { __typename: 'Changed'; cursor: string; key: string }
  | { __typename: 'Position'; cursor: string }
  | { __typename: 'Gap'; toCursor: string };
type AfterVariables = { after?: string | null | undefined };

const Read = new TypedDocumentString<{ eventCursor: string; names: string[] }, Record<string, never>>(
  'query Read',
);
const Again = new TypedDocumentString<{ again: string }, { keys: string[] }>('query Again');
const Names = new TypedDocumentString<{ names: Message }, AfterVariables>('subscription Names');
const Others = new TypedDocumentString<{ others: Message }, AfterVariables>('subscription Others');

const take = (
  names: string[],
  message: Exclude<Message, { __typename: 'Gap' }>,
  want: (key: string) => void,
) => {
  if (message.__typename === 'Changed') want(message.key);
  return message.__typename === 'Added' ? [...names, message.name] : names;
};

const page: Page<string[]> = {
  async read(request) {
    const { names, eventCursor } = await request(Read, {});
    return { state: names, cursor: eventCursor };
  },
  streams: [stream(Names, {}, take), stream(Others, {}, take)],
  async reread(keys, _state, request) {
    const { again } = await request(Again, { keys: [...keys] });
    return (names) => [...names, again];
  },
};

let server: FakeServer;
let connection: Connection;
let follower: Follower<string[]>;
let shown: Followed<string[]>;
const flush = () => vi.advanceTimersByTimeAsync(0);
const sent = (text: string): Sent => server.socket.operation(text);

function follow(followed: Page<string[]> = page): void {
  shown = { state: null, problem: null };
  follower = new Follower(connection, followed, (next) => {
    shown = next;
  });
}
/** Answers the reading of the state. */
async function read(names: string[], eventCursor: string): Promise<void> {
  sent('Read').next({ names, eventCursor });
  await flush();
}
/** Loses the connection and comes back with the next. */
async function loseAndComeBack(): Promise<void> {
  server.socket.lose();
  connection.hurry();
  server.socket.open();
  await flush();
}

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  connection = new Connection({ token: 'hm_a', open: server.open });
  connection.start();
  server.socket.open();
});
afterEach(() => {
  follower.close();
  connection.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a page that is followed', () => {
  it('is read, then subscribed to from the cursor of what was read', async () => {
    follow();
    expect(server.socket.count('subscription')).toBe(0);
    await read(['a'], 'c1');
    expect(shown.state).toEqual(['a']);
    expect(sent('Names').variables).toEqual({ after: 'c1' });
    expect(sent('Others').variables).toEqual({ after: 'c1' });
    sent('Names').next({ names: { __typename: 'Added', cursor: 'c2', name: 'b' } });
    expect(shown.state).toEqual(['a', 'b']);
  });

  it('resumes each stream from its own last cursor, events and positions alike, without reading again', async () => {
    follow();
    await read(['a'], 'c1');
    sent('Names').next({ names: { __typename: 'Added', cursor: 'c5', name: 'b' } });
    sent('Others').next({ others: { __typename: 'Position', cursor: 'c7' } });
    await loseAndComeBack();
    expect(server.sockets).toHaveLength(2);
    expect(server.socket.count('Read')).toBe(0);
    expect(sent('Names').variables).toEqual({ after: 'c5' });
    expect(sent('Others').variables).toEqual({ after: 'c7' });
    expect(shown.state).toEqual(['a', 'b']);
    sent('Names').next({ names: { __typename: 'Added', cursor: 'c8', name: 'c' } });
    expect(shown.state).toEqual(['a', 'b', 'c']);
  });

  it('hears nothing more from a connection that is gone', async () => {
    follow();
    await read(['a'], 'c1');
    const before = sent('Names');
    await loseAndComeBack();
    before.next({ names: { __typename: 'Added', cursor: 'c2', name: 'ghost' } });
    expect(shown.state).toEqual(['a']);
  });

  it('is read when the connection comes, where it goes while it is read', async () => {
    follow();
    const before = sent('Read');
    await loseAndComeBack();
    before.next({ names: ['old'], eventCursor: 'c0' });
    await flush();
    expect(shown.state).toBeNull();
    await read(['new'], 'c9');
    expect(shown.state).toEqual(['new']);
    expect(sent('Names').variables).toEqual({ after: 'c9' });
  });

  it('is read anew behind a Gap, and shows what it knew until then', async () => {
    follow();
    await read(['a'], 'c1');
    const [names, others] = [sent('Names'), sent('Others')];
    names.next({ names: { __typename: 'Gap', toCursor: 'c50' } });
    expect([names.cancelled, others.cancelled]).toEqual([true, true]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shown.state).toEqual(['a']);
    await read(['z'], 'c60');
    expect(shown.state).toEqual(['z']);
    expect(sent('Names').variables).toEqual({ after: 'c60' });
    expect(sent('Others').variables).toEqual({ after: 'c60' });
  });

  it('asks again for a message that the server failed to make, and is read anew when it fails for good', async () => {
    follow();
    await read(['a'], 'c1');
    for (let time = 0; time < 3; time++) {
      sent('Names').sink.next({ data: null, errors: [{ message: 'Broken.' }] });
      expect(shown.problem).toBe('Broken.');
      await vi.advanceTimersByTimeAsync(20_000);
      expect(sent('Names').variables).toEqual({ after: 'c1' });
      expect(shown.problem).toBeNull();
    }
    sent('Names').sink.next({ data: null, errors: [{ message: 'Broken.' }] });
    await vi.advanceTimersByTimeAsync(20_000);
    await read(['b'], 'c2');
    expect(shown).toEqual({ state: ['b'], problem: null });
    expect(sent('Names').variables).toEqual({ after: 'c2' });
  });

  it('tells what the server refuses, and tries again', async () => {
    follow();
    sent('Read').sink.failed([{ message: 'You may not.' }]);
    await flush();
    expect(shown).toEqual({ state: null, problem: 'You may not.' });
    await vi.advanceTimersByTimeAsync(20_000);
    await read(['a'], 'c1');
    expect(shown).toEqual({ state: ['a'], problem: null });
  });

  it('resumes a stream that the server ends', async () => {
    follow();
    await read(['a'], 'c1');
    sent('Names').next({ names: { __typename: 'Position', cursor: 'c4' } });
    sent('Names').sink.ended();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(server.socket.count('Names')).toBe(2);
    expect(sent('Names').variables).toEqual({ after: 'c4' });
  });
});

describe('what is marked', () => {
  const mark = (key: string, cursor: string) =>
    sent('Names').next({ names: { __typename: 'Changed', cursor, key } });

  it('is read again in one go, a moment later, one reading at a time', async () => {
    follow();
    await read(['a'], 'c1');
    for (const [place, key] of ['x', 'y', 'x'].entries()) mark(key, `c${place + 2}`);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.socket.count('Again')).toBe(1);
    expect(sent('Again').variables).toEqual({ keys: ['x', 'y'] });
    // While that reading is under way, what it does not cover any more is marked once more.
    mark('x', 'c5');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.socket.count('Again')).toBe(1);
    sent('Again').next({ again: 'b' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shown.state).toEqual(['a', 'b']);
    expect(server.socket.count('Again')).toBe(2);
    expect(sent('Again').variables).toEqual({ keys: ['x'] });
  });

  it('survives the loss of the connection, as the stream has passed it', async () => {
    follow();
    await read(['a'], 'c1');
    mark('x', 'c2');
    await vi.advanceTimersByTimeAsync(1_000);
    const lost = sent('Again');
    await loseAndComeBack();
    lost.next({ again: 'ghost' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent('Names').variables).toEqual({ after: 'c2' });
    expect(sent('Again').variables).toEqual({ keys: ['x'] });
    sent('Again').next({ again: 'b' });
    await flush();
    expect(shown.state).toEqual(['a', 'b']);
  });

  it('is what no replay tells, too, when a lost connection is back', async () => {
    follow({ ...page, untold: ['layers'] });
    await read(['a'], 'c1');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.socket.count('Again')).toBe(0);
    await loseAndComeBack();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent('Again').variables).toEqual({ keys: ['layers'] });
    sent('Again').next({ again: 'b' });
    await flush();
    expect(shown.state).toEqual(['a', 'b']);
  });

  it('may be everything: then the page is read anew', async () => {
    follow();
    await read(['a'], 'c1');
    mark(anew, 'c2');
    await vi.advanceTimersByTimeAsync(1_000);
    await read(['b'], 'c3');
    expect(shown.state).toEqual(['b']);
    expect(sent('Names').variables).toEqual({ after: 'c3' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.socket.count('Again')).toBe(0);
  });
});

it('a page that is left hears nothing more, and takes its subscriptions back', async () => {
  follow();
  await read(['a'], 'c1');
  const names = sent('Names');
  follower.close();
  expect(names.cancelled).toBe(true);
  names.next({ names: { __typename: 'Added', cursor: 'c2', name: 'b' } });
  expect(shown.state).toEqual(['a']);
  await loseAndComeBack();
  expect(server.socket.sent).toEqual([]);
});

it('memory does not grow with the messages of a page that keeps none', async () => {
  follow();
  await read(['a'], 'c1');
  for (let place = 0; place < 10_000; place++) {
    sent('Names').next({ names: { __typename: 'Position', cursor: `c${place}` } });
  }
  expect(vi.getTimerCount()).toBe(0);
  expect(server.socket.sent).toHaveLength(3);
});
