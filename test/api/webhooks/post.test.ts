import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Post, post } from '../../../src/webhooks/post.ts';
import { Targets } from '../../../src/webhooks/target.ts';
import { type Sink, startSink } from '../../support/webhook-sink.ts';

const targets = new Targets(['127.0.0.1']);
let sink: Sink;
beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.close());

const attempt = (url: string, options: Partial<Post> = {}) =>
  post(targets, {
    url: new URL(url),
    headers: { 'webhook-id': 'whd_1' },
    body: '{"ä":1}',
    timeout: 5_000,
    mayStillSend: () => true,
    signal: new AbortController().signal,
    ...options,
  });

describe('a target', () => {
  it.each([200, 204, 299, 400, 410, 429, 500, 503])('that answers %d is heard', async (status) => {
    sink.answer = () => status;
    expect(await attempt(sink.url)).toEqual({ kind: 'answered', status, retryAfter: null });
    expect(sink.received.at(-1)).toMatchObject({ id: 'whd_1', message: { ä: 1 } });
  });

  it('that says when to come again is heard', async () => {
    sink.answer = () => (response) => void response.writeHead(503, { 'retry-after': '7' }).end();
    expect(await attempt(sink.url)).toEqual({ kind: 'answered', status: 503, retryAfter: '7' });
  });

  it.each([301, 302, 303, 307, 308])('that redirects with %d is not followed', async (status) => {
    const elsewhere = await startSink();
    sink.answer = () => (response) => void response.writeHead(status, { location: elsewhere.url }).end();
    expect(await attempt(sink.url)).toMatchObject({ kind: 'answered', status });
    expect(elsewhere.connections).toBe(0);
    await elsewhere.close();
  });

  it('that never answers is left after the timeout', async () => {
    sink.answer = () => () => undefined;
    expect(await attempt(sink.url, { timeout: 60 })).toEqual({
      kind: 'failed',
      error: 'No answer within 0.06 s.',
    });
  });

  it('that answers and then never ends is left after the timeout, and has answered', async () => {
    sink.answer = () => (response) => void response.writeHead(200).write('a');
    expect(await attempt(sink.url, { timeout: 100 })).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('that sends without end is cut off', async () => {
    let sent = 0;
    sink.answer = () => (response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(64 * 1024);
      const more = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', more);
      more();
    };
    expect(await attempt(sink.url)).toMatchObject({ kind: 'answered', status: 200 });
    // What the kernel buffers on both sides, and no more.
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });

  it('that drips headers for ever is left after the timeout', async () => {
    const raw = await startRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x: y\r\n'), 5);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await attempt(raw, { timeout: 120 })).toMatchObject({ kind: 'failed' });
  });

  it.each([
    ['closes at once', (socket: Socket) => socket.destroy(), 'The connection was closed before an answer.'],
    [
      'closes midway',
      (socket: Socket) => socket.end('HTTP/1.1 20'),
      'The connection was closed before an answer.',
    ],
    [
      'speaks no HTTP',
      (socket: Socket) => socket.end('220 mail.example.com ESMTP\r\n'),
      'The answer was no HTTP.',
    ],
    [
      'sends headers without end',
      (socket: Socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`),
      'The answer was no HTTP.',
    ],
    [
      'switches protocols',
      (socket: Socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      'The connection was closed before an answer.',
    ],
  ])('that %s has failed', async (_what, act, error) => {
    const raw = await startRaw((socket) => void socket.once('data', () => act(socket)));
    expect(await attempt(raw)).toEqual({ kind: 'failed', error });
  });

  it('that nobody serves has failed, in words that name no address', async () => {
    const closed = await startSink();
    await closed.close();
    const outcome = await attempt(closed.url);
    expect(outcome).toEqual({ kind: 'failed', error: 'The connection was refused.' });
  });

  it('that speaks plain HTTP where TLS is due has failed', async () => {
    expect(await attempt(sink.url.replace('http:', 'https:'))).toEqual({
      kind: 'failed',
      error: expect.stringMatching(/TLS|connection/),
    });
  });
});

describe('an attempt', () => {
  it('whose time has passed when the connection stands sends nothing', async () => {
    const before = sink.received.length;
    expect(await attempt(sink.url, { mayStillSend: () => false })).toEqual({ kind: 'withdrawn' });
    expect(sink.received).toHaveLength(before);
  });

  it('that is told to stop stops', async () => {
    const stopping = new AbortController();
    sink.answer = () => () => stopping.abort();
    expect(await attempt(sink.url, { signal: stopping.signal })).toEqual({ kind: 'withdrawn' });
    expect(await attempt(sink.url, { signal: AbortSignal.abort() })).toEqual({ kind: 'withdrawn' });
  });
});

const raws: { close(): void }[] = [];
afterEach(() => {
  for (const raw of raws.splice(0)) raw.close();
});

/** A server that does with each connection what it is told. */
async function startRaw(act: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    act(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  raws.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
