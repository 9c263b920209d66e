import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import type { Bucket } from '../../src/monitoring/reading.rollup.ts';
import { largestSeries, type SeriesWindow, seriesOf } from '../../src/monitoring/series.ts';
import { builder } from '../builder.ts';

const number = (member: 'minimum' | 'maximum' | 'first' | 'last', description: string) => ({
  nullable: true as const,
  description,
  resolve: (bucket: Bucket) => bucket[member],
});

const SeriesBucketRef = builder.objectRef<Bucket>('SeriesBucket').implement({
  description: 'What a sensor measured within one span of time.',
  fields: (t) => ({
    start: t.field({
      type: 'DateTime',
      description: 'When the span begins; it lasts as long as was asked.',
      resolve: ({ startedAt }) => startedAt,
    }),
    isGap: t.boolean({
      description:
        'Whether there is no measurement in it: nothing came, or only that the sensor is UNAVAILABLE. Draw no line through it.',
      resolve: ({ count }) => count === 0,
    }),
    count: t.exposeInt('count', { description: 'How many readings have a value or a text.' }),
    unavailable: t.exposeInt('unavailable', { description: 'How many readings are UNAVAILABLE.' }),
    min: t.float(number('minimum', 'The smallest value; null without one.')),
    max: t.float(number('maximum', 'The largest value; null without one.')),
    mean: t.float({
      nullable: true,
      description: 'The mean of the values, each counted alike; null without one.',
      resolve: ({ sum, count }) => (sum === null ? null : sum / count),
    }),
    first: t.float(number('first', 'The value that was measured first; null without one.')),
    firstAt: t.expose('firstAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the first was measured.',
    }),
    last: t.float(number('last', 'The value that was measured last; null without one.')),
    lastAt: t.expose('lastAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last was measured.',
    }),
  }),
});

/** The series of sensors over one window: one statement for all sensors of a page. */
function seriesLoader(context: RequestContext, window: SeriesWindow): DataLoader<string, Bucket[]> {
  const key = `series:${window.from.getTime()}:${window.to.getTime()}:${window.bucket}`;
  return context.memo.once(
    key,
    () =>
      new DataLoader<string, Bucket[]>((sensorIds) =>
        seriesOf(context.runtime.database, context.signedIn.organizationId, sensorIds, window),
      ),
  );
}

builder.prismaObjectFields('Sensor', (t) => ({
  series: t.field({
    type: [SeriesBucketRef],
    description: `What it measured over time, in buckets of one length, oldest first, with none left out. The buckets are counted from 1970-01-01T00:00Z, and those that the window touches are whole: a window that moves on keeps the buckets that it has. At most ${largestSeries}. A multiple of PT5M is answered at once, however many readings there are and however old; other lengths are computed from single readings.`,
    args: {
      from: t.arg({ type: 'DateTime', required: true, description: 'Where the window begins.' }),
      to: t.arg({ type: 'DateTime', required: true, description: 'Where it ends.' }),
      bucket: t.arg({
        type: 'Duration',
        required: true,
        description: 'How long a bucket is: PT1M, PT5M, PT1H, P1D.',
      }),
    },
    complexity: ({ from, to, bucket }: { from: Date; to: Date; bucket: number }) => ({
      field: 1,
      // Ten buckets are as dear as one object.
      multiplier: Math.max(
        1,
        Math.min((to.getTime() - from.getTime()) / (Math.max(1, bucket) * 1_000), largestSeries) / 10,
      ),
    }),
    resolve: (sensor, { from, to, bucket }, context) =>
      seriesLoader(context, { from, to, bucket }).load(sensor.id),
  }),
}));
