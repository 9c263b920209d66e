import { type ExecutionResult, type GraphQLError, getOperationAST } from 'graphql';
import { createSchema, createYoga, type Plugin } from 'graphql-yoga';
import { createHealth, type ReadinessChecks } from '../../src/http/health.ts';
import { socketErrors } from '../../src/http/masking.ts';
import { createMetrics, createMetricsEndpoint } from '../../src/http/metrics.ts';
import { type HardeningOptions, hardening, yogaOptions } from '../../src/http/plugins.ts';
import { createHttpServer, type HttpServerOptions } from '../../src/http/server.ts';

/** A promise to be settled from outside. */
export function createDeferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (cause: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** What a test makes the small schema do. */
export interface Behaviour {
  /** Thrown, or returned as a promise that rejects, by `fails`. */
  failure?: unknown;
  /** What `work` and the mutation `act` wait for. */
  work?: () => Promise<string>;
  /** The stream of `ticks`. */
  ticks?: () => AsyncIterable<{ ticks: number }>;
}

const typeDefs = /* GraphQL */ `
  scalar Even
  enum Colour { RED GREEN }
  input Filter { name: String colour: Colour and: [Filter!] ids: [ID!] }
  type Query {
    hello: String!
    loud(times: Int, filter: Filter, ids: [ID!], even: Even): String
    node: Thing
    things: Things
    fails: String
    failsNonNull: String!
    failing(count: Int!): [String]
    work: String
    secretName: String
  }
  type Things { edges: [Edge!] nodes: [Thing!] }
  type Edge { node: Thing }
  type Thing { id: ID thing: Thing node: Thing things: Things secretName: String }
  type Mutation { act: String importThings(ids: [ID!]!): Int! }
  type Subscription { ticks(ids: [ID!]): Int! }
`;

export interface LogLine {
  level: 'error' | 'warn';
  message: string;
  fields: Record<string, unknown>;
}

export interface AppOptions extends Partial<HardeningOptions> {
  behaviour?: Behaviour;
  allowedOrigins?: string[];
  graphiql?: boolean;
  checks?: ReadinessChecks;
  plugins?: Plugin[];
  upgrade?: HttpServerOptions['upgrade'];
}

/** The small schema behind everything that src/http has, on a port of its own. */
export async function startApp(options: AppOptions = {}) {
  const lines: LogLine[] = [];
  const note = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, message, fields: { ...fields } });
  };
  const log = { error: note('error'), warn: note('warn') };
  const behaviour = options.behaviour ?? {};
  const fails = () => {
    throw behaviour.failure;
  };
  const schema = createSchema({
    typeDefs,
    resolvers: {
      Query: {
        hello: () => 'world',
        loud: () => 'LOUD',
        node: () => ({}),
        things: () => ({}),
        fails,
        failsNonNull: fails,
        failing: (_: unknown, { count }: { count: number }) =>
          Array.from({ length: count }, (__, i) => new Error(`secret ${i}`)),
        work: () => behaviour.work?.(),
      },
      Thing: { id: () => '1', thing: () => ({}) },
      Mutation: {
        act: () => behaviour.work?.(),
        importThings: (_: unknown, { ids }: { ids: string[] }) => ids.length,
      },
      Subscription: { ticks: { subscribe: () => behaviour.ticks?.() } },
    },
  });
  const metrics = createMetrics();
  const config = { allowedOrigins: options.allowedOrigins ?? [], graphiql: options.graphiql ?? false };
  const yoga = createYoga<object, object>({
    ...yogaOptions(config),
    schema,
    plugins: [...hardening({ log, metrics, ...options }), ...(options.plugins ?? [])],
  });
  const http = createHttpServer({
    yoga,
    health: createHealth({ checks: options.checks ?? {}, timeoutMs: 50 }),
    metrics: createMetricsEndpoint(metrics),
    graphiql: config.graphiql,
    upgrade: options.upgrade,
    log,
  });
  const { url, port } = await http.listen(0, '127.0.0.1');

  const raw = (path: string, init: RequestInit = {}) => fetch(url + path, init);

  /** Posts an operation as a modern client does. */
  async function post(body: unknown, headers: Record<string, string> = {}) {
    const response = await raw('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, ...readResult(text) };
  }

  /** The same operation through the pipeline as a WebSocket takes it. */
  async function overSocket(operation: {
    query: string;
    variables?: Record<string, unknown>;
    operationName?: string;
  }) {
    const pipeline = yoga.getEnveloped({ requestId: 'socket-request-1' });
    let result: ExecutionResult;
    try {
      const document = pipeline.parse(operation.query);
      const invalid: readonly GraphQLError[] = pipeline.validate(pipeline.schema, document);
      if (invalid.length > 0) {
        result = { errors: invalid };
      } else {
        const kind = getOperationAST(document, operation.operationName)?.operation;
        result = await pipeline[kind === 'subscription' ? 'subscribe' : 'execute']({
          schema: pipeline.schema,
          document,
          variableValues: operation.variables,
          operationName: operation.operationName,
          contextValue: await pipeline.contextFactory(),
        });
      }
    } catch (error) {
      result = { errors: [error as GraphQLError] };
    }
    const text = JSON.stringify({ ...result, errors: result.errors && socketErrors(result.errors) });
    return { text, ...readResult(text) };
  }

  return {
    url,
    port,
    http,
    yoga,
    metrics,
    lines,
    raw,
    post,
    overSocket,
    stop: () => http.drain(1_000),
    [Symbol.asyncDispose]: () => http.drain(1_000),
  };
}

export interface ShownError {
  message: string;
  path?: (string | number)[];
  extensions: Record<string, unknown>;
}

function readResult(text: string): {
  errors: ShownError[];
  data: Record<string, unknown> | null | undefined;
  codes: unknown[];
} {
  let parsed: { errors?: ShownError[]; data?: Record<string, unknown> | null } = {};
  try {
    parsed = JSON.parse(text);
  } catch {
    // Not JSON: a test that cares reads `text`.
  }
  const errors = parsed.errors ?? [];
  return { errors, data: parsed.data, codes: errors.map((error) => error.extensions?.code) };
}
