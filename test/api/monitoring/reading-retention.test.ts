import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { keepReadings } from '../../../src/monitoring/reading.housekeeping.ts';
import { type TestOrganization, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { subscribe } from '../../support/stream.ts';
import { create } from '../support.ts';

const day = 86_400_000;
const today = Date.now();
let now = today;
const app = useApp({ now: () => new Date(now), follower: { ring: 4, page: 3 } });

const Ingest = graphql(`
  mutation RetentionIngest($input: IngestReadingsInput!) {
    ingestReadings(input: $input) { __typename ... on IngestReadingsSuccess { stored } }
  }
`);
const Sensor = graphql(`
  query RetentionSensor($id: ID!, $from: DateTime!, $to: DateTime!, $bucket: Duration!) {
    sensor(id: $id) {
      latestReading { value }
      readings { value recordedAt }
      series(from: $from, to: $to, bucket: $bucket) { count mean }
    }
  }
`);
const Readings = graphql(`
  subscription RetentionReadings($after: Cursor) {
    sensorReadings(after: $after) {
      __typename
      ... on SensorReadings { cursor readings { value } }
      ... on Position { cursor }
      ... on Gap { fromCursor toCursor reason }
    }
  }
`);

const oven = { name: 'Oven', quantity: 'temperature', unit: 'Cel' };

/** Stores values that many days ago. */
async function ingest(client: Client, sensorId: string, ago: number, values: readonly number[]) {
  now = today - ago * day;
  const observedAt = new Date(now - 1_000).toISOString();
  const readings = values.map((value) => ({ sensorId, value, observedAt }));
  await client.success(Ingest, { input: { readings } }, 'IngestReadingsSuccess');
}

const keep = (days = 400) => keepReadings(app().app.runtime, days);
/** How many of an organization's readings lie in each partition. */
async function weeks({ organizationId }: TestOrganization): Promise<Record<string, number>> {
  const rows = await app().database.query<{ week: string; count: number }>(
    `SELECT tableoid::regclass::text AS week, count(*)::int AS count FROM "SensorReading"
     WHERE "organizationId" = $1 GROUP BY 1`,
    [organizationId],
  );
  return Object.fromEntries(rows.map(({ week, count }) => [week, count]));
}
const weekOf = (ago: number) => {
  const at = new Date(today - ago * day);
  const monday = new Date(at.getTime() - ((at.getUTCDay() + 6) % 7) * day);
  return `readings.week_${monday.toISOString().slice(0, 10).replaceAll('-', '_')}`;
};

describe('readings', () => {
  it('are stored by week, whatever the clock says, and moved to their week once it is there', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oven);
    await ingest(ours.client, sensorId, 0, [0]);
    await ingest(ours.client, sensorId, -200, [1, 2]);
    expect(await weeks(ours)).toEqual({ [weekOf(0)]: 1, 'readings.other': 2 });
    await Promise.all([keep(), keep()]);
    expect(await weeks(ours)).toEqual({ [weekOf(0)]: 1, [weekOf(-200)]: 2 });
    await ingest(ours.client, sensorId, -200, [3]);
    expect((await weeks(ours))[weekOf(-200)]).toBe(3);
  });

  it('are never stored before those that were stored earlier, though the clock goes back', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oven);
    await ingest(ours.client, sensorId, 3, [1]);
    await ingest(ours.client, sensorId, 5, [2]);
    const window = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z', bucket: 'PT5M' };
    const { sensor } = await ours.client.query(Sensor, { id: sensorId, ...window });
    const stored = new Map(sensor?.readings.map(({ value, recordedAt }) => [value, recordedAt]));
    expect(stored.get(2)).toBe(stored.get(1));
  });

  it('go with their week when they are old, but not what they came to', async () => {
    const { ours } = await app().organizations();
    const id = await create(ours.client, 'Sensor', oven);
    await ingest(ours.client, id, 450, [10, 20]);
    await keep();
    await ingest(ours.client, id, 420, [30]);
    await ingest(ours.client, id, 300, [40, 50]);
    await keep();
    now = today;
    expect(Object.keys(await weeks(ours))).toContain(weekOf(450));
    await keep();
    expect(Object.values(await weeks(ours))).toEqual([2]);
    const from = new Date(today - 451 * day).toISOString();
    const to = new Date(today - 200 * day).toISOString();
    const { sensor } = await ours.client.query(Sensor, { id, from, to, bucket: 'P1D' });
    expect(sensor?.readings.map(({ value }) => value)).toEqual([40, 50]);
    expect(sensor?.series.filter(({ count }) => count > 0)).toEqual([
      { count: 2, mean: 15 },
      { count: 1, mean: 30 },
      { count: 2, mean: 45 },
    ]);
    // Single readings of that time would look like gaps.
    const short = { id, from, to: new Date(today - 450.5 * day).toISOString(), bucket: 'PT61S' };
    const refused = await ours.client.send(Sensor, short);
    expect(refused.graphqlErrors()[0]?.message).toContain('multiple of PT5M');
  });

  it('that are gone are told to a subscriber once, as a Gap, and what is left follows', async () => {
    const { ours } = await app().organizations();
    const id = await create(ours.client, 'Sensor', oven);
    await ingest(ours.client, id, 450, [1, 2, 3, 4, 5]);
    await ingest(ours.client, id, 200, [6, 7, 8, 9, 10]);
    now = today;
    await keep();
    const stream = await subscribe(ours.client, Readings, { after: 'START' });
    const gap = await stream.next();
    expect(gap).toMatchObject({ __typename: 'Gap', reason: 'RETENTION' });
    const heard: (number | null | undefined)[] = [];
    while (heard.length < 5) {
      const message = await stream.next();
      expect(message.__typename).toBe('SensorReadings');
      if (message.__typename === 'SensorReadings') heard.push(...message.readings.map(({ value }) => value));
    }
    expect(heard).toEqual([6, 7, 8, 9, 10]);
    await stream.close();
    // Who resumes behind the gap does not hear of it again.
    const after = gap.__typename === 'Gap' ? gap.toCursor : '';
    const resumed = await subscribe(ours.client, Readings, { after });
    expect(await resumed.next()).toMatchObject({ readings: [{ value: 6 }, { value: 7 }, { value: 8 }] });
    await resumed.close();
  });

  it('that are all gone leave a Gap up to now', async () => {
    const { ours } = await app().organizations();
    const id = await create(ours.client, 'Sensor', oven);
    await ingest(ours.client, id, 450, [1, 2, 3, 4, 5, 6]);
    now = today;
    await keep();
    const stream = await subscribe(ours.client, Readings, { after: 'START' });
    expect(await stream.next()).toMatchObject({ __typename: 'Gap', reason: 'RETENTION' });
    await ingest(ours.client, id, 0, [7]);
    expect(await stream.next()).toMatchObject({ readings: [{ value: 7 }] });
    await stream.close();
    const { sensor } = await ours.client.query(Sensor, {
      id,
      from: new Date(today).toISOString(),
      to: new Date(today + 1).toISOString(),
      bucket: 'PT1M',
    });
    expect(sensor?.latestReading).toEqual({ value: 7 });
  });

  it('are dropped by the clock of the database: one that is wrong drops nothing', async () => {
    const { ours } = await app().organizations();
    const id = await create(ours.client, 'Sensor', oven);
    await ingest(ours.client, id, 0, [1]);
    now = today + 5_000 * day;
    await keep();
    now = today;
    const window = { from: new Date(today - day).toISOString(), to: new Date(today + day).toISOString() };
    const { sensor } = await ours.client.query(Sensor, { id, ...window, bucket: 'P1D' });
    expect(sensor?.readings).toHaveLength(1);
  });
});
