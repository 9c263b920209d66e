/** The three servers of the fan-out: Heatmark, a bare broadcast of the same bytes, and the usual recipe. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionArgs } from 'graphql';
import type { OperationResult } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { openPostgres } from '../src/database/open.ts';
import { newId } from '../src/ids.ts';
import { createLogger } from '../src/logger.ts';

/** What the parent may ask of a server, and what it answers. */
export type ServerQuestion =
  | { readonly ask: 'fire' }
  /** Tells the bare server what to send: the bytes that Heatmark sends. */
  | { readonly ask: 'payload'; readonly payload: string }
  | { readonly ask: 'usage' };
export interface ServerUsage {
  readonly cpuMs: number;
  readonly rssBytes: number;
}

interface Pipeline {
  execute(args: ExecutionArgs): OperationResult;
  subscribe(args: ExecutionArgs): OperationResult;
}

interface Measured {
  readonly port: number;
  /** Makes one event. Resolves with the instant (ns) at which it was committed, or its sending began. */
  fire(): Promise<bigint>;
  setPayload?(payload: string): void;
  stop(): Promise<void>;
}

/** The real server with its limits, but for how many sockets one token and one process may have. */
async function heatmark(): Promise<Measured> {
  const { DATABASE_URL, BENCH_ORGANIZATION: organizationId, BENCH_LOCATION: locationId } = process.env;
  const config = readConfig({
    DATABASE_URL,
    PORT: '0',
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    HEATMARK_MAX_SOCKETS: '100000',
    HEATMARK_MAX_SOCKETS_PER_TOKEN: '100000',
    HEATMARK_SECRET: 'only of a benchmark, and of 32 characters',
  });
  const database = await openPostgres(config.databaseUrl ?? '');
  const app = createApp({
    config,
    log: createLogger({ level: config.logLevel }),
    database,
  });
  const url = await app.listen();
  let version = 1;
  return {
    port: Number(new URL(url).port),
    async fire() {
      version++;
      const event = {
        kind: 'LocationChanged',
        subjectType: 'Location',
        subjectId: locationId,
        version,
        related: [locationId],
        before: { name: 'Hall 1' },
        after: { name: 'Hall 2' },
        data: null,
        actorKind: 'SYSTEM',
        actorId: null,
        requestId: null,
        reason: null,
        causeId: newId(),
        occurredAt: new Date().toISOString(),
      };
      await database.query(
        `INSERT INTO "EventDraft" ("organizationId", id, events) VALUES ($1, $2, $3::jsonb)`,
        [organizationId, newId(), JSON.stringify([event])],
      );
      const committed = process.hrtime.bigint();
      app.runtime.events.committed(organizationId ?? '');
      return committed;
    },
    stop: async () => {
      await app.stop(1_000);
      await database.close();
    },
  };
}

/** `ws` alone: the same bytes to everybody, the id of each subscription included. */
async function bare(): Promise<Measured> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  let payload = '';
  const frames = new Map<object, string>();
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as { type: string; id?: string };
      if (message.type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (message.type === 'subscribe') {
        frames.set(socket, message.id ?? '');
        // A first message, as the others send one.
        socket.send(`{"id":"${message.id}","type":"next","payload":{}}`);
      }
    });
    socket.on('close', () => frames.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async fire() {
      const begun = process.hrtime.bigint();
      for (const socket of sockets.clients) {
        socket.send(`{"id":"${frames.get(socket)}","type":"next","payload":${payload}}`);
      }
      return begun;
    },
    setPayload(given) {
      payload = given;
    },
    stop: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    },
  };
}

/** The recipe of the libraries' documentation: Yoga's publish/subscribe, one execution for each subscriber. */
async function usual(): Promise<Measured> {
  const pubSub = createPubSub<{ event: [object] }>();
  const yoga = createYoga({
    logging: false,
    schema: createSchema({
      typeDefs: `
        scalar Cursor
        type Query { ok: Boolean }
        type Location { id: ID! name: String! code: String version: Int! createdAt: String! }
        type Actor { kind: String! }
        type Change { field: String! before: String after: String }
        union Message = LocationChanged | Position
        type Position { cursor: String! }
        type LocationChanged {
          cursor: String! kind: String! occurredAt: String! recordedAt: String! version: Int! cause: ID!
          actor: Actor! changes: [Change!]! location: Location
        }
        input EventFilter { kinds: [String!] }
        type Subscription { events(after: Cursor, filter: EventFilter): Message! }`,
      resolvers: {
        Message: {
          __resolveType: (value: { kind?: string }) => (value.kind ? 'LocationChanged' : 'Position'),
        },
        Subscription: {
          events: {
            subscribe: async function* () {
              yield { cursor: 'begin' };
              yield* pubSub.subscribe('event');
            },
            resolve: (value: unknown) => value,
          },
        },
      },
    }),
  });
  const server = createServer(yoga);
  const sockets = new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false });
  useServer(
    {
      execute: (args) => (args.rootValue as Pipeline).execute(args),
      subscribe: (args) => (args.rootValue as Pipeline).subscribe(args),
      onSubscribe: async (context, _id, params) => {
        const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
          ...context,
          params,
        } as never);
        const args = {
          schema,
          operationName: params.operationName,
          document: parse(params.query),
          variableValues: params.variables,
          contextValue: await contextFactory(),
          rootValue: { execute, subscribe },
        };
        const errors = validate(args.schema, args.document);
        return errors.length > 0 ? errors : (args as never);
      },
    },
    sockets,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let position = 0;
  return {
    port: (server.address() as AddressInfo).port,
    async fire() {
      position++;
      const instant = new Date().toISOString();
      const begun = process.hrtime.bigint();
      pubSub.publish('event', {
        cursor: Buffer.from(`0193f2c4.${position}`).toString('base64url'),
        kind: 'LocationChanged',
        occurredAt: instant,
        recordedAt: instant,
        version: position,
        cause: `cause_${'0'.repeat(32)}`,
        actor: { kind: 'SYSTEM' },
        changes: [{ field: 'name', before: 'Hall 1', after: 'Hall 2' }],
        location: {
          id: `loc_${'0'.repeat(32)}`,
          name: 'Hall 2',
          code: null,
          version: position,
          createdAt: instant,
        },
      });
      return begun;
    },
    stop: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    },
  };
}

const kinds = { heatmark, bare, usual };
export type ServerKind = keyof typeof kinds;

async function main(): Promise<void> {
  const kind = process.argv[2] as ServerKind;
  const server = await kinds[kind]();
  process.on('message', async (question: ServerQuestion & { id: number }) => {
    const answer = async () => {
      if (question.ask === 'fire') return String(await server.fire());
      if (question.ask === 'payload') return server.setPayload?.(question.payload);
      const { user, system } = process.cpuUsage();
      return { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage().rss };
    };
    process.send?.({ id: question.id, answer: (await answer()) ?? null });
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ ready: server.port });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
