import type { Logger } from 'pino';

/** An entry of a log: events, readings. Positions grow in commit order. */
export interface Entry {
  readonly position: number;
}

/** Where a log is read from. */
export interface LogSource<E extends Entry> {
  /** The position of the last committed entry; 0 where there is none. */
  head(): Promise<number>;
  /** The entries after a position, oldest first, at most `limit`. */
  page(after: number, limit: number): Promise<E[]>;
}

export interface FollowerLimits {
  /** How many of the newest entries stay in memory. */
  ring: number;
  /** How many entries are read at once. */
  page: number;
  /** How often the log is asked although nobody said that it grew, in ms. */
  poll: number;
}

const defaultLimits: FollowerLimits = { ring: 2_048, page: 512, poll: 1_000 };

/**
 * Follows one log into a ring of its newest entries, once for all who listen in this process.
 *
 * A listener is a cursor, not a queue: it asks for what comes after its cursor, and gets it from the ring, from
 * the log, or waits. What a slow one misses costs no memory, and it harms nobody.
 */
export class Follower<E extends Entry> {
  readonly #source: LogSource<E>;
  readonly #limits: FollowerLimits;
  readonly #log: Logger;
  #ring: E[] = [];
  #head = 0;
  #started: Promise<void> | null = null;
  #reading = false;
  #again = false;
  #timer: NodeJS.Timeout | null = null;
  #waiters = new Set<() => void>();

  constructor(source: LogSource<E>, log: Logger, limits: Partial<FollowerLimits> = {}) {
    this.#source = source;
    this.#log = log;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** The position up to which this process has read. */
  get head(): number {
    return this.#head;
  }

  /** Resolves once the head is known. */
  async start(): Promise<void> {
    this.#started ??= this.#begin();
    try {
      await this.#started;
    } catch (error) {
      this.#started = null;
      throw error;
    }
  }

  async #begin(): Promise<void> {
    this.#head = await this.#source.head();
    this.#timer = setInterval(() => this.wake(), this.#limits.poll);
    this.#timer.unref();
  }

  /** The log may have grown: read it. Wake-ups that arrive while it is read are one more read. */
  wake(): void {
    if (!this.#timer) return;
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    void this.#read();
  }

  async #read(): Promise<void> {
    try {
      do {
        this.#again = false;
        for (;;) {
          const entries = await this.#source.page(this.#head, this.#limits.page);
          const last = entries.at(-1);
          if (!last) break;
          this.#ring.push(...entries);
          if (this.#ring.length > this.#limits.ring) this.#ring = this.#ring.slice(-this.#limits.ring);
          this.#head = last.position;
          this.#tell();
          if (entries.length < this.#limits.page) break;
        }
      } while (this.#again);
    } catch (error) {
      this.#log.warn({ err: error }, 'the log could not be read; trying again at the next poll');
    } finally {
      this.#reading = false;
    }
  }

  #tell(): void {
    const waiters = this.#waiters;
    this.#waiters = new Set();
    for (const waiter of waiters) waiter();
  }

  /** Whether all entries after the cursor are in memory. */
  holds(after: number): boolean {
    const first = this.#ring[0];
    return after >= this.#head || (first !== undefined && first.position <= after + 1);
  }

  /**
   * What comes after the cursor, at most a page: from memory where it is there, else from the log. Empty only at
   * the head.
   */
  async after(cursor: number): Promise<E[]> {
    if (cursor >= this.#head) return [];
    if (!this.holds(cursor)) return this.#source.page(cursor, this.#limits.page);
    return this.#ring.slice(this.#indexAfter(cursor), this.#indexAfter(cursor) + this.#limits.page);
  }

  /** The ring's first index whose position is after the cursor. Positions may have holes, so it is searched. */
  #indexAfter(cursor: number): number {
    let low = 0;
    let high = this.#ring.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ring[middle] as E).position <= cursor) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Calls back once when the head moves. Returns how to take it back. */
  onGrowth(callback: () => void): () => void {
    this.#waiters.add(callback);
    return () => void this.#waiters.delete(callback);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#tell();
  }
}
