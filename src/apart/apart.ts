import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { readFrames } from './frames.ts';

/** What a process apart may take. */
export interface ApartLimits {
  /** ms, from when it has started. */
  readonly ms: number;
  /** MiB of memory that it may hold in all. */
  readonly memory: number;
  /** Bytes that it may answer in all, with its parts. */
  readonly answer: number;
}

/** Why a process apart gave no answer: what it worked on is at fault, and the message is for a person. */
export class ApartError extends Error {
  override readonly name: string = 'ApartError';
}

/** One thing that a process apart hands out before its answer, such as a page. */
export interface Part {
  readonly name: string;
  readonly content: Buffer;
}

/** ms that a process may take to start: a busy server is no fault of what is to be read. */
const longestStart = 60_000;
/** ms between two looks at its memory. */
const watch = 100;

const here = fileURLToPath(import.meta.url);
const child = here.replace(/apart\.(ts|js)$/, 'child.$1');

/**
 * Runs a module in a process of its own: what it works on is not trusted, and whatever that does to it, the server
 * keeps its memory, its time and its secrets. The module's default export is an {@link ApartWork}.
 *
 * @param module URL of the module, as `new URL('./read.ts', import.meta.url)` gives it
 * @param task what it is told; JSON
 * @param content what it works on, or null
 * @param onPart takes each part as it comes; the process waits for it
 * @throws ApartError where the work refused, or took more than it may; anything else is no fault of the content
 */
export async function runApart<Answer>(
  module: URL,
  task: unknown,
  content: Readable | Uint8Array | null,
  limits: ApartLimits,
  onPart: (part: Part) => Promise<void> = async () => undefined,
  signal?: AbortSignal,
): Promise<Answer> {
  signal?.throwIfAborted();
  const runner = child.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  const process_ = spawn(
    process.execPath,
    [`--max-old-space-size=${limits.memory}`, ...runner, child, sourceOf(module).href],
    // Nothing of the environment: it holds the passwords of the database and the storage.
    { stdio: ['pipe', 'ignore', 'pipe', 'pipe'], env: { NODE_ENV: 'production' } },
  );
  const guard = new Guard(process_, limits, signal);
  try {
    const answers = process_.stdio[3] as Readable;
    const sending = send(process_, task, content);
    const answer = await guard.first(
      (async () => {
        for await (const { type, name, content } of readFrames(answers, limits.answer)) {
          if (type === 'started') guard.started();
          else if (type === 'part') await onPart({ name, content });
          else if (type === 'refused') throw new ApartError(content.toString());
          else if (type === 'failed') throw new Error(`A process apart failed: ${content.toString()}`);
          else return JSON.parse(content.toString()) as Answer;
        }
        throw new Error('A process apart ended without an answer.');
      })(),
    );
    // It may answer without reading all: what could not be sent is not wanted.
    await sending.catch(() => undefined);
    return answer;
  } finally {
    await guard.end();
  }
}

/** What a worker module does: its default export. */
export type ApartWork<Task, Answer> = (
  task: Task,
  content: Uint8Array,
  part: (name: string, content: Uint8Array) => Promise<void>,
) => Promise<Answer>;

/** A worker as it lies beside the module that runs: TypeScript in development, JavaScript in a build. */
const sourceOf = (module: URL): URL =>
  child.endsWith('.ts') ? module : new URL(module.href.replace(/\.ts$/, '.js'));

async function send(
  { stdin }: ChildProcess,
  task: unknown,
  content: Readable | Uint8Array | null,
): Promise<void> {
  if (!stdin) throw new Error('A process apart has no input.');
  const chunks = content === null ? [] : content instanceof Uint8Array ? [content] : content;
  await pipeline(async function* () {
    yield `${JSON.stringify(task)}\n`;
    yield* chunks;
  }, stdin);
}

/** Ends a process that takes more than it may. */
class Guard {
  readonly #process: ChildProcess;
  readonly #limits: ApartLimits;
  readonly #broken: Promise<never>;
  readonly #exited: Promise<void>;
  #break: (error: Error) => void = () => undefined;
  #timer: NodeJS.Timeout;
  readonly #watch: NodeJS.Timeout;
  #said = '';

  constructor(process_: ChildProcess, limits: ApartLimits, signal?: AbortSignal) {
    this.#process = process_;
    this.#limits = limits;
    this.#broken = new Promise((_resolve, reject) => {
      this.#break = reject;
    });
    this.#broken.catch(() => undefined);
    this.#exited = new Promise((resolve) => process_.once('close', () => resolve()));
    process_.once('error', (error) => this.#break(error));
    process_.once('exit', () => {
      const isMemory = /heap out of memory|Cannot enlarge memory|Allocation failed/i.test(this.#said);
      // What it has written may still be on its way.
      setTimeout(
        () =>
          this.#break(
            isMemory
              ? new ApartError(this.#tooMuch())
              : new Error(`A process apart ended: ${this.#said.slice(-500)}`),
          ),
        1_000,
      ).unref();
    });
    process_.stderr?.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(-4_000);
    });
    signal?.addEventListener('abort', () => this.#break(new Error('The work was given up.')), { once: true });
    this.#timer = setTimeout(() => this.#break(new Error('A process apart did not start.')), longestStart);
    this.#watch = setInterval(() => void this.#look(), watch);
    if (process_.pid !== undefined) {
      try {
        // Whoever is connected comes first.
        setPriority(process_.pid, 10);
      } catch {
        // It may have ended already, and not every system has priorities.
      }
    }
  }

  started(): void {
    clearTimeout(this.#timer);
    const { ms } = this.#limits;
    this.#timer = setTimeout(
      () => this.#break(new ApartError(`Working on it took longer than ${ms / 1_000} s.`)),
      ms,
    );
  }

  first<T>(answer: Promise<T>): Promise<T> {
    answer.catch(() => undefined);
    return Promise.race([answer, this.#broken]);
  }

  /** Stops it, however far it is, and waits until it is gone. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    this.#process.kill('SIGKILL');
    await this.#exited;
  }

  #tooMuch(): string {
    return `Working on it took more than ${this.#limits.memory} MiB of memory.`;
  }

  /** Holds what it has against what it may: the heap's own limit knows nothing of buffers and of WebAssembly. */
  async #look(): Promise<void> {
    const { pid } = this.#process;
    if (pid === undefined) return;
    // Where the system has no such file, only the heap is limited.
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kibibytes = Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0);
    if (kibibytes / 1_024 > this.#limits.memory) this.#break(new ApartError(this.#tooMuch()));
  }
}
