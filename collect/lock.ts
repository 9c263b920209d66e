import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { resolve } from 'node:path';

/**
 * Sees to it that one process of this machine writes a journal. The lock is a socket that vanishes with its process,
 * however that ends. Where the system has no such sockets, there is none.
 *
 * @throws Error where another process holds it
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const name = `heatmark-collect-${createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 24)}`;
  const path = process.platform === 'linux' ? `\0${name}` : `\\\\.\\pipe\\${name}`;
  if (process.platform !== 'linux' && process.platform !== 'win32') return () => {};
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      failed(
        error.code === 'EADDRINUSE'
          ? new Error(`Another connector collects into ${folder}. Stop it, or give this one another source.`)
          : error,
      ),
    );
    server.listen(path, done);
  });
  server.unref();
  return () => void server.close();
}
