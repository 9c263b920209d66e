import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  deployMigrations,
  MigrationFailedError,
  markRolledBack,
  migrationStatus,
} from '../../src/database/migrations.ts';
import type { Database } from '../../src/database/open.ts';
import { freshDatabase } from '../support/databases.ts';
import { testFolders } from '../support/migration-folders.ts';

const FIRST = '20260101000000_parts';
const SECOND = '20260102000000_more';

/** A function, a trigger, a DO block and literals: all that cutting a script at ';' breaks. */
const WITH_FUNCTIONS = `
CREATE TABLE part (id int PRIMARY KEY, note text NOT NULL DEFAULT 'a;b', touched int NOT NULL DEFAULT 0);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  NEW.touched := OLD.touched + 1; -- a comment; with a semicolon
  RETURN NEW;
END;
$body$;
CREATE TRIGGER part_touch BEFORE UPDATE ON part FOR EACH ROW EXECUTE FUNCTION touch();
DO $$ BEGIN INSERT INTO part (id) VALUES (1); INSERT INTO part (id, note) VALUES (2, $q$it's; $1$q$); END $$;
`;

async function database(): Promise<Database> {
  const { database, close } = await freshDatabase();
  onTestFinished(close);
  return database;
}

describe('deployMigrations', () => {
  it('applies the migrations in order and records them with the standard checksum', async () => {
    const folders = testFolders();
    folders.writeMigration(SECOND, 'ALTER TABLE part ADD COLUMN weight numeric;');
    folders.writeMigration(FIRST, WITH_FUNCTIONS);
    const db = await database();

    expect(await deployMigrations(db, folders)).toEqual([FIRST, SECOND]);

    const rows = await db.query<{ name: string; checksum: string; steps: number; finished: boolean }>(
      `SELECT migration_name AS name, checksum, applied_steps_count AS steps, finished_at IS NOT NULL AS finished
       FROM _prisma_migrations ORDER BY started_at`,
    );
    expect(rows).toEqual([
      {
        name: FIRST,
        checksum: createHash('sha256').update(WITH_FUNCTIONS).digest('hex'),
        steps: 1,
        finished: true,
      },
      { name: SECOND, checksum: expect.stringMatching(/^[0-9a-f]{64}$/), steps: 1, finished: true },
    ]);
  });

  it('has nothing to do the second time', async () => {
    const folders = testFolders();
    folders.writeMigration(FIRST, 'CREATE TABLE part (id int);');
    const db = await database();
    await deployMigrations(db, folders);
    expect(await deployMigrations(db, folders)).toEqual([]);
  });

  it('is content with a folder without migrations', async () => {
    expect(await deployMigrations(await database(), testFolders())).toEqual([]);
  });

  it('keeps functions, triggers, DO blocks and literals with semicolons whole', async () => {
    const folders = testFolders();
    folders.writeMigration(FIRST, WITH_FUNCTIONS);
    const db = await database();
    await deployMigrations(db, folders);
    await db.script('UPDATE part SET note = note');
    expect(await db.query('SELECT * FROM part ORDER BY id')).toEqual([
      { id: 1, note: 'a;b', touched: 1 },
      { id: 2, note: "it's; $1", touched: 1 },
    ]);
  });

  it('records a failing migration as failed, leaves nothing of it and says how to mend it', async () => {
    const folders = testFolders();
    folders.writeMigration(FIRST, 'CREATE TABLE part (id int);');
    folders.writeMigration(SECOND, 'CREATE TABLE half (id int);\nINSERT INTO nowhere VALUES (1);');
    const db = await database();

    const failure = await deployMigrations(db, folders).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(MigrationFailedError);
    expect(failure).toMatchObject({ migration: SECOND });
    expect(String(failure)).toContain('relation "nowhere" does not exist (line 2)\n');
    expect(String(failure)).toContain(`npm run migrate:rolled-back ${SECOND}`);
    expect(await db.query("SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
    expect(await migrationStatus(db, folders)).toEqual({
      applied: [FIRST],
      pending: [],
      failed: [SECOND],
      edited: [],
      unknown: [],
    });
  });

  it('records the failure also of a script that opened a transaction itself', async () => {
    const folders = testFolders();
    folders.writeMigration(FIRST, 'BEGIN; CREATE TABLE part (id int); SELECT 1/0; COMMIT;');
    const db = await database();
    await expect(deployMigrations(db, folders)).rejects.toThrow('division by zero');
    expect(await migrationStatus(db, folders)).toMatchObject({ failed: [FIRST] });
    expect(await db.query('SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  });

  it('applies nothing further until a failed migration is marked as rolled back', async () => {
    const folders = testFolders();
    folders.writeMigration(FIRST, 'SELECT 1/0;');
    const db = await database();
    await expect(deployMigrations(db, folders)).rejects.toThrow(MigrationFailedError);

    folders.writeMigration(FIRST, 'CREATE TABLE part (id int);');
    await expect(deployMigrations(db, folders)).rejects.toThrow(/division by zero\n\nNothing of it/);

    await markRolledBack(db, FIRST);
    expect(await deployMigrations(db, folders)).toEqual([FIRST]);
    expect(await migrationStatus(db, folders)).toMatchObject({ applied: [FIRST], failed: [], pending: [] });
  });
});

describe('migrationStatus', () => {
  it('tells pending migrations of a database that has never been migrated', async () => {
    const folders = testFolders();
    folders.writeMigration(FIRST, 'SELECT 1;');
    expect(await migrationStatus(await database(), folders)).toMatchObject({ applied: [], pending: [FIRST] });
  });

  it('tells an applied migration whose file was changed, and one that the folder does not know', async () => {
    const folders = testFolders();
    folders.writeMigration(FIRST, 'SELECT 1;');
    folders.writeMigration(SECOND, 'SELECT 2;');
    const db = await database();
    await deployMigrations(db, folders);

    const older = testFolders();
    older.writeMigration(FIRST, 'SELECT 100;');
    expect(await migrationStatus(db, older)).toEqual({
      applied: [FIRST, SECOND],
      pending: [],
      failed: [],
      edited: [FIRST],
      unknown: [SECOND],
    });
  });
});
