import closeWithGrace from 'close-with-grace';
import { ConfigError, readConfig } from './config.ts';
import { FolderInUseError } from './database/folder-lock.ts';
import { MigrationFailedError } from './database/migrations.ts';
import { DataFolderError } from './database/open.ts';
import { ensureFirstOrganization } from './identity/organization.setup.ts';
import { createLogger } from './logger.ts';
import { serve } from './serve.ts';

/** Starts the server from the environment and stops it gracefully at SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger({ level: config.logLevel });
  let first: { token: string } | null = null;
  const server = await serve(config, log, async (app) => {
    first = await ensureFirstOrganization(app.prisma, config.adminToken, new Date());
  });
  if (first && !config.adminToken) {
    // Once, on the terminal and not in the log: only its hash is kept.
    const { token } = first as { token: string };
    console.log(`\n  The first administrator's token, shown only now:\n\n    ${token}\n`);
  }
  closeWithGrace({ delay: 20_000, logger: false }, async ({ signal, err }) => {
    if (err) log.fatal({ err }, 'stopping after an error');
    else log.info({ signal }, 'stopping');
    await server.stop();
  });
}

main().catch((error: unknown) => {
  // What the operator can mend is told plainly; anything else with its stack.
  const plain = [ConfigError, FolderInUseError, DataFolderError, MigrationFailedError];
  console.error(plain.some((kind) => error instanceof kind) ? (error as Error).message : error);
  process.exitCode = 1;
});
