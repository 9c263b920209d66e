import type { CommandContext } from '../commands/context.ts';
import { type Measurement, newestOf, rollUp } from './reading.rollup.ts';

// Positions come from the head's row, whose lock lasts until the commit: a later commit never gets an earlier position,
// so a follower cannot miss one. The instant of storing does not go back either: a week is a run of positions, also
// where the clocks of two processes differ. Every other part takes from the head, so that all wait for that one lock.
const statement = `
  WITH head AS (
    UPDATE "ReadingHead" SET "position" = "position" + $2::int, "recordedAt" = greatest("recordedAt", $3::timestamptz)
    WHERE "organizationId" = $1::uuid RETURNING "position" - $2::int AS base, "recordedAt" AS at
  ), stored AS (
    INSERT INTO "SensorReading" ("organizationId", "position", "sensorId", value, text, state, "observedAt", "recordedAt")
    SELECT $1::uuid, head.base + r.place, ($4::uuid[])[r.sensor], r.value, r.text,
      (CASE WHEN r.value IS NULL AND r.text IS NULL THEN 'UNAVAILABLE' ELSE 'MEASURED' END)::"ReadingState",
      timestamptz 'epoch' + r.at * interval '1 millisecond', head.at
    FROM head, unnest($5::int[], $6::float8[], $7::text[], $8::float8[])
      WITH ORDINALITY AS r(sensor, value, text, at, place)
  ), newest AS (
    INSERT INTO "SensorLatest" AS l ("organizationId", "sensorId", "position", value, text, state, "observedAt", "recordedAt")
    SELECT $1::uuid, n."sensorId", head.base + n.place, n.value, n.text,
      (CASE WHEN n.value IS NULL AND n.text IS NULL THEN 'UNAVAILABLE' ELSE 'MEASURED' END)::"ReadingState",
      n."observedAt", head.at
    FROM head, unnest($9::uuid[], $10::int[], $11::float8[], $12::text[], $13::timestamptz[])
      AS n("sensorId", place, value, text, "observedAt")
    ON CONFLICT ("organizationId", "sensorId") DO UPDATE SET "position" = excluded."position", value = excluded.value,
      text = excluded.text, state = excluded.state, "observedAt" = excluded."observedAt", "recordedAt" = excluded."recordedAt"
    WHERE excluded."observedAt" >= l."observedAt"
  )
  INSERT INTO "SensorReadingBucket" AS b ("organizationId", "sensorId", "startedAt", count, unavailable, minimum, maximum,
    sum, first, "firstAt", last, "lastAt")
  SELECT $1::uuid, u.*
  FROM head, unnest($14::uuid[], $15::timestamptz[], $16::int[], $17::int[], $18::float8[], $19::float8[], $20::float8[],
    $21::float8[], $22::timestamptz[], $23::float8[], $24::timestamptz[]) AS u
  ON CONFLICT ("organizationId", "sensorId", "startedAt") DO UPDATE SET
    count = b.count + excluded.count,
    unavailable = b.unavailable + excluded.unavailable,
    minimum = least(b.minimum, excluded.minimum),
    maximum = greatest(b.maximum, excluded.maximum),
    sum = CASE WHEN b.sum IS NULL THEN excluded.sum ELSE b.sum + coalesce(excluded.sum, 0) END,
    first = CASE WHEN b."firstAt" <= excluded."firstAt" OR excluded."firstAt" IS NULL THEN b.first ELSE excluded.first END,
    "firstAt" = least(b."firstAt", excluded."firstAt"),
    last = CASE WHEN b."lastAt" > excluded."lastAt" OR excluded."lastAt" IS NULL THEN b.last ELSE excluded.last END,
    "lastAt" = greatest(b."lastAt", excluded."lastAt")`;

/** A list of texts, or null where there are none: unnest fills up with nulls. */
const textsOf = (texts: readonly (string | null)[]) => (texts.some((text) => text !== null) ? texts : null);

/**
 * Stores readings, what each sensor measured in each five minutes, and its newest: one statement, whatever their number.
 * From it until the commit, the organization's other ingests wait.
 */
export async function storeReadings(
  { tx, organizationId, now }: CommandContext,
  readings: readonly Measurement[],
): Promise<void> {
  const newest = newestOf(readings);
  const buckets = rollUp(readings);
  const sensorIds = newest.map(({ reading }) => reading.sensorId);
  const placeOf = new Map(sensorIds.map((id, index) => [id, index + 1]));
  const iso = (instant: Date | null) => instant?.toISOString() ?? null;
  await tx.$executeRawUnsafe(
    statement,
    organizationId,
    readings.length,
    now.toISOString(),
    sensorIds,
    readings.map(({ sensorId }) => placeOf.get(sensorId)),
    readings.map(({ value }) => value),
    textsOf(readings.map(({ text }) => text)),
    readings.map(({ observedAt }) => observedAt.getTime()),
    sensorIds,
    newest.map(({ place }) => place),
    newest.map(({ reading }) => reading.value),
    textsOf(newest.map(({ reading }) => reading.text)),
    newest.map(({ reading }) => iso(reading.observedAt)),
    buckets.map(({ sensorId }) => sensorId),
    buckets.map(({ startedAt }) => iso(startedAt)),
    buckets.map(({ count }) => count),
    buckets.map(({ unavailable }) => unavailable),
    buckets.map(({ minimum }) => minimum),
    buckets.map(({ maximum }) => maximum),
    buckets.map(({ sum }) => sum),
    buckets.map(({ first }) => first),
    buckets.map(({ firstAt }) => iso(firstAt)),
    buckets.map(({ last }) => last),
    buckets.map(({ lastAt }) => iso(lastAt)),
  );
}
