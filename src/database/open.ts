import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { CatalogPool, pgliteAdapter, pgliteExtensions, postgresAdapter } from './adapters.ts';
import { acquireFolderLock, type FolderLock } from './folder-lock.ts';

/**
 * An open database: a PostgreSQL server, or PGlite (PostgreSQL as WebAssembly) in a folder or in memory.
 *
 * PGlite has a single session: while a transaction is open everything else waits for it. Never call `query` or the
 * root Prisma client from inside a transaction: on PGlite that waits until the transaction times out.
 */
export interface Database {
  readonly kind: 'pglite' | 'postgres';
  /** For `new PrismaClient({ adapter })`. `$disconnect` leaves the database open. */
  readonly adapter: SqlDriverAdapterFactory;
  /**
   * Runs one statement with parameters `$1`… outside Prisma. Both kinds give the same values: bigint for int8,
   * string for numeric, date, time and interval, Date for timestamps (those without a zone are UTC), parsed JSON.
   * Cast arrays of an enum to `text[]`, and pass JSON as `JSON.stringify(value)` with `$1::jsonb`.
   */
  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  /** Runs several statements as one script: all or none, unless the script holds a COMMIT of its own. */
  script(sql: string): Promise<void>;
  /**
   * A connection for the migration engine. On PostgreSQL it is one session of its own without timeouts: the engine
   * holds an advisory lock, which must not stay behind on a pooled session, and waits on the lock of another
   * deployment or for a large index longer than an application's query may.
   */
  connectForMigration(): MigrationConnection;
  /** Closes connections and gives the folder free; further calls do nothing more. */
  close(): Promise<void>;
}

export interface MigrationConnection {
  readonly adapter: SqlDriverAdapterFactory;
  close(): Promise<void>;
}

export interface PostgresOptions {
  /** Connections of the pool; 10 by default. */
  max?: number;
  /** Shown in `pg_stat_activity`; `heatmark` by default. */
  applicationName?: string;
  /** A statement that runs longer is cancelled; 8 s by default. 0: no limit. */
  statementTimeoutMs?: number;
  /** A transaction that its client forgot is rolled back and its session ended; 15 s by default. */
  idleInTransactionTimeoutMs?: number;
  /** A statement that waits longer for a lock fails; 3 s by default. */
  lockTimeoutMs?: number;
}

const OLDEST_POSTGRES = 15;

/** The major version that the pinned PGlite writes; a test compares it with a new folder. */
const PGLITE_POSTGRES = '18';

/** The data folder exists but cannot be used as it is. It is never cleared or created anew. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/**
 * Opens a pool on a PostgreSQL server and makes sure that it answers.
 * @param url `postgresql://user:password@host:port/database`; errors never show the password
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Database> {
  const { config, place } = poolConfig(url, options.applicationName ?? 'heatmark');
  const { statementTimeoutMs = 8_000, idleInTransactionTimeoutMs = 15_000 } = options;
  const pool = new pg.Pool({
    ...config,
    max: options.max ?? 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    lock_timeout: options.lockTimeoutMs ?? 3_000,
    ...(statementTimeoutMs > 0 && idleInTransactionTimeoutMs > 0
      ? { stream: () => watchedSocket(Math.max(statementTimeoutMs, idleInTransactionTimeoutMs) + 1_000) }
      : {}),
  });
  // A server that restarts ends idle connections. The pool replaces them, but without a listener the event would
  // end this process.
  pool.on('error', () => {});
  const query = async <Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> => {
    const { rows } = await pool.query({ text: sql, values: params.map(asParameter), types: postgresTypes });
    return rows;
  };

  try {
    const [server] = await query<{ version: string }>("SELECT current_setting('server_version') AS version");
    if (Number.parseInt(server?.version ?? '', 10) < OLDEST_POSTGRES) {
      throw new Error(`it is version ${server?.version}, Heatmark needs ${OLDEST_POSTGRES} or newer`);
    }
  } catch (error) {
    await pool.end();
    throw new Error(`Cannot use PostgreSQL at ${place}: ${reason(error)}.`, { cause: error });
  }

  let closing: Promise<void> | undefined;
  return {
    kind: 'postgres',
    adapter: postgresAdapter(pool),
    query,
    async script(sql) {
      await pool.query(sql);
    },
    connectForMigration() {
      const own = new CatalogPool({
        ...config,
        max: 1,
        idleTimeoutMillis: 0,
        application_name: 'heatmark migrate',
        // Also against timeouts that the role or the database sets.
        options: `${config.options} -c statement_timeout=0 -c lock_timeout=0`,
      });
      own.on('error', () => {});
      return { adapter: postgresAdapter(own), close: () => own.end() };
    },
    close() {
      closing ??= pool.end();
      return closing;
    },
  };
}

/**
 * Opens the PGlite database in `<folder>/database`, created when there is none, and locks the folder. Survives a
 * kill -9, but not promised to survive a power cut: for one process and demonstrations.
 * @throws FolderInUseError when another process has it open, DataFolderError when it is damaged or something else
 */
export async function openPglite(folder: string): Promise<Database> {
  const root = resolve(folder);
  await refuseForeignFolder(root);
  const lock = acquireFolderLock(root);
  try {
    const data = join(root, 'database');
    if (!existsSync(data)) await createPgliteFolder(root, data);
    await refuseDamagedFolder(data);
    return pgliteDatabase(await openPgliteFolder(data), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Opens a PGlite in memory: empty (about a second), or as `snapshot` dumped it (a quarter of that).
 * @param snapshot what `dump()` of another one has given
 */
export async function openPgliteInMemory(
  snapshot?: Blob | File,
): Promise<Database & { dump(): Promise<Blob> }> {
  const client = await PGlite.create({
    extensions: pgliteExtensions,
    ...(snapshot ? { loadDataDir: snapshot } : {}),
  });
  // Uncompressed: 40 MB, but dumped and loaded several times as fast.
  return { ...pgliteDatabase(client), dump: () => client.dumpDataDir('none') };
}

function pgliteDatabase(client: PGlite, lock?: FolderLock): Database {
  let closing: Promise<void> | undefined;
  const adapter = pgliteAdapter(client);
  return {
    kind: 'pglite',
    adapter,
    async query<Row>(sql: string, params: readonly unknown[] = []) {
      const { rows } = await client.query<Row>(sql, params.map(asParameter), { parsers: valueParsers });
      return rows;
    },
    async script(sql) {
      await client.exec(sql).catch(async (error) => {
        // The one session would stay in the aborted transaction of a script with a BEGIN of its own.
        await client.exec('ROLLBACK').catch(() => {});
        throw error;
      });
    },
    connectForMigration: () => ({ adapter, close: async () => {} }),
    close() {
      // Released last: until PGlite has written its files nobody else may open them.
      closing ??= client.close().finally(() => lock?.release());
      return closing;
    },
  };
}

/** Refuses a folder that holds things but no database of ours: a wrong path, or one whose database was lost. */
async function refuseForeignFolder(root: string): Promise<void> {
  if (!existsSync(root)) return;
  const names = await readdir(root);
  const foreign = names.filter((name) => !/^(database(\.creating)?|lock(\..*)?|lost\+found)$/.test(name));
  if (foreign.length === 0 || names.includes('database')) return;
  throw new DataFolderError(
    `${root} holds ${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ', …' : ''} but no Heatmark database. ` +
      'Name an empty or a new folder (HEATMARK_DATA), or restore the folder "database" from a backup.',
  );
}

/**
 * Builds the database beside its place and moves it there when it is complete: what a kill leaves halfway is thus
 * known by its name to hold nothing, and what has the right name was complete once.
 */
async function createPgliteFolder(root: string, data: string): Promise<void> {
  const draft = join(root, 'database.creating');
  await rm(draft, { recursive: true, force: true });
  const client = await PGlite.create({ dataDir: draft, extensions: pgliteExtensions });
  await client.close();
  await rename(draft, data);
}

/** PGlite would build a new, empty database over a folder without PG_VERSION, whatever else it still holds. */
async function refuseDamagedFolder(data: string): Promise<void> {
  const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => undefined);
  const missing = ['PG_VERSION', 'base', 'global/pg_control', 'pg_wal'].filter(
    (name) => !existsSync(join(data, name)),
  );
  if (version === undefined || missing.length > 0) {
    throw new DataFolderError(
      `${data} is damaged or is no PGlite database: ${missing.join(', ') || 'PG_VERSION'} missing. ${RESTORE}`,
    );
  }
  if (version.trim() !== PGLITE_POSTGRES) {
    throw new DataFolderError(
      `${data} was written by PostgreSQL ${version.trim()}, this version of Heatmark reads ${PGLITE_POSTGRES}. ` +
        'Open it with the version that wrote it.',
    );
  }
}

async function openPgliteFolder(data: string): Promise<PGlite> {
  try {
    return await PGlite.create({ dataDir: data, extensions: pgliteExtensions });
  } catch (error) {
    throw new DataFolderError(`${data} is damaged: PostgreSQL does not start on it. ${RESTORE}`, {
      cause: error,
    });
  }
}

const RESTORE =
  'It was left as it is: restore it from a backup, or move it away to begin with an empty database.';

/**
 * A connection that fails when nothing has come through it for so long. The server would have ended any statement and
 * any transaction by then: it is gone, or something between has forgotten the connection. TCP itself finds out after
 * a quarter of an hour, and until then every statement on it would hang and the pool be full of them.
 */
function watchedSocket(silenceMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMs, () => {
    // What a socket says by itself when TCP gives up: the drivers know it.
    const facts = { code: 'ETIMEDOUT', errno: -constants.errno.ETIMEDOUT, syscall: 'read' };
    socket.destroy(Object.assign(new Error('read ETIMEDOUT'), facts));
  });
  return socket;
}

function poolConfig(url: string, applicationName: string): { config: pg.PoolConfig; place: string } {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new Error('DATABASE_URL is no URL; expected postgresql://user:password@host:port/database.');
  }
  if (!['postgres:', 'postgresql:'].includes(parsed.protocol)) {
    throw new Error(`DATABASE_URL begins with ${parsed.protocol}//, expected postgresql://.`);
  }
  // What the connection string names would win over the configuration beside it.
  const given = parsed.searchParams.get('options') ?? '';
  parsed.searchParams.delete('options');
  const user = decodeURIComponent(parsed.username) || parsed.searchParams.get('user');
  return {
    config: {
      connectionString: parsed.href,
      application_name: applicationName,
      keepAlive: true,
      // Prisma's adapters take every timestamp for UTC whatever its offset says: on a server with another zone all
      // times would be read wrong by that offset.
      // Walks of the genealogy look dearer to the planner than they are, and it would compile every one: measured
      // 25 times the walk itself. Who wants it says so in the URL.
      options: `-c jit=off ${given} -c TimeZone=UTC -c DateStyle=ISO`.replace('  ', ' '),
    },
    place:
      `${parsed.searchParams.get('host') ?? (parsed.hostname || 'the local socket')}` +
      `${parsed.port ? `:${parsed.port}` : ''}${parsed.pathname}${user ? ` as ${user}` : ''}`,
  };
}

/** `connect ECONNREFUSED …`; Node's error for a name with several addresses has no message of its own. */
function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

/** A Date as its UTC text: pg would write local time, and a column without a zone would keep that. */
function asParameter(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}

const asText = (text: string): string => text;

/** By type oid: what the two drivers read differently, or in the server's local time. */
const valueParsers: Record<number, (text: string) => unknown> = {
  20: BigInt,
  1016: (text) =>
    text === '{}'
      ? []
      : text
          .slice(1, -1)
          .split(',')
          .map((item) => (item === 'NULL' ? null : BigInt(item))),
  1082: asText,
  1083: asText,
  1114: (text) => new Date(`${text.replace(' ', 'T')}Z`),
  1186: asText,
  1266: asText,
  1700: asText,
};

const postgresTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    valueParsers[oid] ?? pg.types.getTypeParser(oid, format),
};
