/**
 * The client: a closed loop over keep-alive connections, on node:net. It reads just enough HTTP to know where an
 * answer ends: node:http's own client costs as much CPU a request as the bare server, and the two cores are shared.
 */
import { connect, type Socket } from 'node:net';

/** A request: the finished bytes, so that nothing is built while the clock runs. */
export function requestTo(
  url: string,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  const lines = Object.entries({
    host: new URL(url).host,
    accept: 'application/json',
    'content-type': 'application/json',
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

export interface Round {
  readonly requests: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Sends requests over so many connections for so long; each connection sends its next request when it has the answer
 * to the last one. Every request that was sent is waited for and counted: cutting off at the end would leave out the
 * slow ones.
 * @param next the next request of the connection with that number, from 0
 */
export async function load(
  url: string,
  connections: number,
  ms: number,
  next: (connection: number) => Buffer,
): Promise<Round> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(url)));
  const latencies: number[] = [];
  const begin = performance.now();
  const end = begin + ms;
  await Promise.all(
    sockets.map(async (socket, connection) => {
      do {
        const sent = performance.now();
        await exchange(socket, next(connection));
        latencies.push(performance.now() - sent);
      } while (performance.now() < end);
    }),
  );
  const seconds = (performance.now() - begin) / 1_000;
  for (const socket of sockets) socket.destroy();
  return { ...summary(latencies), seconds, perSecond: latencies.length / seconds };
}

export function summary(latencies: number[]): { requests: number; p50: number; p99: number } {
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return { requests: latencies.length, p50: at(0.5), p99: at(0.99) };
}

/** One answer's body, as JSON. */
export async function ask(url: string, request: Buffer): Promise<unknown> {
  const socket = await open(url);
  try {
    return JSON.parse((await exchange(socket, request)).toString('utf8'));
  } finally {
    socket.destroy();
  }
}

function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

const endOfHead = Buffer.from('\r\n\r\n');
const failure = Buffer.from('"errors":');

/** Sends a request and reads its answer. Anything but a 200 without GraphQL errors ends the benchmark. */
function exchange(socket: Socket, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received: Buffer[] = [];
    let length = 0;
    let needed = Number.POSITIVE_INFINITY;
    let bodyAt = 0;
    const finish = (act: () => void) => {
      socket.off('data', onData);
      socket.off('close', onClose);
      socket.off('error', onClose);
      act();
    };
    const onClose = () =>
      finish(() => reject(new Error(`The connection to port ${socket.remotePort} was closed.`)));
    const onData = (chunk: Buffer) => {
      received.push(chunk);
      length += chunk.length;
      if (needed === Number.POSITIVE_INFINITY) {
        const head = received.length === 1 ? chunk : Buffer.concat(received);
        received = [head];
        const end = head.indexOf(endOfHead);
        if (end === -1) return;
        const text = head.toString('latin1', 0, end);
        bodyAt = end + endOfHead.length;
        const size = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
        if (!text.startsWith('HTTP/1.1 200') || size === undefined) {
          finish(() =>
            reject(new Error(`Not a 200 with a length: ${head.toString('utf8').slice(0, 2_000)}`)),
          );
          return;
        }
        needed = bodyAt + Number(size);
      }
      if (length < needed) return;
      const body = (received.length === 1 ? chunkOf(received) : Buffer.concat(received)).subarray(bodyAt);
      finish(() => {
        if (body.includes(failure))
          reject(new Error(`The answer has errors: ${textAround(body, body.indexOf(failure))}`));
        else resolve(body);
      });
    };
    socket.on('data', onData);
    socket.on('close', onClose);
    socket.on('error', onClose);
    socket.write(request);
  });
}

const textAround = (body: Buffer, place: number) =>
  body.toString('utf8', Math.max(0, place - 200), place + 1_500);
const chunkOf = ([first]: readonly Buffer[]): Buffer => first ?? Buffer.alloc(0);
