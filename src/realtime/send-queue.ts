import type { WebSocket } from 'ws';

/** Bounds of what waits for one client. */
export interface SendLimits {
  /** Bytes that are handed to the connection: what comes beyond waits until the client has read. */
  readonly bufferedBytes: number;
  /** Bytes that may wait in all. */
  readonly waitingBytes: number;
  /** ms in which something must have gone out while anything waits. */
  readonly stallTimeout: number;
}

type Sent = (error?: Error) => void;

/**
 * What is sent to one client. It reads at its own pace: what it cannot take yet waits, within bounds, and one that
 * takes nothing is given up, as its backlog is the log's and not ours. A client that reads is never closed for the
 * size of a single moment's news.
 */
export class SendQueue {
  readonly #socket: WebSocket;
  readonly #write: (data: string | Buffer, sent: Sent) => void;
  readonly #limits: SendLimits;
  readonly #giveUp: (why: string) => void;
  #waiting: { data: string | Buffer; size: number; done: Sent | undefined }[] = [];
  #waitingBytes = 0;
  #progressAt = 0;
  #timer: NodeJS.Timeout | null = null;

  /** @param giveUp is told why the client is given up; it ends the connection. */
  constructor(socket: WebSocket, limits: SendLimits, giveUp: (why: string) => void) {
    this.#socket = socket;
    // Taken before the socket's own is replaced.
    this.#write = socket.send.bind(socket);
    this.#limits = limits;
    this.#giveUp = giveUp;
    socket.once('close', () => this.#clear());
  }

  /** Bytes that wait for the client here and in its connection. */
  get bytes(): number {
    return this.#socket.bufferedAmount + this.#waitingBytes;
  }

  /** Sends, now or when the client has read. `done` is called when it has gone out; a peer that has gone is no error. */
  send(data: string | Buffer, done?: Sent): void {
    if (this.#socket.readyState !== this.#socket.OPEN) {
      done?.();
      return;
    }
    if (this.#waiting.length === 0 && this.#socket.bufferedAmount <= this.#limits.bufferedBytes) {
      this.#hand(data, done);
      return;
    }
    const size = typeof data === 'string' ? Buffer.byteLength(data) : data.length;
    if (this.bytes + size > this.#limits.waitingBytes) {
      this.#giveUp('a socket that does not read was closed');
      done?.();
      return;
    }
    this.#waiting.push({ data, size, done });
    this.#waitingBytes += size;
    this.#watch();
  }

  #hand(data: string | Buffer, done: Sent | undefined): void {
    if (!done) {
      this.#write(data, this.#sent);
      return;
    }
    this.#write(data, (error) => {
      done(this.#socket.readyState === this.#socket.OPEN ? error : undefined);
      this.#sent();
    });
  }

  // One function for all that nobody waits for: a broadcast makes none for each of its sockets.
  readonly #sent: Sent = () => {
    if (this.#waiting.length === 0) return;
    this.#progressAt = Date.now();
    while (this.#waiting.length > 0 && this.#socket.bufferedAmount <= this.#limits.bufferedBytes) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#waitingBytes -= next.size;
      this.#hand(next.data, next.done);
    }
  };

  #watch(): void {
    if (this.#timer) return;
    this.#progressAt = Date.now();
    const look = () => {
      this.#timer = null;
      if (this.#waiting.length === 0) return;
      const left = this.#progressAt + this.#limits.stallTimeout - Date.now();
      if (left <= 0) this.#giveUp('a socket that does not read was closed');
      else this.#timer = setTimeout(look, left).unref();
    };
    this.#timer = setTimeout(look, this.#limits.stallTimeout).unref();
  }

  #clear(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const { done } of waiting) done?.();
  }
}
