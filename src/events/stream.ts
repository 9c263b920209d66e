import { createHash } from 'node:crypto';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Entry, Follower } from './follower.ts';
import {
  cursorOf,
  type EventLog,
  type LoggedEvent,
  type LoggedReading,
  type OrganizationFeed,
  type Tick,
} from './log.ts';

/** The cursor has moved although nothing was sent: resume from here, not from weeks ago. */
export interface PositionMessage {
  readonly type: 'Position';
  readonly cursor: string;
}

/** Messages are missing between two cursors. */
export interface GapMessage {
  readonly type: 'Gap';
  readonly from: string;
  readonly to: string;
  readonly reason: 'UNKNOWN_CURSOR' | 'SKIPPED';
}

export interface EventMessage {
  readonly type: 'Event';
  readonly event: LoggedEvent;
}

export interface TickMessage {
  readonly type: 'Tick';
  readonly tick: Tick;
}

export interface ReadingsMessage {
  readonly type: 'Readings';
  readonly readings: readonly LoggedReading[];
  readonly cursor: string;
}

/** What flows through a subscription. `key` says which messages are the same for all who may share them. */
export type StreamMessage = (EventMessage | TickMessage | ReadingsMessage | PositionMessage | GapMessage) & {
  readonly key: string;
};

export interface EventStreamOptions {
  organizationId: string;
  /** A cursor that a stream gave, `START`, or null for what happens from now on. */
  after: string | null;
  /** Which events the subscriber wants. */
  wants: (event: LoggedEvent) => boolean | Promise<boolean>;
  /** Which ticks, if any. */
  wantsTick?: (tick: Tick) => boolean;
  signal: AbortSignal;
}

/** Waits until the log grows, something else wakes it, the time is over or the signal ends it. */
function growth(
  follower: Follower<Entry>,
  register: ((wake: () => void) => () => void) | null,
  timeout: number | null,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const undo: (() => void)[] = [];
    const done = () => {
      for (const each of undo) each();
      resolve();
    };
    undo.push(follower.onGrowth(done));
    if (register) undo.push(register(done));
    if (timeout !== null) {
      const timer = setTimeout(done, timeout);
      timer.unref();
      undo.push(() => clearTimeout(timer));
    }
    signal.addEventListener('abort', done, { once: true });
    undo.push(() => signal.removeEventListener('abort', done));
    if (signal.aborted) done();
  });
}

/**
 * Where a stream begins: at the client's cursor, or at the head behind a Gap where that cursor is none of ours.
 * A cursor ahead of this process may be one that another process has just given: the database knows.
 */
async function begin(
  after: string | null,
  feed: { epoch: string; head: number },
  storedHead: () => Promise<number>,
): Promise<{ position: number; gap: (GapMessage & { key: string }) | null }> {
  if (after === null) return { position: feed.head, gap: null };
  const cursor = decodeCursor(after, feed.epoch);
  if (cursor.epoch === feed.epoch) {
    if (cursor.position <= feed.head || cursor.position <= (await storedHead()))
      return { position: cursor.position, gap: null };
  }
  const to = encodeCursor({ epoch: feed.epoch, position: feed.head });
  return {
    position: feed.head,
    gap: { type: 'Gap', from: after, to, reason: 'UNKNOWN_CURSOR', key: `gap:${after}:${to}` },
  };
}

const position = (epoch: string, at: number): StreamMessage => {
  const cursor = encodeCursor({ epoch, position: at });
  return { type: 'Position', cursor, key: `position:${cursor}` };
};

/**
 * An organization's events as one subscriber sees them: what it missed since its cursor, then live, in commit
 * order, nothing lost and nothing twice. Without a cursor it begins at the head, and the first message is the
 * Position of that head, so that even a display to which nothing happened can resume.
 *
 * Ends when the signal aborts or the server closes the log.
 */
export async function* eventStream(
  log: EventLog,
  options: EventStreamOptions,
): AsyncGenerator<StreamMessage, void, void> {
  const { organizationId, after, wants, wantsTick, signal } = options;
  const { positionEvery } = log;
  const feed: OrganizationFeed = await log.feed(organizationId);
  const ticks = new Map<string, Tick>();
  let wakeForTick: (() => void) | null = null;
  const endTicks = wantsTick
    ? feed.onTick((tick) => {
        if (!wantsTick(tick)) return;
        // Only the newest of a subject: a slow display sees where the build is, not where it was.
        ticks.set(tick.subjectId, tick);
        wakeForTick?.();
      })
    : null;
  try {
    const start = await begin(after, { epoch: feed.epoch, head: feed.events.head }, async () => {
      feed.events.wake();
      return (await log.head(organizationId)).position;
    });
    let cursor = start.position;
    let told = cursor;
    let toldAt = Date.now();
    if (start.gap) yield start.gap;
    if (after === null || start.gap) yield position(feed.epoch, cursor);
    while (!signal.aborted && !log.closed) {
      const events = await feed.events.after(cursor);
      for (const event of events) {
        if (signal.aborted) return;
        cursor = event.position;
        const wanted = wants(event);
        if (wanted !== true && (wanted === false || !(await wanted))) continue;
        told = cursor;
        toldAt = Date.now();
        yield { type: 'Event', event, key: `event:${cursorOf(event)}` };
      }
      // Also on the way through a long replay that the filter lets nothing of: a connection that is cut there would
      // begin again.
      const silentFor = Date.now() - toldAt;
      if (told < cursor && silentFor >= positionEvery) {
        told = cursor;
        toldAt = Date.now();
        yield position(feed.epoch, cursor);
      }
      if (events.length > 0) continue;
      for (const [subject, tick] of ticks) {
        ticks.delete(subject);
        yield { type: 'Tick', tick, key: `tick:${subject}:${tick.stamp}` };
      }
      if (cursor < feed.events.head || ticks.size > 0) continue;
      await growth(
        feed.events,
        endTicks
          ? (wake) => {
              wakeForTick = wake;
              return () => {
                wakeForTick = null;
              };
            }
          : null,
        told < cursor ? Math.max(1, positionEvery - silentFor) : null,
        signal,
      );
    }
  } finally {
    endTicks?.();
    feed.release();
  }
}

// How many readings one message carries at most.
const readingsPerMessage = 500;
// How far back a display may resume before it is given the newest instead.
const replayedReadings = 5_000;

/**
 * The readings of some sensors. A display that cannot keep up gets the newest, and a Gap that says what it
 * skipped; the history of a sensor is a query.
 */
export async function* readingStream(
  log: EventLog,
  options: {
    organizationId: string;
    sensorIds: ReadonlySet<string> | null;
    after: string | null;
    signal: AbortSignal;
  },
): AsyncGenerator<StreamMessage, void, void> {
  const { organizationId, sensorIds, after, signal } = options;
  const { positionEvery } = log;
  // Part of the key: two displays of one machine may have begun when it had other sensors.
  const chosen = sensorIds ? fingerprint(sensorIds) : 'all';
  const feed = await log.feed(organizationId);
  try {
    const start = await begin(after, { epoch: feed.epoch, head: feed.readings.head }, async () => {
      feed.readings.wake();
      return log.readingHead(organizationId);
    });
    let cursor = start.position;
    let told = cursor;
    let toldAt = Date.now();
    if (start.gap) yield start.gap;
    if (after === null || start.gap) yield position(feed.epoch, cursor);
    while (!signal.aborted && !log.closed) {
      if (!feed.readings.holds(cursor) && feed.readings.head - cursor > replayedReadings) {
        const from = encodeCursor({ epoch: feed.epoch, position: cursor });
        cursor = feed.readings.head;
        told = cursor;
        toldAt = Date.now();
        const to = encodeCursor({ epoch: feed.epoch, position: cursor });
        yield { type: 'Gap', from, to, reason: 'SKIPPED', key: `gap:${from}:${to}` };
      }
      const page = await feed.readings.after(cursor);
      const last = page.at(-1);
      if (last) {
        cursor = last.position;
        const wanted = sensorIds ? page.filter((reading) => sensorIds.has(reading.sensorId)) : page;
        for (let from = 0; from < wanted.length; from += readingsPerMessage) {
          const readings = wanted.slice(from, from + readingsPerMessage);
          const until = readings.at(-1);
          if (!until) break;
          told = until.position;
          toldAt = Date.now();
          const at = encodeCursor({ epoch: feed.epoch, position: until.position });
          yield {
            type: 'Readings',
            readings,
            cursor: at,
            key: `readings:${chosen}:${readings[0]?.position}:${at}`,
          };
        }
        continue;
      }
      // Else the display of a quiet sensor would be told of a Gap, although nothing of its own was skipped.
      const silentFor = Date.now() - toldAt;
      if (told < cursor && silentFor >= positionEvery) {
        told = cursor;
        toldAt = Date.now();
        yield position(feed.epoch, cursor);
        continue;
      }
      await growth(
        feed.readings,
        null,
        told < cursor ? Math.max(1, positionEvery - silentFor) : null,
        signal,
      );
    }
  } finally {
    feed.release();
  }
}

const fingerprint = (ids: ReadonlySet<string>): string =>
  createHash('sha256')
    .update([...ids].sort().join())
    .digest('base64url');
