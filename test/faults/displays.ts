import { setTimeout as pause } from 'node:timers/promises';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import WebSocket from 'ws';
import { adminToken } from '../support/server-process.ts';
import type { Place } from './installation.ts';
import type { Random } from './random.ts';

/** A message of a stream. */
export interface Message {
  __typename: string;
  cursor?: string;
  fromCursor?: string;
  toCursor?: string;
  readings?: { value?: number | null }[];
  location?: { id: string; name: string } | null;
}

/** A subscription that is taken up again wherever its display connects to, after the last cursor that it was given. */
export interface Feed {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  cursor: string;
  /** Everything but positions, in the order of its arrival. */
  readonly received: Message[];
}

export interface DisplayCounts {
  messages: number;
  /** Connections that ended and were made anew. */
  reconnected: number;
  /** How often a stream was ended by an error, or by a message that could not be made, by its code. */
  failed: Record<string, number>;
  /** Closes by the server, by their code. */
  closed: Record<number, number>;
}

export const newDisplayCounts = (): DisplayCounts => ({
  messages: 0,
  reconnected: 0,
  failed: {},
  closed: {},
});

let displays = 0;

/** A display: one socket, some feeds, and no memory but their cursors. */
export class Display {
  readonly feeds: readonly Feed[];
  readonly #places: readonly Place[];
  readonly #random: Random;
  readonly #counts: DisplayCounts;
  #socket: WebSocket | null = null;
  #stopped = false;
  #paused = false;
  #running: Promise<void> | null = null;

  constructor(
    places: readonly Place[],
    feeds: readonly { query: string; variables?: Record<string, unknown>; after: string }[],
    { random, counts }: { random: Random; counts: DisplayCounts },
  ) {
    this.#places = places;
    this.#random = random;
    this.#counts = counts;
    this.feeds = feeds.map(({ query, variables = {}, after }) => ({
      ...{ query, variables, cursor: after },
      received: [],
    }));
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Reads nothing any more, as a display that hangs. */
  pause(): void {
    this.#paused = true;
    this.#socket?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#socket?.resume();
  }

  /** Unsubscribes and closes the socket. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.resume();
    this.#socket?.close(1000);
    await this.#running;
  }

  async #run(): Promise<void> {
    // Every process has some of them at first; afterwards chance decides.
    let place = this.#places[displays++ % this.#places.length];
    while (!this.#stopped && place) {
      await this.#connection(place);
      if (this.#stopped) return;
      this.#counts.reconnected++;
      await pause(20 + this.#random.next() * 300);
      place = this.#random.one(this.#places);
    }
  }

  /** One connection, until it ends. */
  #connection({ url }: Place): Promise<void> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, GRAPHQL_TRANSPORT_WS_PROTOCOL, {
      handshakeTimeout: 5_000,
    });
    this.#socket = socket;
    let heardAt = Date.now();
    const watch = setInterval(() => {
      if (this.#paused) heardAt = Date.now();
      // Nobody is told of a way that is gone: who hears nothing for long asks, and then leaves.
      else if (Date.now() - heardAt > 8_000) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.ping();
    }, 1_000);
    socket.on('pong', () => {
      heardAt = Date.now();
    });
    socket.on('open', () =>
      socket.send(
        JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${adminToken}` } }),
      ),
    );
    socket.on('message', (data) => {
      heardAt = Date.now();
      this.#take(socket, JSON.parse(String(data)));
    });
    socket.on('error', () => undefined);
    return new Promise((resolve) => {
      socket.on('close', (code) => {
        clearInterval(watch);
        this.#counts.closed[code] = (this.#counts.closed[code] ?? 0) + 1;
        resolve();
      });
    });
  }

  #take(socket: WebSocket, message: { id?: string; type: string; payload?: unknown }): void {
    // What was on its way when the display left: it comes again, after the cursor.
    if (this.#socket !== socket || socket.readyState !== socket.OPEN) return;
    if (message.type === 'connection_ack') {
      for (const [id, { query, variables, cursor }] of this.feeds.entries()) {
        const payload = { query, variables: { ...variables, after: cursor } };
        socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload }));
      }
    } else if (message.type === 'next') {
      const { data, errors } = message.payload as { data?: Record<string, Message>; errors?: unknown[] };
      const value = Object.values(data ?? {})[0];
      const feed = this.feeds[Number(message.id)];
      if (errors || !value || !feed) {
        this.#fail(socket, errors);
        return;
      }
      this.#counts.messages++;
      const cursor = value.cursor ?? value.toCursor;
      if (cursor) feed.cursor = cursor;
      if (value.__typename !== 'Position') feed.received.push(value);
    } else if (message.type === 'error' || message.type === 'complete') {
      this.#fail(socket, message.payload ?? message.type);
    }
  }

  /** A stream that fails is taken up again where it was, as one whose connection was cut. */
  #fail(socket: WebSocket, why: unknown): void {
    const [error] = Array.isArray(why) ? (why as { extensions?: { code?: string } }[]) : [];
    const code = error?.extensions?.code ?? JSON.stringify(why);
    this.#counts.failed[code] = (this.#counts.failed[code] ?? 0) + 1;
    socket.terminate();
  }
}
