import { createClient as createSocketClient, type FormattedExecutionResult } from 'graphql-ws';
import WebSocket from 'ws';
import { type Backoff, pause, waitBefore } from './backoff.ts';
import { AnswerError, ConnectionError, isPassing, type TopLevelError } from './errors.ts';

export interface SubscribeOptions<Data> {
  /**
   * The cursor of a message, from which the stream would resume behind it; null where it has none. Unless given: the
   * field `cursor` of the message, or `toCursor` of a Gap.
   */
  readonly cursorFrom?: (data: Data) => string | null;
  /** Is told when the connection is lost and an attempt to resume will follow. */
  readonly onLost?: (lost: { reason: string; cursor: string | null; waitMs: number }) => void;
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
}

/** The messages of a subscription, one by one, through lost connections. */
export interface Subscription<Data> extends AsyncIterableIterator<Data> {
  /** The cursor behind the last message that was given out; pass it as `after` to go on another day. */
  readonly cursor: string | null;
  /** Unsubscribes; whoever waits for a message is told that there are no more. */
  close(): Promise<void>;
}

export interface SocketOptions {
  readonly url: string;
  readonly token: string;
  readonly backoff: Backoff;
  readonly signal: AbortSignal;
}

export interface Socket {
  subscribe<Data extends object>(
    query: string,
    variables: { after?: string | null },
    options: SubscribeOptions<Data>,
  ): Subscription<Data>;
  close(): Promise<void>;
}

/** ms between our pings, and how long a pong may take: Wi-Fi that is gone does not say so. */
const pingEvery = 10_000;
const pongWithin = 5_000;
/** Messages that may wait for a slow loop. Behind that the log keeps them, and not our memory. */
const largestInbox = 2_000;
/** How often a message that the server failed to make is asked for again. */
const attemptsOfMessage = 5;

const unauthorized = 4401;
const forbidden = 4403;
const badRequest = 4400;

/** One WebSocket for all subscriptions of a client, connected while there are any. */
export function createSocket({ url, token, backoff, signal }: SocketOptions): Socket {
  let pongTimer: NodeJS.Timeout | undefined;
  const socket = createSocketClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    connectionAckWaitTimeout: 10_000,
    keepAlive: pingEvery,
    // Its own retries would subscribe with the cursor of the beginning; ours know the last one.
    retryAttempts: 0,
    on: {
      ping: (received) => {
        if (received) return;
        clearTimeout(pongTimer);
        pongTimer = setTimeout(() => socket.terminate(), pongWithin);
      },
      pong: (received) => {
        if (received) clearTimeout(pongTimer);
      },
      closed: () => clearTimeout(pongTimer),
    },
  });

  /** One try: what arrives until the connection or the operation ends. */
  function connect<Data extends object>(query: string, variables: object): Inbox<Data> {
    const inbox = new Inbox<Data>(() => unsubscribe());
    const unsubscribe = socket.subscribe<Data>(
      { query, variables: { ...variables } },
      {
        next: (result) => inbox.put(result),
        error: (error) => inbox.end(endOf(error)),
        complete: () => inbox.end({ errors: null, reason: 'the server ended the stream', final: false }),
      },
    );
    return inbox;
  }

  async function* messages<Data extends object>(
    query: string,
    variables: { after?: string | null },
    state: { cursor: string | null },
    options: SubscribeOptions<Data>,
    ended: AbortSignal,
  ): AsyncGenerator<Data, undefined, void> {
    const cursorFrom = options.cursorFrom ?? cursorOf;
    // Attempts since the last message, and how often the same message failed.
    let attempt = 0;
    let failures = 0;
    while (!ended.aborted) {
      const inbox = connect<Data>(query, { ...variables, after: state.cursor });
      const stop = () => inbox.close();
      ended.addEventListener('abort', stop, { once: true });
      let broken: readonly TopLevelError[] | null = null;
      try {
        for (;;) {
          const result = await inbox.take();
          if (!result || ended.aborted) break;
          if (result.errors?.length || !result.data) {
            // The server could not make this message. Going on would lose it: it is asked for again.
            broken = (result.errors ?? []) as readonly TopLevelError[];
            break;
          }
          attempt = 0;
          failures = 0;
          state.cursor = cursorFrom(result.data) ?? state.cursor;
          yield result.data;
        }
      } finally {
        ended.removeEventListener('abort', stop);
        inbox.close();
      }
      if (ended.aborted) return;
      if (inbox.overflowed && !broken) continue;
      if (broken && ++failures >= attemptsOfMessage) throw new AnswerError('A message', broken);
      const end = inbox.ending;
      if (end?.errors && !isPassing(end.errors)) throw new AnswerError('The subscription', end.errors);
      if (end?.final) throw new ConnectionError(end.reason);
      const waitMs = waitBefore(attempt, backoff);
      attempt++;
      const reason = broken
        ? 'the server could not make a message'
        : (end?.reason ?? 'the connection was lost');
      options.onLost?.({ reason, cursor: state.cursor, waitMs });
      await pause(waitMs, ended);
    }
  }

  return {
    subscribe(query, variables, options) {
      const state = { cursor: variables.after ?? null };
      const own = new AbortController();
      const ended = AbortSignal.any([own.signal, signal, ...(options.signal ? [options.signal] : [])]);
      const iterator = messages(query, variables, state, options, ended);
      return {
        get cursor() {
          return state.cursor;
        },
        next: () => iterator.next(),
        // First the signal: a generator that waits for a message cannot be returned from until one comes.
        async return() {
          own.abort();
          return iterator.return(undefined);
        },
        async close() {
          own.abort();
          await iterator.return(undefined);
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
    async close() {
      clearTimeout(pongTimer);
      await socket.dispose();
    },
  };
}

interface Ending {
  /** What the server answered instead of a stream. */
  errors: readonly TopLevelError[] | null;
  reason: string;
  /** No other attempt would mend it. */
  final: boolean;
}

/** What has arrived and was not taken yet, and how it ended. */
class Inbox<Data> {
  readonly #results: FormattedExecutionResult<Data, unknown>[] = [];
  readonly #unsubscribe: () => void;
  #wake: (() => void) | null = null;
  #over = false;
  /** Set when the stream has ended without our doing. */
  ending: Ending | null = null;
  /** More arrived than was taken: unsubscribed, to be read again from the log. */
  overflowed = false;

  constructor(unsubscribe: () => void) {
    this.#unsubscribe = unsubscribe;
  }

  put(result: FormattedExecutionResult<Data, unknown>): void {
    if (this.#over) return;
    this.#results.push(result);
    if (this.#results.length >= largestInbox) {
      this.overflowed = true;
      this.close();
    }
    this.#wake?.();
  }

  end(ending: Ending): void {
    if (!this.#over) this.ending = ending;
    this.#over = true;
    this.#wake?.();
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#unsubscribe();
    this.#wake?.();
  }

  /** The next message in its order; null when there are no more. */
  async take(): Promise<FormattedExecutionResult<Data, unknown> | null> {
    for (;;) {
      const result = this.#results.shift();
      if (result) return result;
      if (this.#over) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }
}

/** The cursor of a message as the schema's streams give it: the only field's `cursor`, or `toCursor` of a Gap. */
function cursorOf(data: object): string | null {
  for (const message of Object.values(data) as unknown[]) {
    if (typeof message !== 'object' || message === null) continue;
    if ('cursor' in message && typeof message.cursor === 'string') return message.cursor;
    if (
      'toCursor' in message &&
      typeof message.toCursor === 'string' &&
      '__typename' in message &&
      message.__typename === 'Gap'
    )
      return message.toCursor;
  }
  return null;
}

/** What an end of the operation or of the socket means for another attempt. */
function endOf(error: unknown): Ending {
  if (Array.isArray(error)) {
    const errors = error as TopLevelError[];
    return { errors, reason: errors.map((each) => each.message).join(' '), final: false };
  }
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number') {
    const said = 'reason' in error && error.reason ? ` ${String(error.reason)}` : '';
    const final = [badRequest, unauthorized, forbidden].includes(error.code);
    return { errors: null, reason: `the connection was closed (${error.code}${said})`, final };
  }
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
  return { errors: null, reason: message || 'the connection failed', final: false };
}
