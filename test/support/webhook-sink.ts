import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request that a sink got. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body, parsed. */
  readonly message: Readonly<Record<string, unknown>>;
  /** The `webhook-id`. */
  readonly id: string;
  /** The object that it is about. */
  readonly subject: string;
}

/** How a sink answers: with that status, or by doing something to the response itself. */
export type Answer = number | ((response: ServerResponse, request: IncomingMessage) => void);

/** A receiver of webhooks on this machine. */
export interface Sink {
  readonly url: string;
  /** What came, in its order, answered well or not. */
  readonly received: readonly Received[];
  /** What was answered with 2xx. */
  readonly accepted: readonly Received[];
  /** How many requests were open at once, at most. */
  readonly mostOpen: number;
  /** How many connections were made. */
  readonly connections: number;
  /** How it answers from now on; 204 unless told otherwise. */
  answer: (received: Received, place: number) => Answer | Promise<Answer>;
  /** Resolves as soon as the condition holds, looked at after every request. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

const textOf = (request: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });

export async function startSink(): Promise<Sink> {
  const received: Received[] = [];
  const accepted: Received[] = [];
  const sockets = new Set<Socket>();
  let waiters: (() => void)[] = [];
  let open = 0;
  let mostOpen = 0;
  let connections = 0;
  const tell = () => {
    const woken = waiters;
    waiters = [];
    for (const waiter of woken) waiter();
  };
  const sink: Omit<Sink, 'mostOpen' | 'connections'> = {
    url: '',
    received,
    accepted,
    answer: () => 204,
    async until(condition) {
      while (!condition()) await new Promise<void>((resolve) => waiters.push(resolve));
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    open++;
    mostOpen = Math.max(mostOpen, open);
    response.once('close', () => {
      open--;
      tell();
    });
    const body = await textOf(request);
    const message = JSON.parse(body) as Received['message'];
    const got: Received = {
      headers: request.headers,
      body,
      message,
      id: String(request.headers['webhook-id']),
      subject: (message.subject as { id: string } | undefined)?.id ?? '',
    };
    received.push(got);
    const answer = await sink.answer(got, received.length);
    if (typeof answer === 'function') answer(response, request);
    else {
      if (answer >= 200 && answer < 300) accepted.push(got);
      response.writeHead(answer).end();
    }
    tell();
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.defineProperties(sink, {
    url: { value: `http://127.0.0.1:${port}/hook` },
    mostOpen: { get: () => mostOpen },
    connections: { get: () => connections },
  }) as Sink;
}
