import { type AddressInfo, createServer, type Socket } from 'node:net';

/** An SHDR adapter that says what it is told to. */
export interface AdapterDouble {
  readonly port: number;
  /** Resolves when somebody listens; at once where somebody does. */
  connected(): Promise<void>;
  /** Says it, to whoever listens. */
  say(text: string): void;
  /** What was said to it. */
  readonly heard: string[];
  /** Cuts every connection, and takes none until `resume`. */
  suspend(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts one.
 * @param greeting what it says to everybody who connects: how everything stands
 */
export async function startAdapter(greeting: () => string = () => ''): Promise<AdapterDouble> {
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const heard: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => void heard.push(chunk.toString()));
    socket.write(greeting());
    for (const wake of waiting) wake();
    waiting.clear();
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    return closed;
  };
  return {
    port,
    heard,
    connected: () =>
      sockets.size > 0 ? Promise.resolve() : new Promise((resolve) => void waiting.add(resolve)),
    say: (text) => {
      for (const socket of sockets) socket.write(text);
    },
    suspend: stop,
    resume: () => listen(port),
    close: stop,
  };
}
