import { spawn } from 'node:child_process';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

/** A Redis of a test's own, which it may stop: never the one that others use. */
export interface RedisProcess {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis that has not been started yet; its port stays the same. */
export async function ownRedis(): Promise<RedisProcess> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let stop: (() => Promise<void>) | null = null;
  return {
    url,
    async start() {
      const child = spawn('redis-server', ['--port', String(port), '--save', '', '--appendonly', 'no'], {
        stdio: 'ignore',
      });
      const exited = new Promise((resolve) => child.once('exit', resolve));
      stop = async () => {
        child.kill('SIGKILL');
        await exited;
      };
      const probe = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
      probe.on('error', () => undefined);
      await probe.ping();
      probe.disconnect();
    },
    async stop() {
      await stop?.();
      stop = null;
    },
  };
}
