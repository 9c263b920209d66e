import closeWithGrace from 'close-with-grace';
import { createApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { deployMigrations, migrationStatus } from './database/migrations.ts';
import { openPglite, openPostgres } from './database/open.ts';
import { ensureFirstOrganization } from './identity/organization.setup.ts';
import { createLogger } from './logger.ts';

/** Starts the server from the environment and stops it gracefully at SIGTERM or SIGINT. */
export async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger({ level: config.logLevel });
  const database = config.databaseUrl
    ? await openPostgres(config.databaseUrl)
    : await openPglite(config.dataDirectory);
  if (database.kind === 'pglite' && config.mode === 'production') {
    log.warn(
      'running on the embedded database: one process, and not safe against power loss. Set DATABASE_URL.',
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
  const first = await ensureFirstOrganization(app.prisma, config.adminToken, new Date());
  const url = await app.listen();
  log.info({ url: `${url}/graphql`, database: database.kind }, 'Heatmark is ready');
  if (first && !config.adminToken) {
    // Once, on the terminal and not in the log: only its hash is kept.
    console.log(`\n  The first administrator's token, shown only now:\n\n    ${first.token}\n`);
  }
  closeWithGrace({ delay: 20_000, logger: false }, async ({ signal, err }) => {
    if (err) log.fatal({ err }, 'stopping after an error');
    else log.info({ signal }, 'stopping');
    await app.stop();
    await database.close();
  });
}

main().catch((error: unknown) => {
  // A wrong environment is told plainly; anything else with its stack.
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
});
