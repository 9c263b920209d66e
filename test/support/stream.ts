import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createClient as createSocketClient, type Client as SocketClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Client } from './client.ts';
import { deferred } from './deferred.ts';

/** A subscription as a test reads it: message by message. */
export interface Stream<Message> {
  /** The next message. Throws when the stream has failed or ended, and after half a minute without one. */
  next(): Promise<Message>;
  /** The next message, which must match. For silence: do the silent act, then a loud one, and expect that. */
  expectNext(predicate: (message: Message) => boolean): Promise<Message>;
  /** The next `count` messages. */
  take(count: number): Promise<Message[]>;
  /** Resolves when the server has ended the stream, with the code of the socket's close where there is one. */
  readonly ended: Promise<{ code: number | null; errors: readonly unknown[] | null }>;
  /** Unsubscribes and closes the socket. */
  close(): Promise<void>;
  /** Cuts the connection without a word, as bad Wi-Fi does. */
  drop(): void;
}

const patience = 30_000;

/** Subscribes over WebSocket. Messages are the value of the subscription's one field. */
export async function subscribe<Data extends object, Variables extends Record<string, unknown>>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Stream<Exclude<Data[keyof Data], string | undefined>>> {
  return subscribeText(client, print(document), variables) as never;
}

/** The same for any text. */
export async function subscribeText(
  client: Client,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Stream<Record<string, unknown>>> {
  const arrived: unknown[] = [];
  const waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  const ended = deferred<{ code: number | null; errors: readonly unknown[] | null }>();
  const connected = deferred<void>();
  let over: Error | null = null;
  let socket: WebSocket | null = null;
  const fail = (error: Error) => {
    over ??= error;
    for (const each of waiting.splice(0)) each.reject(error);
  };
  const sockets: SocketClient = createSocketClient({
    url: `${client.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: client.token === null ? {} : { authorization: `Bearer ${client.token}` },
    retryAttempts: 0,
    lazy: true,
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      connected: () => connected.resolve(),
      closed: (event) => {
        const { code } = event as { code: number };
        ended.resolve({ code, errors: null });
        connected.resolve();
        fail(new Error(`The socket was closed with ${code}.`));
      },
    },
  });
  const unsubscribe = sockets.subscribe<Record<string, unknown>>(
    { query, variables },
    {
      next: (result) => {
        const value = result.errors
          ? fail(new Error(JSON.stringify(result.errors)))
          : Object.values(result.data ?? {})[0];
        const first = waiting.shift();
        if (first) first.resolve(value);
        else arrived.push(value);
      },
      error: (error) => {
        ended.resolve({ code: null, errors: Array.isArray(error) ? error : null });
        fail(new Error(`The subscription failed: ${JSON.stringify(error)}`));
      },
      complete: () => {
        ended.resolve({ code: null, errors: null });
        fail(new Error('The subscription has ended.'));
      },
    },
  );
  await connected.promise;
  const next = (): Promise<unknown> => {
    if (arrived.length > 0) return Promise.resolve(arrived.shift());
    if (over) return Promise.reject(over);
    return new Promise((resolve, reject) => {
      const entry = { resolve, reject };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(entry), 1);
        reject(new Error(`No message within ${patience / 1_000} s.`));
      }, patience);
      entry.resolve = (value) => {
        clearTimeout(timer);
        resolve(value);
      };
      entry.reject = (error) => {
        clearTimeout(timer);
        reject(error);
      };
      waiting.push(entry);
    });
  };
  const stream: Stream<Record<string, unknown>> = {
    next: () => next() as Promise<Record<string, unknown>>,
    async expectNext(predicate) {
      const message = await stream.next();
      if (!predicate(message)) throw new Error(`Another message came: ${JSON.stringify(message)}`);
      return message;
    },
    async take(count) {
      const messages = [];
      while (messages.length < count) messages.push(await stream.next());
      return messages;
    },
    ended: ended.promise,
    async close() {
      unsubscribe();
      await sockets.dispose();
    },
    drop: () => socket?.terminate(),
  };
  return stream;
}
