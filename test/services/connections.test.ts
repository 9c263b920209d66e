import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isUnavailable } from '../../src/database/errors.ts';
import { type Database, openPostgres } from '../../src/database/open.ts';
import { unique } from '../support/app.ts';
import type { TestDatabase } from '../support/databases.ts';
import { type TcpProxy, tcpProxy } from '../support/tcp-proxy.ts';
import { serverDatabase } from './environment.ts';

let server: TestDatabase & { url: string };
let way: TcpProxy;
let database: Database;
beforeAll(async () => {
  server = await serverDatabase({ migrated: false });
  const url = new URL(server.url);
  way = await tcpProxy(Number(url.port || 5432));
  url.hostname = '127.0.0.1';
  url.port = String(way.port);
  database = await openPostgres(url.href, {
    max: 2,
    statementTimeoutMs: 3_000,
    idleInTransactionTimeoutMs: 3_000,
  });
});
afterAll(async () => {
  await database?.close();
  await way?.close();
  await server?.close();
});

/** How both statements of a full pool fail when this happens to them. */
async function failuresWhen(happens: () => void): Promise<unknown[]> {
  const name = unique('asleep');
  const sleeping = Array.from({ length: 2 }, () => database.query(`SELECT pg_sleep(2.5) AS "${name}"`));
  const settled = Promise.allSettled(sleeping);
  const sleepers = `SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE state = 'active' AND pid <> pg_backend_pid() AND position($1 in query) > 0`;
  await expect.poll(() => server.database.query(sleepers, [name])).toEqual([{ count: 2 }]);
  happens();
  return (await settled).map((each) => (each.status === 'rejected' ? each.reason : null));
}

describe('a pool whose connections are lost', () => {
  it.each([
    ['are reset', () => way.cut()],
    ['are ended', () => way.end()],
    ['are forgotten on their way, and nobody is told', () => way.forget()],
  ])(
    'says that the database is not available, and goes on with new ones, when they %s',
    async (_, happens) => {
      const failures = await failuresWhen(happens);
      expect(failures.map(isUnavailable)).toEqual([true, true]);
      expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    },
  );
});
