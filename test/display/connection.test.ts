import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TypedDocumentString } from '../../display/generated/graphql.ts';
import {
  Connection,
  type ConnectionState,
  NotConnectedError,
  RefusedByServerError,
} from '../../display/live/connection.ts';
import { FakeServer } from './fake-socket.ts';

const Question = new TypedDocumentString<{ eventCursor: string }, Record<string, never>>('query Question');
const backoff = { first: 1_000, longest: 8_000 };

let server: FakeServer;
let connection: Connection;
let states: ConnectionState['kind'][];
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  connection = new Connection({ token: 'hm_a', open: server.open, backoff });
  states = [];
  connection.onChange(({ kind }) => states.push(kind));
  connection.start();
});
afterEach(() => {
  connection.close();
  vi.useRealTimers();
});

describe('the connection', () => {
  it('opens with its token, and answers what it is asked', async () => {
    expect(connection.state.kind).toBe('connecting');
    server.socket.open();
    expect(server.socket.token).toBe('hm_a');
    const answer = connection.request(Question, {});
    server.socket.operation('Question').next({ eventCursor: 'c1' });
    expect(await answer).toEqual({ eventCursor: 'c1' });
  });

  it('tells errors of the server apart from a connection that is not there', async () => {
    await expect(connection.request(Question, {})).rejects.toThrow(NotConnectedError);
    server.socket.open();
    const refused = connection.request(Question, {});
    server.socket.operation('Question').sink.failed([{ message: 'You may not.' }]);
    await expect(refused).rejects.toThrow(new RefusedByServerError([{ message: 'You may not.' }]));
    const broken = connection.request(Question, {});
    server.socket.operation('Question').sink.next({ data: null, errors: [{ message: 'Broken.' }] });
    await expect(broken).rejects.toThrow('Broken.');
    const lost = connection.request(Question, {});
    server.socket.lose();
    await expect(lost).rejects.toThrow(NotConnectedError);
  });

  it('comes back after waits that double, at random between half and all, up to the longest', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    server.socket.open();
    for (const [attempts, wait] of [1_000, 2_000, 4_000, 8_000, 8_000].entries()) {
      server.socket.lose();
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(server.sockets).toHaveLength(attempts + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(server.sockets).toHaveLength(attempts + 2);
    }
    vi.spyOn(Math, 'random').mockReturnValue(0);
    server.socket.lose();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(server.sockets).toHaveLength(7);
    vi.restoreAllMocks();
  });

  it('waits the first time again once a connection has lasted, and not when it falls at once', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    for (let round = 0; round < 3; round++) {
      server.socket.lose();
      await vi.advanceTimersByTimeAsync(8_000);
    }
    const attempts = server.sockets.length;
    server.socket.open();
    server.socket.lose();
    await vi.advanceTimersByTimeAsync(7_999);
    expect(server.sockets).toHaveLength(attempts);
    await vi.advanceTimersByTimeAsync(1);
    server.socket.open();
    await vi.advanceTimersByTimeAsync(10_000);
    server.socket.lose();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.sockets).toHaveLength(attempts + 2);
    vi.restoreAllMocks();
  });

  it('says since when it is gone, once, and when it is back', async () => {
    server.socket.open();
    await vi.advanceTimersByTimeAsync(60_000);
    const lostAt = Date.now();
    server.socket.lose(1001);
    await vi.advanceTimersByTimeAsync(1_000);
    server.socket.lose();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(connection.state).toEqual({ kind: 'lost', since: lostAt });
    server.socket.open();
    expect(states).toEqual(['open', 'lost', 'open']);
  });

  it('gives up an attempt that brings nothing, and hears nothing of it any more', async () => {
    const [silent] = server.sockets;
    await vi.advanceTimersByTimeAsync(15_000 + 1_000);
    expect(silent?.closed).toBe(true);
    expect(server.sockets).toHaveLength(2);
    silent?.open();
    expect(states).toEqual([]);
    server.socket.open();
    silent?.lose();
    expect(states).toEqual(['open']);
  });

  it('tries at once when the network is said to be back', () => {
    server.socket.lose();
    connection.hurry();
    expect(server.sockets).toHaveLength(2);
    connection.hurry();
    expect(server.sockets).toHaveLength(2);
  });

  it.each([4401, 4403])('asks for another token at %i, and tries no more with this one', async (code) => {
    server.socket.open();
    server.socket.lose(code);
    expect(connection.state.kind).toBe('refused');
    connection.hurry();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(server.sockets).toHaveLength(1);
  });

  it('leaves nothing behind when it is closed', async () => {
    server.socket.open();
    connection.close();
    expect(server.socket.closed).toBe(true);
    server.socket.lose();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(server.sockets).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
