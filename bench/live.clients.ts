/** Thousands of subscribers in one process: sockets that do as little as possible, so that the server is measured. */
import { randomBytes, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** What the parent may ask of the subscribers. */
export type ClientQuestion =
  | {
      readonly ask: 'connect';
      readonly port: number;
      readonly count: number;
      readonly token: string;
      readonly query: string;
      readonly variables: Readonly<Record<string, unknown>>;
    }
  /** Resolves when each has had one more message, with the instant (ns) of the last. */
  | { readonly ask: 'round' }
  /** Resolves when the first has had so many more messages. */
  | { readonly ask: 'count'; readonly messages: number }
  /** The payload of the first one's last message. */
  | { readonly ask: 'payload' }
  | { readonly ask: 'disconnect' };

/** A frame as a client sends it: masked, by a mask of zeros. */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0])
      : Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 255, 0, 0, 0, 0]);
  return Buffer.concat([head, body]);
}

class Subscriber {
  received = 0;
  last = '';
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #upgraded = false;
  #onMessage: () => void = () => undefined;

  constructor(port: number, onMessage: () => void, keepLast: boolean) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (data) => this.#read(data as Buffer, keepLast));
    this.#onMessage = onMessage;
  }

  begin(port: number, token: string, query: string, variables: object): void {
    const key = randomBytes(16).toString('base64');
    this.#socket.write(
      `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
    );
    this.#socket.write(
      frame(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
    );
    this.#subscribe = frame(
      JSON.stringify({ id: randomUUID(), type: 'subscribe', payload: { query, variables } }),
    );
  }
  #subscribe: Buffer | null = null;

  #read(data: Buffer, keepLast: boolean): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, data]) : data;
    if (!this.#upgraded) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) {
        this.#rest = bytes;
        return;
      }
      this.#upgraded = true;
      bytes = bytes.subarray(end + 4);
    }
    while (bytes.length >= 2) {
      const opcode = (bytes[0] ?? 0) & 15;
      let length = (bytes[1] ?? 0) & 127;
      let head = 2;
      if (length === 126) {
        if (bytes.length < 4) break;
        length = bytes.readUInt16BE(2);
        head = 4;
      } else if (length === 127) {
        if (bytes.length < 10) break;
        length = Number(bytes.readBigUInt64BE(2));
        head = 10;
      }
      if (bytes.length < head + length) break;
      if (opcode === 9) this.#socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
      else if (opcode === 1) {
        if (this.#subscribe) {
          // The acknowledgement.
          this.#socket.write(this.#subscribe);
          this.#subscribe = null;
        } else {
          this.received++;
          if (keepLast) this.last = bytes.toString('utf8', head, head + length);
          this.#onMessage();
        }
      }
      bytes = bytes.subarray(head + length);
    }
    this.#rest = bytes.length > 0 ? Buffer.from(bytes) : bytes;
  }

  end(): void {
    this.#socket.destroy();
  }
}

let subscribers: Subscriber[] = [];
let heard = 0;
let until = 0;
let reached: (at: bigint) => void = () => undefined;
const onMessage = () => {
  heard++;
  if (heard === until) reached(process.hrtime.bigint());
};
const hear = (more: number): Promise<bigint> =>
  new Promise((resolve) => {
    until += more;
    reached = resolve;
    if (heard >= until) resolve(process.hrtime.bigint());
  });

// Not all at once: a server gives up on who has not introduced itself within seconds.
const atOnce = 200;

async function answer(question: ClientQuestion): Promise<unknown> {
  if (question.ask === 'connect') {
    const { port, count, token, query, variables } = question;
    heard = 0;
    until = 0;
    subscribers = [];
    for (let made = 0; made < count; made += atOnce) {
      // Each has one message when it is subscribed: the Position at which it began.
      const here = Math.min(atOnce, count - made);
      const all = hear(here);
      for (let each = 0; each < here; each++) {
        const subscriber = new Subscriber(port, onMessage, subscribers.length === 0);
        subscriber.begin(port, token, query, variables);
        subscribers.push(subscriber);
      }
      await all;
    }
    return null;
  }
  if (question.ask === 'round') return String(await hear(subscribers.length));
  if (question.ask === 'count') return String(await hear(question.messages));
  if (question.ask === 'payload') return subscribers[0]?.last ?? '';
  for (const subscriber of subscribers) subscriber.end();
  subscribers = [];
  return null;
}

process.on('message', async (question: ClientQuestion & { id: number }) => {
  process.send?.({ id: question.id, answer: (await answer(question)) ?? null });
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: 0 });
