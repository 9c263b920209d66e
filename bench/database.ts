/** The benchmark's database: made, filled, kept or dropped. */
import pg from 'pg';
import { openPrisma } from '../src/database/client.ts';
import { deployMigrations } from '../src/database/migrations.ts';
import { openPostgres } from '../src/database/open.ts';
import { createOrganization } from '../src/identity/organization.setup.ts';
import { fill, ordersAt } from './fill.ts';

/** Grows when the data change, so that a kept database of an earlier kind is not reused. */
const generation = 1;

// Fixed, so that a kept database can be asked again. It opens nothing but a benchmark's own database.
const token = 'hm_bench_0123456789abcdefghijklmnopqrstuvwxyz';

export interface BenchDatabase {
  readonly url: string;
  readonly organizationId: string;
  readonly token: string;
  readonly counts: Readonly<Record<string, number>>;
  /** An order of the other organization: nobody here may see it. */
  readonly foreignOrderId: string;
  /** Drops it unless it is to be kept. */
  close(): Promise<void>;
}

/**
 * Makes a database and fills it, or takes the one that an earlier run kept under that name.
 * @param server URL of any database on the server, on which it is created
 */
export async function openBenchDatabase(
  server: string,
  scale: number,
  keep: string | undefined,
): Promise<BenchDatabase> {
  if (keep !== undefined && !/^[a-z_][a-z0-9_]{0,60}$/.test(keep)) {
    throw new Error(`--keep ${keep}: a name of small letters, digits and _ is needed.`);
  }
  const name = keep ?? `hm_bench_${process.pid}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const marker = JSON.stringify({ heatmarkBench: generation, scale });
  const found = await onServer(server, (client) => markerOf(client, name));
  if (found === undefined) {
    await onServer(server, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0`));
    try {
      await make(url.href, scale);
      await onServer(server, (client) => client.query(`COMMENT ON DATABASE ${name} IS '${marker}'`));
    } catch (error) {
      await drop(server, name);
      throw error;
    }
  } else if (found !== marker) {
    throw new Error(
      `The database ${name} is not one of this benchmark at scale ${scale}: it holds "${found}".`,
    );
  }
  try {
    return {
      ...(await describe(url.href)),
      url: url.href,
      token,
      close: async () => {
        if (keep === undefined) await drop(server, name);
      },
    };
  } catch (error) {
    if (keep === undefined) await drop(server, name);
    throw error;
  }
}

/** The comment on a database; undefined where there is no such database. */
async function markerOf(client: pg.Client, name: string): Promise<string | undefined> {
  const { rows } = await client.query<{ comment: string | null }>(
    `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1`,
    [name],
  );
  return rows[0] ? (rows[0].comment ?? '') : undefined;
}

async function make(url: string, scale: number): Promise<void> {
  const database = await openPostgres(url);
  const prisma = openPrisma(database);
  try {
    await deployMigrations(database);
    const now = new Date();
    const bench = await createOrganization(prisma, { code: 'bench', name: 'Benchmark', token }, now);
    // Somebody else's rows between ours, so that a filter by organization has something to leave out.
    const other = await createOrganization(prisma, { code: 'other', name: 'Somebody else' }, now);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await fill(client, [
        { organizationId: bench.organizationId, orders: ordersAt(scale) },
        { organizationId: other.organizationId, orders: ordersAt(scale / 50) },
      ]);
    } finally {
      await client.end();
    }
  } finally {
    await prisma.$disconnect();
    await database.close();
  }
}

async function describe(
  url: string,
): Promise<Pick<BenchDatabase, 'organizationId' | 'counts' | 'foreignOrderId'>> {
  return onServer(url, async (client) => {
    const { rows } = await client.query<{ id: string }>(`SELECT id FROM "Organization" WHERE code = 'bench'`);
    const organizationId = rows[0]?.id;
    if (organizationId === undefined) throw new Error('The database holds no organization "bench".');
    const counts: Record<string, number> = {};
    for (const table of ['Order', 'LineItem', 'Piece', 'Operation', 'Run', 'Build']) {
      const counted = await client.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM "${table}" WHERE "organizationId" = $1`,
        [organizationId],
      );
      counts[table] = counted.rows[0]?.count ?? 0;
    }
    const foreign = await client.query<{ id: string }>(
      `SELECT id FROM "Order" WHERE "organizationId" <> $1 LIMIT 1`,
      [organizationId],
    );
    return { organizationId, counts, foreignOrderId: foreign.rows[0]?.id ?? '' };
  });
}

const drop = (server: string, name: string) =>
  onServer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));

/** Runs something on a connection of its own. */
export async function onServer<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
