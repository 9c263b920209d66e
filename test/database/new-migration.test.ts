import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  deployMigrations,
  migrationsMatchSchema,
  migrationWarnings,
  newMigration,
} from '../../src/database/migrations.ts';
import { freshDatabase } from '../support/databases.ts';
import { type TestFolders, testFolders } from '../support/migration-folders.ts';

const MODELS = `
model Part {
  id       String    @id @db.Uuid
  number   String
  state    String
  data     Json
  search   Unsupported("tsvector")?
  readings Reading[]

  @@index([state])
}

model Reading {
  id     Int
  at     DateTime @db.Timestamptz(3)
  partId String   @db.Uuid
  part   Part     @relation(fields: [partId], references: [id])

  @@id([id, at])
}
`;

/** Everything that is hand-written for a database and that the schema above does not know. */
const BY_HAND = `
CREATE EXTENSION pg_trgm;
CREATE EXTENSION btree_gist;
ALTER TABLE "Part" DROP COLUMN search;
ALTER TABLE "Part" ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', number)) STORED;
CREATE INDEX hm_part_search ON "Part" USING gin (search);
CREATE INDEX hm_part_data ON "Part" USING gin (data jsonb_path_ops);
CREATE INDEX hm_part_number_trgm ON "Part" USING gin (number gin_trgm_ops);
CREATE INDEX hm_part_state ON "Part" (state);
CREATE INDEX hm_part_covering ON "Part" (number) INCLUDE (state);
CREATE INDEX part_open ON "Part" (number) WHERE state = 'OPEN';
CREATE INDEX part_lower ON "Part" (lower(number));
ALTER TABLE "Part" ADD CONSTRAINT part_number CHECK (number <> '');
ALTER TABLE "Part" ADD CONSTRAINT hm_part_once EXCLUDE USING gist (number WITH =);
CREATE TABLE hm_log (id int PRIMARY KEY, at date NOT NULL, part uuid REFERENCES "Part" (id)) ;
CREATE TABLE hm_parted (at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE hm_parted_2026 PARTITION OF hm_parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX hm_parted_at ON hm_parted (at);
CREATE VIEW part_numbers AS SELECT number FROM "Part";
CREATE FUNCTION part_stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER part_stamp BEFORE INSERT ON "Part" FOR EACH ROW EXECUTE FUNCTION part_stamp();
`;

async function firstMigration(folders: TestFolders) {
  folders.writeSchema(MODELS);
  const written = await newMigration('Parts & readings', folders);
  if (!written) throw new Error('a migration was expected');
  return written;
}

describe('newMigration', () => {
  it('writes a migration that deploys, after which there is nothing to do', async () => {
    const folders = testFolders();
    const written = await firstMigration(folders);
    expect(written.name).toMatch(/^\d{14}_parts_readings$/);
    expect(readFileSync(written.file, 'utf8')).toBe(written.sql);
    expect(written.warnings).toEqual([]);
    expect(readFileSync(join(folders.migrations, 'migration_lock.toml'), 'utf8')).toContain('postgresql');

    const { database, close } = await freshDatabase();
    onTestFinished(close);
    expect(await deployMigrations(database, folders)).toEqual([written.name]);
    expect(await newMigration('nothing', folders)).toBeNull();
    expect(await migrationsMatchSchema(folders)).toBeNull();
  });

  it('leaves alone what was added by hand', async () => {
    const folders = testFolders();
    const { name, sql } = await firstMigration(folders);
    const byHand = sql.replace(
      /(CREATE TABLE "Reading" \([^;]*\));/,
      `$1 PARTITION BY RANGE (at);
      CREATE TABLE "Reading_2026" PARTITION OF "Reading" FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      CREATE TABLE "Reading_rest" PARTITION OF "Reading" DEFAULT;`,
    );
    folders.writeMigration(
      name,
      `${byHand}\n${BY_HAND}\nCREATE INDEX hm_reading_at ON "Reading" USING brin (at);`,
    );
    // What is hidden from the engine must still be there for later migrations.
    folders.writeMigration(
      '20990101000000_later',
      'DROP INDEX hm_part_state; ALTER TABLE hm_log ADD COLUMN x int;',
    );
    expect(await migrationsMatchSchema(folders)).toBeNull();

    const { database, close } = await freshDatabase();
    onTestFinished(close);
    expect(await deployMigrations(database, folders)).toHaveLength(2);
  });

  it('does not take an index made by hand for one of the schema', async () => {
    const folders = testFolders();
    const { name, sql } = await firstMigration(folders);
    folders.writeMigration(name, `${sql}\nCREATE INDEX hm_part_number ON "Part" (number);`);
    folders.writeSchema(MODELS.replace('@@index([state])', '@@index([state])\n  @@index([number])'));
    expect(await migrationsMatchSchema(folders)).toBe(
      '-- CreateIndex\nCREATE INDEX "Part_number_idx" ON "Part"("number");\n',
    );
  });

  it('warns of what is dropped and of what fails on existing rows', async () => {
    const folders = testFolders();
    await firstMigration(folders);
    folders.writeSchema(
      MODELS.replace(
        'data     Json',
        'weight   Decimal\n  count    Int @default(0)\n  number2  String?',
      ).replace('number   String', 'number   String @unique'),
    );
    expect((await newMigration('next', folders))?.warnings).toEqual([
      '"Part"."data" is dropped, with its values.',
      '"Part"."weight" is required and has no default: fails on a table with rows.',
      '"Part" gets the unique index "Part_number_key": fails where values are there twice.',
    ]);
  });

  it('names a migration later than the newest one, whatever the clock says', async () => {
    const folders = testFolders();
    folders.writeMigration('20991231235959_from_the_future', 'SELECT 1;');
    expect((await firstMigration(folders)).name).toBe('21000101000000_parts_readings');
  });

  it('refuses a name without letters or digits', async () => {
    await expect(newMigration('../', testFolders())).rejects.toThrow('no name for a migration');
  });
});

describe('migrationWarnings', () => {
  it('knows each risky statement', () => {
    const sql = `-- AlterTable
ALTER TABLE "Lot" DROP COLUMN "a",
ADD COLUMN     "b" TEXT NOT NULL,
ADD COLUMN     "c" TEXT NOT NULL DEFAULT 'x',
ADD COLUMN     "n" SERIAL NOT NULL,
ALTER COLUMN "d" SET NOT NULL,
ALTER COLUMN "e" SET DATA TYPE VARCHAR(10);

-- DropTable
DROP TABLE "Old";

-- DropEnum
DROP TYPE "State";

-- CreateIndex
CREATE UNIQUE INDEX "Lot_f_key" ON "Lot"("f");
`;
    expect(migrationWarnings(sql)).toEqual([
      '"Lot"."a" is dropped, with its values.',
      '"Lot"."b" is required and has no default: fails on a table with rows.',
      '"Lot"."d" becomes required: fails where it is null.',
      '"Lot"."e" becomes VARCHAR(10): values that do not fit fail or are cut.',
      '"Old" is dropped, with what it holds.',
      '"State" is dropped, with what it holds.',
      '"Lot" gets the unique index "Lot_f_key": fails where values are there twice.',
    ]);
  });

  it('is silent about a table that is new', () => {
    expect(
      migrationWarnings('CREATE TABLE "A" (\n  "id" INT NOT NULL\n);\nCREATE UNIQUE INDEX "k" ON "A"("id");'),
    ).toEqual([]);
  });
});
