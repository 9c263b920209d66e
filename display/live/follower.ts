import { type Backoff, waitBefore } from '../../client/backoff.ts';
import { type Connection, displayBackoff, NotConnectedError, type Result } from './connection.ts';
import { anew, type Page } from './page.ts';

/** What a page shows. */
export interface Followed<State> {
  /** Null until it was read for the first time. */
  readonly state: State | null;
  /** What the server refuses, while it does; it is tried again. */
  readonly problem: string | null;
}

/** ms in which what is to be read again is gathered. */
const gatherFor = 150;
/** Failures in a row after which the state is read anew, and not resumed. */
const resumeTries = 3;

/**
 * Follows a page for as long as it is shown: reads its state, subscribes from the cursor of it, resumes from the last
 * cursor after every loss of the connection, and reads anew behind a Gap.
 */
export class Follower<State> {
  readonly #connection: Connection;
  readonly #page: Page<State>;
  readonly #onChange: (followed: Followed<State>) => void;
  readonly #backoff: Backoff;
  readonly #endListening: () => void;
  #state: State | null = null;
  #problem: string | null = null;
  /** The last cursor of each stream. */
  #cursors: (string | null)[];
  #closers: (() => void)[] = [];
  /** What is read or told for another round than this one is out of date. */
  #round = 0;
  #anew = true;
  #failures = 0;
  #wanted = new Set<string>();
  #rereading = false;
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    connection: Connection,
    page: Page<State>,
    onChange: (followed: Followed<State>) => void,
    backoff: Backoff = displayBackoff,
  ) {
    this.#connection = connection;
    this.#page = page;
    this.#onChange = onChange;
    this.#backoff = backoff;
    this.#cursors = page.streams.map(() => null);
    this.#endListening = connection.onChange((state) => {
      if (state.kind === 'open') this.#begin();
      else this.#leave();
    });
    if (connection.state.kind === 'open') this.#begin();
  }

  close(): void {
    this.#endListening();
    this.#leave();
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
  }

  /** Ends the round: its streams, its waits and whatever it still brings. */
  #leave(): void {
    this.#round++;
    clearTimeout(this.#waiting);
    for (const close of this.#closers.splice(0)) close();
  }

  #begin(): void {
    this.#leave();
    if (this.#anew || this.#state === null) void this.#read();
    else this.#resume(this.#page.untold ?? []);
  }

  async #read(): Promise<void> {
    const round = this.#round;
    try {
      const { state, cursor } = await this.#page.read((document, variables) =>
        this.#connection.request(document, variables),
      );
      if (round !== this.#round) return;
      this.#anew = false;
      this.#wanted.clear();
      this.#cursors = this.#cursors.map(() => cursor);
      this.#set(state);
      this.#resume([]);
    } catch (error) {
      if (round === this.#round) this.#failed(error);
    }
  }

  #resume(untold: readonly string[]): void {
    const round = this.#round;
    if (this.#problem !== null) {
      this.#problem = null;
      this.#tell();
    }
    this.#page.streams.forEach((stream, place) => {
      const close = stream.open(this.#connection, this.#cursors[place] ?? null, {
        next: (result) => {
          if (round === this.#round) this.#message(place, result);
        },
        failed: (errors) => {
          if (round === this.#round) this.#failed(new Error(errors.map(({ message }) => message).join(' ')));
        },
        ended: () => {
          if (round === this.#round) this.#failed(new Error('The server ended a stream.'));
        },
      });
      if (close) this.#closers.push(close);
    });
    for (const key of untold) this.#wanted.add(key);
    this.#gather();
  }

  #message(place: number, { data, errors }: Result<unknown>): void {
    const message = Object.values(data ?? {})[0] as Message | undefined;
    // What the server failed to make is asked for again: going on would lose it.
    if (errors?.length || !message) {
      this.#failed(new Error(errors?.[0]?.message ?? 'The server sent an empty message.'));
      return;
    }
    if (message.__typename === 'Gap') {
      this.#anew = true;
      this.#again(waitBefore(this.#failures++, this.#backoff));
      return;
    }
    this.#failures = 0;
    this.#cursors[place] = message.cursor ?? this.#cursors[place] ?? null;
    const stream = this.#page.streams[place];
    if (this.#state === null || !stream) return;
    const state = stream.take(this.#state, message, (key) => this.#wanted.add(key));
    if (state !== this.#state) this.#set(state);
    this.#gather();
  }

  /** Reads what was marked, a moment after the first mark, one reading at a time. */
  #gather(): void {
    if (this.#wanted.size === 0 || this.#gathering || this.#rereading) return;
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined;
      void this.#reread();
    }, gatherFor);
  }

  async #reread(): Promise<void> {
    if (this.#wanted.has(anew)) {
      this.#anew = true;
      if (this.#connection.state.kind === 'open') this.#begin();
      return;
    }
    const { reread } = this.#page;
    if (!reread || this.#state === null || this.#anew) return;
    const round = this.#round;
    const keys = this.#wanted;
    this.#wanted = new Set();
    this.#rereading = true;
    try {
      const change = await reread(keys, this.#state, (document, variables) =>
        this.#connection.request(document, variables),
      );
      // An answer of before a loss may be older than what was replayed since.
      if (round !== this.#round) throw new NotConnectedError('The connection was lost.');
      if (this.#state !== null) this.#set(change(this.#state));
    } catch (error) {
      // The stream has passed the marks: they are kept until what they stand for was read.
      for (const key of keys) this.#wanted.add(key);
      if (round === this.#round) this.#failed(error);
    } finally {
      this.#rereading = false;
    }
    // Marks that came meanwhile, or that are of an earlier round.
    if (this.#connection.state.kind === 'open' && this.#closers.length > 0) this.#gather();
  }

  #failed(error: unknown): void {
    // The connection says itself when it is back.
    if (error instanceof NotConnectedError) return;
    this.#failures++;
    if (this.#failures > resumeTries) this.#anew = true;
    this.#problem = error instanceof Error ? error.message : String(error);
    this.#tell();
    this.#again(waitBefore(this.#failures, this.#backoff));
  }

  #again(waitMs: number): void {
    this.#leave();
    this.#waiting = setTimeout(() => this.#begin(), waitMs);
  }

  #set(state: State): void {
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    this.#onChange({ state: this.#state, problem: this.#problem });
  }
}

interface Message {
  readonly __typename: string;
  readonly cursor?: string;
}
