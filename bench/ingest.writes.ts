/** Readings a second: through the API, through the service, and by hand. One connection each, interleaved rounds. */
import pg from 'pg';
import { createApp } from '../src/app.ts';
import { runCommand } from '../src/commands/runner.ts';
import { readConfig } from '../src/config.ts';
import { openPostgres } from '../src/database/open.ts';
import { createLogger } from '../src/logger.ts';
import { ingestReadings } from '../src/monitoring/reading.service.ts';
import { copy } from './ingest.copy.ts';
import type { IngestDatabase } from './ingest.database.ts';
import { load } from './load.ts';
import { startWorker } from './processes.ts';
import { median, randomFrom } from './random.ts';
import { graphqlTo, type Plan } from './reads.ts';

export interface IngestResult {
  readonly size: number;
  /** Readings a second. */
  readonly api: number;
  readonly service: number;
  readonly unnest: number;
  readonly copy: number;
  readonly statements: number;
}

const sizes = [1, 100, 1_000, 10_000];
const document =
  'mutation Ingest($input: IngestReadingsInput!) { ingestReadings(input: $input) { __typename ... on IngestReadingsSuccess { stored } } }';

const columns = '("organizationId", "position", "sensorId", value, "observedAt", "recordedAt")';
const unnest = `INSERT INTO "SensorReading" ${columns}
  SELECT $1, $2::int8 + r.place, r.sensor, r.value, r.at, now()
  FROM unnest($3::uuid[], $4::float8[], $5::timestamptz[]) WITH ORDINALITY AS r(sensor, value, at, place)`;

interface Rows {
  readonly sensorIds: string[];
  readonly publicIds: string[];
  readonly values: number[];
  readonly instants: string[];
}

/** Makes messages as a gateway would send them: all sensors, second by second. */
function source({ sensors }: IngestDatabase): (size: number) => Rows {
  const random = randomFrom(7);
  let second = Date.parse('2026-01-01T00:00:00Z');
  let turn = 0;
  return (size) => {
    const rows: Rows = { sensorIds: [], publicIds: [], values: [], instants: [] };
    for (let place = 0; place < size; place++) {
      const sensor = sensors[turn % sensors.length];
      if (turn++ % sensors.length === 0) second += 1_000;
      rows.sensorIds.push(sensor?.id ?? '');
      rows.publicIds.push(sensor?.publicId ?? '');
      rows.values.push(Math.round(random() * 10_000) / 100);
      rows.instants.push(new Date(second).toISOString());
    }
    return rows;
  };
}

export async function measureIngest(
  database: IngestDatabase,
  plan: Plan,
  say: (line: string) => void,
): Promise<IngestResult[]> {
  const { organizationId, tokenId } = database;
  const next = source(database);
  const api = await startWorker('api-server.ts', { DATABASE_URL: database.url });
  const client = new pg.Client({ connectionString: database.url, options: '-c TimeZone=UTC' });
  await client.connect();
  const own = await openPostgres(database.url);
  const config = readConfig({ DATABASE_URL: database.url, PORT: '0', NODE_ENV: 'production' });
  const app = createApp({ config, log: createLogger({ level: 'silent' }), database: own });
  const caller = { organizationId, tokenId, userId: null, role: 'ADMINISTRATOR' as const };
  // Positions far beyond those that the API gives.
  let position = 1_000_000_000_000;

  const input = ({ publicIds, values, instants }: Rows) => ({
    readings: publicIds.map((sensorId, place) => ({
      sensorId,
      value: values[place],
      observedAt: instants[place],
    })),
  });
  const graphql = graphqlTo(api, database.token);
  const request = (size: number) => graphql.request(document, { input: input(next(size)) });
  const service = async (size: number) => {
    const { readings } = input(next(size));
    const parsed = {
      readings: readings.map((each) => ({ ...each, observedAt: new Date(each.observedAt ?? 0) })),
    };
    await runCommand(app.runtime, { caller, requestId: null }, ingestReadings, parsed);
  };
  const byUnnest = async (size: number) => {
    const { sensorIds, values, instants } = next(size);
    await client.query({
      name: 'unnest',
      text: unnest,
      values: [organizationId, position, sensorIds, values, instants],
    });
    position += size;
  };
  const byCopy = async (size: number) => {
    const { sensorIds, values, instants } = next(size);
    const now = new Date().toISOString();
    const lines = sensorIds.map(
      (id, place) =>
        `${organizationId}\t${position + place + 1}\t${id}\t${values[place]}\t${instants[place]}\t${now}\n`,
    );
    position += size;
    await copy(client, `COPY "SensorReading" ${columns} FROM STDIN`, Buffer.from(lines.join('')));
  };
  const perSecond = async (size: number, act: (size: number) => Promise<void>): Promise<number> => {
    const begin = performance.now();
    let sent = 0;
    do {
      await act(size);
      sent += size;
    } while (performance.now() - begin < plan.roundMs);
    return (sent / (performance.now() - begin)) * 1_000;
  };
  try {
    const found: IngestResult[] = [];
    for (const size of sizes) {
      const texts = await api.statementsDuring(() => load(api.url, 1, 0, () => request(size)));
      await load(api.url, 1, 1_000, () => request(size));
      const rounds: Omit<IngestResult, 'size' | 'statements'>[] = [];
      for (let round = 0; round < plan.rounds; round++) {
        rounds.push({
          api: (await load(api.url, 1, plan.roundMs, () => request(size))).perSecond * size,
          service: await perSecond(size, service),
          unnest: await perSecond(size, byUnnest),
          copy: await perSecond(size, byCopy),
        });
      }
      const middle = (of: 'api' | 'service' | 'unnest' | 'copy') => median(rounds.map((each) => each[of]));
      const result = {
        size,
        api: middle('api'),
        service: middle('service'),
        unnest: middle('unnest'),
        copy: middle('copy'),
        statements: texts.length,
      };
      found.push(result);
      say(`${size} a message: ${result.api.toFixed(0)} readings/s, COPY ${result.copy.toFixed(0)}.`);
    }
    return found;
  } finally {
    await client.end();
    await app.stop(1_000);
    await own.close();
    await api.stop();
  }
}
