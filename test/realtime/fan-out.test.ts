import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { type Idle, type StreamMessage, SubscriptionStream } from '../../src/events/stream.ts';
import { FanOutGroup, type Outlet } from '../../src/realtime/fan-out.ts';
import { SendQueue } from '../../src/realtime/send-queue.ts';
import { type Deferred, deferred } from '../support/deferred.ts';

/** A stream that a test feeds. */
function feed(): {
  stream: SubscriptionStream;
  send(...messages: (StreamMessage | Idle)[]): void;
  resumedAt: number[];
  readonly ended: Promise<void>;
  fail(error: Error): void;
} {
  const queue: (StreamMessage | Idle)[] = [];
  const resumedAt: number[] = [];
  const ended = deferred<void>();
  let news: Deferred<void> = deferred();
  let failure: Error | null = null;
  const stream = new SubscriptionStream({
    after: null,
    open: async function* (start, signal) {
      if ('position' in start) resumedAt.push(start.position);
      const stop = () => news.resolve();
      signal.addEventListener('abort', stop);
      try {
        while (!signal.aborted) {
          if (failure) throw failure;
          const next = queue.shift();
          if (next) {
            yield next;
            continue;
          }
          news = deferred();
          await news.promise;
        }
      } finally {
        ended.resolve();
      }
    },
  });
  return {
    stream,
    resumedAt,
    ended: ended.promise,
    send(...messages) {
      queue.push(...messages);
      news.resolve();
    },
    fail(error) {
      failure = error;
      news.resolve();
    },
  };
}

const at = (first: number, last = first): StreamMessage => ({
  type: 'Position',
  cursor: String(last),
  key: `${first}-${last}`,
  places: { first, last },
});
const tick = (stamp: string): StreamMessage => ({
  type: 'Tick',
  tick: { subjectId: 'a', related: [], stamp },
  key: `tick ${stamp}`,
  places: null,
});

/** An outlet that keeps what it is given, until it lags. */
function outlet(): Outlet & { written: string[]; lags: boolean; wrote(count: number): Promise<void> } {
  const arrived = new EventEmitter();
  const made = {
    written: [] as string[],
    lags: false,
    write(payload: string): boolean {
      if (made.lags) return false;
      made.written.push(payload);
      arrived.emit('written');
      return true;
    },
    async wrote(count: number): Promise<void> {
      while (made.written.length < count) await new Promise((resolve) => arrived.once('written', resolve));
    },
  };
  return made;
}

function group(position: number, payloadOf = async (message: StreamMessage) => message.key) {
  const source = feed();
  const ends: number[] = [];
  const made = new FanOutGroup({ stream: source.stream, position, payloadOf, onEnd: () => ends.push(1) });
  return { group: made, source, ends };
}

/** The seat of a subscriber that the group must take. */
function seatOf(made: FanOutGroup, out: Outlet, position: number) {
  const seat = made.join(out, position);
  if (!seat) throw new Error('The group did not take the subscriber.');
  return seat;
}

describe('a group of subscribers', () => {
  it('makes each message once and writes it to all', async () => {
    let made = 0;
    const { group: together, source } = group(5, async (message) => {
      made++;
      return message.key;
    });
    const outs = Array.from({ length: 20 }, () => outlet());
    for (const out of outs) seatOf(together, out, 5);
    source.send(at(6), at(7), tick('a'), at(9));
    await Promise.all(outs.map((out) => out.wrote(4)));
    for (const out of outs) expect(out.written).toEqual(['6-6', '7-7', 'tick a', '9-9']);
    expect(made).toBe(4);
    expect(source.resumedAt).toEqual([5]);
  });

  it('gives one that is ahead only what it has not had, and takes none that is behind', async () => {
    const { group: together, source } = group(5);
    const [first, ahead] = [outlet(), outlet()];
    seatOf(together, first, 5);
    seatOf(together, ahead, 8);
    source.send(at(6), at(8), at(9));
    await first.wrote(3);
    expect(ahead.written).toEqual(['9-9']);
    expect(together.join(outlet(), 8)).toBeNull();
    expect(together.join(outlet(), 9)).not.toBeNull();
  });

  it('lets one go that has had a part of a message: the rest it reads itself', async () => {
    const { group: together, source } = group(0);
    const [whole, part] = [outlet(), outlet()];
    seatOf(together, whole, 0);
    const { departed } = seatOf(together, part, 3);
    source.send(at(1, 5));
    await whole.wrote(1);
    expect(await departed).toEqual({ position: 3, undelivered: null });
    expect(part.written).toEqual([]);
  });

  it('lets one go that lags, at its place, and goes on for the others', async () => {
    const { group: together, source } = group(0);
    const [quick, slow] = [outlet(), outlet()];
    seatOf(together, quick, 0);
    const { departed } = seatOf(together, slow, 0);
    source.send(at(1));
    await slow.wrote(1);
    slow.lags = true;
    source.send(at(2), at(3));
    expect(await departed).toEqual({ position: 1, undelivered: null });
    await quick.wrote(3);
    expect(slow.written).toEqual(['1-1']);
  });

  it('hands back what has no place in the log: nobody could resume at it', async () => {
    const { group: together, source } = group(0);
    const slow = outlet();
    const { departed } = seatOf(together, slow, 0);
    slow.lags = true;
    source.send(at(1));
    expect(await departed).toEqual({ position: 0, undelivered: null });
    const again = group(1);
    const seat = seatOf(again.group, slow, 1);
    again.source.send(tick('newest'));
    expect(await seat.departed).toMatchObject({ position: 1, undelivered: { key: 'tick newest' } });
  });

  it('remembers how far silence has come', async () => {
    const { group: together, source } = group(0);
    const out = outlet();
    const seat = seatOf(together, out, 0);
    source.send({ type: 'Idle', position: 40 });
    await seat.attached;
    seat.leave();
    expect(await seat.departed).toEqual({ position: 40, undelivered: null });
  });

  it('ends with its last member, and writes nothing to who has left', async () => {
    const { group: together, source, ends } = group(0);
    const [stays, goes] = [outlet(), outlet()];
    const staying = seatOf(together, stays, 0);
    seatOf(together, goes, 0).leave();
    source.send(at(1));
    await stays.wrote(1);
    expect(goes.written).toEqual([]);
    expect(ends).toEqual([]);
    staying.leave();
    await source.ended;
    expect(ends).toEqual([1]);
    expect(together.join(outlet(), 9)).toBeNull();
  });

  it('lets all go where a message cannot be made or the log cannot be read: each meets the failure itself', async () => {
    const broken = group(0, async () => {
      throw new Error('no');
    });
    const seat = seatOf(broken.group, outlet(), 0);
    broken.source.send(at(1));
    expect(await seat.departed).toEqual({ position: 0, undelivered: null });
    expect(broken.ends).toEqual([1]);
    const unread = group(3);
    const other = seatOf(unread.group, outlet(), 3);
    unread.source.fail(new Error('gone'));
    expect(await other.departed).toEqual({ position: 3, undelivered: null });
    await other.attached;
  });
});

/** A socket whose peer reads only when it is told to. */
class SlowSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly out: { data: string; sent: (error?: Error) => void }[] = [];

  send(data: string, sent: (error?: Error) => void): void {
    this.bufferedAmount += data.length;
    this.out.push({ data, sent });
  }

  /** The peer reads this many messages. */
  read(count: number): string[] {
    return Array.from({ length: count }, () => {
      const next = this.out.shift();
      if (!next) throw new Error('Nothing was sent.');
      this.bufferedAmount -= next.data.length;
      next.sent();
      return next.data;
    });
  }
}

describe('what is sent to one client', () => {
  const limits = { bufferedBytes: 100, waitingBytes: 1_000, stallTimeout: 60_000 };
  const queued = (given = limits) => {
    const socket = new SlowSocket();
    const givenUp: string[] = [];
    const queue = new SendQueue(socket as unknown as WebSocket, given, (why) => givenUp.push(why));
    return { socket, queue, givenUp };
  };

  it('waits until the client has read, in order, and says when it has gone out', () => {
    const { socket, queue, givenUp } = queued();
    const done: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) queue.send(name.repeat(60), () => done.push(name));
    expect(socket.out.map(({ data }) => data[0])).toEqual(['a', 'b']);
    expect(queue.bytes).toBe(300);
    expect(socket.read(2).map((data) => data[0])).toEqual(['a', 'b']);
    expect(done).toEqual(['a', 'b']);
    expect(socket.read(2).map((data) => data[0])).toEqual(['c', 'd']);
    expect(socket.read(1).map((data) => data[0])).toEqual(['e']);
    expect(queue.bytes).toBe(0);
    expect(done).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(givenUp).toEqual([]);
  });

  it('is given up beyond its bound, and whoever waits is told', () => {
    const { socket, queue, givenUp } = queued();
    let done = 0;
    for (let sent = 0; sent < 30; sent++) queue.send('x'.repeat(60), () => done++);
    expect(givenUp.length).toBeGreaterThan(0);
    expect(queue.bytes).toBeLessThanOrEqual(1_000);
    socket.readyState = 3;
    socket.emit('close');
    // The two that the connection holds are told by the connection.
    expect(done).toBe(28);
    expect(queue.bytes).toBe(120);
  });

  it('is given up when nothing goes out for too long', async () => {
    const { queue, givenUp } = queued({ ...limits, stallTimeout: 20 });
    for (let sent = 0; sent < 4; sent++) queue.send('x'.repeat(60));
    await expect.poll(() => givenUp.length).toBe(1);
  });

  it('takes a single message of any size where nothing waits', () => {
    const { socket, queue, givenUp } = queued();
    queue.send('x'.repeat(5_000));
    expect(socket.out.length).toBe(1);
    expect(givenUp).toEqual([]);
  });
});
