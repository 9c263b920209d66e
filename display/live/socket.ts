import { createClient } from 'graphql-ws/client';
import type { AnswerProblem, OpenSocket, Result } from './connection.ts';

/** ms between our pings, and how long a pong may take: Wi-Fi that is gone does not say so. */
const pingEvery = 10_000;
const pongWithin = 5_000;

export interface SocketOptions {
  /** `wss://…/graphql` */
  readonly url: string;
  /** The browser's own unless given. */
  readonly webSocketImpl?: unknown;
  /** ms between pings, and until a pong must be there. */
  readonly ping?: { readonly every: number; readonly within: number };
}

/** Sockets of the graphql-transport-ws protocol. Each is one attempt: coming back is the connection's work. */
export function graphqlSockets({ url, webSocketImpl, ping }: SocketOptions): OpenSocket {
  const { every, within } = ping ?? { every: pingEvery, within: pongWithin };
  return (token, events) => {
    let over = false;
    let pongTimer: ReturnType<typeof setTimeout> | undefined;
    const closed = (event: unknown) => {
      clearTimeout(pongTimer);
      if (over) return;
      over = true;
      events.closed(...endOf(event));
    };
    const client = createClient({
      url,
      ...(webSocketImpl ? { webSocketImpl } : {}),
      connectionParams: { authorization: `Bearer ${token}` },
      lazy: false,
      retryAttempts: 0,
      keepAlive: every,
      onNonLazyError: closed,
      on: {
        connected: () => events.opened(),
        closed,
        ping: (received) => {
          if (received) return;
          clearTimeout(pongTimer);
          pongTimer = setTimeout(() => client.terminate(), within);
        },
        pong: (received) => {
          if (received) clearTimeout(pongTimer);
        },
      },
    });
    return {
      send(query, variables, sink) {
        // The library would open another socket for it.
        if (over) return () => undefined;
        return client.subscribe(
          { query, variables: { ...variables } },
          {
            next: (result) => sink.next(result as Result<never>),
            // What is no list of errors is the end of the socket, which `closed` tells.
            error: (error) => {
              if (Array.isArray(error)) sink.failed(error as AnswerProblem[]);
            },
            complete: () => {
              if (!over) sink.ended();
            },
          },
        );
      },
      close() {
        clearTimeout(pongTimer);
        over = true;
        client.terminate();
      },
    };
  };
}

function endOf(event: unknown): [code: number | null, reason: string] {
  if (typeof event !== 'object' || event === null) return [null, ''];
  const code = 'code' in event && typeof event.code === 'number' ? event.code : null;
  const reason = 'reason' in event && typeof event.reason === 'string' ? event.reason : '';
  return [code, reason];
}
