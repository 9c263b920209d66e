/** Starts the measured processes, asks them, and ends them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Message, Question, Usage } from './worker.ts';

export interface Worker {
  readonly url: string;
  /** CPU time of the process so far, in ms. */
  cpuMs(): Promise<number>;
  /** The statements that the process sent to PostgreSQL while something went on. */
  statementsDuring(work: () => Promise<unknown>): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts one of the two servers, with the flags of `npm start`. */
export async function startWorker(
  file: 'api-server.ts' | 'raw-server.ts',
  environment: Readonly<Record<string, string>>,
): Promise<Worker> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ['--max-semi-space-size=64', '--import', 'tsx', path], {
    env: { ...process.env, NODE_ENV: 'production', ...environment },
    // Its log goes beside our progress: stdout is the report.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const waiting = new Map<number, (answer: Usage | readonly string[] | null) => void>();
  let asked = 0;
  const url = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before it was ready.`)));
    child.on('message', (message: Message) => {
      if ('ready' in message) resolve(message.ready);
      else {
        waiting.get(message.id)?.(message.answer);
        waiting.delete(message.id);
      }
    });
  });
  const ask = (question: Question) =>
    new Promise<Usage | readonly string[] | null>((resolve) => {
      asked++;
      waiting.set(asked, resolve);
      child.send({ id: asked, question });
    });
  return {
    url,
    cpuMs: async () => ((await ask('usage')) as Usage).cpuMs,
    statementsDuring: async (work) => {
      await ask('startCounting');
      await work();
      return (await ask('stopCounting')) as readonly string[];
    },
    stop: () => end(child),
  };
}

/** Asks the process to stop, and ends it where it does not. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}
