import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { CaptureFormat } from '../../prisma/generated/client/client.ts';

/** What the thread is to read. */
export interface ParserTask {
  readonly content: Uint8Array;
  readonly format: CaptureFormat;
  readonly reading: string;
}

/** What it answers: the whole content as JSON in UTF-8 and what was read in it as JSON, or why it could not. */
export type ParserAnswer =
  | { readonly content: Uint8Array; readonly result: string }
  | { readonly error: string };

/** The content, or what was to be read in it, is not what the type of capture says. The message is for a person. */
export class CaptureUnreadableError extends Error {
  override readonly name = 'CaptureUnreadableError';
}

/** ms that a thread may take to start. */
const longestStart = 60_000;

const limits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

const here = fileURLToPath(import.meta.url);
const parser = here.replace(/capture\.reader\.(ts|js)$/, 'capture.parser.$1');

/** Starts the parser. A thread does not run TypeScript by itself, whatever runs this file: tsx is put before it. */
function startParser(task: ParserTask): Worker {
  const options = { workerData: task, env: {}, resourceLimits: limits };
  if (!parser.endsWith('.ts')) return new Worker(parser, options);
  const [loader, module] = [import.meta.resolve('tsx/esm/api'), parser].map((each) => JSON.stringify(each));
  const source = `import(${loader}).then(({ register }) => (register(), import(${module})))`;
  return new Worker(source, { ...options, eval: true });
}

/**
 * Reads a capture in a thread of its own, which ends with it: neither what it holds nor what its expression does
 * takes more than 256 MiB and that time, and nothing of it is left for the next.
 *
 * @param longest ms that reading may take
 * @throws CaptureUnreadableError saying why
 */
export function readCapture(
  task: ParserTask,
  longest: number,
): Promise<{ content: Uint8Array; result: unknown }> {
  return new Promise((resolve, reject) => {
    const thread = startParser(task);
    let timer: NodeJS.Timeout;
    const end = (act: () => void): void => {
      clearTimeout(timer);
      act();
      void thread.terminate();
    };
    const fail = (error: Error): void => end(() => reject(error));
    const allow = (ms: number, error: () => Error): void => {
      clearTimeout(timer);
      timer = setTimeout(() => fail(error()), ms);
    };
    // A busy server may be long in starting it: that is no fault of the capture.
    allow(longestStart, () => new Error('A thread to read a capture did not start.'));
    thread.on('message', (message: ParserAnswer | 'started') => {
      if (message === 'started') {
        allow(longest, () => new CaptureUnreadableError(`Reading took longer than ${longest / 1_000} s.`));
      } else if ('error' in message) {
        fail(new CaptureUnreadableError(message.error));
      } else {
        const result = JSON.parse(message.result) as unknown;
        end(() => resolve({ content: message.content, result }));
      }
    });
    thread.once('error', (error) => {
      const isMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
      fail(isMemory ? new CaptureUnreadableError('Reading took more memory than it may.') : error);
    });
    thread.once('exit', () => fail(new CaptureUnreadableError('Reading ended without a result.')));
  });
}
