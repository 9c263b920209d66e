import { describe, expect, it } from 'vitest';
import { useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { subscribe } from '../support/stream.ts';
import { AllEvents, cursorOf, cursorsOf, logAfter, makeLocation, positionOf } from './acts.ts';

// A small ring and small pages: a subscriber crosses from the log to memory, and back, many times.
const app = useApp({ follower: { ring: 16, page: 7 } });

const writers = 8;

/** Commits of many clients at once. */
const writing = (client: Client, each: number): Promise<unknown> =>
  Promise.all(
    Array.from({ length: writers }, async () => {
      for (let made = 0; made < each; made++) await makeLocation(client);
    }),
  );

describe('the seam between replay and live', () => {
  it('gives subscribers who join while many write the contiguous slice of the log', async () => {
    const { ours } = await app().organizations();
    const written = writing(ours.client, 10);
    const joined = [];
    for (let subscriber = 0; subscriber < 6; subscriber++) {
      const { cursor } = await makeLocation(ours.client);
      const after = subscriber % 2 === 0 ? 'START' : cursor;
      joined.push({ after, stream: await subscribe(ours.client, AllEvents, { after }) });
    }
    await written;
    const last = await makeLocation(ours.client);
    for (const { after, stream } of joined) {
      const expected = cursorsOf(await logAfter(ours.client, after));
      expect(cursorsOf(await stream.take(expected.length))).toEqual(expected);
      expect(expected.at(-1)).toBe(last.cursor);
      await stream.close();
    }
  });

  it('sends nothing twice: what follows the last event is the next one', async () => {
    const { ours } = await app().organizations();
    const written = writing(ours.client, 4);
    const stream = await subscribe(ours.client, AllEvents, { after: 'START' });
    await written;
    const seen = cursorsOf(await stream.take(2 + writers * 4));
    const sentinel = await makeLocation(ours.client);
    expect(await stream.next()).toMatchObject({ cursor: sentinel.cursor });
    expect(new Set(seen).size).toBe(seen.length);
    await stream.close();
  });

  it('loses and doubles nothing for a display whose connection is cut again and again while many write', async () => {
    const { ours } = await app().organizations();
    const written = writing(ours.client, 8);
    const seen: string[] = [];
    const total = 2 + writers * 8;
    while (seen.length < total) {
      const stream = await subscribe(ours.client, AllEvents, { after: seen.at(-1) ?? 'START' });
      const wanted = Math.min(9, total - seen.length);
      for (let taken = 0; taken < wanted; taken++) seen.push(cursorOf(await stream.next()));
      stream.drop();
      await stream.ended;
    }
    await written;
    expect(seen).toEqual(cursorsOf(await logAfter(ours.client)));
  });

  it('keeps the log contiguous under concurrent commits', async () => {
    const { ours } = await app().organizations();
    await writing(ours.client, 5);
    const positions = (await logAfter(ours.client)).map((entry) => positionOf(entry.cursor));
    expect(positions).toEqual(positions.map((_, place) => place + 1));
  });
});
