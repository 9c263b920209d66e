import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { deployMigrations } from '../../src/database/migrations.ts';
import { openPgliteInMemory, openPostgres } from '../../src/database/open.ts';
import { createDatabase, dropDatabase, urlOfDatabase } from './databases.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** What `migratedDatabase()` copies: a dumped PGlite, or a template database where DATABASE_URL is set. */
    template: { kind: 'pglite'; empty: string; migrated: string } | { kind: 'postgres'; name: string };
  }
}

/** Migrates once a test run; every test file then starts from a copy, which is several times as fast. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  return process.env.DATABASE_URL ? postgresTemplate(project) : pgliteTemplate(project);
}

async function postgresTemplate(project: TestProject): Promise<() => Promise<void>> {
  const name = await createDatabase('hm_template');
  try {
    const database = await openPostgres(urlOfDatabase(name));
    // Closed in any case: PostgreSQL copies no template that somebody is connected to.
    await deployMigrations(database).finally(() => database.close());
  } catch (error) {
    await dropDatabase(name);
    throw error;
  }
  project.provide('template', { kind: 'postgres', name });
  return () => dropDatabase(name);
}

async function pgliteTemplate(project: TestProject): Promise<() => Promise<void>> {
  const database = await openPgliteInMemory();
  const folder = await mkdtemp(join(tmpdir(), 'hm-template-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const dump = async (name: string): Promise<string> => {
      const file = join(folder, name);
      await writeFile(file, (await database.dump()).stream());
      return file;
    };
    const empty = await dump('empty.tar');
    await deployMigrations(database);
    project.provide('template', { kind: 'pglite', empty, migrated: await dump('migrated.tar') });
  } catch (error) {
    await remove();
    throw error;
  } finally {
    await database.close();
  }
  return remove;
}
