import { expect, it, onTestFinished } from 'vitest';
import { migrationStatus } from '../../src/database/migrations.ts';
import { migratedDatabase } from '../support/databases.ts';

it('gives every caller a migrated database of its own', async () => {
  const [one, other] = await Promise.all([migratedDatabase(), migratedDatabase()]);
  onTestFinished(() => Promise.all([one.close(), other.close()]).then(() => {}));
  expect(await migrationStatus(one.database)).toMatchObject({
    pending: [],
    failed: [],
    edited: [],
    unknown: [],
  });
  await one.database.script('CREATE TABLE only_here (a int)');
  expect(await other.database.query("SELECT to_regclass('only_here') AS t")).toEqual([{ t: null }]);
});
