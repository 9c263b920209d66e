import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { useApp } from '../support/app.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { organizationTables, references, violationsOf } from './catalogue.ts';
import { type FilledOrganization, twoFilled } from './everything.ts';

const app = useApp();
let ours: FilledOrganization;
let theirs: FilledOrganization;
beforeAll(async () => {
  ({ ours, theirs } = await twoFilled(app()));
});

/** What PostgreSQL says to a statement that it must refuse. */
const refusal = (sql: string, parameters: readonly unknown[] = []): Promise<string> =>
  app()
    .database.query(sql, parameters)
    .then(
      () => `not refused: ${sql}`,
      (error: Error) => error.message,
    );

describe('the catalogue', () => {
  it('keys every table by its organization, carries it in every foreign key, and guards it', async () => {
    expect(await violationsOf(app().database)).toEqual([]);
  });

  let broken: TestDatabase | null = null;
  afterEach(async () => {
    await broken?.close();
    broken = null;
  });

  it('is seen to be broken by a table that forgets its organization', async () => {
    broken = await freshDatabase();
    await broken.database.script(`
      CREATE TABLE "Organization" (id uuid PRIMARY KEY);
      CREATE TABLE "Good" ("organizationId" uuid NOT NULL REFERENCES "Organization" ON UPDATE RESTRICT, id uuid,
        PRIMARY KEY ("organizationId", id), UNIQUE (id));
      CREATE SCHEMA parts;
      CREATE TABLE parts."Hidden" ("organizationId" uuid);
      CREATE TABLE "Bad" (id uuid PRIMARY KEY, "organizationId" uuid, "goodId" uuid REFERENCES "Good" (id));
    `);
    expect(await violationsOf(broken.database)).toEqual([
      'Bad has no organizationId that is never empty.',
      "Bad's primary key does not begin with organizationId.",
      'Bad has no trigger hm_guard_tenant.',
      'Good has no trigger hm_guard_tenant.',
      'Bad_goodId_fkey does not carry the organization.',
      'Bad_goodId_fkey is not ON UPDATE RESTRICT.',
      'Bad_goodId_fkey has no index.',
      'parts."Hidden" is no guarded part of a table that the rules look at.',
    ]);
  });
});

describe('organizationId', () => {
  it('is refused another value in every table', async () => {
    const tables = await organizationTables(app().database);
    const refusals: Record<string, string> = {};
    // Jobs are gone when they are done: one that no code does stays.
    await app().database.query(
      `INSERT INTO "Job" ("organizationId", id, kind, "subjectId", "dueAt", "createdAt", "updatedAt")
       VALUES ($1, gen_random_uuid(), 'NOBODY', gen_random_uuid(), now() + interval '1 day', now(), now())`,
      [ours.organizationId],
    );
    for (const table of tables) {
      refusals[table] = await refusal(
        `UPDATE "${table}" SET "organizationId" = $1 WHERE "organizationId" = $2`,
        [theirs.organizationId, ours.organizationId],
      );
    }
    const expected = Object.fromEntries(
      tables.map((table) => [table, `organizationId of ${table} never changes`]),
    );
    // A draft of events lives within one transaction only; the log and actions on material refuse every update.
    expect(refusals).toEqual({
      ...expected,
      Event: 'the event log is append-only',
      Certificate: 'certificates are permanent: another one supersedes them',
      InspectionItem: 'the items of an inspection are evidence: they are not changed',
      MaterialAction: 'MaterialAction is append-only',
      // Its rows are refused by the trigger of their week.
      SensorReading: expect.stringMatching(/^organizationId of week_\d{4}_\d\d_\d\d never changes$/),
      EventDraft: expect.stringContaining('not refused'),
    });
  });

  it('of a draft of events is refused another value within its transaction', async () => {
    const draft = `INSERT INTO "EventDraft" ("organizationId", id, events)
      VALUES ('${ours.organizationId}', gen_random_uuid(), '[]')`;
    const script = `BEGIN; ${draft}; UPDATE "EventDraft" SET "organizationId" = '${theirs.organizationId}'; COMMIT;`;
    const refused = app().database.script(script);
    await expect(refused).rejects.toThrow('organizationId of EventDraft never changes');
    await app().database.script('ROLLBACK');
  });
});

describe('a reference to another organization', () => {
  it('is refused by every foreign key', async () => {
    const keys = await references(app().database);
    expect(keys.length).toBeGreaterThan(30);
    const accepted: string[] = [];
    for (const { name, table, column, target } of keys) {
      const message = await refusal(
        `UPDATE "${table}" SET "${column}" = (SELECT id FROM "${target}" WHERE "organizationId" = $1 LIMIT 1)
         WHERE "organizationId" = $2`,
        [theirs.organizationId, ours.organizationId],
      );
      // A row of a unique relation is refused for that first, a hold for having two subjects, an action for any change.
      if (
        !/violates (foreign key|unique|check) constraint|is append-only|are permanent|are evidence/.test(
          message,
        )
      )
        accepted.push(`${name}: ${message}`);
    }
    expect(accepted).toEqual([]);
  });
});

describe('the event log', () => {
  it.each([
    ['UPDATE', `UPDATE "Event" SET reason = 'rewritten'`],
    ['DELETE', `DELETE FROM "Event"`],
    ['TRUNCATE', `TRUNCATE "Event"`],
  ])('refuses %s', async (_what, sql) => {
    expect(await refusal(sql)).toBe('the event log is append-only');
  });
});
