import type { IncomingMessage } from 'node:http';
import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What an operation is, for counting. Never its name or text: those are the client's, and endless. */
export type OperationKind = 'query' | 'mutation' | 'subscription' | 'none';

/** What the process tells Prometheus, in a registry of its own so that two applications share nothing. */
export interface Metrics {
  readonly registry: Registry;
  /** An HTTP request to the GraphQL endpoint is answered. */
  observeRequest(kind: OperationKind, status: number, seconds: number): void;
  /** An operation begins, on any transport. */
  countOperation(kind: OperationKind): void;
  socketOpened(): void;
  socketClosed(): void;
  subscriptionStarted(): void;
  subscriptionEnded(): void;
}

/** Makes the registry and its instruments. Default metrics of the process are collected when it is read. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'heatmark_http_request_duration_seconds',
    help: 'Duration of HTTP requests to the GraphQL endpoint, by kind of operation and class of status.',
    labelNames: ['operation', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const operations = new Counter({
    name: 'heatmark_operations_total',
    help: 'Operations that began, on any transport, by kind.',
    labelNames: ['operation'] as const,
    registers: [registry],
  });
  const sockets = new Gauge({
    name: 'heatmark_open_sockets',
    help: 'WebSocket connections that are open.',
    registers: [registry],
  });
  const subscriptions = new Gauge({
    name: 'heatmark_open_subscriptions',
    help: 'Subscriptions that are open, on any transport.',
    registers: [registry],
  });
  return {
    registry,
    observeRequest: (kind, status, seconds) => {
      requests.observe({ operation: kind, status: `${Math.floor(status / 100)}xx` }, seconds);
    },
    countOperation: (kind) => operations.inc({ operation: kind }),
    socketOpened: () => sockets.inc(),
    socketClosed: () => sockets.dec(),
    subscriptionStarted: () => subscriptions.inc(),
    subscriptionEnded: () => subscriptions.dec(),
  };
}

/** Measures HTTP requests and counts operations of every transport. */
export function useMetrics(metrics: Metrics): Plugin {
  const running = new WeakMap<Request, { since: number; kind: OperationKind }>();

  function begin(
    args: Parameters<typeof getOperationAST>[0],
    operationName: string | null | undefined,
    request: Request | undefined,
  ): void {
    const kind = getOperationAST(args, operationName)?.operation ?? 'none';
    metrics.countOperation(kind);
    const entry = request && running.get(request);
    if (entry) entry.kind = kind;
  }

  return {
    onRequest({ request }) {
      running.set(request, { since: performance.now(), kind: 'none' });
    },
    onExecute({ args, context }) {
      begin(args.document, args.operationName, context.request);
    },
    onSubscribe({ args, context }) {
      begin(args.document, args.operationName, context.request);
    },
    onResponse({ request, response }) {
      const entry = running.get(request);
      if (!entry) return;
      running.delete(request);
      metrics.observeRequest(entry.kind, response.status, (performance.now() - entry.since) / 1_000);
    },
  };
}

/** An answer of one of the small endpoints beside GraphQL. */
export interface PlainAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * Answers /metrics.
 * @param authorize says who may read them; everybody unless told. A refusal is a 404: it does not say that
 *   there is something to refuse.
 */
export function createMetricsEndpoint(
  metrics: Metrics,
  authorize: (request: IncomingMessage) => boolean | Promise<boolean> = () => true,
): (request: IncomingMessage) => Promise<PlainAnswer> {
  return async (request) => {
    if (!(await authorize(request))) {
      return { status: 404, contentType: 'application/json', body: JSON.stringify({ error: 'not found' }) };
    }
    return {
      status: 200,
      contentType: metrics.registry.contentType,
      body: await metrics.registry.metrics(),
    };
  };
}
