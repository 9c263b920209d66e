import type { PGlite, Transaction as PgliteTransaction } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  DriverAdapterError,
  type Error as DriverError,
  type IsolationLevel,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
  type Transaction,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { PrismaPGlite } from 'pglite-prisma-adapter';

/**
 * Prisma's two driver adapters with their faults mended. Nothing else in the project may create a `PrismaPg`
 * or `PrismaPGlite`: each fault below loses data or a migration without an error.
 */

/**
 * What a migration may `CREATE EXTENSION` on every database: PGlite has to be given these when it is opened, and
 * PostgreSQL trusts them to the owner of a database. Until they are created they cost nothing.
 */
export const pgliteExtensions = { btree_gist, pg_trgm };

/**
 * Adapter over a pool that the caller owns: Prisma's `$disconnect` leaves the pool open.
 * @param pool see {@link openPostgres}; its sessions must run in UTC
 */
export function postgresAdapter(pool: pg.Pool): SqlDriverAdapterFactory {
  const factory = new PrismaPg(pool);
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    async connect() {
      const adapter = await factory.connect();
      // adapter-pg 7.10 cuts a script at every ';': a function body, a trigger, a DO block or a literal with a
      // semicolon would be run in pieces, the first pieces staying applied when a later one fails. One simple
      // protocol message is one implicit transaction instead.
      adapter.executeScript = (script) => runScript((sql) => pool.query(sql), script);
      const startTransaction = adapter.startTransaction.bind(adapter);
      adapter.startTransaction = async (isolationLevel) =>
        refuseAbortedCommit(await startTransaction(isolationLevel));
      return adapter;
    },
  };
}

/**
 * After an error PostgreSQL answers COMMIT with a rollback, not with an error, and adapter-pg does not look at that
 * answer: where code has caught the error of one statement, Prisma would report the whole transaction as committed
 * although nothing of it was kept. (PGlite throws by itself.)
 */
function refuseAbortedCommit(tx: Transaction): Transaction {
  let aborted = false;
  const watch =
    <Result>(run: (query: SqlQuery) => Promise<Result>) =>
    async (query: SqlQuery): Promise<Result> => {
      try {
        const result = await run.call(tx, query);
        if (query.sql.startsWith('ROLLBACK TO ')) aborted = false;
        if (query.sql !== 'COMMIT' || !aborted) return result;
      } catch (error) {
        // Only what the server has refused aborts the transaction, not an argument that cannot be converted.
        if (error instanceof DriverAdapterError && error.cause.originalCode) aborted = true;
        throw error;
      }
      throw driverError(
        Object.assign(new Error('Transaction was rolled back instead of committed'), { code: '25P02' }),
        'mapped',
      );
    };
  tx.queryRaw = watch(tx.queryRaw);
  tx.executeRaw = watch(tx.executeRaw);
  return tx;
}

/** Adapter over a PGlite that the caller owns and closes. */
export function pgliteAdapter(client: PGlite): SqlDriverAdapterFactory {
  const factory = new PrismaPGlite(client);
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    async connect() {
      const adapter = await factory.connect();
      // pglite-prisma-adapter 0.7 does not await exec(): a migration that fails would be recorded as applied and
      // its error would surface as an unhandled rejection, which ends the process.
      adapter.executeScript = (script) => runScript((sql) => client.exec(sql), script);
      adapter.startTransaction = (isolationLevel) => beginOnPglite(client, isolationLevel);
      return adapter;
    },
  };
}

/**
 * A pool whose results give the catalog type `"char"` (oid 18) as `bpchar` (1042). adapter-pg cannot read oid 18,
 * so that the schema engine's look at the catalog would die with "Column type 'char' could not be deserialized".
 * For the migration engine only: an application's query has no business with that type.
 */
export class CatalogPool extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super(config);
    const query = this.query.bind(this) as (...args: unknown[]) => Promise<pg.QueryResult | pg.QueryResult[]>;
    // The cast is for pg's nine overloads: the schema engine calls only those that return a promise.
    this.query = (async (...args: unknown[]) => {
      const answer = await query(...args);
      for (const result of Array.isArray(answer) ? answer : [answer]) {
        for (const field of result.fields ?? []) if (field.dataTypeID === 18) field.dataTypeID = 1042;
      }
      return answer;
    }) as pg.Pool['query'];
  }
}

async function runScript(run: (sql: string) => Promise<unknown>, script: string): Promise<void> {
  try {
    await run(script);
  } catch (error) {
    // A script that fails after a BEGIN of its own leaves the session inside an aborted transaction. The engine
    // could then not record the failure and would report only "current transaction is aborted".
    await run('ROLLBACK').catch(() => {});
    throw driverError(withLine(error, script), 'verbatim');
  }
}

/** PostgreSQL gives the place of an error in a script as a count of characters. */
function withLine(error: unknown, script: string): unknown {
  if (isPostgresError(error) && error.position !== undefined) {
    const line = [...script].slice(0, Number(error.position)).join('').split('\n').length;
    error.message += ` (line ${line})`;
  }
  return error;
}

/**
 * A transaction on PGlite, written anew because pglite-prisma-adapter's own
 * - swallows an error of COMMIT: a deferred constraint that refuses the data, or a transaction that an earlier
 *   error has aborted, is reported to Prisma as committed although everything was rolled back;
 * - sets the isolation level before the transaction begins, where it has no effect;
 * - offers no savepoints.
 */
function beginOnPglite(client: PGlite, isolationLevel: IsolationLevel | undefined): Promise<Transaction> {
  return new Promise((resolve, reject) => {
    let finish: () => void = () => {};
    const finished = new Promise<void>((done) => {
      finish = done;
    });
    const outcome = client.transaction(async (tx) => {
      if (isolationLevel) await tx.exec(`SET TRANSACTION ISOLATION LEVEL ${isolationLevel}`);
      resolve(await transactionOver(tx, outcomeOf));
      await finished;
    });
    const outcomeOf = async (): Promise<void> => {
      finish();
      await outcome.catch((error) => {
        throw driverError(error, 'mapped');
      });
    };
    // Before resolve() this is the failure to begin; after it, the same error is thrown by commit or rollback.
    outcome.catch((error) => reject(driverError(error, 'mapped')));
  });
}

async function transactionOver(tx: PgliteTransaction, end: () => Promise<void>): Promise<Transaction> {
  // Of the client the adapter uses query() only, which a PGlite transaction has too: its conversions of
  // arguments, columns and errors are used as they are.
  const queryable: SqlDriverAdapter = await new PrismaPGlite(tx as unknown as PGlite).connect();
  const run = async (sql: string): Promise<void> => {
    await queryable.executeRaw({ sql, args: [], argTypes: [] });
  };
  return {
    provider: queryable.provider,
    adapterName: queryable.adapterName,
    // PGlite sends BEGIN, COMMIT and ROLLBACK itself.
    options: { usePhantomQuery: true },
    queryRaw: (query: SqlQuery) => queryable.queryRaw(query),
    executeRaw: (query: SqlQuery) => queryable.executeRaw(query),
    commit: end,
    async rollback() {
      await tx.rollback();
      await end();
    },
    createSavepoint: (name) => run(`SAVEPOINT ${name}`),
    rollbackToSavepoint: (name) => run(`ROLLBACK TO SAVEPOINT ${name}`),
    releaseSavepoint: (name) => run(`RELEASE SAVEPOINT ${name}`),
  };
}

/**
 * The adapters' own conversion of errors is not exported.
 * @param style `verbatim` keeps PostgreSQL's words, for a person who mends a migration; `mapped` gives what Prisma
 * turns into its P2002, P2003 and P2034, for code
 */
function driverError(error: unknown, style: 'verbatim' | 'mapped'): unknown {
  if (!isPostgresError(error)) return error;
  const original = { originalCode: error.code, originalMessage: error.message };
  if (style === 'mapped') {
    const constraint = error.constraint === undefined ? {} : { constraint: { index: error.constraint } };
    const mapped: Record<string, DriverError> = {
      '23503': { kind: 'ForeignKeyConstraintViolation', ...constraint },
      '23505': { kind: 'UniqueConstraintViolation', ...constraint },
      '40001': { kind: 'TransactionWriteConflict' },
      '40P01': { kind: 'TransactionWriteConflict' },
    };
    const known = mapped[error.code];
    if (known) return new DriverAdapterError({ ...known, ...original });
  }
  return new DriverAdapterError({
    kind: 'postgres',
    code: error.code,
    severity: error.severity ?? 'ERROR',
    message: error.message,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
    ...original,
  });
}

interface PostgresError extends Error {
  code: string;
  severity?: string;
  detail?: string;
  hint?: string;
  column?: string;
  constraint?: string;
  position?: string;
}

function isPostgresError(error: unknown): error is PostgresError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^[0-9A-Z]{5}$/.test(error.code)
  );
}
