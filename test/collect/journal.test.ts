import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Journal, JournalDamagedError, type JournalOptions } from '../../collect/journal.ts';
import { lockFolder } from '../../collect/lock.ts';
import type { Connection, Observation, Tracker } from '../../collect/observation.ts';
import { folder, logged } from './support.ts';

/** Remembers all that it is told. */
class Memory implements Tracker {
  values: (string | null)[] = [];
  connections: boolean[] = [];
  observe = ({ value }: Observation) => void this.values.push(value);
  connect = ({ isConnected }: Connection) => void this.connections.push(isConnected);
  snapshot = () => ({ values: this.values, connections: this.connections });
  restore(snapshot: unknown) {
    const { values, connections } = snapshot as { values: string[]; connections: boolean[] };
    this.values = [...values];
    this.connections = [...connections];
  }
}

async function opened(path: string, options: Partial<JournalOptions> = {}): Promise<Journal> {
  const journal = await Journal.open(path, {
    tracker: () => new Memory(),
    log: logged(),
    linger: 0,
    ...options,
  });
  onTestFinished(() => journal.close());
  return journal;
}

const numbers = (from: number, to: number): Observation[] =>
  Array.from({ length: to - from + 1 }, (_, place) => ({
    at: place,
    item: 'a',
    value: String(from + place),
  }));

/** Everything behind a number, in one list. */
async function readAll(journal: Journal, after = 0, most = 7) {
  const memory = new Memory();
  await journal.seek(after, memory);
  journal.end();
  const found: { number: number; value: string | null; gap: boolean }[] = [];
  const connections: boolean[] = [];
  for (;;) {
    const chunk = await journal.next(most);
    if (!chunk) return { found, memory, connections };
    connections.push(...chunk.connections.map(({ connection }) => connection.isConnected));
    for (const [place, { value }] of chunk.observations.entries())
      found.push({ number: chunk.first + place, value, gap: place === 0 && chunk.isBehindGap });
  }
}

const valuesOf = (found: readonly { number: number; value: string | null }[]) =>
  found.map(({ number, value }) => [number, value]);

describe('a journal', () => {
  it('numbers what it is given, and gives it back after it was opened again', async () => {
    const path = folder();
    const first = await opened(path);
    await first.append(numbers(1, 3), { position: { next: 4 } });
    await first.append(numbers(4, 20));
    await first.close();
    const second = await opened(path);
    expect(second).toMatchObject({ instance: first.instance, last: 20, position: { next: 4 } });
    await second.append(numbers(21, 22));
    const { found, memory } = await readAll(second, 5);
    expect(valuesOf(found)).toEqual(numbers(6, 22).map(({ value }) => [Number(value), value]));
    expect(memory.values).toEqual(['1', '2', '3', '4', '5']);
  });

  it('has nothing of what was half written when it was killed', async () => {
    const path = folder();
    const first = await opened(path);
    await first.append(numbers(1, 3));
    await first.close();
    const [file = ''] = readdirSync(path);
    appendFileSync(join(path, file), '{"n":4,"o":[[0,"a","4"],[0,"a"');
    const second = await opened(path);
    expect(second.last).toBe(3);
    await second.append(numbers(4, 4));
    expect(valuesOf((await readAll(second)).found).at(-1)).toEqual([4, '4']);
  });

  it('is not opened where a file in its middle is damaged', async () => {
    const path = folder();
    const first = await opened(path, { fileBytes: 10 });
    for (let each = 1; each < 5; each++) await first.append(numbers(each, each));
    await first.close();
    writeFileSync(join(path, readdirSync(path).sort()[1] ?? ''), 'rubbish\n');
    await expect(opened(path)).rejects.toThrow(JournalDamagedError);
  });

  it('is not opened where something can be read behind what cannot', async () => {
    const path = folder();
    const first = await opened(path);
    await first.append(numbers(1, 3));
    await first.close();
    appendFileSync(join(path, '00000001.journal'), 'rubbish\n{"n":4,"o":[]}\n');
    await expect(opened(path)).rejects.toThrow(JournalDamagedError);
  });

  it('deletes what is acknowledged, and knows of it what a tracker needs', async () => {
    const path = folder();
    const journal = await opened(path, { fileBytes: 200 });
    for (let each = 1; each <= 50; each++) await journal.append(numbers(each, each));
    const before = readdirSync(path).length;
    await journal.seek(0, new Memory());
    for (let read = 0; read < 40; ) {
      const chunk = await journal.next(10);
      read += chunk?.observations.length ?? 0;
      await journal.acknowledge(read);
    }
    expect(readdirSync(path).length).toBeLessThan(before / 2);
    await journal.close();
    const again = await opened(path);
    const { found, memory } = await readAll(again, 40);
    expect(valuesOf(found)).toEqual(numbers(41, 50).map(({ value }) => [Number(value), value]));
    expect(memory.values).toEqual(numbers(1, 40).map(({ value }) => value));
  });

  it('tells of a gap once, at what comes behind it', async () => {
    const journal = await opened(folder());
    await journal.append(numbers(1, 2));
    await journal.append([], { lost: 5 });
    await journal.append(numbers(8, 9));
    const { found } = await readAll(journal, 0, 100);
    expect(found.map(({ number, gap }) => [number, gap])).toEqual([
      [1, false],
      [2, false],
      [8, true],
      [9, false],
    ]);
  });

  it('keeps connections in their place', async () => {
    const journal = await opened(folder());
    await journal.append([], { connection: { at: 1, isConnected: true } });
    await journal.append(numbers(1, 2));
    await journal.append(numbers(3, 3), { connection: { at: 2, isConnected: false } });
    const { connections, found } = await readAll(journal);
    expect(connections).toEqual([true, false]);
    expect(found).toHaveLength(3);
  });

  it('wakes who waits, also where something is appended just while it is looked for', async () => {
    const journal = await opened(folder());
    await journal.seek(0, new Memory());
    for (let each = 1; each <= 300; each++) {
      const next = journal.next(10);
      // At another place of the looking each time.
      for (let turn = 0; turn < each % 12; turn++) await Promise.resolve();
      if (each % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      await journal.append(numbers(each, each));
      expect((await next)?.observations).toEqual(numbers(each, each));
    }
  });

  it('gives what was appended before its end', async () => {
    const journal = await opened(folder());
    await journal.seek(0, new Memory());
    const next = journal.next(10);
    await journal.append(numbers(1, 2));
    journal.end();
    expect((await next)?.observations).toHaveLength(2);
    expect(await journal.next(10)).toBeNull();
  });

  it('goes on behind what the server knows', async () => {
    const journal = await opened(folder());
    await journal.append(numbers(1, 2));
    await journal.seek(10, new Memory());
    await journal.append([{ at: 0, item: 'a', value: 'new' }]);
    const { found } = await readAll(journal, 10);
    expect(found).toEqual([{ number: 11, value: 'new', gap: false }]);
  });

  it('lets nothing in while it is full, and goes on when there is room', async () => {
    const journal = await opened(folder(), { limitBytes: 4_000 });
    let appended = 0;
    const writing = (async () => {
      for (let each = 1; each <= 300; each++) {
        await journal.append(numbers(each, each));
        appended = each;
      }
      journal.end();
    })();
    await journal.seek(0, new Memory());
    const found: (string | null)[] = [];
    let most = 0;
    for (;;) {
      const chunk = await journal.next(5);
      if (!chunk) break;
      most = Math.max(most, journal.bytes);
      found.push(...chunk.observations.map(({ value }) => value));
      await journal.acknowledge(found.length);
    }
    await writing;
    expect(appended).toBe(300);
    expect(found).toEqual(numbers(1, 300).map(({ value }) => value));
    // All of them would be more than 10,000.
    expect(most).toBeLessThan(8_000);
  });

  it('loses nothing and repeats nothing, however it is cut, closed and read', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 0, max: 9 }) }),
      fc.record({ do: fc.constant('reopen' as const), torn: fc.boolean() }),
      fc.record({ do: fc.constant('read' as const), most: fc.integer({ min: 1, max: 12 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const path = folder();
        let journal = await opened(path, { fileBytes: 300 });
        let written = 0;
        let read = 0;
        let isSought = false;
        const values: (string | null)[] = [];
        for (const each of steps) {
          if (each.do === 'append') {
            await journal.append(numbers(written + 1, written + each.count));
            written += each.count;
          } else if (each.do === 'reopen') {
            await journal.close();
            const newest = readdirSync(path).sort().at(-1) ?? '';
            if (each.torn) appendFileSync(join(path, newest), '{"n":');
            journal = await opened(path, { fileBytes: 300 });
            isSought = false;
          } else if (read < written) {
            if (!isSought) await journal.seek(read, new Memory());
            isSought = true;
            const chunk = await journal.next(each.most);
            expect(chunk?.first).toBe(read + 1);
            for (const { value } of chunk?.observations ?? []) values.push(value);
            read = values.length;
            await journal.acknowledge(read);
          }
        }
        values.push(...(await readAll(journal, read)).found.map(({ value }) => value));
        expect(values).toEqual(numbers(1, written).map(({ value }) => value));
        await journal.close();
      }),
      { numRuns: 40 },
    );
  });

  it('begins where nothing is left of its newest file', async () => {
    const path = folder();
    const first = await opened(path);
    await first.append(numbers(1, 3));
    await first.close();
    writeFileSync(join(path, '00000002.journal'), '');
    const second = await opened(path);
    expect(second.last).toBe(3);
  });
});

describe('a folder', () => {
  it('is of one connector at a time', async () => {
    const path = folder();
    const unlock = await lockFolder(path);
    await expect(lockFolder(path)).rejects.toThrow('Another connector');
    unlock();
    await expect.poll(() => lockFolder(path).then((again) => again() ?? true)).toBe(true);
  });
});
