import { createServer, type Socket, connect as tcpConnect } from 'node:net';

/** From the one who connects, or to it. */
export type Direction = 'forward' | 'back';

/** A way between two processes that can be broken in every way that networks break. Whole unless told otherwise. */
export interface TcpProxy {
  readonly port: number;
  /** Where new connections lead from now on; null: nobody is there. */
  lead(port: number | null): void;
  /** Resets every connection. New ones are made. */
  cut(): void;
  /** Ends every connection in order, as one who restarts between the two. */
  end(): void;
  /** New connections are reset. Those that stand go on. */
  refuse(): void;
  /** Every chunk takes this long, up to `jitter` more, in its order. */
  delay(ms: number, jitter: number): void;
  /** What goes this way does not arrive until the way is healed. */
  hold(direction: Direction): void;
  /** What goes through the connections of now never arrives, and nobody is told: a firewall has forgotten them. */
  forget(): void;
  /** Whole again: held chunks arrive. Forgotten connections stay forgotten. */
  heal(): void;
  close(): Promise<void>;
}

interface State {
  port: number | null;
  refusing: boolean;
  held: Set<Direction>;
  latency: { ms: number; jitter: number };
}

/** One way of one connection: chunks in their order, each when it is due. */
class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #direction: Direction;
  readonly #state: State;
  #queue: { chunk: Buffer | null; due: number }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #lastDue = 0;
  #forgotten = false;

  constructor(from: Socket, to: Socket, direction: Direction, state: State) {
    this.#from = from;
    this.#to = to;
    this.#direction = direction;
    this.#state = state;
    from.on('data', (chunk) => this.#push(chunk as Buffer));
    from.on('end', () => this.#push(null));
    to.on('drain', () => from.resume());
  }

  #push(chunk: Buffer | null): void {
    if (this.#forgotten) return;
    const { ms, jitter } = this.#state.latency;
    // In order: a chunk never overtakes one that took longer.
    this.#lastDue = Math.max(this.#lastDue, Date.now() + ms + Math.random() * jitter);
    this.#queue.push({ chunk, due: this.#lastDue });
    // Who sends through a way that is held finds it full at last, as it would find the kernel's buffers.
    if (this.#state.held.has(this.#direction) && this.#queue.length > 256) this.#from.pause();
    this.flow();
  }

  /** Hands on what is due. */
  flow(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#state.held.has(this.#direction)) return;
    for (let first = this.#queue[0]; first; first = this.#queue[0]) {
      const wait = first.due - Date.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.flow(), wait);
        return;
      }
      this.#queue.shift();
      if (first.chunk === null) this.#to.end();
      else if (!this.#to.write(first.chunk)) this.#from.pause();
    }
    if (!this.#to.writableNeedDrain) this.#from.resume();
  }

  forget(): void {
    this.#forgotten = true;
    this.stop();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#queue = [];
  }
}

/** A proxy on a free port of this machine. */
export async function tcpProxy(port: number | null = null): Promise<TcpProxy> {
  const state: State = { port, refusing: false, held: new Set(), latency: { ms: 0, jitter: 0 } };
  const open = new Set<{ pipes: Pipe[]; reset(): void; end(): void }>();

  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (state.refusing || state.port === null) {
      near.on('error', () => undefined);
      near.resetAndDestroy();
      return;
    }
    const far = tcpConnect({ port: state.port, host: '127.0.0.1', allowHalfOpen: true });
    near.setNoDelay();
    far.setNoDelay();
    const pipes = [new Pipe(near, far, 'forward', state), new Pipe(far, near, 'back', state)];
    const connection = {
      pipes,
      reset() {
        near.resetAndDestroy();
        far.resetAndDestroy();
      },
      end() {
        near.end();
        far.end();
      },
    };
    open.add(connection);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      // A reset is handed on as a reset.
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => {
        if (!socket.destroyed || !other.destroyed) return;
        for (const pipe of pipes) pipe.stop();
        open.delete(connection);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('No port.');

  const cut = () => {
    for (const connection of open) connection.reset();
  };
  return {
    port: address.port,
    lead(next) {
      state.port = next;
    },
    cut,
    end() {
      for (const connection of open) connection.end();
    },
    refuse() {
      state.refusing = true;
    },
    delay(ms, jitter) {
      state.latency = { ms, jitter };
    },
    hold(direction) {
      state.held.add(direction);
    },
    forget() {
      for (const { pipes } of open) for (const pipe of pipes) pipe.forget();
    },
    heal() {
      state.refusing = false;
      state.held.clear();
      state.latency = { ms: 0, jitter: 0 };
      for (const { pipes } of open) for (const pipe of pipes) pipe.flow();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}
