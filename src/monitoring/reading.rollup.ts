/** A reading as it goes into storage. */
export interface Measurement {
  readonly sensorId: string;
  /** Null where the sensor said a text, or that it cannot say. */
  readonly value: number | null;
  readonly text: string | null;
  readonly observedAt: Date;
}

/** The length of a stored bucket, in seconds. */
export const bucketSeconds = 300;

/** What one sensor measured in one bucket. */
export interface Bucket {
  readonly sensorId: string;
  readonly startedAt: Date;
  /** How many said something. */
  count: number;
  /** How many said that they cannot say. */
  unavailable: number;
  minimum: number | null;
  maximum: number | null;
  sum: number | null;
  first: number | null;
  firstAt: Date | null;
  last: number | null;
  lastAt: Date | null;
}

/** Whether the sensor said something. */
export const isMeasured = ({ value, text }: Pick<Measurement, 'value' | 'text'>): boolean =>
  value !== null || text !== null;

/** The beginning of the bucket of that many seconds in which an instant lies. Buckets are counted from 1970 in UTC. */
export const bucketStart = (at: Date, seconds: number): Date =>
  new Date(Math.floor(at.getTime() / (seconds * 1_000)) * seconds * 1_000);

/**
 * Readings by sensor and bucket. Of two readings at one instant the earlier in the list is the first, and the later is
 * the last. Summed up here and not in SQL: sorting the readings there cost nearly half of the ingest.
 */
export function rollUp(readings: readonly Measurement[]): Bucket[] {
  const length = bucketSeconds * 1_000;
  const bySensor = new Map<string, Map<number, Bucket>>();
  for (const reading of readings) {
    const number = Math.floor(reading.observedAt.getTime() / length);
    let buckets = bySensor.get(reading.sensorId);
    if (!buckets) {
      buckets = new Map();
      bySensor.set(reading.sensorId, buckets);
    }
    let bucket = buckets.get(number);
    if (!bucket) {
      bucket = emptyBucket(reading.sensorId, new Date(number * length));
      buckets.set(number, bucket);
    }
    add(bucket, reading);
  }
  // In one order, so that two transactions never wait for each other's rows.
  return [...bySensor.keys()]
    .sort()
    .flatMap((sensorId) =>
      [...(bySensor.get(sensorId)?.values() ?? [])].sort(
        (a, b) => a.startedAt.getTime() - b.startedAt.getTime(),
      ),
    );
}

/** A bucket in which nothing was heard. */
export function emptyBucket(sensorId: string, startedAt: Date): Bucket {
  return {
    sensorId,
    startedAt,
    count: 0,
    unavailable: 0,
    minimum: null,
    maximum: null,
    sum: null,
    first: null,
    firstAt: null,
    last: null,
    lastAt: null,
  };
}

function add(bucket: Bucket, reading: Measurement): void {
  const { value, observedAt } = reading;
  if (!isMeasured(reading)) {
    bucket.unavailable++;
    return;
  }
  bucket.count++;
  if (bucket.firstAt === null || observedAt < bucket.firstAt) {
    bucket.firstAt = observedAt;
    bucket.first = value;
  }
  if (bucket.lastAt === null || observedAt >= bucket.lastAt) {
    bucket.lastAt = observedAt;
    bucket.last = value;
  }
  if (value === null) return;
  bucket.sum = (bucket.sum ?? 0) + value;
  if (bucket.minimum === null || value < bucket.minimum) bucket.minimum = value;
  if (bucket.maximum === null || value > bucket.maximum) bucket.maximum = value;
}

/** The newest reading of each sensor, by when it was measured, with its place in the list from 1 on. */
export function newestOf(
  readings: readonly Measurement[],
): { readonly reading: Measurement; readonly place: number }[] {
  const newest = new Map<string, { reading: Measurement; place: number }>();
  for (const [index, reading] of readings.entries()) {
    const known = newest.get(reading.sensorId);
    if (!known || reading.observedAt >= known.reading.observedAt)
      newest.set(reading.sensorId, { reading, place: index + 1 });
  }
  return [...newest.values()].sort((a, b) => (a.reading.sensorId < b.reading.sensorId ? -1 : 1));
}
