/** The one connection of the page: it comes back by itself, and says when it is gone. */
import { type Backoff, waitBefore } from '../../client/backoff.ts';
import type { TypedDocumentString } from '../generated/graphql.ts';

/** An error at the top level of an answer, as far as the display reads it. */
export interface AnswerProblem {
  readonly message: string;
}

/** What the server answers to an operation, or sends on a stream. */
export interface Result<Data> {
  readonly data?: Data | null | undefined;
  readonly errors?: readonly AnswerProblem[] | undefined;
}

/** Takes what an operation brings. After `failed` or `ended` nothing more comes. */
export interface Sink<Data> {
  next(result: Result<Data>): void;
  /** The server refused the operation, and the connection stands. */
  failed(errors: readonly AnswerProblem[]): void;
  /** The server has nothing more to say to it. */
  ended(): void;
}

/** One attempt at a connection. */
export interface Socket {
  /** Sends an operation; returns how to take it back. Sinks hear nothing of a socket that closes. */
  send(query: string, variables: object, sink: Sink<never>): () => void;
  close(): void;
}

/** What a socket tells: that it is open for operations, at most once, and that it is gone, once. */
export interface SocketEvents {
  opened(): void;
  closed(code: number | null, reason: string): void;
}

export type OpenSocket = (token: string, events: SocketEvents) => Socket;

export type ConnectionState =
  /** Never open yet. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** It was open; `since` is the instant, in ms, at which it was lost. */
  | { readonly kind: 'lost'; readonly since: number }
  /** The token is not good, or not good any more: another one is needed. */
  | { readonly kind: 'refused'; readonly reason: string };

/** There is no connection now. What was asked for may be asked again when there is. */
export class NotConnectedError extends Error {
  override readonly name = 'NotConnectedError';
}

/** The server answered that it will not, or cannot. */
export class RefusedByServerError extends Error {
  override readonly name = 'RefusedByServerError';

  constructor(errors: readonly AnswerProblem[]) {
    super(errors.map(({ message }) => message).join(' ') || 'The server gave no answer.');
  }
}

export interface ConnectionOptions {
  readonly token: string;
  readonly open: OpenSocket;
  readonly backoff?: Backoff;
}

export const displayBackoff: Backoff = { first: 500, longest: 15_000 };

/** ms until an attempt that brings nothing is given up: browsers wait for minutes. */
const openWithin = 15_000;
/** ms that a connection must last before its loss begins at the first wait again. */
const steadyAfter = 10_000;

const unauthorized = 4401;
const forbidden = 4403;

/** A connection with one token. It is opened by `start` and held until `close`, through any number of losses. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #backoff: Backoff;
  readonly #listeners = new Set<(state: ConnectionState) => void>();
  readonly #requests = new Set<(error: Error) => void>();
  #state: ConnectionState = { kind: 'connecting' };
  #socket: Socket | null = null;
  #isOpen = false;
  #openedAt = 0;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? displayBackoff;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Is told of every change of the state; returns how to take it back. */
  onChange(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  start(): void {
    if (!this.#closed && !this.#socket) this.#connect();
  }

  /** Tries at once where it waits for another attempt: the network may be back. */
  hurry(): void {
    if (this.#closed || this.#socket || this.#state.kind === 'refused') return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#drop();
    this.#listeners.clear();
  }

  /**
   * Sends a query and answers its data.
   * @throws NotConnectedError when there is no connection or it goes, RefusedByServerError for every other failure
   */
  request<Data, Variables extends object>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        this.#requests.delete(reject);
        act();
      };
      this.#requests.add(reject);
      const sent = this.subscribe(document, variables, {
        next: ({ data, errors }) =>
          settle(() =>
            errors?.length || !data ? reject(new RefusedByServerError(errors ?? [])) : resolve(data),
          ),
        failed: (errors) => settle(() => reject(new RefusedByServerError(errors))),
        ended: () => settle(() => reject(new RefusedByServerError([]))),
      });
      if (!sent) settle(() => reject(new NotConnectedError('There is no connection.')));
    });
  }

  /** Sends an operation on this connection; null where there is none. It ends with the connection, without a word. */
  subscribe<Data, Variables extends object>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    sink: Sink<Data>,
  ): (() => void) | null {
    if (!this.#socket || !this.#isOpen) return null;
    return this.#socket.send(document.toString(), variables, sink as unknown as Sink<never>);
  }

  #connect(): void {
    const attempt: { socket: Socket | null; over: boolean } = { socket: null, over: false };
    const lost = (code: number | null, reason: string) => {
      if (attempt.over) return;
      attempt.over = true;
      this.#lost(code, reason);
    };
    this.#timer = setTimeout(() => {
      lost(null, 'no answer');
      attempt.socket?.close();
    }, openWithin);
    attempt.socket = this.#options.open(this.#options.token, {
      opened: () => {
        if (attempt.over || this.#closed) return;
        clearTimeout(this.#timer);
        this.#isOpen = true;
        this.#openedAt = Date.now();
        this.#change({ kind: 'open' });
      },
      closed: lost,
    });
    // A socket may be refused before it is handed out.
    if (!attempt.over) this.#socket = attempt.socket;
  }

  #lost(code: number | null, reason: string): void {
    clearTimeout(this.#timer);
    const wasOpen = this.#isOpen;
    this.#drop();
    if (this.#closed) return;
    if (code === unauthorized || code === forbidden) {
      this.#change({ kind: 'refused', reason: reason || 'The token is not accepted.' });
      return;
    }
    if (wasOpen && Date.now() - this.#openedAt >= steadyAfter) this.#attempt = 0;
    this.#timer = setTimeout(() => this.#connect(), waitBefore(this.#attempt++, this.#backoff));
    if (wasOpen) this.#change({ kind: 'lost', since: Date.now() });
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#isOpen = false;
    socket?.close();
    for (const reject of [...this.#requests]) reject(new NotConnectedError('The connection was lost.'));
    this.#requests.clear();
  }

  #change(state: ConnectionState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}
