import { relative } from 'node:path';
import {
  deployMigrations,
  MigrationFailedError,
  markRolledBack,
  migrationStatus,
  migrationsMatchSchema,
  newMigration,
} from './migrations.ts';
import { type Database, openPglite, openPostgres } from './open.ts';

/**
 * The migration commands of package.json. The database is DATABASE_URL, or the PGlite folder HEATMARK_DATA
 * (`.heatmark`). Exit code 1 when something is left to do by a person.
 */
const USAGE = `npm run migrate                        apply what is new
npm run migrate:new NAME               write a migration for the changes in prisma/schema
npm run migrate:check                  fail when prisma/schema has changes without a migration
npm run migrate:status                 say what is applied, pending, failed
npm run migrate:rolled-back NAME       let a failed migration be applied again`;

async function main([command = 'deploy', argument]: string[]): Promise<number> {
  switch (command) {
    case 'deploy':
      return onDatabase(async (database) => {
        const applied = await deployMigrations(database);
        for (const name of applied) console.log(`applied ${name}`);
        if (applied.length === 0) console.log('The database is up to date.');
        return 0;
      });
    case 'status':
      return onDatabase(async (database) => {
        const status = await migrationStatus(database);
        for (const [state, names] of Object.entries(status)) {
          for (const name of names) console.log(`${state.padEnd(8)} ${name}`);
        }
        const { applied, ...unsettled } = status;
        const settled = Object.values(unsettled).every((names) => names.length === 0);
        console.log(settled ? `Up to date: ${applied.length} applied.` : 'The database is not up to date.');
        return settled ? 0 : 1;
      });
    case 'rolled-back': {
      if (!argument) break;
      return onDatabase(async (database) => {
        await markRolledBack(database, argument);
        console.log(`${argument} is marked as rolled back: npm run migrate applies it again.`);
        return 0;
      });
    }
    case 'new': {
      if (!argument) break;
      const written = await newMigration(argument);
      if (!written) {
        console.log('Nothing to do: the migrations lead to prisma/schema already.');
        return 0;
      }
      console.log(
        `${written.sql}\nWritten to ${relative(process.cwd(), written.file)}. Read it before you commit it.`,
      );
      for (const warning of written.warnings) console.warn(`WARNING: ${warning}`);
      return 0;
    }
    case 'check': {
      const sql = await migrationsMatchSchema();
      if (sql === null) return 0;
      console.error(`prisma/schema has changes without a migration (npm run migrate:new NAME):\n\n${sql}`);
      return 1;
    }
  }
  console.error(USAGE);
  return 2;
}

async function onDatabase(work: (database: Database) => Promise<number>): Promise<number> {
  const url = process.env.DATABASE_URL;
  const database = url
    ? await openPostgres(url, { max: 1, applicationName: 'heatmark migrate' })
    : await openPglite(process.env.HEATMARK_DATA ?? '.heatmark');
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // A person reads this: the message says what to do, a stack only where nobody foresaw the error.
  const foreseen = error instanceof MigrationFailedError || (error instanceof Error && !process.env.DEBUG);
  console.error(foreseen ? error.message : error);
  process.exitCode = 1;
}
