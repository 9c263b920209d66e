import { readdir } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TestDatabase } from '../support/databases.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { redisUrl, serverDatabase, stopAll } from './environment.ts';

// A process takes seconds to start, and many where the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

let database: TestDatabase | undefined;
let servers: ServerProcess[] = [];
afterEach(async () => {
  await stopAll(...servers);
  servers = [];
  await database?.close();
});

describe('servers that start at the same time on an empty database', () => {
  it('apply each migration once, and make one first organization', async () => {
    const made = await serverDatabase({ migrated: false });
    database = made;
    const environment = { DATABASE_URL: made.url, REDIS_URL: redisUrl() };
    servers = await Promise.all([
      startServer(environment),
      startServer(environment),
      startServer(environment),
    ]);
    const applied = await made.database.query<{ name: string }>(
      `SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY migration_name`,
    );
    const folders = await readdir('prisma/migrations', { withFileTypes: true });
    const expected = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(applied.map(({ name }) => name)).toEqual(expected.sort());
    const organizations = await made.database.query(`SELECT code FROM "Organization"`);
    expect(organizations).toEqual([{ code: 'main' }]);
    for (const { client } of servers) {
      const answer = await client.sendText('{ organization { name } }');
      expect(answer.body).toEqual({ data: { organization: { name: 'My organization' } } });
    }
  });
});

describe('a server whose Redis is not there', () => {
  it('starts and serves all the same', async () => {
    const made = await serverDatabase();
    database = made;
    servers = [await startServer({ DATABASE_URL: made.url, REDIS_URL: 'redis://127.0.0.1:1' })];
    const answer = await servers[0]?.client.sendText('{ organization { name } }');
    expect(answer?.status).toBe(200);
  });
});
