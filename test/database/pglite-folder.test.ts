import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FolderInUseError } from '../../src/database/folder-lock.ts';
import { DataFolderError, openPglite } from '../../src/database/open.ts';
import { temporaryFolder } from '../support/migration-folders.ts';

/** A folder with a database that holds one row. */
async function filledFolder(): Promise<string> {
  const folder = join(temporaryFolder(), 'data');
  const database = await openPglite(folder);
  await database.script('CREATE TABLE t (a int); INSERT INTO t VALUES (1)');
  await database.close();
  return folder;
}

describe('openPglite', () => {
  it('keeps rows from one opening to the next and gives the folder free in between', async () => {
    const folder = await filledFolder();
    expect(readdirSync(folder)).toEqual(['database']);
    const again = await openPglite(folder);
    onTestFinished(() => again.close());
    expect(await again.query('SELECT a FROM t')).toEqual([{ a: 1 }]);
    await expect(openPglite(folder)).rejects.toThrow(FolderInUseError);
    expect(await again.query('SELECT a FROM t')).toEqual([{ a: 1 }]);
  });

  it('begins anew what was interrupted while it was created', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'database.creating'));
    writeFileSync(join(folder, 'database.creating', 'PG_VERSION'), '18\n');
    await (await openPglite(folder)).close();
    expect(readdirSync(folder)).toEqual(['database']);
  });

  it('refuses a folder that holds something else, and leaves it alone', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'thesis.txt'), 'words');
    await expect(openPglite(folder)).rejects.toThrow('holds thesis.txt but no Heatmark database');
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
  });

  it('writes the version of PostgreSQL that it checks for', async () => {
    const folder = await filledFolder();
    const version = join(folder, 'database', 'PG_VERSION');
    expect(readFileSync(version, 'utf8').trim()).toBe('18');
    writeFileSync(version, '17\n');
    await expect(openPglite(folder)).rejects.toThrow('was written by PostgreSQL 17');
  });

  // PGlite itself builds a new, empty database over the first of these.
  it.each([
    ['without PG_VERSION', (data: string) => rmSync(join(data, 'PG_VERSION')), 'PG_VERSION missing'],
    ['without pg_control', (data: string) => rmSync(join(data, 'global/pg_control')), 'pg_control missing'],
    [
      'with a cut pg_control',
      (data: string) => truncateSync(join(data, 'global/pg_control'), 100),
      'does not start',
    ],
    ['that is empty', (data: string) => rmSync(data, { recursive: true }), 'missing'],
  ])('refuses a database %s and does not build a new one', async (_, damage, message) => {
    const folder = await filledFolder();
    const data = join(folder, 'database');
    damage(data);
    if (!existsSync(data)) mkdirSync(data);
    const before = readdirSync(data).sort();

    const failure = await openPglite(folder).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(DataFolderError);
    expect(String(failure)).toContain(message);
    // The attempt to start leaves its pid file.
    expect(
      readdirSync(data)
        .filter((name) => name !== 'postmaster.pid')
        .sort(),
    ).toEqual(before);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});
