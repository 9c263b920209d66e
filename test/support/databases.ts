import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { inject } from 'vitest';
import {
  type Database,
  openPgliteInMemory,
  openPostgres,
  type PostgresOptions,
} from '../../src/database/open.ts';

// Where DATABASE_URL is set every test runs on real PostgreSQL, in databases of its own on that server.

/** A database that nobody else uses; `close` drops it and may be called twice. */
export interface TestDatabase {
  readonly database: Database;
  /** Connection string for a second pool or process; only on PostgreSQL. */
  readonly url: string | undefined;
  close(): Promise<void>;
}

/** An empty database, not migrated: 0.3 s on PGlite. */
export function freshDatabase(options: PostgresOptions = {}): Promise<TestDatabase> {
  const template = givenTemplate();
  return template.kind === 'pglite' ? inMemory(template.empty) : onServer(undefined, options);
}

/** A copy of the database that global-setup.ts has migrated: 0.3 s on PGlite. */
export function migratedDatabase(options: PostgresOptions = {}): Promise<TestDatabase> {
  const template = givenTemplate();
  return template.kind === 'pglite' ? inMemory(template.migrated) : onServer(template.name, options);
}

function givenTemplate() {
  const template = inject('template');
  if (!template) throw new Error('vitest needs test/support/global-setup.ts as globalSetup.');
  return template;
}

async function inMemory(dump: string): Promise<TestDatabase> {
  const database = await openPgliteInMemory(new Blob([await readFile(dump)]));
  return { database, url: undefined, close: () => database.close() };
}

async function onServer(template: string | undefined, options: PostgresOptions): Promise<TestDatabase> {
  const name = await createDatabase('hm_test', template);
  const url = urlOfDatabase(name);
  const database = await openPostgres(url, { max: 5, ...options });
  return {
    database,
    url,
    async close() {
      await database.close();
      await dropDatabase(name);
    },
  };
}

/** DATABASE_URL with another database's name. */
export function urlOfDatabase(name: string): string {
  const url = new URL(process.env.DATABASE_URL ?? '');
  url.pathname = `/${name}`;
  return url.href;
}

/** Creates `<prefix>_<random>`, as a copy of `template` where given, and answers its name. */
export async function createDatabase(prefix: string, template?: string): Promise<string> {
  const name = `${prefix}_${randomBytes(6).toString('hex')}`;
  await onMaintenanceDatabase(`CREATE DATABASE ${name} TEMPLATE ${template ?? 'template0'}`);
  return name;
}

/** Drops it also when a test has left connections open. */
export function dropDatabase(name: string): Promise<void> {
  return onMaintenanceDatabase(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

async function onMaintenanceDatabase(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
