import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ApartError, type ApartLimits, type Part, runApart } from '../../src/apart/apart.ts';
import type { Task } from './worker.ts';

const worker = new URL('./worker.ts', import.meta.url);
const limits: ApartLimits = { ms: 20_000, memory: 300, answer: 10_000_000 };

const run = <Answer>(
  task: Task,
  content: Readable | Uint8Array | null = null,
  more: Partial<ApartLimits> = {},
  onPart?: (part: Part) => Promise<void>,
  signal?: AbortSignal,
) => runApart<Answer>(worker, task, content, { ...limits, ...more }, onPart, signal);

describe('work in a process apart', () => {
  it('is given the content, and its answer comes back', async () => {
    const content = Buffer.alloc(3_000_000, 1);
    const expected = { bytes: 3_000_000, sum: 3_000_000 };
    expect(await run({ do: 'measure' }, content)).toEqual(expected);
    const stream = Readable.from([content.subarray(0, 1_000_000), content.subarray(1_000_000)]);
    expect(await run({ do: 'measure' }, stream)).toEqual(expected);
    expect(await run({ do: 'measure' })).toEqual({ bytes: 0, sum: 0 });
  });

  it('sees nothing of the environment of the server', async () => {
    process.env.HEATMARK_TEST_PASSWORD = 'secret';
    try {
      expect(await run<string[]>({ do: 'environment' })).not.toContain('HEATMARK_TEST_PASSWORD');
    } finally {
      delete process.env.HEATMARK_TEST_PASSWORD;
    }
  });

  it('hands out parts before its answer, and waits until each is taken', async () => {
    const taken: [string, number][] = [];
    const answer = await run<number>({ do: 'part', parts: 5, bytes: 500_000 }, null, {}, async (part) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      taken.push([part.name, part.content.filter((byte) => byte === taken.length).length]);
    });
    expect(answer).toBe(5);
    expect(taken).toEqual([0, 1, 2, 3, 4].map((index) => [`part ${index}`, 500_000]));
  });

  it('tells why it refused', async () => {
    const refused = run({ do: 'refuse', reason: 'It is encrypted.' });
    await expect(refused).rejects.toThrow(new ApartError('It is encrypted.'));
  });

  it('is ended when it takes too long', async () => {
    await expect(run({ do: 'spin' }, null, { ms: 300 })).rejects.toThrow(
      new ApartError('Working on it took longer than 0.3 s.'),
    );
  });

  it('is ended when it takes too much memory, of its heap or beside it', async () => {
    const tooMuch = new ApartError('Working on it took more than 300 MiB of memory.');
    await expect(run({ do: 'fill' })).rejects.toThrow(tooMuch);
    await expect(run({ do: 'fillHeap' })).rejects.toThrow(tooMuch);
  });

  it('is no refusal when the code fails, the process ends, or the answer is too large', async () => {
    for (const [task, message] of [
      ['fail', /a fault of the code/],
      ['leave', /ended/],
      ['babble', /more than 100000 bytes/],
    ] as const) {
      const failed = await run({ do: task }, null, { answer: 100_000 }).catch((error: unknown) => error);
      expect(failed).not.toBeInstanceOf(ApartError);
      expect((failed as Error).message).toMatch(message);
    }
  });

  it('ends with its signal', async () => {
    const ending = new AbortController();
    const running = run({ do: 'spin' }, null, {}, undefined, ending.signal);
    setTimeout(() => ending.abort(), 200);
    await expect(running).rejects.toThrow('given up');
  });
});
