/** Series of sensors over many readings, beside the statement that they need, and the same over the readings. */
import pg from 'pg';
import { fillReadings, type IngestDatabase } from './ingest.database.ts';
import { load } from './load.ts';
import { startWorker } from './processes.ts';
import { median } from './random.ts';
import { graphqlTo, type Plan } from './reads.ts';

export interface SeriesResult {
  readonly name: string;
  readonly buckets: number;
  /** ms */
  readonly api: number;
  readonly bare: number;
  readonly raw: number;
  readonly statements: number;
}

const document = `query Series($id: ID!, $from: DateTime!, $to: DateTime!, $bucket: Duration!) {
  sensor(id: $id) { series(from: $from, to: $to, bucket: $bucket) { start isGap count min max mean } }
}`;
const rollup = `SELECT date_bin($5::interval, "startedAt", 'epoch') AS start, sum(count) AS count, min(minimum) AS min,
    max(maximum) AS max, sum(sum) / sum(count) AS mean
  FROM "SensorReadingBucket" WHERE "organizationId" = $1 AND "sensorId" = $2 AND "startedAt" >= $3 AND "startedAt" < $4
  GROUP BY 1 ORDER BY 1`;
const readings = `SELECT date_bin($5::interval, "observedAt", 'epoch') AS start, count(*) AS count, min(value) AS min,
    max(value) AS max, avg(value) AS mean
  FROM "SensorReading" WHERE "organizationId" = $1 AND "sensorId" = $2 AND "observedAt" >= $3 AND "observedAt" < $4
  GROUP BY 1 ORDER BY 1`;

export async function measureSeries(
  database: IngestDatabase,
  count: number,
  plan: Plan,
  say: (line: string) => void,
): Promise<SeriesResult[]> {
  const begin = await fillReadings(database, count);
  say(`There are ${count} readings.`);
  const [sensor] = database.sensors;
  if (!sensor) throw new Error('There is no sensor.');
  const hour = 3_600_000;
  const lasting = Math.ceil(count / database.sensors.length) * 1_000;
  const aligned = new Date(Math.ceil(begin.getTime() / hour) * hour);
  const windows = [
    { name: 'all, PT5M', bucket: 300, span: Math.min(Math.floor(lasting / hour) * hour, 1_999 * 300_000) },
    { name: 'all, PT1H', bucket: 3_600, span: Math.floor(lasting / hour) * hour },
    { name: '6 hours, PT5M', bucket: 300, span: 6 * hour },
    { name: '6 hours, PT1M (readings)', bucket: 60, span: 6 * hour },
  ];
  const api = await startWorker('api-server.ts', { DATABASE_URL: database.url });
  const client = new pg.Client({ connectionString: database.url, options: '-c TimeZone=UTC -c jit=off' });
  await client.connect();
  try {
    const graphql = graphqlTo(api, database.token);
    const found: SeriesResult[] = [];
    for (const { name, bucket, span } of windows) {
      const to = new Date(aligned.getTime() + span);
      const request = graphql.request(document, {
        id: sensor.publicId,
        from: aligned,
        to,
        bucket: `PT${bucket}S`,
      });
      const bare = async (text: string) => {
        const sent = performance.now();
        await client.query(text, [database.organizationId, sensor.id, aligned, to, `${bucket} seconds`]);
        return performance.now() - sent;
      };
      const texts = await api.statementsDuring(() => load(api.url, 1, 0, () => request));
      await load(api.url, 1, 500, () => request);
      const summed = bucket % 300 === 0 ? rollup : readings;
      const rounds: { api: number; bare: number; raw: number }[] = [];
      for (let round = 0; round < plan.rounds; round++) {
        const { p50 } = await load(api.url, 1, plan.roundMs, () => request);
        const bares: number[] = [];
        for (let turn = 0; turn < 20; turn++) bares.push(await bare(summed));
        const raws: number[] = [];
        for (let turn = 0; turn < 3; turn++) raws.push(await bare(readings));
        rounds.push({ api: p50, bare: median(bares), raw: median(raws) });
      }
      const middle = (of: 'api' | 'bare' | 'raw') => median(rounds.map((each) => each[of]));
      const buckets = Math.ceil(span / (bucket * 1_000));
      found.push({
        name,
        buckets,
        api: middle('api'),
        bare: middle('bare'),
        raw: middle('raw'),
        statements: texts.length,
      });
      say(`${name}: ${middle('api').toFixed(1)} ms.`);
    }
    return found;
  } finally {
    await client.end();
    await api.stop();
  }
}
