import { expect } from 'vitest';
import { decodeCursor } from '../../src/events/cursor.ts';
import { openSockets } from '../support/metrics.ts';
import type { Feed, Message } from './displays.ts';
import { type Installation, socketsOf } from './installation.ts';
import type { Acknowledged, Writers } from './writers.ts';

/** An entry of the log, as PostgreSQL keeps it. */
interface Entry {
  position: number;
  kind: string;
  causeId: string;
}

function groupBy<T>(of: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of of) {
    const group = groups.get(keyOf(each));
    if (group) group.push(each);
    else groups.set(keyOf(each), [each]);
  }
  return groups;
}

/** The whole log, which must be 1, 2, 3 … without a hole. */
export async function readLog(installation: Installation): Promise<Entry[]> {
  const entries = await installation.query<Entry>(
    `SELECT "position"::int AS position, kind, "causeId" FROM "Event" ORDER BY "Event"."position"`,
  );
  expect(entries.map((entry) => entry.position)).toEqual(entries.map((_, place) => place + 1));
  const [head] = await installation.query<{ position: number }>(
    'SELECT position::int AS position FROM "EventHead"',
  );
  expect(head?.position).toBe(entries.length);
  return entries;
}

/** What each mutation does to the log where nothing is broken: learnt before the first fault. */
export type Effects = ReadonlyMap<string, string>;

interface Receipt {
  key: string;
  mutation: string;
  causeId: string;
  answered: boolean;
}

async function receiptsOf(installation: Installation): Promise<Map<string, Receipt[]>> {
  const receipts = await installation.query<Receipt>(
    `SELECT "clientMutationId" AS key, mutation, "causeId", outcome IS NOT NULL AS answered
     FROM "CommandReceipt" WHERE "clientMutationId" LIKE 'key-%'`,
  );
  return groupBy(receipts, (receipt) => receipt.key);
}

function effectsOf(acknowledged: readonly Acknowledged[], receipts: Map<string, Receipt[]>, log: Entry[]) {
  const byCause = groupBy(log, (entry) => entry.causeId);
  return acknowledged.map(({ key, mutation }) => {
    const found = receipts.get(key) ?? [];
    const events = found.flatMap((receipt) => byCause.get(receipt.causeId) ?? []);
    return {
      key,
      mutation,
      effect: `${found.filter((receipt) => receipt.answered).length} receipt: ${events
        .map((event) => event.kind)
        .sort()
        .join(' ')}`,
    };
  });
}

export async function learnEffects(installation: Installation, writers: Writers): Promise<Effects> {
  const log = await readLog(installation);
  const effects = effectsOf(writers.acknowledged, await receiptsOf(installation), log);
  return new Map(effects.map(({ mutation, effect }) => [mutation, effect]));
}

/** Names, notes and values that were made: how often each, by its table. */
const rowsMade = {
  createLocation: `SELECT name AS key FROM "Location"`,
  createOrder: `SELECT name AS key FROM "Order"`,
  createRun: `SELECT name AS key FROM "Run"`,
  replenishStock: `SELECT notes AS key FROM "StockAction"`,
};

/**
 * Every acknowledged mutation has the effect that it has where nothing is broken, once: in its table and in the log.
 * And whatever else is in the log since `start` is nobody's. To be called while nobody writes.
 */
export async function checkEffects(
  installation: Installation,
  { writers, effects, start }: { writers: Writers; effects: Effects; start: number },
): Promise<void> {
  expect(writers.wrong).toEqual([]);
  const log = await readLog(installation);
  const receipts = await receiptsOf(installation);
  const wrong = effectsOf(writers.acknowledged, receipts, log).filter(
    ({ mutation, effect }) => effect !== effects.get(mutation),
  );
  expect(wrong).toEqual([]);

  const ofWriters = new Set(
    writers.acknowledged.flatMap(({ key }) => (receipts.get(key) ?? []).map((receipt) => receipt.causeId)),
  );
  const nobodys = log.filter((entry) => entry.position > start && !ofWriters.has(entry.causeId));
  expect(nobodys).toEqual([]);

  for (const [mutation, sql] of Object.entries(rowsMade)) {
    const rows = await installation.query<{ key: string | null }>(sql);
    const made = rows.map((row) => row.key).filter((key) => key?.startsWith('key-'));
    // A place that was renamed since has the name of another mutation.
    const wanted = writers.acknowledged.filter((each) => each.mutation === mutation).map(({ key }) => key);
    const found = mutation === 'createLocation' ? made.filter((key) => wanted.includes(key ?? '')) : made;
    expect(found.sort()).toEqual(wanted.sort());
  }
  const [stock] = await installation.query<{ quantity: number }>(
    'SELECT "countedQuantity"::int AS quantity FROM "Stock"',
  );
  const replenished = writers.acknowledged.filter((each) => each.mutation === 'replenishStock');
  // A kilogram each, in grams.
  expect(stock?.quantity).toBe(replenished.length * 1_000);

  const values = await readValues(installation);
  expect(values.length).toBe(writers.values);
  expect([...values].sort((a, b) => a - b)).toEqual(values.map((_, value) => value));
}

/** The values of the sensor, in the order of their arrival. */
async function readValues(installation: Installation): Promise<number[]> {
  const rows = await installation.query<{ value: number }>(
    'SELECT value FROM "SensorReading" ORDER BY "SensorReading"."position"',
  );
  return rows.map((row) => row.value);
}

const positionOf = (cursor: string | undefined): number => decodeCursor(cursor ?? '', '').position;

/** A feed of events, and which of the log it wants. */
export interface Followed {
  readonly name: string;
  readonly feed: Feed;
  readonly from: number;
  readonly kinds: readonly string[] | null;
}

/** Every feed has received what it wants of the log after its start, in its order, and nothing else. */
export async function checkFeeds(installation: Installation, followed: readonly Followed[]): Promise<void> {
  const log = await readLog(installation);
  for (const { name, feed, from, kinds } of followed) {
    const wanted = log.filter(
      (entry) => entry.position > from && (kinds === null || kinds.includes(entry.kind)),
    );
    await expect
      .poll(() => feed.received.length, { timeout: 40_000, interval: 50, message: `${name} has caught up` })
      .toBeGreaterThanOrEqual(wanted.length);
    expect(feed.received.map(describeMessage), name).toEqual(wanted.map((entry) => entry.position));
    for (const message of feed.received)
      if ('location' in message) expect(message.location).toMatchObject({ id: expect.any(String) });
  }
}

/** The position, or what else it is. */
const describeMessage = (message: Message): number | string =>
  message.cursor ? positionOf(message.cursor) : JSON.stringify(message);

/** The feeds of readings have every value in its order, but for those that a Gap has told of. Answers how many Gaps. */
export async function checkReadings(installation: Installation, feeds: readonly Feed[]): Promise<number> {
  const stored = await readValues(installation);
  let gaps = 0;
  for (const feed of feeds) gaps += await checkFeedOfReadings(installation, feed, stored);
  return gaps;
}

async function checkFeedOfReadings(
  installation: Installation,
  feed: Feed,
  stored: readonly number[],
): Promise<number> {
  const [head] = await installation.query<{ position: number }>(
    'SELECT position::int AS position FROM "ReadingHead"',
  );
  await expect
    .poll(() => positionOf(feed.cursor), {
      timeout: 40_000,
      interval: 50,
      message: 'readings have caught up',
    })
    .toBeGreaterThanOrEqual(head?.position ?? 0);
  const gaps = feed.received.filter((message) => message.__typename === 'Gap');
  const told = new Set(
    gaps.flatMap(({ fromCursor, toCursor }) => {
      const [from, to] = [positionOf(fromCursor), positionOf(toCursor)];
      return Array.from({ length: to - from }, (_, place) => from + 1 + place);
    }),
  );
  const wanted = stored.filter((_, place) => !told.has(place + 1));
  const received = feed.received.flatMap((message) => (message.readings ?? []).map((each) => each.value));
  expect(received).toEqual(wanted);
  return gaps.length;
}

/** No session of PostgreSQL is left within a transaction. */
export async function checkTransactions(installation: Installation): Promise<void> {
  await expect
    .poll(
      async () =>
        installation.query(
          `SELECT pid, state, left(query, 100) AS query FROM pg_stat_activity
           WHERE datname = 'heatmark' AND (state LIKE 'idle in transaction%' OR (state = 'active' AND pid <> pg_backend_pid()))`,
        ),
      { timeout: 40_000, interval: 100, message: 'no transaction is left' },
    )
    .toEqual([]);
}

/** No process holds sockets of displays that have gone, nor many connections at all. */
export async function checkHandles(installation: Installation, most: number): Promise<void> {
  for (const place of installation.places) {
    await expect
      .poll(() => openSockets(place.url), { timeout: 30_000, message: `sockets of ${place.name}` })
      .toBe(0);
    await expect
      .poll(() => socketsOf(place.server?.pid ?? 0), { timeout: 30_000, interval: 200 })
      .toBeLessThanOrEqual(most);
  }
}
