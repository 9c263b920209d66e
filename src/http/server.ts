import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { filesPath } from '../files/links.ts';
import { isDisplay } from './display.ts';
import type { ErrorLog } from './errors.ts';
import type { Health } from './health.ts';
import type { PlainAnswer } from './metrics.ts';
import { requestIdFrom, requestIdHeader } from './request-id.ts';

/** A Yoga instance, as far as the server calls it. */
export type GraphQLHandler = (request: IncomingMessage, response: ServerResponse, context: object) => unknown;

/** Options of `createHttpServer`. */
export interface HttpServerOptions {
  readonly yoga: GraphQLHandler;
  readonly health: Health;
  /** Answers /metrics; without it there is none. */
  readonly metrics?: ((request: IncomingMessage) => Promise<PlainAnswer>) | undefined;
  /** Answers what lies below /files/, whose bodies may take longer; without it there is nothing. */
  readonly files?:
    | ((request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<void>)
    | undefined;
  /** Answers /display and what lies below it; without it there is nothing. */
  readonly display?: ((request: IncomingMessage, response: ServerResponse, path: string) => void) | undefined;
  /** Takes over connections that ask to be upgraded; without it they are refused. */
  readonly upgrade?: ((request: IncomingMessage, socket: Duplex, head: Buffer) => void) | undefined;
  /** Whether GraphiQL is served, whose scripts the content security policy must then let run. */
  readonly graphiql?: boolean | undefined;
  /** How long a request may take to come in full, but for files; 30 s unless told. */
  readonly requestTimeoutMs?: number | undefined;
  readonly log: ErrorLog;
}

export interface HttpServer {
  readonly server: Server;
  /** Listens and gives the address, with the port that was taken if it was 0. */
  listen(port: number, host: string): Promise<{ host: string; port: number; url: string }>;
  /**
   * Stops accepting, ends event streams (their clients resume elsewhere from their cursors), answers what is
   * running, and resolves when the last connection is gone. Upgraded connections are their owner's to close,
   * at the same time; what is left after `timeoutMs` of either kind is cut. Calling it again waits for the same.
   */
  drain(timeoutMs: number): Promise<void>;
}

const plainHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-site',
} as const;

// GraphiQL loads and runs scripts from elsewhere; nobody may frame even that.
const policyWithGraphiql = "frame-ancestors 'none'";
const policy = "default-src 'none'; frame-ancestors 'none'";

// A Host with other characters makes the URL unreadable that Yoga builds of it.
const saneHost = /^[A-Za-z0-9._-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/;

/**
 * The HTTP server: /graphql, /files/…, /display/…, /health/live, /health/ready, /metrics, and 404 for the rest. It
 * bounds how long a peer may take to send (headers 10 s, the whole request 30 s but for files) and can be drained
 * without losing an answer.
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const {
    yoga,
    health,
    metrics,
    files,
    display,
    upgrade,
    graphiql = false,
    requestTimeoutMs = 30_000,
    log,
  } = options;
  const running = new Set<ServerResponse>();
  const sockets = new Set<Duplex>();
  let drained: Promise<void> | undefined;

  const server = createServer(
    {
      headersTimeout: 10_000,
      // Node knows one for all requests, and files take longer: see boundRequest.
      requestTimeout: 0,
      // Longer than the idle time of common load balancers, which else reuse a connection as it is closed.
      keepAliveTimeout: 65_000,
      // Node looks for slow peers this often; its default of 30 s would make 10 s mean 40.
      connectionsCheckingInterval: 5_000,
    },
    answerRequest,
  );

  // Before a large file is sent, its upload may be refused: the endpoint says itself when the body may come.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (!isFile(request)) response.writeContinue();
    answerRequest(request, response);
  });

  function answerRequest(request: IncomingMessage, response: ServerResponse): void {
    running.add(response);
    response.once('close', () => {
      running.delete(response);
      // A connection that was busy when draining began is idle now: it would hold the drain until it times out.
      if (drained) setImmediate(() => server.closeIdleConnections());
    });
    if (drained) response.shouldKeepAlive = false;
    if (!isFile(request)) boundRequest(request, response, requestTimeoutMs);
    handle(request, response).catch((cause: unknown) => {
      log.error({ err: cause, requestId: response.getHeader(requestIdHeader) }, 'the request failed');
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: 'internal server error' });
    });
  }

  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  server.on('upgrade', (request, socket, head) => {
    // Without a listener, a peer that resets the connection meanwhile ends the process.
    socket.on('error', () => socket.destroy());
    if (drained || !upgrade) {
      socket.end(
        `HTTP/1.1 ${drained ? '503 Service Unavailable' : '404 Not Found'}\r\nConnection: close\r\n\r\n`,
      );
      return;
    }
    try {
      upgrade(request, socket, head);
    } catch (cause) {
      log.error({ err: cause }, 'the upgrade failed');
      socket.destroy();
    }
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = requestIdFrom(request.headers[requestIdHeader]);
    response.setHeader(requestIdHeader, requestId);
    for (const [name, value] of Object.entries(plainHeaders)) response.setHeader(name, value);
    response.setHeader('content-security-policy', graphiql ? policyWithGraphiql : policy);

    const { host } = request.headers;
    if (host !== undefined && !saneHost.test(host)) {
      sendJson(response, 400, { error: 'bad request' });
      return;
    }
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (path === '/graphql') {
      if (drained) {
        response.setHeader('retry-after', '1');
        const extensions = { code: 'UNAVAILABLE', retryAfter: 1 };
        sendJson(response, 503, { errors: [{ message: 'The server is stopping: try again.', extensions }] });
        return;
      }
      await yoga(request, response, { requestId });
      return;
    }
    if (files && isFile(request)) {
      if (drained) sendJson(response, 503, { error: 'The server is stopping: try again.' });
      else await files(request, response, requestId);
      return;
    }
    if (display && isDisplay(path)) {
      display(request, response, path);
      return;
    }
    const reading = request.method === 'GET' || request.method === 'HEAD';
    if (reading && path === '/health/live') send(response, health.live());
    else if (reading && path === '/health/ready') {
      if (drained) sendJson(response, 503, { status: 'stopping', checks: {} });
      else send(response, await health.ready());
    } else if (reading && path === '/metrics' && metrics) send(response, await metrics(request));
    else sendJson(response, 404, { error: 'not found' });
  }

  async function drainOnce(timeoutMs: number): Promise<void> {
    // Stops accepting and closes connections that are idle.
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const response of running) {
      if (isStream(response)) {
        // Without a last event: "complete" would tell the client that there is nothing to resume.
        response.destroy();
      } else if (!response.headersSent) {
        response.shouldKeepAlive = false;
      }
    }
    let timer: NodeJS.Timeout | undefined;
    const cut = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
        resolve();
      }, timeoutMs);
    });
    await Promise.race([closed, cut]);
    clearTimeout(timer);
    await closed;
  }

  return {
    server,
    listen(port, host) {
      return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          const address = server.address() as AddressInfo;
          const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
          resolve({ host: address.address, port: address.port, url: `http://${name}:${address.port}` });
        });
      });
    },
    drain(timeoutMs) {
      drained ??= drainOnce(timeoutMs);
      return drained;
    },
  };
}

const isFile = (request: IncomingMessage): boolean => request.url?.startsWith(filesPath) ?? false;

/** Cuts off a request whose body does not come to its end in time, as Node would. */
function boundRequest(request: IncomingMessage, response: ServerResponse, timeoutMs: number): void {
  const timer = setTimeout(() => {
    if (request.complete) return;
    if (response.headersSent) request.destroy();
    else
      request.socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n', () =>
        request.destroy(),
      );
  }, timeoutMs);
  response.once('close', () => clearTimeout(timer));
}

function isStream(response: ServerResponse): boolean {
  const type = response.headersSent ? String(response.getHeader('content-type') ?? '') : '';
  return type.startsWith('text/event-stream') || type.startsWith('multipart/mixed');
}

function send(response: ServerResponse, answer: PlainAnswer): void {
  response.writeHead(answer.status, { 'content-type': answer.contentType });
  response.end(answer.body);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  send(response, { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(body) });
}
