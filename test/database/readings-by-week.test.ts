import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { deployMigrations } from '../../src/database/migrations.ts';
import { newId } from '../../src/ids.ts';
import { freshDatabase } from '../support/databases.ts';
import { testFolders } from '../support/migration-folders.ts';

const migrations = fileURLToPath(new URL('../../prisma/migrations/', import.meta.url));
const names = readdirSync(migrations)
  .filter((name) => /^\d{14}_/.test(name))
  .sort();
const byWeek = '20261122133000_readings_by_week';

it('moves the readings that are there to their weeks, with what is summed up of them', async () => {
  const { database, close } = await freshDatabase({ statementTimeoutMs: 0, lockTimeoutMs: 0 });
  onTestFinished(close);
  const folders = testFolders();
  const write = (name: string) =>
    folders.writeMigration(name, readFileSync(`${migrations}${name}/migration.sql`, 'utf8'));
  for (const name of names.filter((each) => each < byWeek)) write(name);
  await deployMigrations(database, folders);

  const [organizationId, sensorId] = [newId(), newId()];
  const stamp = '2026-03-01T00:00:00Z';
  await database.query(
    `INSERT INTO "Organization" (id, code, name, "createdAt", "updatedAt") VALUES ($1, 'old', 'Old', $2, $2)`,
    [organizationId, stamp],
  );
  await database.query(`INSERT INTO "ReadingHead" ("organizationId", position) VALUES ($1, 5)`, [
    organizationId,
  ]);
  await database.query(
    `INSERT INTO "Sensor" ("organizationId", id, name, quantity, unit, "createdAt", "updatedAt")
     VALUES ($1, $2, 'Oven', 'temperature', 'Cel', $3, $3)`,
    [organizationId, sensorId, stamp],
  );
  // Positions 3 and 4 were stored by a clock that was set back between them.
  const stored: [number, number | null, string, string][] = [
    [1, 20, '2026-03-02T08:00:00Z', '2026-03-02T08:00:01Z'],
    [2, null, '2026-03-02T08:01:00Z', '2026-03-02T08:01:01Z'],
    [3, 0, '2026-03-02T08:02:00Z', '2026-03-09T00:00:01Z'],
    [4, 30, '2026-03-02T08:03:00Z', '2026-03-08T23:59:59Z'],
    [5, 25, '2026-03-10T08:00:00Z', '2026-03-10T08:00:01Z'],
  ];
  for (const [position, value, observedAt, recordedAt] of stored) {
    await database.query(
      `INSERT INTO "SensorReading" ("organizationId", position, "sensorId", value, "observedAt", "recordedAt")
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [organizationId, position, sensorId, value, observedAt, recordedAt],
    );
  }
  for (const name of names.filter((each) => each >= byWeek)) write(name);
  await deployMigrations(database, folders);

  const readings = await database.query(
    `SELECT position::int AS position, value, state, tableoid::regclass::text AS week FROM "SensorReading" ORDER BY position`,
  );
  const [first, second] = ['readings.week_2026_03_02', 'readings.week_2026_03_09'];
  expect(readings).toEqual([
    { position: 1, value: 20, state: 'MEASURED', week: first },
    { position: 2, value: null, state: 'UNAVAILABLE', week: first },
    { position: 3, value: 0, state: 'MEASURED', week: second },
    // Not before the third: a week is a run of positions.
    { position: 4, value: 30, state: 'MEASURED', week: second },
    { position: 5, value: 25, state: 'MEASURED', week: second },
  ]);
  const buckets = await database.query(
    `SELECT count, unavailable, minimum, maximum, sum, first, last FROM "SensorReadingBucket" ORDER BY "startedAt"`,
  );
  expect(buckets).toEqual([
    { count: 3, unavailable: 1, minimum: 0, maximum: 30, sum: 50, first: 20, last: 30 },
    { count: 1, unavailable: 0, minimum: 25, maximum: 25, sum: 25, first: 25, last: 25 },
  ]);
  const latest = await database.query(`SELECT position::int AS position, value FROM "SensorLatest"`);
  expect(latest).toEqual([{ position: 5, value: 25 }]);
  const head = await database.query(
    `SELECT "recordedAt", "droppedPosition"::int AS dropped FROM "ReadingHead"`,
  );
  expect(head).toEqual([{ recordedAt: new Date('2026-03-10T08:00:01Z'), dropped: 0 }]);
});
