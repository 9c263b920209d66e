import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import WebSocket from 'ws';
import type { Client } from './client.ts';
import { deferred } from './deferred.ts';
import { Inbox } from './inbox.ts';

/** A message of the graphql-transport-ws protocol, as the server sends it. */
export interface SocketMessage {
  id?: string;
  type: string;
  payload?: unknown;
}

/** A WebSocket without a client library: for what a well-behaved client never does. */
export interface RawSocket {
  readonly socket: WebSocket;
  send(message: object | string): void;
  /** Begins an operation under this id. */
  subscribe(id: string, query: string, variables?: Record<string, unknown>, operationName?: string): void;
  /** The next message of this operation. */
  next(id: string): Promise<SocketMessage>;
  /** The value of the one field of this operation's next result. */
  value(id: string): Promise<Record<string, unknown>>;
  /** The next message that belongs to no operation. */
  nextOfSocket(): Promise<SocketMessage>;
  readonly closed: Promise<{ code: number; reason: string }>;
  close(): Promise<void>;
}

/** Opens a socket and, unless told not to, says who it is and waits for the acknowledgement. */
export async function openSocket(client: Client, { introduced = true } = {}): Promise<RawSocket> {
  const socket = new WebSocket(`${client.url.replace('http', 'ws')}/graphql`, GRAPHQL_TRANSPORT_WS_PROTOCOL);
  const closed = deferred<{ code: number; reason: string }>();
  const ofSocket = new Inbox<SocketMessage>();
  const ofOperation = new Map<string, Inbox<SocketMessage>>();
  const inboxOf = (id: string): Inbox<SocketMessage> => {
    const known = ofOperation.get(id) ?? new Inbox<SocketMessage>();
    ofOperation.set(id, known);
    return known;
  };
  let ended: Error | null = null;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as SocketMessage;
    (message.id === undefined ? ofSocket : inboxOf(message.id)).push(message);
  });
  socket.on('error', () => undefined);
  socket.on('close', (code, reason) => {
    ended = new Error(`The socket was closed with ${code} ${reason}.`);
    for (const inbox of [ofSocket, ...ofOperation.values()]) inbox.end(ended);
    closed.resolve({ code, reason: String(reason) });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const raw: RawSocket = {
    socket,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    subscribe: (id, query, variables = {}, operationName) =>
      raw.send({
        id,
        type: 'subscribe',
        payload: { query, variables, ...(operationName ? { operationName } : {}) },
      }),
    next(id) {
      const inbox = inboxOf(id);
      if (ended) inbox.end(ended);
      return inbox.next();
    },
    async value(id) {
      const message = await raw.next(id);
      if (message.type !== 'next') throw new Error(`Not a result: ${JSON.stringify(message)}`);
      const { data } = message.payload as { data?: Record<string, Record<string, unknown>> };
      const value = Object.values(data ?? {})[0];
      if (!value) throw new Error(`A result without data: ${JSON.stringify(message)}`);
      return value;
    },
    nextOfSocket: () => ofSocket.next(),
    closed: closed.promise,
    async close() {
      socket.close(1000);
      await closed.promise;
    },
  };
  if (introduced) {
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${client.token}` } });
    const { type } = await raw.nextOfSocket();
    if (type !== 'connection_ack') throw new Error(`The socket was not acknowledged: ${type}`);
  }
  return raw;
}
