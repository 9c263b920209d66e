import type { Logger } from 'pino';
import type { Database } from '../database/open.ts';
import type { Noun } from '../ids.ts';
import type { Bus } from './bus.ts';
import { encodeCursor, type LogCursor } from './cursor.ts';
import { Follower, type FollowerLimits } from './follower.ts';
import type { EventKind } from './kinds.ts';

/** One entry of an organization's log. */
export interface LoggedEvent {
  readonly organizationId: string;
  readonly position: number;
  readonly epoch: string;
  readonly kind: EventKind;
  readonly subjectType: Noun;
  readonly subjectId: string;
  readonly version: number;
  readonly related: readonly string[];
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly actorKind: 'TOKEN' | 'SYSTEM';
  readonly actorId: string | null;
  readonly requestId: string | null;
  readonly reason: string | null;
  readonly causeId: string;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
}

/** A reading as streams carry it. */
export interface LoggedReading {
  readonly position: number;
  readonly sensorId: string;
  /** Null where it said a text, or is UNAVAILABLE. */
  readonly value: number | null;
  readonly text: string | null;
  readonly state: 'MEASURED' | 'UNAVAILABLE';
  readonly observedAt: Date;
  readonly recordedAt: Date;
}

/** News that is worth telling and not worth keeping: a layer tick. Only the newest of a subject counts. */
export interface Tick {
  readonly subjectId: string;
  readonly related: readonly string[];
  /** Grows with the state that it announces: what two subscribers may share one execution by. */
  readonly stamp: string;
}

/** What an organization's listeners in this process share. */
export interface OrganizationFeed {
  readonly organizationId: string;
  readonly epoch: string;
  readonly events: Follower<LoggedEvent>;
  readonly readings: Follower<LoggedReading>;
  /** Hears every tick while it is registered. Returns how to take it back. */
  onTick(listener: (tick: Tick) => void): () => void;
  /** Gives the feed back. The last one to do so ends it, a little later. */
  release(): void;
}

interface Shared {
  feed: Omit<OrganizationFeed, 'release'>;
  users: number;
  ticks: Set<(tick: Tick) => void>;
  unsubscribe: () => void;
  ending: NodeJS.Timeout | null;
}

const eventColumns = `"position", kind, "subjectType", "subjectId", version, related, before, after, data,
  "actorKind", "actorId", "requestId", reason, "causeId", "occurredAt", "recordedAt"`;

type EventRow = Omit<LoggedEvent, 'position' | 'organizationId' | 'epoch'> & { position: bigint };

/** How an organization's log may be narrowed when it is read as history. */
export interface HistoryFilter {
  kinds?: readonly string[] | undefined;
  /** Events whose subject or relations name any of these. */
  related?: readonly string[] | undefined;
  /** Events that one of these tokens caused. */
  actors?: readonly string[] | undefined;
  /** Events up to this position. */
  until?: number | undefined;
  /** Of more than are asked for the newest; the oldest unless told. */
  newest?: boolean | undefined;
}

/** How a log is followed. */
export interface LogLimits extends FollowerLimits {
  /** How long a stream's cursor may move in silence before it is told a Position, in ms. */
  positionEvery: number;
}

const topicOf = (organizationId: string) => `heatmark:${organizationId}`;
// How long a feed outlives its last listener: a display that reconnects finds the ring still warm.
const linger = 30_000;

/** The organization's log: reading it, following it, and waking those who follow. */
export class EventLog {
  readonly #database: Database;
  readonly #bus: Bus;
  readonly #log: Logger;
  readonly #limits: Partial<FollowerLimits>;
  /** See {@link LogLimits}. */
  readonly positionEvery: number;
  readonly #feeds = new Map<string, Promise<Shared>>();
  readonly #listeners = new Set<(organizationId: string) => void>();
  // The newest reading that was read of each organization that is followed.
  readonly #newestReadings = new Map<string, Pick<LoggedReading, 'position' | 'recordedAt'>>();
  #closed = false;

  /** Whether the server is going: streams end. */
  get closed(): boolean {
    return this.#closed;
  }

  constructor(database: Database, bus: Bus, log: Logger, limits: Partial<LogLimits> = {}) {
    const { positionEvery = 10_000, ...follower } = limits;
    this.#database = database;
    this.#bus = bus;
    this.#log = log;
    this.#limits = follower;
    this.positionEvery = positionEvery;
  }

  /** The place of the last committed event. */
  async head(organizationId: string): Promise<LogCursor> {
    const [row] = await this.#database.query<{ position: string; epoch: string }>(
      `SELECT position::text AS position, left(epoch::text, 8) AS epoch FROM "EventHead" WHERE "organizationId" = $1`,
      [organizationId],
    );
    if (!row) throw new Error(`The organization ${organizationId} has no log.`);
    return { epoch: row.epoch, position: Number(row.position) };
  }

  /** Entries after a position, oldest first. */
  async page(
    organizationId: string,
    epoch: string,
    after: number,
    limit: number,
    filter: HistoryFilter = {},
  ): Promise<LoggedEvent[]> {
    const parameters: unknown[] = [organizationId, after, limit];
    const conditions = [`"organizationId" = $1`, `"position" > $2`];
    if (filter.kinds) conditions.push(`kind = ANY($${parameters.push([...filter.kinds])}::text[])`);
    if (filter.related) conditions.push(`related && $${parameters.push([...filter.related])}::uuid[]`);
    if (filter.actors) conditions.push(`"actorId" = ANY($${parameters.push([...filter.actors])}::uuid[])`);
    if (filter.until !== undefined) conditions.push(`"position" <= $${parameters.push(filter.until)}`);
    const order = filter.newest ? 'DESC' : 'ASC';
    const rows = await this.#database.query<EventRow>(
      `SELECT ${eventColumns} FROM "Event" WHERE ${conditions.join(' AND ')} ORDER BY "position" ${order} LIMIT $3`,
      parameters,
    );
    const found = rows.map((row) => ({ ...row, organizationId, epoch, position: Number(row.position) }));
    return filter.newest ? found.reverse() : found;
  }

  /** The entries at these positions, in no order. */
  async at(organizationId: string, epoch: string, positions: readonly number[]): Promise<LoggedEvent[]> {
    const rows = await this.#database.query<EventRow>(
      `SELECT ${eventColumns} FROM "Event" WHERE "organizationId" = $1 AND "position" = ANY(string_to_array($2, ',')::bigint[])`,
      [organizationId, positions.join(',')],
    );
    return rows.map((row) => ({ ...row, organizationId, epoch, position: Number(row.position) }));
  }

  /** Calls back after every commit of this process that appended events. Returns how to take it back. */
  onCommit(listener: (organizationId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A commit appended events: wake the followers, here and elsewhere. */
  committed(organizationId: string): void {
    for (const listener of this.#listeners) listener(organizationId);
    this.#wake(organizationId, (shared) => shared.feed.events.wake());
    this.#bus.publish(topicOf(organizationId), 'events');
  }

  /** Readings were stored: wake those who watch sensors. */
  readingsStored(organizationId: string): void {
    this.#wake(organizationId, (shared) => shared.feed.readings.wake());
    this.#bus.publish(topicOf(organizationId), 'readings');
  }

  /** Tells displays of progress that is not an event. */
  tick(organizationId: string, tick: Tick): void {
    this.#bus.publish(topicOf(organizationId), JSON.stringify(tick));
  }

  #wake(organizationId: string, act: (shared: Shared) => void): void {
    this.#feeds.get(organizationId)?.then(act, () => undefined);
  }

  /** What an organization's listeners share: made for the first of them, ended after the last. */
  async feed(organizationId: string): Promise<OrganizationFeed> {
    if (this.#closed) throw new Error('The server is shutting down.');
    let pending = this.#feeds.get(organizationId);
    if (!pending) {
      pending = this.#open(organizationId);
      this.#feeds.set(organizationId, pending);
      pending.catch(() => this.#feeds.delete(organizationId));
    }
    const shared = await pending;
    shared.users++;
    if (shared.ending) clearTimeout(shared.ending);
    shared.ending = null;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      shared.users--;
      if (shared.users > 0) return;
      shared.ending = setTimeout(() => this.#end(organizationId, shared), linger);
      shared.ending.unref();
    };
    return { ...shared.feed, release };
  }

  async #open(organizationId: string): Promise<Shared> {
    const ticks = new Set<(tick: Tick) => void>();
    // Listening before the first read: what is committed in between is heard or read, or both.
    const { epoch } = await this.head(organizationId);
    const events = new Follower<LoggedEvent>(
      {
        head: async () => (await this.head(organizationId)).position,
        page: (after, limit) => this.page(organizationId, epoch, after, limit),
      },
      this.#log,
      this.#limits,
    );
    const readings = new Follower<LoggedReading>(
      {
        head: () => this.readingHead(organizationId),
        page: (after, limit) => this.readingPage(organizationId, after, limit),
      },
      this.#log,
      this.#limits,
    );
    const unsubscribe = await this.#bus.subscribe(topicOf(organizationId), (message) => {
      if (message === 'events') events.wake();
      else if (message === 'readings') readings.wake();
      else if (message === '') {
        events.wake();
        readings.wake();
      } else for (const listener of ticks) listener(JSON.parse(message) as Tick);
    });
    try {
      await Promise.all([events.start(), readings.start()]);
    } catch (error) {
      // Else the next attempt would stand beside the listener and the timer of this one.
      unsubscribe();
      events.stop();
      readings.stop();
      throw error;
    }
    const onTick = (listener: (tick: Tick) => void) => {
      ticks.add(listener);
      return () => void ticks.delete(listener);
    };
    return {
      feed: { organizationId, epoch, events, readings, onTick },
      users: 0,
      ticks,
      unsubscribe,
      ending: null,
    };
  }

  #end(organizationId: string, shared: Shared): void {
    if (shared.users > 0) return;
    this.#feeds.delete(organizationId);
    shared.unsubscribe();
    shared.feed.events.stop();
    shared.feed.readings.stop();
    this.#newestReadings.delete(organizationId);
  }

  /** The ingest position of the newest reading. */
  async readingHead(organizationId: string): Promise<number> {
    const [row] = await this.#database.query<{ position: string }>(
      `SELECT position::text AS position FROM "ReadingHead" WHERE "organizationId" = $1`,
      [organizationId],
    );
    return Number(row?.position ?? 0);
  }

  /** The last ingest position that retention has dropped. */
  async readingsDropped(organizationId: string): Promise<number> {
    const [row] = await this.#database.query<{ position: string }>(
      `SELECT "droppedPosition"::text AS position FROM "ReadingHead" WHERE "organizationId" = $1`,
      [organizationId],
    );
    return Number(row?.position ?? 0);
  }

  /** Readings after an ingest position, oldest first. Positions are missing only where retention has dropped them. */
  async readingPage(organizationId: string, after: number, limit: number): Promise<LoggedReading[]> {
    // Later positions are not stored earlier: the weeks before that of the newest one known are left out.
    const known = this.#newestReadings.get(organizationId);
    const since = known && after >= known.position ? known.recordedAt : '-infinity';
    const rows = await this.#database.query<Omit<LoggedReading, 'position'> & { position: bigint }>(
      `SELECT "position", "sensorId", value, text, state, "observedAt", "recordedAt" FROM "SensorReading"
       WHERE "organizationId" = $1 AND "position" > $2 AND "recordedAt" >= $4 ORDER BY "position" LIMIT $3`,
      [organizationId, after, limit, since],
    );
    const readings = rows.map((row) => ({ ...row, position: Number(row.position) }));
    const last = readings.at(-1);
    if (last && last.position > (known?.position ?? 0)) this.#newestReadings.set(organizationId, last);
    return readings;
  }

  /** Ends every feed. Waiting listeners are woken. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const [organizationId, pending] of [...this.#feeds]) {
      const shared = await pending.catch(() => null);
      if (!shared) continue;
      if (shared.ending) clearTimeout(shared.ending);
      shared.users = 0;
      this.#end(organizationId, shared);
    }
  }
}

/** The cursor of an event, as clients see it. */
export function cursorOf(event: LoggedEvent): string {
  return encodeCursor({ epoch: event.epoch, position: event.position });
}
