import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Schema and migration folders of one test, removed when it ends. */
export interface TestFolders {
  schema: string;
  migrations: string;
  writeSchema(models: string): void;
  /** Writes or replaces a migration. */
  writeMigration(name: string, sql: string): void;
}

export function testFolders(): TestFolders {
  const root = temporaryFolder();
  const schema = join(root, 'schema');
  const migrations = join(root, 'migrations');
  mkdirSync(schema);
  mkdirSync(migrations);
  return {
    schema,
    migrations,
    writeSchema(models) {
      writeFileSync(
        join(schema, 'main.prisma'),
        `datasource db {\n  provider = "postgresql"\n}\n\n${models}`,
      );
    },
    writeMigration(name, sql) {
      mkdirSync(join(migrations, name), { recursive: true });
      writeFileSync(join(migrations, name, 'migration.sql'), sql);
    },
  };
}

/** A folder under the system's temporary one, removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hm-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
