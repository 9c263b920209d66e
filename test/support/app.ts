import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type App, type AppOptions, createApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { Database } from '../../src/database/open.ts';
import { createOrganization } from '../../src/identity/organization.setup.ts';
import { createLogger } from '../../src/logger.ts';
import { type Client, createClient } from './client.ts';
import { migratedDatabase, type TestDatabase } from './databases.ts';

/** A server of its own on a free port, with a database of its own. */
export interface TestApp {
  readonly app: App;
  readonly database: TestDatabase['database'];
  /** Connection string for a second process; only on PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** `http://127.0.0.1:…` */
  readonly url: string;
  /** Where its files lie: removed when it stops. */
  readonly dataDirectory: string;
  /** Two fresh organizations, each with an administrator's client. Every test takes its own pair. */
  organizations(): Promise<{ ours: TestOrganization; theirs: TestOrganization }>;
  stop(): Promise<void>;
}

export interface TestOrganization {
  readonly organizationId: string;
  readonly tokenId: string;
  readonly token: string;
  /** The administrator's client. */
  readonly client: Client;
}

let names = 0;
/** A name that no other test of this file uses. */
export const unique = (stem: string): string => `${stem} ${++names}`;

export const testConfig = (environment: Record<string, string> = {}): Config =>
  readConfig({
    PORT: '0',
    LOG_LEVEL: 'silent',
    NODE_ENV: 'test',
    HEATMARK_SECRET: 'a secret that only the tests know, of 32 characters',
    // Where the tests receive webhooks.
    HEATMARK_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
    ...environment,
  });

export interface TestAppOptions extends Partial<Omit<AppOptions, 'database' | 'config'>> {
  environment?: Record<string, string>;
  /** Shares the database of another application. */
  shares?: TestApp;
  /** Puts something between the application and its database, such as a count of statements. */
  through?: (database: Database) => Database;
}

export async function startApp({
  environment,
  shares,
  through = (database) => database,
  ...options
}: TestAppOptions = {}): Promise<TestApp> {
  const own = shares ? null : await migratedDatabase();
  const database = shares?.database ?? own?.database;
  if (!database) throw new Error('No database.');
  const dataDirectory = shares?.dataDirectory ?? mkdtempSync(join(tmpdir(), 'heatmark-test-'));
  const app = createApp({
    config: testConfig({ HEATMARK_DATA: dataDirectory, ...environment }),
    log: createLogger({ level: 'silent' }),
    database: through(database),
    ...options,
  });
  const url = await app.listen();
  const organization = async (): Promise<TestOrganization> => {
    const code = unique('organization');
    const made = await createOrganization(app.prisma, { code, name: code }, new Date());
    return { ...made, client: createClient(url, made.token) };
  };
  return {
    app,
    database,
    databaseUrl: own?.url ?? shares?.databaseUrl,
    url,
    dataDirectory,
    organizations: async () => ({ ours: await organization(), theirs: await organization() }),
    stop: async () => {
      await app.stop(5_000);
      await own?.close();
      if (!shares) rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** The server of a test file: started before its tests, stopped after them. */
export function useApp(options: TestAppOptions = {}): () => TestApp {
  let running: TestApp | null = null;
  beforeAll(async () => {
    running = await startApp(options);
  });
  afterAll(async () => {
    await running?.stop();
  });
  return () => {
    if (!running) throw new Error('The server has not started.');
    return running;
  };
}
