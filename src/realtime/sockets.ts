import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, type GraphQLError, getOperationAST } from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, type SubscribePayload } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Config } from '../config.ts';
import { BadRequest, RateLimited, Unauthenticated, Unavailable } from '../http/errors.ts';
import { socketErrors } from '../http/masking.ts';
import type { Metrics } from '../http/metrics.ts';
import { originAllowed } from '../http/plugins.ts';
import { requestIdFrom, requestIdHeader } from '../http/request-id.ts';
import { type Caller, may } from '../identity/caller.ts';
import { bearerToken } from '../identity/tokens.ts';
import type { Outlet } from './fan-out.ts';
import { SendQueue } from './send-queue.ts';
import type { Sessions } from './sessions.ts';

/** Limits of one socket and of all; see reliability: each was met by a peer that does not read. */
export const socketLimits = Object.freeze({
  /** Bytes of one message that a client may send. */
  messageBytes: 256 * 1024,
  /** Bytes that wait for a client before its subscriptions follow the log on their own, at its own pace. */
  laggingBytes: 256 * 1024,
  /** Bytes that are handed to the connection: what comes beyond waits until the client has read. */
  bufferedBytes: 1024 * 1024,
  /** Bytes that may wait for a client in all, before it is closed. */
  waitingBytes: 8 * 1024 * 1024,
  /** ms in which a client that something waits for must have read something, before it is closed. */
  stallTimeout: 10_000,
  /** Messages and pings a second from one client. One that has been quiet may send `subscriptions` more at once. */
  messagesPerSecond: 50,
  /** Subscriptions that one socket may hold. */
  subscriptions: 100,
  /** Sockets of one token, and of the process, unless the configuration says otherwise. */
  perToken: 20,
  perProcess: 2_000,
  /** ms until the client must have said who it is. */
  initTimeout: 5_000,
  /** ms between pings. */
  keepAlive: 12_000,
});

export type SocketLimits = { readonly [Name in keyof typeof socketLimits]: number };

/** What Yoga makes of an operation: its pipeline of parse, validate, execute and subscribe. */
export interface Enveloped {
  parse(text: string): ExecutionArgs['document'];
  validate(schema: ExecutionArgs['schema'], document: ExecutionArgs['document']): readonly GraphQLError[];
  schema: ExecutionArgs['schema'];
  execute(args: ExecutionArgs): unknown;
  subscribe(args: ExecutionArgs): unknown;
  contextFactory(): Promise<object>;
}

export interface SocketOptions {
  config: Config;
  log: Logger;
  metrics: Metrics;
  sessions: Sessions;
  /** Who a token belongs to; null for nobody. */
  authenticate: (token: string) => Promise<Caller | null>;
  /** Yoga's pipeline for an operation of this caller. */
  enveloped: (context: {
    caller: Caller;
    requestId: string;
    signal: AbortSignal;
    outlet: Outlet;
  }) => Enveloped;
  /** What the client reads of a failure. */
  mask: (error: unknown, requestId: string) => GraphQLError;
  /** Limits other than {@link socketLimits}, for tests that would wait for minutes. */
  limits?: Partial<SocketLimits> | undefined;
}

interface SocketState {
  caller?: Caller;
  requestId: string;
  closed: AbortController;
  /** What is sent to the client. */
  queue: SendQueue;
  /** The ids of the operations that this socket holds. */
  operations: Set<string>;
  /** Those of them that will have one answer: queries and mutations. */
  unanswered: Set<string>;
  /** Called when the last of them is answered. */
  answered: (() => void) | null;
  [key: PropertyKey]: unknown;
}

export interface Sockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * Answers what is running, then tells every client that the server goes, so that it resumes elsewhere from its
   * cursor. Whoever cuts the connections that are left bounds how long this takes.
   */
  drain(): Promise<void>;
}

const goingAway = 1001;
const unauthorized = 4401;
const forbidden = 4403;
const tooMany = 4429;

/** GraphQL over WebSocket (graphql-transport-ws) on `/graphql`. */
export function createSockets(options: SocketOptions): Sockets {
  const { config, log, metrics, sessions } = options;
  const limits: SocketLimits = { ...socketLimits, ...options.limits };
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    // The upgrade below has looked already; this picks the protocol of those offered.
    handleProtocols: (offered) =>
      offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false,
  });
  const states = new WeakMap<WebSocket, SocketState>();
  const socketsOfToken = new Map<string, number>();
  let drained: Promise<void> | undefined;

  const forgetSocket = (tokenId: string): void => {
    const open = (socketsOfToken.get(tokenId) ?? 1) - 1;
    if (open > 0) socketsOfToken.set(tokenId, open);
    else socketsOfToken.delete(tokenId);
  };

  const stateOf = (extra: Extra): SocketState => {
    const state = states.get(extra.socket);
    if (!state) throw new Error('A socket without a state.');
    return state;
  };

  server.on('connection', (socket, request) => {
    metrics.socketOpened();
    const requestId = requestIdFrom(request.headers[requestIdHeader]);
    const queue = new SendQueue(socket, limits, (why) => {
      log.warn({ requestId }, why);
      socket.terminate();
    });
    const state: SocketState = {
      requestId,
      queue,
      closed: new AbortController(),
      operations: new Set(),
      unanswered: new Set(),
      answered: null,
    };
    states.set(socket, state);
    // Each subscription listens to it.
    setMaxListeners(0, state.closed.signal);
    socket.on('close', () => {
      metrics.socketClosed();
      state.closed.abort();
      state.answered?.();
    });
    guardSocket(socket, queue);
  });

  const disposable = useServer<Record<string, unknown> | undefined>(
    {
      // Without it the reason of a close tells what went wrong inside.
      isProd: true,
      jsonMessageReviver: refuseForeignMessages,
      connectionInitWaitTimeout: limits.initTimeout,
      async onConnect({ connectionParams, extra }) {
        const token = tokenOf(connectionParams) ?? bearerToken(extra.request.headers.authorization);
        const caller = token ? await options.authenticate(token) : null;
        if (!caller || !may(caller, 'read')) {
          extra.socket.close(unauthorized, 'Unauthorized');
          return false;
        }
        // Gone while its token was looked up: its 'close' has been, and nobody would ever count it off again.
        if (extra.socket.readyState !== extra.socket.OPEN) return false;
        const open = socketsOfToken.get(caller.tokenId) ?? 0;
        if (open >= limits.perToken) {
          extra.socket.close(tooMany, `At most ${limits.perToken} sockets for one token`);
          return false;
        }
        socketsOfToken.set(caller.tokenId, open + 1);
        extra.socket.once('close', () => forgetSocket(caller.tokenId));
        const state = stateOf(extra);
        state.caller = caller;
        const leave = sessions.enter(caller, () =>
          extra.socket.close(forbidden, 'The token is not valid any more'),
        );
        extra.socket.once('close', leave);
        return true;
      },
      async onSubscribe({ extra }, id, payload) {
        const state = stateOf(extra);
        const { caller } = state;
        if (!caller) return [new Unauthenticated()];
        if (drained) return [new Unavailable('The server is stopping: try again.', 1)];
        if (state.operations.size >= limits.subscriptions) {
          const why = `At most ${limits.subscriptions} operations on one socket`;
          extra.socket.close(tooMany, why);
          return [new RateLimited(1, why)];
        }
        // Before anything is waited for: many that are sent at once would all pass otherwise.
        state.operations.add(id);
        const enveloped = options.enveloped({
          caller,
          requestId: state.requestId,
          signal: state.closed.signal,
          outlet: outletOf(extra.socket, state.queue, id),
        });
        const prepared = await prepare(enveloped, payload, (error) => options.mask(error, state.requestId));
        if (Array.isArray(prepared)) {
          state.operations.delete(id);
          return prepared;
        }
        const operation = getOperationAST(prepared.document, prepared.operationName)?.operation;
        if (operation !== 'subscription') state.unanswered.add(id);
        return prepared;
      },
      execute: (args) => envelopedOf(args).execute(args) as never,
      subscribe: (args) => envelopedOf(args).subscribe(args) as never,
      onError: (_context, _id, _payload, errors) => socketErrors(errors) as never,
      onComplete({ extra }, id) {
        const state = stateOf(extra);
        state.operations.delete(id);
        state.unanswered.delete(id);
        if (state.unanswered.size === 0) state.answered?.();
      },
    },
    server,
    limits.keepAlive,
  );

  server.on('connection', (socket) => {
    // After graphql-ws has set up the socket: it prints a peer's malformed frame on the console, past the log.
    socket.removeAllListeners('error');
    socket.on('error', (error) =>
      log.debug({ err: error, requestId: states.get(socket)?.requestId }, 'a socket failed'),
    );
  });

  return {
    upgrade(request, socket, head) {
      const refuse = (status: string): void =>
        void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      const { origin } = request.headers;
      const path = (request.url ?? '').split('?')[0];
      // A browser's page sends its origin and needs no preflight for a socket: without this any page could open one.
      if (origin && !originAllowed(config, origin) && !isSameOrigin(origin, request))
        return refuse('403 Forbidden');
      if (path !== '/graphql') return refuse('404 Not Found');
      if (drained || server.clients.size >= limits.perProcess) return refuse('503 Service Unavailable');
      server.handleUpgrade(request, socket, head, (client) => server.emit('connection', client, request));
    },
    drain() {
      drained ??= drainOnce();
      return drained;
    },
  };

  async function drainOnce(): Promise<void> {
    await Promise.all(
      [...server.clients].map(async (client) => {
        const state = states.get(client);
        if (state && state.unanswered.size > 0 && client.readyState === client.OPEN) {
          await new Promise<void>((resolve) => {
            state.answered = resolve;
          });
        }
        client.close(goingAway, 'The server is restarting: resume from your cursor');
      }),
    );
    await disposable.dispose();
  }

  function isSameOrigin(origin: string, request: IncomingMessage): boolean {
    const url = URL.canParse(origin) ? new URL(origin) : null;
    return url !== null && url.host === request.headers.host;
  }

  function guardSocket(socket: WebSocket, queue: SendQueue): void {
    // A bucket rather than a window: a display that comes back sends all of its subscriptions at once.
    const bucket = limits.messagesPerSecond + limits.subscriptions;
    let left = bucket;
    let filledAt = Date.now();
    const count = () => {
      const now = Date.now();
      left = Math.min(bucket, left + ((now - filledAt) / 1_000) * limits.messagesPerSecond) - 1;
      filledAt = now;
      // A peer that sends and never reads fills our memory with the answers.
      if (left >= 0 && queue.bytes <= limits.bufferedBytes) return;
      if (socket.readyState !== socket.OPEN) return;
      log.warn({ requestId: states.get(socket)?.requestId }, 'a socket was closed for flooding');
      socket.terminate();
    };
    socket.on('message', count);
    // The protocol's own pings are answered below us: ws bounds how many wait, and nobody how many come.
    socket.on('ping', count);
    // graphql-ws waits for each result of a subscription to be sent before it asks for the next one: what waits here
    // is at most one of each, and the answers of queries.
    const send = (data: string | Buffer, done?: (error?: Error) => void) => queue.send(data, done);
    socket.send = send as WebSocket['send'];
  }

  function outletOf(socket: WebSocket, queue: SendQueue, id: string): Outlet {
    const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    return {
      write(payload) {
        // A socket that is closing is no reason to go on alone: its end is on its way.
        if (socket.readyState !== socket.OPEN) return true;
        if (queue.bytes > limits.laggingBytes) return false;
        queue.send(`${head}${payload}}`);
        return true;
      },
    };
  }
}

const envelopes = new WeakMap<object, Enveloped>();

function envelopedOf(args: ExecutionArgs): Enveloped {
  const enveloped = envelopes.get(args as object) ?? envelopes.get(args.contextValue as object);
  if (!enveloped) throw new Error('An operation without its pipeline.');
  return enveloped;
}

/** The execution's arguments, or the errors that answer this operation and leave the socket's others alone. */
async function prepare(
  enveloped: Enveloped,
  payload: SubscribePayload,
  mask: (error: unknown) => GraphQLError,
): Promise<ExecutionArgs | GraphQLError[]> {
  let document: ExecutionArgs['document'];
  try {
    document = enveloped.parse(payload.query);
  } catch (error) {
    // Thrown out of onSubscribe, a syntax error would close the socket and every subscription on it.
    return [mask(error)];
  }
  const errors = enveloped.validate(enveloped.schema, document);
  if (errors.length > 0) return [...errors];
  if (!getOperationAST(document, payload.operationName)) {
    // graphql-ws would answer so too, without a word to us that the operation is over.
    return [
      new BadRequest('The document holds no operation of that name, or several and no name was given.'),
    ];
  }
  const contextValue = await enveloped.contextFactory();
  const args: ExecutionArgs = {
    schema: enveloped.schema,
    operationName: payload.operationName ?? null,
    document,
    variableValues: (payload.variables ?? {}) as Record<string, unknown>,
    contextValue,
  };
  envelopes.set(contextValue, enveloped);
  return args;
}

const clientMessages = new Set(['connection_init', 'ping', 'pong', 'subscribe', 'complete']);

/**
 * Part of parsing a message, so that what it throws is the client's fault (4400) and not ours (4500): messages that
 * only a server sends. Being given to JSON.parse, it also bounds how deeply a message may be nested: what is too
 * deep overflows there, where it is caught, and not when it is sent back in a pong.
 */
function refuseForeignMessages(key: string, value: unknown): unknown {
  if (key !== '' || typeof value !== 'object' || value === null || !('type' in value)) return value;
  if (!clientMessages.has(String(value.type))) throw new Error('Not a message of a client.');
  return value;
}

/** `{ authorization: "Bearer …" }` or `{ token: "…" }` of the client's connection_init. */
function tokenOf(parameters: Readonly<Record<string, unknown>> | undefined): string | null {
  const header = parameters?.authorization ?? parameters?.Authorization;
  if (typeof header === 'string') return bearerToken(header);
  const token = parameters?.token;
  return typeof token === 'string' ? token : null;
}
