import type { Transaction } from '@prisma/driver-adapter-utils';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Database, openPgliteInMemory, openPostgres } from '../../src/database/open.ts';
import { freshDatabase } from '../support/databases.ts';

async function database(): Promise<Database> {
  const { database, close } = await freshDatabase();
  onTestFinished(close);
  return database;
}

const run = (tx: Transaction, sql: string) => tx.executeRaw({ sql, args: [], argTypes: [] });

/** As Prisma does it: where the adapter leaves COMMIT to Prisma it is sent as a statement. */
async function commit(tx: Transaction): Promise<void> {
  try {
    if (!tx.options.usePhantomQuery) await run(tx, 'COMMIT');
  } catch (error) {
    await tx.rollback();
    throw error;
  }
  await tx.commit();
}

describe('query', () => {
  it('gives the same values on both kinds of database', async () => {
    const db = await database();
    const [row] = await db.query(
      `SELECT 9007199254740993::int8 AS big, 5::int8 AS small, 7::int4 AS int, 1.50::numeric AS decimal,
        date '2026-02-03' AS day, time '04:05:06' AS time, timestamp '2026-02-03 04:05:06.789' AS local,
        timestamptz '2026-02-03 04:05:06+02' AS instant, '{"a": [1]}'::jsonb AS json, true AS yes,
        '{1,NULL,3}'::int8[] AS bigs, '{a,b}'::text[] AS texts, interval '1 day' AS span, null AS nothing`,
    );
    expect(row).toEqual({
      big: 9007199254740993n,
      small: 5n,
      int: 7,
      decimal: '1.50',
      day: '2026-02-03',
      time: '04:05:06',
      local: new Date('2026-02-03T04:05:06.789Z'),
      instant: new Date('2026-02-03T02:05:06Z'),
      json: { a: [1] },
      yes: true,
      bigs: [1n, null, 3n],
      texts: ['a', 'b'],
      span: '1 day',
      nothing: null,
    });
  });

  it('takes parameters, a Date as UTC also in a column without a zone', async () => {
    const db = await database();
    await db.script('CREATE TABLE t (a text, b int8, c jsonb, d timestamp, e timestamptz, f bool, g text[])');
    const at = new Date('2026-07-01T10:00:00.123Z');
    const values = ["it's", 9007199254740993n, JSON.stringify({ x: 1 }), at, at, true, ['p', 'q']];
    await db.query('INSERT INTO t VALUES ($1, $2, $3::jsonb, $4, $5, $6, $7)', values);
    expect(await db.query('SELECT * FROM t')).toEqual([
      { a: "it's", b: 9007199254740993n, c: { x: 1 }, d: at, e: at, f: true, g: ['p', 'q'] },
    ]);
  });

  it('runs its sessions in UTC, for Prisma reads every timestamp as UTC', async () => {
    const db = await database();
    expect(await db.query("SELECT current_setting('TimeZone') AS zone")).toEqual([{ zone: 'UTC' }]);
  });
});

describe('script', () => {
  it('does all or nothing and leaves the session usable', async () => {
    const db = await database();
    await expect(db.script('BEGIN; CREATE TABLE t (a int); SELECT 1/0; COMMIT')).rejects.toThrow(
      'division by zero',
    );
    expect(await db.query("SELECT to_regclass('t') AS t")).toEqual([{ t: null }]);
  });
});

describe('the driver adapter', () => {
  it('reports a transaction as failed that an error has aborted, also when that error was caught', async () => {
    const db = await database();
    await db.script('CREATE TABLE t (a int)');
    const adapter = await db.adapter.connect();
    const tx = await adapter.startTransaction();
    await run(tx, 'INSERT INTO t VALUES (1)');
    await run(tx, 'SELECT 1/0').catch(() => {});
    await expect(commit(tx)).rejects.toThrow('rolled back instead of committed');
    expect(await db.query('SELECT a FROM t')).toEqual([]);

    const saved = await adapter.startTransaction();
    await run(saved, 'INSERT INTO t VALUES (2)');
    await saved.createSavepoint?.('s');
    await run(saved, 'SELECT 1/0').catch(() => {});
    await saved.rollbackToSavepoint?.('s');
    await commit(saved);
    expect(await db.query('SELECT a FROM t')).toEqual([{ a: 2 }]);
  });

  it('reports a transaction as failed whose COMMIT a deferred constraint refuses', async () => {
    const db = await database();
    await db.script(`CREATE TABLE parent (id int PRIMARY KEY);
      CREATE TABLE child (parent int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)`);
    const tx = await (await db.adapter.connect()).startTransaction();
    await run(tx, 'INSERT INTO child VALUES (1)');
    await expect(commit(tx)).rejects.toMatchObject({ cause: { kind: 'ForeignKeyConstraintViolation' } });
    expect(await db.query('SELECT * FROM child')).toEqual([]);
  });

  it('commits, rolls back, honours the isolation level and savepoints', async () => {
    const db = await database();
    await db.script('CREATE TABLE t (a int)');
    const adapter = await db.adapter.connect();

    const kept = await adapter.startTransaction('SERIALIZABLE');
    const level = await kept.queryRaw({ sql: 'SHOW transaction_isolation', args: [], argTypes: [] });
    expect(level.rows).toEqual([['serializable']]);
    await run(kept, 'INSERT INTO t VALUES (1)');
    await kept.createSavepoint?.('s');
    await run(kept, 'INSERT INTO t VALUES (2)');
    await kept.rollbackToSavepoint?.('s');
    await commit(kept);

    const dropped = await adapter.startTransaction();
    await run(dropped, 'INSERT INTO t VALUES (3)');
    if (!dropped.options.usePhantomQuery) await run(dropped, 'ROLLBACK');
    await dropped.rollback();

    expect(await db.query('SELECT a FROM t')).toEqual([{ a: 1 }]);
  });

  it('leaves the database open when Prisma disposes of it', async () => {
    const db = await database();
    await (await db.adapter.connect()).dispose();
    expect(await db.query('SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  });
});

describe('openPgliteInMemory', () => {
  it('starts from a dump of another one', async () => {
    const first = await openPgliteInMemory();
    onTestFinished(() => first.close());
    await first.script('CREATE EXTENSION pg_trgm; CREATE TABLE t (a text); INSERT INTO t VALUES ($$x$$)');
    const second = await openPgliteInMemory(await first.dump());
    onTestFinished(() => second.close());
    await second.script("INSERT INTO t VALUES ('y')");
    expect(await second.query("SELECT a, similarity(a, 'x') AS s FROM t")).toHaveLength(2);
    expect(await first.query('SELECT a FROM t')).toEqual([{ a: 'x' }]);
  });
});

describe('close', () => {
  it('may be called twice', async () => {
    const { database: db, close } = await freshDatabase();
    await Promise.all([db.close(), db.close()]);
    await close();
    await expect(db.query('SELECT 1')).rejects.toThrow();
  });
});

describe('openPostgres', () => {
  it('says where it could not connect, without the password', async () => {
    const failure = await openPostgres('postgresql://ann:s3cret@127.0.0.1:1/plant').catch(
      (error: unknown) => error,
    );
    expect(String(failure)).toContain(
      'Cannot use PostgreSQL at 127.0.0.1:1/plant as ann: connect ECONNREFUSED',
    );
    expect(String(failure)).not.toContain('s3cret');
  });

  it('refuses what is no PostgreSQL address', async () => {
    await expect(openPostgres('mysql://ann:s3cret@db/plant')).rejects.toThrow(
      'begins with mysql://, expected',
    );
    await expect(openPostgres('ann:s3cret')).rejects.toThrow(/^(?!.*s3cret)/);
  });
});
