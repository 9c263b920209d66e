/** A database with an organization and its sensors, and readings to fill it with. */
import pg from 'pg';
import { openPrisma } from '../src/database/client.ts';
import { deployMigrations } from '../src/database/migrations.ts';
import { openPostgres } from '../src/database/open.ts';
import { createOrganization } from '../src/identity/organization.setup.ts';
import { encodeId, newId } from '../src/ids.ts';
import { onServer } from './database.ts';

// It opens nothing but the benchmark's own database.
const token = 'hm_bench_0123456789abcdefghijklmnopqrstuvwxyz';

export interface IngestDatabase {
  readonly url: string;
  readonly token: string;
  readonly organizationId: string;
  readonly tokenId: string;
  readonly sensors: readonly { readonly id: string; readonly publicId: string }[];
  close(): Promise<void>;
}

export async function openIngestDatabase(server: string, sensorCount: number): Promise<IngestDatabase> {
  const name = `hm_ingest_${process.pid}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const close = async () => {
    await onServer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  await onServer(server, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0`));
  try {
    const database = await openPostgres(url.href);
    const prisma = openPrisma(database);
    try {
      await deployMigrations(database);
      const named = { code: 'bench', name: 'Benchmark', token };
      const organization = await createOrganization(prisma, named, new Date());
      const sensors = Array.from({ length: sensorCount }, () => newId());
      await database.query(
        `INSERT INTO "Sensor" ("organizationId", id, name, quantity, unit, state, "createdAt", "updatedAt")
         SELECT $1, s.id, 'Sensor ' || s.place, 'temperature', 'Cel', 'IDLE', now(), now()
         FROM unnest($2::uuid[]) WITH ORDINALITY AS s(id, place)`,
        [organization.organizationId, sensors],
      );
      const publicIds = sensors.map((id) => ({ id, publicId: encodeId('Sensor', id) }));
      return { ...organization, url: url.href, token, sensors: publicIds, close };
    } finally {
      await prisma.$disconnect();
      await database.close();
    }
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Fills in readings of every sensor, one a second, the last of them an hour ago, with what is summed up of them.
 * @returns when the first was measured
 */
export async function fillReadings(
  { url, organizationId, sensors }: IngestDatabase,
  count: number,
): Promise<Date> {
  const each = Math.ceil(count / sensors.length);
  const end = Math.floor((Date.now() - 3_600_000) / 1_000) * 1_000;
  const begin = new Date(end - each * 1_000);
  const client = new pg.Client({ connectionString: url, options: '-c TimeZone=UTC' });
  await client.connect();
  try {
    await client.query('SELECT hm_reading_partitions($1, now())', [begin]);
    await client.query(
      `WITH head AS (
         UPDATE "ReadingHead" SET "position" = "position" + $3::int * cardinality($4::uuid[]), "recordedAt" = now()
         WHERE "organizationId" = $1 RETURNING "position" - $3::int * cardinality($4::uuid[]) AS base
       )
       INSERT INTO "SensorReading" ("organizationId", "position", "sensorId", value, "observedAt", "recordedAt")
       SELECT $1, head.base + n::int8 * cardinality($4::uuid[]) + s.place, s.id, 20 + 5 * sin(n / 600.0) + s.place,
         $2::timestamptz + n * interval '1 second', $2::timestamptz + n * interval '1 second'
       FROM head, generate_series(0, $3::int - 1) AS n, unnest($4::uuid[]) WITH ORDINALITY AS s(id, place)`,
      [organizationId, begin, each, sensors.map(({ id }) => id)],
    );
    await client.query(
      `INSERT INTO "SensorReadingBucket"
       SELECT "organizationId", "sensorId", date_bin('5 minutes', "observedAt", 'epoch'), count(*), 0, min(value), max(value),
         sum(value), (array_agg(value ORDER BY "observedAt"))[1], min("observedAt"),
         (array_agg(value ORDER BY "observedAt" DESC))[1], max("observedAt")
       FROM "SensorReading" WHERE "organizationId" = $1 GROUP BY 1, 2, 3 ON CONFLICT DO NOTHING`,
      [organizationId],
    );
    await client.query('VACUUM ANALYZE "SensorReading", "SensorReadingBucket"');
    return begin;
  } finally {
    await client.end();
  }
}
