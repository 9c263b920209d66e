import { freshDatabase, migratedDatabase, type TestDatabase } from '../support/databases.ts';
import type { ServerProcess } from '../support/server-process.ts';

function required(name: 'DATABASE_URL' | 'REDIS_URL'): string {
  const value = process.env[name];
  if (!value) throw new Error(`These tests need ${name}.`);
  return value;
}

/** The Redis that everybody shares: for wake-ups only, never stopped and never flushed. */
export const redisUrl = (): string => required('REDIS_URL');

/** A database on the server, migrated or empty, and what a server process needs to use it. */
export async function serverDatabase({ migrated = true } = {}): Promise<TestDatabase & { url: string }> {
  required('DATABASE_URL');
  const made = await (migrated ? migratedDatabase() : freshDatabase());
  if (!made.url) throw new Error('These tests need PostgreSQL.');
  return { ...made, url: made.url };
}

/** Stops them all, whatever fails. */
export async function stopAll(...servers: (ServerProcess | undefined)[]): Promise<void> {
  await Promise.allSettled(servers.map((server) => server?.stop()));
}
