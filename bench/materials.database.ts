/** Databases with a powder network each: made and loaded, kept or dropped. */
import type pg from 'pg';
import { openPrisma } from '../src/database/client.ts';
import { deployMigrations } from '../src/database/migrations.ts';
import { openPostgres } from '../src/database/open.ts';
import { createOrganization } from '../src/identity/organization.setup.ts';
import { onServer } from './database.ts';
import { danglingReferences, type Loaded, loadPowder } from './powder.load.ts';

/** Grows when the data change, so that a kept database of an earlier kind is not reused. */
const generation = 1;

// Fixed, so that a kept database can be asked again. It opens nothing but a benchmark's own database.
const token = 'hm_bench_0123456789abcdefghijklmnopqrstuvwxyz';

export interface PowderDatabase extends Loaded {
  readonly url: string;
  readonly batches: number;
  readonly organizationId: string;
  readonly tokenId: string;
  readonly token: string;
  /** Bytes of the database, and of its largest tables with their indexes. */
  readonly bytes: number;
  readonly tables: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/**
 * Makes a database with a network of that many batches, or takes the one that an earlier run kept.
 * @param keep the beginning of the name of databases that are kept
 */
export async function openPowderDatabase(
  server: string,
  batches: number,
  keep: string | undefined,
  say: (line: string) => void,
): Promise<PowderDatabase> {
  if (keep !== undefined && !/^[a-z_][a-z0-9_]{0,40}$/.test(keep)) {
    throw new Error(`--keep ${keep}: a name of small letters, digits and _ is needed.`);
  }
  const name = keep === undefined ? `hm_powder_${process.pid}_${batches}` : `${keep}_${batches}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const drop = () =>
    onServer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  let loaded = await onServer(server, (client) => markerOf(client, name));
  if (loaded === undefined) {
    await onServer(server, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0`));
    try {
      loaded = await make(url.href, batches, say);
      const marker = JSON.stringify({ heatmarkPowder: generation, batches, ...loaded }).replaceAll("'", '');
      await onServer(server, (client) => client.query(`COMMENT ON DATABASE ${name} IS '${marker}'`));
    } catch (error) {
      await drop();
      throw error;
    }
  }
  const sizes = await onServer(url.href, describe);
  return {
    ...loaded,
    ...sizes,
    url: url.href,
    batches,
    token,
    close: async () => {
      if (keep === undefined) await drop();
    },
  };
}

/** What is known of a kept network; undefined where there is no such database. */
async function markerOf(client: pg.Client, name: string): Promise<Loaded | undefined> {
  const { rows } = await client.query<{ comment: string | null }>(
    `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1`,
    [name],
  );
  if (!rows[0]) return undefined;
  const marker = JSON.parse(rows[0].comment ?? 'null') as (Loaded & { heatmarkPowder?: number }) | null;
  if (marker?.heatmarkPowder !== generation)
    throw new Error(`The database ${name} is not one of this benchmark.`);
  return marker;
}

async function make(url: string, batches: number, say: (line: string) => void): Promise<Loaded> {
  const database = await openPostgres(url);
  const prisma = openPrisma(database);
  let organization: { organizationId: string; tokenId: string };
  try {
    await deployMigrations(database);
    organization = await createOrganization(prisma, { code: 'bench', name: 'Benchmark', token }, new Date());
  } finally {
    await prisma.$disconnect();
    await database.close();
  }
  return onServer(url, async (client) => {
    const loaded = await loadPowder(client, { ...organization, batches }, say);
    const broken = await danglingReferences(client);
    if (broken.length > 0) throw new Error(`Rows refer to nothing: ${broken.join(', ')}.`);
    return loaded;
  });
}

async function describe(client: pg.Client) {
  const organization = await client.query<{ organizationId: string; tokenId: string }>(
    `SELECT "organizationId", id AS "tokenId" FROM "ApiToken" LIMIT 1`,
  );
  const tables = await client.query<{ name: string; bytes: string }>(
    `SELECT relname AS name, pg_total_relation_size(oid)::text AS bytes FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY pg_total_relation_size(oid) DESC LIMIT 6`,
  );
  const all = await client.query<{ bytes: string }>(
    'SELECT pg_database_size(current_database())::text AS bytes',
  );
  const [owner] = organization.rows;
  if (!owner) throw new Error('The database holds no organization.');
  return {
    ...owner,
    bytes: Number(all.rows[0]?.bytes),
    tables: Object.fromEntries(tables.rows.map(({ name, bytes }) => [name, Number(bytes)])),
  };
}
