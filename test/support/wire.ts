import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A way to the server that can fail. */
export interface Wire {
  readonly url: string;
  /** Cuts every connection. */
  cut(): void;
  /** Refuses connections from now on. */
  close(): void;
  /** Cuts a connection at the next answer that it would carry: the server has done its work, nobody hears of it. */
  loseAnswer(): void;
}

/** Puts a wire before a server, until the test is over. */
export async function wire(target: string): Promise<Wire> {
  const sockets = new Set<Socket>();
  let closed = false;
  let losing = false;
  const { hostname, port } = new URL(target);
  const proxy = createServer((socket) => {
    if (closed) return void socket.destroy();
    const upstream = connect(Number(port), hostname);
    for (const each of [socket, upstream]) {
      sockets.add(each);
      each.on('error', () => undefined);
      each.on('close', () => {
        sockets.delete(each);
        socket.destroy();
        upstream.destroy();
      });
    }
    socket.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      if (!losing) return void socket.write(chunk);
      losing = false;
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const made: Wire = {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/graphql`,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    close() {
      closed = true;
      made.cut();
    },
    loseAnswer() {
      losing = true;
    },
  };
  onTestFinished(() => {
    made.close();
    proxy.close();
  });
  return made;
}
