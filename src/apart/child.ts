/** What runs in a process apart: reads its task and the content from its input, and answers on its third channel. */
import { createWriteStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { ApartWork } from './apart.ts';
import { type FrameType, writeFrame } from './frames.ts';
import { RefusedError } from './refused.ts';

const answers = createWriteStream('', { fd: 3 });

const say = (type: FrameType, content: Uint8Array, name?: string): Promise<void> =>
  new Promise((resolve, reject) => {
    answers.write(writeFrame(type, content, name), (error) => (error ? reject(error) : resolve()));
  });

/** The first line of the input, and all that follows. */
async function readInput(): Promise<{ task: unknown; content: Uint8Array }> {
  const input = await buffer(process.stdin);
  const end = input.indexOf('\n');
  // A view of its own memory: libraries hand buffers on, and would hand on all of this one.
  return {
    task: JSON.parse(input.toString('utf8', 0, end)),
    content: new Uint8Array(input.subarray(end + 1)),
  };
}

async function main(): Promise<void> {
  const { default: work } = (await import(process.argv[2] ?? '')) as { default: ApartWork<unknown, unknown> };
  await say('started', Buffer.alloc(0));
  const { task, content } = await readInput();
  try {
    const answer = await work(task, content, (name, part) => say('part', part, name));
    await say('answer', Buffer.from(JSON.stringify(answer ?? null)));
  } catch (error) {
    if (error instanceof RefusedError) await say('refused', Buffer.from(error.message));
    else throw error;
  }
}

main()
  .catch((error: unknown) =>
    say('failed', Buffer.from(String((error as Error)?.stack ?? error).slice(0, 4_000))),
  )
  .finally(() => process.exit());
