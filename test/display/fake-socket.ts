import type { OpenSocket, Result, Sink, SocketEvents } from '../../display/live/connection.ts';

/** An operation that the page has sent. */
export interface Sent {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly sink: Sink<never>;
  /** Taken back by the page. */
  cancelled: boolean;
  /** Sends a message, or the answer. */
  next(data: object): void;
}

/** One attempt of the page at a connection, as the other side sees it. */
export class FakeSocket {
  readonly token: string;
  readonly sent: Sent[] = [];
  closed = false;
  readonly #events: SocketEvents;

  constructor(token: string, events: SocketEvents) {
    this.token = token;
    this.#events = events;
  }

  open(): void {
    this.#events.opened();
  }

  /** The connection goes, with a close code or without a word. */
  lose(code: number | null = 1006): void {
    this.#events.closed(code, '');
  }

  /** The newest operation whose text has this in it. Throws where there is none that still stands. */
  operation(text: string): Sent {
    const found = this.sent.findLast(({ query, cancelled }) => !cancelled && query.includes(text));
    if (!found)
      throw new Error(`Nothing was sent with ${text}: ${this.sent.map(({ query }) => query).join()}`);
    return found;
  }

  /** How many operations with this text were sent. */
  count(text: string): number {
    return this.sent.filter(({ query }) => query.includes(text)).length;
  }

  add(query: string, variables: object, sink: Sink<never>): () => void {
    const sent: Sent = {
      query,
      variables: { ...variables },
      sink,
      cancelled: false,
      next: (data) => sink.next({ data } as unknown as Result<never>),
    };
    this.sent.push(sent);
    return () => {
      sent.cancelled = true;
    };
  }
}

/** The other side of all connections of a page. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];

  readonly open: OpenSocket = (token, events) => {
    const socket = new FakeSocket(token, events);
    this.sockets.push(socket);
    return {
      send: (query, variables, sink) => socket.add(query, variables, sink),
      close: () => {
        socket.closed = true;
      },
    };
  };

  /** The newest attempt. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('Nobody has connected.');
    return socket;
  }
}
