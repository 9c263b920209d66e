import type { App } from './app.ts';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { deployMigrations, migrationStatus } from './database/migrations.ts';
import { type Database, openPglite, openPostgres } from './database/open.ts';
import type { Logger } from './logger.ts';

/** A server that is up: its application, its database, and how to stop both. */
export interface Server {
  readonly app: App;
  readonly database: Database;
  /** `http://host:port`, without a path. */
  readonly url: string;
  /** Answers what is running, tells the sockets, closes the database. */
  stop(): Promise<void>;
}

/**
 * Opens and migrates the database that the configuration names, and listens. `prepare` runs before anybody can ask.
 *
 * @throws where the database was migrated by a newer version, a migration fails, or the address is taken
 */
export async function serve(
  config: Config,
  log: Logger,
  prepare?: (app: App) => Promise<void>,
): Promise<Server> {
  const database = config.databaseUrl
    ? await openPostgres(config.databaseUrl)
    : await openPglite(config.dataDirectory);
  try {
    if (database.kind === 'pglite' && config.mode === 'production') {
      log.warn(
        'running on the embedded database: one process, and not safe against power loss. Set DATABASE_URL.',
      );
    }
    if (config.databaseUrl && !config.secret) {
      log.warn(
        'HEATMARK_SECRET is not set: what this process seals, other processes on this database cannot open.',
      );
    }
    const { unknown } = await migrationStatus(database);
    if (unknown.length > 0) {
      throw new Error(
        `The database has migrations of a newer Heatmark (${unknown.join(', ')}). Start that version, or restore a backup.`,
      );
    }
    const applied = await deployMigrations(database);
    if (applied.length > 0) log.info({ applied }, 'migrations applied');
    const app = createApp({ config, log, database });
    await prepare?.(app);
    const url = await app.listen();
    log.info({ url: `${url}/graphql`, database: database.kind }, 'Heatmark is ready');
    return {
      app,
      database,
      url,
      stop: async () => {
        await app.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
