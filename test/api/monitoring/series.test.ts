import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { unique, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { create } from '../support.ts';

const app = useApp();

const Ingest = graphql(`
  mutation SeriesIngest($input: IngestReadingsInput!) {
    ingestReadings(input: $input) { __typename ... on IngestReadingsSuccess { stored } }
  }
`);
const Series = graphql(`
  query SensorSeries($id: ID!, $from: DateTime!, $to: DateTime!, $bucket: Duration!) {
    sensor(id: $id) {
      series(from: $from, to: $to, bucket: $bucket) {
        start isGap count unavailable min max mean first firstAt last lastAt
      }
    }
  }
`);

const oven = { name: 'Oven', quantity: 'temperature', unit: 'Cel' };
const epoch = Date.parse('2026-03-01T00:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();

interface Sample {
  value: number | null;
  at: number;
}

const send = (client: Client, sensorId: string, samples: readonly Sample[]) =>
  client.success(
    Ingest,
    { input: { readings: samples.map(({ value, at }) => ({ sensorId, value, observedAt: iso(at) })) } },
    'IngestReadingsSuccess',
  );

const seriesOf = async (client: Client, id: string, from: number, to: number, bucket: string) =>
  (await client.query(Series, { id, from: iso(from), to: iso(to), bucket })).sensor?.series;

/** What a series is, said plainly. */
function plainly(samples: readonly Sample[], from: number, to: number, seconds: number) {
  const length = seconds * 1_000;
  const buckets = [];
  for (let start = Math.floor(from / length) * length; start < to; start += length) {
    const within = samples.filter(({ at }) => at >= start && at < start + length);
    const measured = within.filter(
      (sample): sample is { value: number; at: number } => sample.value !== null,
    );
    // Stable: of two at one instant the one that was stored first is the first, and the other the last.
    const inOrder = measured.toSorted((a, b) => a.at - b.at);
    const values = measured.map(({ value }) => value);
    const [first, last] = [inOrder[0], inOrder.at(-1)];
    buckets.push({
      start: iso(start),
      isGap: measured.length === 0,
      count: measured.length,
      unavailable: within.length - measured.length,
      min: first ? Math.min(...values) : null,
      max: first ? Math.max(...values) : null,
      // Halves add up exactly, in whatever order.
      mean: first ? values.reduce((sum, value) => sum + value, 0) / values.length : null,
      first: first?.value ?? null,
      firstAt: first ? iso(first.at) : null,
      last: last?.value ?? null,
      lastAt: last ? iso(last.at) : null,
    });
  }
  return buckets;
}

// Many at the same instants and at the edges of buckets.
const samples = fc.array(
  fc.record({
    value: fc.option(
      fc.integer({ min: -40, max: 40 }).map((half) => half / 2),
      { freq: 5 },
    ),
    at: fc.oneof(
      fc.integer({ min: 0, max: 7_200 }).map((second) => epoch + second * 1_000),
      fc.integer({ min: 0, max: 24 }).map((place) => epoch + place * 300_000),
      fc.integer({ min: 0, max: 7_200_000 }).map((ms) => epoch + ms),
    ),
  }),
  { minLength: 1, maxLength: 120 },
);

describe('the series of a sensor', () => {
  property.prop(
    [
      samples,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: -900, max: 7_000 }),
      fc.integer({ min: 1, max: 8_000 }),
    ],
    { numRuns: 25 },
  )('is what its readings say, from the rollup and from readings', async (given, size, since, lasting) => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', { ...oven, name: unique('Oven') });
    // In messages, in the order in which they were made up: late and out of order.
    for (let from = 0; from < given.length; from += size)
      await send(ours.client, sensorId, given.slice(from, from + size));
    const from = epoch + since * 1_000;
    const to = from + lasting * 1_000;
    for (const [bucket, seconds] of [
      ['PT5M', 300],
      ['PT1H', 3_600],
      ['PT35M', 2_100],
      ['PT7M', 420],
      ['PT61S', 61],
    ] as const) {
      const series = await seriesOf(ours.client, sensorId, from, to, bucket);
      expect({ bucket, series }).toEqual({ bucket, series: plainly(given, from, to, seconds) });
    }
  });

  it('holds what it has while its window moves on', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oven);
    await send(
      ours.client,
      sensorId,
      Array.from({ length: 60 }, (_, minute) => ({ value: minute, at: epoch + minute * 60_000 })),
    );
    const [before, after] = [
      await seriesOf(ours.client, sensorId, epoch + 420_000, epoch + 1_800_000, 'PT10M'),
      await seriesOf(ours.client, sensorId, epoch + 480_000, epoch + 1_860_000, 'PT10M'),
    ];
    expect(after?.slice(0, 3)).toEqual(before);
    expect(after).toHaveLength(4);
  });

  it('has a gap where nothing came, and where the sensor could not say', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', oven);
    await send(ours.client, sensorId, [
      { value: 20, at: epoch },
      { value: null, at: epoch + 301_000 },
      { value: 0, at: epoch + 901_000 },
    ]);
    const series = await seriesOf(ours.client, sensorId, epoch, epoch + 1_200_000, 'PT5M');
    expect(series?.map(({ isGap, count, unavailable, mean }) => [isGap, count, unavailable, mean])).toEqual([
      [false, 1, 0, 20],
      [true, 0, 1, null],
      [true, 0, 0, null],
      [false, 1, 0, 0],
    ]);
  });

  it('counts what a sensor of texts says', async () => {
    const { ours } = await app().organizations();
    const sensorId = await create(ours.client, 'Sensor', { ...oven, valueType: 'TEXT' });
    const readings = ['ON', 'OFF'].map((text, minute) => ({
      sensorId,
      text,
      observedAt: iso(epoch + minute * 60_000),
    }));
    await ours.client.success(Ingest, { input: { readings } }, 'IngestReadingsSuccess');
    for (const bucket of ['PT5M', 'PT4M']) {
      const [first] = (await seriesOf(ours.client, sensorId, epoch, epoch + 60_000, bucket)) ?? [];
      expect(first).toMatchObject({
        isGap: false,
        count: 2,
        mean: null,
        first: null,
        lastAt: iso(epoch + 60_000),
      });
    }
  });

  it('refuses too many buckets, and windows that are none', async () => {
    const { ours } = await app().organizations();
    const id = await create(ours.client, 'Sensor', oven);
    const day = 86_400_000;
    for (const [to, bucket] of [
      [epoch + 7 * day, 'PT5M'],
      [epoch, 'PT5M'],
      [epoch - 1, 'PT5M'],
      [epoch + 1, 'PT0S'],
    ] as const) {
      const answer = await ours.client.send(Series, { id, from: iso(epoch), to: iso(to), bucket });
      expect(answer.graphqlErrors()[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    expect(await seriesOf(ours.client, id, epoch, epoch + 2_000 * 300_000, 'PT5M')).toHaveLength(2_000);
  });
});
