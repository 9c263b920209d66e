import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from './client.ts';
import { deferred } from './deferred.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What `npm start` hands to node: the server is tested as it runs. */
const parameters = (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }
).scripts.start
  .split(' ')
  .slice(1);

/** The first administrator's token of every server that is started here. */
export const adminToken = 'hm_token_of_the_administrator_in_tests';

/** `src/main.ts` in a process of its own. */
export interface ServerProcess {
  /** `http://127.0.0.1:…` */
  readonly url: string;
  readonly pid: number;
  /** The first administrator's client. */
  readonly client: Client;
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  /** SIGTERM, and SIGKILL where that is not heeded. */
  stop(): Promise<void>;
}

/** The server has ended before it was ready. */
export class ServerFailedError extends Error {
  readonly output: string;
  constructor(output: string) {
    super(`The server did not start: ${output}`);
    this.output = output;
  }
}

/**
 * Starts a server on a free port and waits until it is ready.
 * Unless told otherwise its files lie in a folder of its own, which is removed when it has ended.
 *
 * @param environment DATABASE_URL, REDIS_URL or HEATMARK_DATA; nothing is taken over from this process
 * @param onLine is called with every line that it prints
 */
export async function startServer(
  environment: Record<string, string>,
  onLine: (line: string) => void = () => undefined,
): Promise<ServerProcess> {
  const folder = environment.HEATMARK_DATA ? null : mkdtempSync(join(tmpdir(), 'heatmark-server-'));
  const child = spawn(process.execPath, parameters, {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      NODE_ENV: 'test',
      LOG_LEVEL: 'info',
      HEATMARK_ADMIN_TOKEN: adminToken,
      HEATMARK_SECRET: 'a secret that only the tests know, of 32 characters',
      ...(folder ? { HEATMARK_DATA: folder } : {}),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = deferred<{ code: number | null; signal: string | null }>();
  let running = true;
  child.on('exit', (code, signal) => {
    running = false;
    if (folder) rmSync(folder, { recursive: true, force: true });
    exited.resolve({ code, signal });
  });
  const url = await readyUrl(child, exited.promise, onLine);
  return {
    url,
    pid: child.pid ?? 0,
    client: createClient(url, adminToken),
    kill: (signal) => void child.kill(signal),
    exited: exited.promise,
    async stop() {
      if (!running) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await exited.promise;
      clearTimeout(timer);
    },
  };
}

async function readyUrl(
  child: ChildProcess,
  exited: Promise<unknown>,
  onLine: (line: string) => void,
): Promise<string> {
  const ready = deferred<string>();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      // Bounded: a server that warns for minutes.
      output = `${output}${line}\n`.slice(-20_000);
      onLine(line);
      const url = /"url":"(http[^"]+)\/graphql"/.exec(line)?.[1];
      if (url) ready.resolve(url);
    });
  }
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    ready.reject(new ServerFailedError(`it was not ready within 90 s. ${output}`));
  }, 90_000);
  void exited.then(() => ready.reject(new ServerFailedError(output)));
  return ready.promise.finally(() => clearTimeout(timer));
}
