/**
 * What belongs to the subject of a report, as the log knew it at a position. Read of events, and of rows that no
 * command ever changes (links of material, kinds of runs): what is recorded later changes nothing of it.
 */
import type { Database } from '../database/open.ts';
import type { LoggedEvent } from '../events/log.ts';
import type { Noun } from '../ids.ts';

/** What a report is about, at a position of its organization's log. */
export interface ReportSubject {
  readonly organizationId: string;
  readonly noun: 'Piece' | 'MaterialBatch' | 'Order';
  readonly id: string;
  readonly position: number;
}

/** Events of these nouns belong to the report where they are related to one of these objects. */
interface Related {
  readonly nouns: readonly Noun[];
  readonly ids: readonly string[];
}

export interface ReportScope {
  /** Every event that is related to one of these belongs to the report. */
  readonly own: readonly string[];
  readonly related: readonly Related[];
  /** Batches of which something may be in the subject, with the instant until which (ms). */
  readonly batches: ReadonlyMap<string, number>;
}

const runNouns: readonly Noun[] = ['Run', 'Build', 'Anomaly', 'Analysis', 'MachineCommand', 'MaterialAction'];
const materialNouns: readonly Noun[] = [
  'MaterialLot',
  'MaterialContainer',
  'MaterialBatch',
  'MaterialAction',
  'MaterialSample',
  'MaterialLotHeat',
  'Hold',
  'HoldDisposition',
];

/** The scope of a report: a bounded number of statements. */
export async function scopeOf(database: Database, subject: ReportSubject): Promise<ReportScope> {
  const ids = async (sql: string, ...more: unknown[]) =>
    (await database.query<{ id: string }>(sql, [subject.organizationId, subject.position, ...more])).map(
      ({ id }) => id,
    );
  if (subject.noun === 'Order') {
    const parts = await ids(
      `SELECT DISTINCT "subjectId"::text AS id FROM "Event" WHERE "organizationId" = $1 AND "position" <= $2
         AND related && $3::uuid[] AND kind IN ('LineItemCreated', 'PieceCreated') ORDER BY 1`,
      [subject.id],
    );
    return { own: [subject.id, ...parts], related: [], batches: new Map() };
  }
  const runs =
    subject.noun === 'Piece'
      ? await ids(
          `SELECT DISTINCT after->>'runId' AS id FROM "Event" WHERE "organizationId" = $1 AND "position" <= $2
             AND related && $3::uuid[] AND kind = 'OperationStatusChanged' AND after->>'runId' IS NOT NULL ORDER BY 1`,
          [subject.id],
        )
      : [];
  const { batches, lots, containers } = await ancestorsAt(database, subject);
  const samples = await ids(
    `SELECT DISTINCT "subjectId"::text AS id FROM "Event" WHERE "organizationId" = $1 AND "position" <= $2
       AND related && $3::uuid[] AND kind = 'MaterialSampleCreated' ORDER BY 1`,
    [...batches.keys()],
  );
  const panels = await ids(
    `SELECT DISTINCT "subjectId"::text AS id FROM "Event" WHERE "organizationId" = $1 AND "position" <= $2
       AND related && $3::uuid[] AND kind = 'MaterialTestPanelCreated' ORDER BY 1`,
    samples,
  );
  return {
    own: [subject.id],
    related: [
      { nouns: runNouns, ids: runs },
      { nouns: materialNouns, ids: [...batches.keys(), ...lots, ...containers] },
      { nouns: ['MaterialTestPanel'], ids: samples },
      { nouns: ['MaterialTestReport'], ids: panels },
    ],
    batches,
  };
}

interface Link {
  to: string;
  batch: string | null;
  container: string | null;
  lots: string[];
  at: Date;
}

// Links of actions that the log knew at the position $2, and of which it did not know that they were undone.
const linksInto = (to: string) => `LATERAL (
  SELECT l.* FROM "MaterialLink" l
  WHERE l."organizationId" = $1::uuid AND (l."destinationBatchId" = ${to} OR l."pieceId" = ${to})
    AND l."sourceBatchId" IS DISTINCT FROM ${to}
    AND EXISTS (SELECT 1 FROM "Event" e WHERE e."organizationId" = $1::uuid AND e."subjectId" = l."actionId" AND e."position" <= $2)
    AND NOT EXISTS (SELECT 1 FROM "MaterialAction" u JOIN "Event" e ON e."organizationId" = $1::uuid AND e."subjectId" = u.id
      WHERE u."organizationId" = $1::uuid AND u."reversesId" = l."actionId" AND e."position" <= $2)
  OFFSET 0) l`;

const linksAt = `
  WITH RECURSIVE up(id) AS (
    SELECT $3::uuid
    UNION SELECT l."sourceBatchId" FROM up CROSS JOIN ${linksInto('up.id')} WHERE l."sourceBatchId" IS NOT NULL
  )
  SELECT up.id::text AS "to", l."sourceBatchId"::text AS batch, l."containerId"::text AS container,
    CASE WHEN l."sourceBatchId" IS NULL THEN ARRAY(SELECT jsonb_object_keys(l.lots) ORDER BY 1) ELSE ARRAY[]::text[] END AS lots,
    l."occurredAt" AS at
  FROM up CROSS JOIN ${linksInto('up.id')} ORDER BY l.id`;

/** Batches, lots and containers of which something may be in the subject, as far as the log knew it: one statement. */
async function ancestorsAt(
  database: Database,
  { organizationId, noun, id, position }: ReportSubject,
): Promise<{ batches: Map<string, number>; lots: string[]; containers: string[] }> {
  const links = await database.query<Link>(linksAt, [organizationId, position, id]);
  const into = new Map<string, Link[]>();
  for (const link of links) into.set(link.to, [...(into.get(link.to) ?? []), link]);
  const until = new Map([[id, Number.POSITIVE_INFINITY]]);
  const waiting = [id];
  const lots = new Set<string>();
  const containers = new Set<string>();
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const last = until.get(at) ?? 0;
    for (const link of into.get(at) ?? []) {
      const moved = link.at.getTime();
      // What came later is not in what had left by then.
      if (moved > last) continue;
      for (const lot of link.lots) lots.add(lot);
      if (link.container) containers.add(link.container);
      if (!link.batch || moved <= (until.get(link.batch) ?? 0)) continue;
      until.set(link.batch, moved);
      waiting.push(link.batch);
    }
  }
  if (noun === 'Piece') until.delete(id);
  return { batches: until, lots: [...lots].sort(), containers: [...containers].sort() };
}

/** Whether an event is about material after it had left for the subject: that is not in it. */
export function isAfterwards({ batches }: ReportScope, event: LoggedEvent): boolean {
  if (event.subjectType !== 'MaterialAction' && event.subjectType !== 'MaterialBatch') return false;
  const ends = event.related.flatMap((id) => batches.get(id) ?? []);
  return ends.length > 0 && event.occurredAt.getTime() > Math.max(...ends);
}
