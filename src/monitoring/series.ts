/** What sensors measured over time, in buckets. */
import type { Database } from '../database/open.ts';
import { MalformedInputError } from '../errors.ts';
import { type Bucket, bucketSeconds, bucketStart, emptyBucket } from './reading.rollup.ts';

/** The most buckets of one series. */
export const largestSeries = 2_000;

export interface SeriesWindow {
  readonly from: Date;
  readonly to: Date;
  /** The length of a bucket, in seconds. */
  readonly bucket: number;
}

// How far a connector's clock may run ahead of ours, generously: nothing is measured later than that after its storing.
const clockTolerance = 3_600_000;

/** No reading that was measured at an instant or later was stored before this one: what lets weeks be left out. */
export const storedBefore = (measured: Date): Date => new Date(measured.getTime() - clockTolerance);

/**
 * The whole buckets that a window touches. They are counted from 1970-01-01T00:00Z, so that a window that moves on
 * keeps the buckets that it has.
 *
 * @throws MalformedInputError for a window or a bucket that is none, or too many buckets
 */
function bucketsOf({ from, to, bucket }: SeriesWindow): Date[] {
  if (bucket < 1) throw new MalformedInputError('bucket must be at least PT1S.');
  if (to <= from) throw new MalformedInputError('to must lie after from.');
  const first = bucketStart(from, bucket).getTime();
  const count = Math.ceil((to.getTime() - first) / (bucket * 1_000));
  if (count > largestSeries) {
    throw new MalformedInputError(
      `The window holds ${count} buckets; at most ${largestSeries} are allowed. Choose a longer bucket.`,
    );
  }
  return Array.from({ length: count }, (_, place) => new Date(first + place * bucket * 1_000));
}

const fromRollup = `
  SELECT b."sensorId", date_bin(make_interval(secs => $5), b."startedAt", 'epoch') AS "startedAt",
    sum(b.count)::int AS count, sum(b.unavailable)::int AS unavailable, min(b.minimum) AS minimum,
    max(b.maximum) AS maximum, sum(b.sum) AS sum,
    (array_agg(b.first ORDER BY b."startedAt") FILTER (WHERE b.count > 0))[1] AS first, min(b."firstAt") AS "firstAt",
    (array_agg(b.last ORDER BY b."startedAt" DESC) FILTER (WHERE b.count > 0))[1] AS last, max(b."lastAt") AS "lastAt"
  FROM "SensorReadingBucket" b
  WHERE b."organizationId" = $1 AND b."sensorId" = ANY($2::uuid[]) AND b."startedAt" >= $3 AND b."startedAt" < $4
  GROUP BY 1, 2`;

const fromReadings = `
  SELECT r."sensorId", date_bin(make_interval(secs => $5), r."observedAt", 'epoch') AS "startedAt",
    count(*) FILTER (WHERE r.state = 'MEASURED')::int AS count,
    count(*) FILTER (WHERE r.state = 'UNAVAILABLE')::int AS unavailable,
    min(r.value) AS minimum, max(r.value) AS maximum, sum(r.value) AS sum,
    (array_agg(r.value ORDER BY r."observedAt", r."position") FILTER (WHERE r.state = 'MEASURED'))[1] AS first,
    min(r."observedAt") FILTER (WHERE r.state = 'MEASURED') AS "firstAt",
    (array_agg(r.value ORDER BY r."observedAt" DESC, r."position" DESC) FILTER (WHERE r.state = 'MEASURED'))[1] AS last,
    max(r."observedAt") FILTER (WHERE r.state = 'MEASURED') AS "lastAt"
  FROM "SensorReading" r
  WHERE r."organizationId" = $1 AND r."sensorId" = ANY($2::uuid[]) AND r."observedAt" >= $3 AND r."observedAt" < $4
    AND r."recordedAt" >= $6
  GROUP BY 1, 2`;

/**
 * The series of several sensors over one window, in the order of the sensors: all buckets, also those in which nothing
 * was heard. Buckets of a multiple of five minutes come from what is summed up at storing, others from the readings.
 *
 * @throws MalformedInputError for too many buckets, or where the readings of that time are gone
 */
export async function seriesOf(
  database: Database,
  organizationId: string,
  sensorIds: readonly string[],
  window: SeriesWindow,
): Promise<Bucket[][]> {
  const starts = bucketsOf(window);
  const { bucket } = window;
  const from = starts[0] ?? window.from;
  const to = new Date((starts.at(-1) ?? from).getTime() + bucket * 1_000);
  const summed = bucket % bucketSeconds === 0;
  if (!summed) await requireKept(database, organizationId, from);
  const parameters = [organizationId, [...sensorIds], from, to, bucket];
  const rows = summed
    ? await database.query<Bucket>(fromRollup, parameters)
    : await database.query<Bucket>(fromReadings, [...parameters, storedBefore(from)]);
  const found = new Map(rows.map((row) => [`${row.sensorId} ${row.startedAt.getTime()}`, row]));
  return sensorIds.map((id) =>
    starts.map((start) => found.get(`${id} ${start.getTime()}`) ?? emptyBucket(id, start)),
  );
}

/** Refuses what would look like gaps although there was something, but is not kept one by one. */
async function requireKept(database: Database, organizationId: string, from: Date): Promise<void> {
  const [head] = await database.query<{ droppedBefore: Date | null }>(
    `SELECT "droppedBefore" FROM "ReadingHead" WHERE "organizationId" = $1`,
    [organizationId],
  );
  const edge = head?.droppedBefore;
  if (!edge || from.getTime() >= edge.getTime() + clockTolerance) return;
  throw new MalformedInputError(
    `Single readings from before ${edge.toISOString()} are not kept: choose a bucket that is a multiple of PT5M, or a later from.`,
  );
}
