/** The process of the real server: as src/main.ts starts it, with every limit on. */
import { createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { openPostgres } from '../src/database/open.ts';
import { createLogger } from '../src/logger.ts';
import { serveParent } from './worker.ts';

async function main(): Promise<void> {
  const config = readConfig({ DATABASE_URL: process.env.DATABASE_URL, PORT: '0', NODE_ENV: 'production' });
  const log = createLogger({ level: config.logLevel });
  const database = await openPostgres(config.databaseUrl ?? '');
  const app = createApp({ config, log, database });
  serveParent(await app.listen(), async () => {
    await app.stop(1_000);
    await database.close();
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
