import { describe, expect, it, onTestFinished } from 'vitest';
import { deployMigrations } from '../../src/database/migrations.ts';
import { openPostgres } from '../../src/database/open.ts';
import { freshDatabase } from '../support/databases.ts';
import { testFolders } from '../support/migration-folders.ts';

const FIRST = '20260101000000_parts';

describe('deploying to PostgreSQL', () => {
  it('lets two processes deploy at once, one of them applying', async () => {
    const folders = testFolders();
    folders.writeMigration(FIRST, 'CREATE TABLE part (id int); SELECT pg_sleep(0.3);');
    const { database: one, url, close } = await freshDatabase();
    onTestFinished(close);
    const other = await openPostgres(url ?? '');
    onTestFinished(() => other.close());
    const applied = await Promise.all([deployMigrations(one, folders), deployMigrations(other, folders)]);
    expect(applied.flat()).toEqual([FIRST]);
  });

  it('is not cut short by the statement timeout of the application', async () => {
    const folders = testFolders();
    folders.writeMigration(FIRST, 'SELECT pg_sleep(0.4);');
    const { database: db, close } = await freshDatabase({ statementTimeoutMs: 100 });
    onTestFinished(close);
    expect(await deployMigrations(db, folders)).toEqual([FIRST]);
  });
});

describe('a pool of connections to PostgreSQL', () => {
  it('sets the timeouts on every connection', async () => {
    const { database: db, close } = await freshDatabase({ applicationName: 'hm one' });
    onTestFinished(close);
    expect(
      await db.query(`SELECT current_setting('statement_timeout') AS statement,
        current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('lock_timeout') AS lock,
        current_setting('application_name') AS name`),
    ).toEqual([{ statement: '8s', idle: '15s', lock: '3s', name: 'hm one' }]);
  });

  it('shares the pool between query and Prisma', async () => {
    const { database: db, close } = await freshDatabase({ max: 1 });
    onTestFinished(close);
    const adapter = await db.adapter.connect();
    const pid = 'SELECT pg_backend_pid() AS pid';
    const [mine] = await db.query<{ pid: number }>(pid);
    const { rows } = await adapter.queryRaw({ sql: pid, args: [], argTypes: [] });
    expect(rows).toEqual([[mine?.pid]]);
  });
});
