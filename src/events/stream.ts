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
  readonly reason: 'UNKNOWN_CURSOR' | 'SKIPPED' | 'RETENTION';
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

/** What flows through a subscription. */
export type StreamMessage = (EventMessage | TickMessage | ReadingsMessage | PositionMessage | GapMessage) & {
  /** Says which messages are the same for all who may share them. */
  readonly key: string;
  /** The places in the log that it covers, both included; null for what has none (a tick). */
  readonly places: { readonly first: number; readonly last: number } | null;
};

/** Between messages: everything up to this place has been sent, and there is nothing more now. */
export interface Idle {
  readonly type: 'Idle';
  readonly position: number;
}

/** Where a stream begins: at a client's cursor (`START`, or null for now), or at a place that is known. */
export type StreamStart = { readonly after: string | null } | { readonly position: number };

type OpenStream = (
  start: StreamStart,
  signal: AbortSignal,
) => AsyncGenerator<StreamMessage | Idle, void, void>;

/**
 * The messages of one subscription. It can be followed from the client's cursor, and from any place again: who has
 * caught up may be served together with others, and go on alone if it falls behind.
 */
export class SubscriptionStream implements AsyncIterable<StreamMessage | Idle> {
  /** What the messages depend on besides the subscription's arguments: two streams that differ here are not the same. */
  readonly key: string;
  readonly #open: OpenStream;
  readonly #after: string | null;

  constructor(options: { key?: string; after: string | null; open: OpenStream }) {
    this.key = options.key ?? '';
    this.#open = options.open;
    this.#after = options.after;
  }

  /** From the client's cursor until the signal ends it, with a mark whenever there is nothing more to send. */
  begin(signal: AbortSignal): AsyncGenerator<StreamMessage | Idle, void, void> {
    return this.#open({ after: this.#after }, signal);
  }

  /** From a place in the log, until the signal ends it. */
  resume(position: number, signal: AbortSignal): AsyncGenerator<StreamMessage | Idle, void, void> {
    return this.#open({ position }, signal);
  }

  /** What graphql-js knows a stream by. The pipeline of subscriptions follows it by {@link begin}. */
  [Symbol.asyncIterator](): AsyncGenerator<StreamMessage | Idle, void, void> {
    return this.begin(AbortSignal.abort());
  }
}

type Wants = (event: LoggedEvent) => boolean | Promise<boolean>;

export interface EventStreamOptions {
  organizationId: string;
  start: StreamStart;
  /** Which events the subscriber wants. */
  wants: Wants;
  /**
   * Made when the place is known that the stream begins at, and called with every event from there on: for a choice
   * that depends on what stands in the database, and follows it in the log.
   */
  choose?: (() => Promise<(event: LoggedEvent) => boolean>) | undefined;
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
  start: StreamStart,
  feed: { epoch: string; head: number },
  storedHead: () => Promise<number>,
): Promise<{ position: number; first: StreamMessage[] }> {
  if ('position' in start) return { position: start.position, first: [] };
  const { after } = start;
  if (after === null) return { position: feed.head, first: [position(feed.epoch, feed.head)] };
  const cursor = decodeCursor(after, feed.epoch);
  if (cursor.epoch === feed.epoch) {
    if (cursor.position <= feed.head || cursor.position <= (await storedHead()))
      return { position: cursor.position, first: [] };
  }
  const to = encodeCursor({ epoch: feed.epoch, position: feed.head });
  const gap: StreamMessage = {
    type: 'Gap',
    from: after,
    to,
    reason: 'UNKNOWN_CURSOR',
    key: `gap:${after}:${to}`,
    places: null,
  };
  return { position: feed.head, first: [gap, position(feed.epoch, feed.head)] };
}

const position = (epoch: string, at: number): StreamMessage => {
  const cursor = encodeCursor({ epoch, position: at });
  return { type: 'Position', cursor, key: `position:${cursor}`, places: { first: at, last: at } };
};

function* newest(ticks: Map<string, Tick>): Generator<StreamMessage, void, void> {
  for (const [subject, tick] of ticks) {
    ticks.delete(subject);
    yield { type: 'Tick', tick, key: `tick:${subject}:${tick.stamp}`, places: null };
  }
}

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
): AsyncGenerator<StreamMessage | Idle, void, void> {
  const { organizationId, wants, wantsTick, signal } = options;
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
    const start = await begin(options.start, { epoch: feed.epoch, head: feed.events.head }, async () => {
      feed.events.wake();
      return (await log.head(organizationId)).position;
    });
    const chosen = await options.choose?.();
    let cursor = start.position;
    let told = cursor;
    let toldAt = Date.now();
    let catchingUp = true;
    yield* start.first;
    while (!signal.aborted && !log.closed) {
      const events = await feed.events.after(cursor);
      for (const event of events) {
        if (signal.aborted) return;
        cursor = event.position;
        const wanted = (!chosen || chosen(event)) && wants(event);
        if (wanted !== true && (wanted === false || !(await wanted))) continue;
        told = cursor;
        toldAt = Date.now();
        yield {
          type: 'Event',
          event,
          key: `event:${cursorOf(event)}`,
          places: { first: cursor, last: cursor },
        };
      }
      // Also on the way through a long replay that the filter lets nothing of: a connection that is cut there would
      // begin again. And at its end: from there it may be served together with others, who know nothing of what it
      // alone has passed over.
      const silentFor = Date.now() - toldAt;
      const caughtUp = catchingUp && events.length === 0;
      if (told < cursor && (caughtUp || silentFor >= positionEvery)) {
        told = cursor;
        toldAt = Date.now();
        yield position(feed.epoch, cursor);
      }
      if (events.length > 0) continue;
      yield* newest(ticks);
      if (cursor < feed.events.head || ticks.size > 0) continue;
      catchingUp = false;
      yield { type: 'Idle', position: cursor };
      // Also for a subscriber that goes on elsewhere from here: what came in this moment has no place to resume at.
      yield* newest(ticks);
      if (cursor < feed.events.head) continue;
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
// How far back a display may resume before it is given the newest instead: two of the largest messages of a connector.
const replayedReadings = 20_000;

/** Readings that will not come: `from` is the last place before them, `to` the last of them. */
function readingGap(epoch: string, from: number, to: number, reason: GapMessage['reason']): StreamMessage {
  const cursors = {
    from: encodeCursor({ epoch, position: from }),
    to: encodeCursor({ epoch, position: to }),
  };
  return {
    type: 'Gap',
    ...cursors,
    reason,
    key: `gap:${reason}:${cursors.from}:${cursors.to}`,
    places: { first: from + 1, last: to },
  };
}

/**
 * The readings of some sensors. A display that cannot keep up gets the newest, and a Gap that says what it
 * skipped; the history of a sensor is a query.
 */
export async function* readingStream(
  log: EventLog,
  options: {
    organizationId: string;
    sensorIds: ReadonlySet<string> | null;
    start: StreamStart;
    signal: AbortSignal;
  },
): AsyncGenerator<StreamMessage | Idle, void, void> {
  const { organizationId, sensorIds, signal } = options;
  const { positionEvery } = log;
  // Part of the key: two displays of one machine may have begun when it had other sensors.
  const chosen = fingerprint(sensorIds);
  const feed = await log.feed(organizationId);
  try {
    const start = await begin(options.start, { epoch: feed.epoch, head: feed.readings.head }, async () => {
      feed.readings.wake();
      return log.readingHead(organizationId);
    });
    let cursor = start.position;
    let told = cursor;
    let toldAt = Date.now();
    let catchingUp = true;
    yield* start.first;
    while (!signal.aborted && !log.closed) {
      const { head } = feed.readings;
      if (!feed.readings.holds(cursor) && head - cursor > replayedReadings) {
        // What is dropped no query answers either: said apart from what is only passed over.
        const dropped = Math.min(await log.readingsDropped(organizationId), head);
        if (cursor < dropped) yield readingGap(feed.epoch, cursor, dropped, 'RETENTION');
        cursor = Math.max(cursor, dropped);
        if (cursor < head) yield readingGap(feed.epoch, cursor, head, 'SKIPPED');
        cursor = head;
        told = cursor;
        toldAt = Date.now();
      }
      const page = await feed.readings.after(cursor);
      const last = page.at(-1);
      // Positions have no holes but those that retention made.
      const kept = page[0] ? page[0].position - 1 : Math.max(cursor, head);
      if (kept > cursor) {
        yield readingGap(feed.epoch, cursor, kept, 'RETENTION');
        cursor = kept;
        told = cursor;
        toldAt = Date.now();
      }
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
            places: { first: readings[0]?.position ?? until.position, last: until.position },
          };
        }
        continue;
      }
      // Else the display of a quiet sensor would be told of a Gap, although nothing of its own was skipped.
      const silentFor = Date.now() - toldAt;
      if (told < cursor && (catchingUp || silentFor >= positionEvery)) {
        told = cursor;
        toldAt = Date.now();
        yield position(feed.epoch, cursor);
        continue;
      }
      catchingUp = false;
      yield { type: 'Idle', position: cursor };
      if (cursor < feed.readings.head) continue;
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

/** A short name of a set of sensors; null stands for all of them. */
export const fingerprint = (ids: ReadonlySet<string> | null): string =>
  ids === null
    ? 'all'
    : createHash('sha256')
        .update([...ids].sort().join())
        .digest('base64url');
