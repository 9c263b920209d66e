/** The ways of storing a genealogy that were weighed against each other, on the same rows. */
import type pg from 'pg';
import { onServer } from './database.ts';
import { summary } from './load.ts';
import type { PowderDatabase } from './materials.database.ts';
import { bareStatements, prepared } from './materials.reads.ts';
import type { Plan } from './reads.ts';

export interface StorageResult {
  readonly question: string;
  readonly way: string;
  readonly ms: number;
  readonly rows: number;
}

const downIds = `WITH RECURSIVE reached(id) AS (
  SELECT $2::uuid UNION SELECT l.id FROM reached CROSS JOIN LATERAL (SELECT l."toNode" AS id FROM "MaterialLink" l
    WHERE l."organizationId" = $1 AND l."fromNode" = reached.id AND l."toNode" IS NOT NULL OFFSET 0) l)`;
const upIds = `WITH RECURSIVE reached(id) AS (
  SELECT "nodeId" FROM "MaterialBatch" WHERE "organizationId" = $1 AND id = $2
  UNION SELECT l.id FROM reached CROSS JOIN LATERAL (SELECT l."fromNode" AS id FROM "MaterialLink" l
    WHERE l."organizationId" = $1 AND l."toNode" = reached.id AND l."fromNode" IS NOT NULL OFFSET 0) l)`;

const questions: readonly { question: string; of: 'lot' | 'recalled' | 'batch'; way: string; sql: string }[] =
  [
    ...(['lot', 'recalled'] as const).flatMap((of) => {
      const question = of === 'lot' ? 'live batches of an ordinary lot' : 'live batches of the recalled lot';
      return [
        {
          question,
          of,
          way: 'walk the links, then the batches of those nodes',
          sql: `${downIds} SELECT b.id FROM (SELECT id, "nodeId" FROM "MaterialBatch" WHERE "organizationId" = $1 AND quantity > 0) b
          JOIN reached ON reached.id = b."nodeId"`,
        },
        {
          question,
          of,
          way: 'shares of the composition, by the GIN index',
          sql: `SELECT id FROM "MaterialBatch" WHERE "organizationId" = $1 AND quantity > 0
          AND hm_lot_ids("mixedLots") @> ARRAY[$2::text]`,
        },
      ];
    }),
    {
      question: 'lots in a batch',
      of: 'batch',
      way: 'walk the links (by possibility)',
      sql: `${upIds} SELECT lot.id FROM reached JOIN "MaterialLot" lot ON lot."organizationId" = $1 AND lot.id = reached.id`,
    },
    {
      question: 'lots in a batch',
      of: 'batch',
      way: 'shares of the composition (by expectation)',
      sql: `SELECT k FROM "MaterialBatch" b CROSS JOIN LATERAL jsonb_object_keys(b."mixedLots") k
      WHERE b."organizationId" = $1 AND b.id = $2`,
    },
    {
      question: 'all ancestors of a batch',
      of: 'batch',
      way: 'walk over ids alone',
      sql: `${upIds} SELECT id FROM reached`,
    },
    {
      question: 'all ancestors of a batch',
      of: 'batch',
      way: 'walk that carries the depth',
      sql: `WITH RECURSIVE reached(id, depth) AS (
      SELECT "nodeId", 0 FROM "MaterialBatch" WHERE "organizationId" = $1 AND id = $2
      UNION SELECT l.id, reached.depth + 1 FROM reached CROSS JOIN LATERAL (SELECT l."fromNode" AS id FROM "MaterialLink" l
        WHERE l."organizationId" = $1 AND l."toNode" = reached.id AND l."fromNode" IS NOT NULL OFFSET 0) l)
      SELECT id, min(depth) FROM reached GROUP BY id`,
    },
    {
      question: 'all ancestors of a batch',
      of: 'batch',
      way: 'walk with the links and their actions',
      sql: bareStatements.up,
    },
  ];

/** Each question put each way: medians over the same things. */
export async function measureStorage(
  database: PowderDatabase,
  batches: readonly string[],
  plan: Plan,
  say: (line: string) => void,
): Promise<StorageResult[]> {
  const { organizationId } = database;
  return onServer(database.url, async (client: pg.Client) => {
    const lots = await client.query<{ id: string }>(
      `SELECT id FROM "MaterialLot" WHERE "organizationId" = $1 AND id <> $2 ORDER BY md5(id::text) LIMIT 60`,
      [organizationId, database.summary.recalledLotId],
    );
    const subjects = {
      lot: lots.rows.map(({ id }) => id),
      recalled: [database.summary.recalledLotId],
      batch: batches,
    };
    const run = prepared(client, organizationId);
    const results: StorageResult[] = [];
    for (const [place, { question, of, way, sql }] of questions.entries()) {
      const ids = subjects[of];
      const latencies: number[] = [];
      let rows = 0;
      let asked = 0;
      for (let n = 0; n < Math.min(5, ids.length); n++) await run(`q${place}`, sql, ids[n]);
      const end = performance.now() + plan.roundMs;
      do {
        const begin = performance.now();
        rows += (await run(`q${place}`, sql, ids[asked++ % ids.length])).rowCount ?? 0;
        latencies.push(performance.now() - begin);
      } while (performance.now() < end);
      results.push({ question, way, ms: summary(latencies).p50, rows: rows / asked });
      say(`${question}, ${way}: ${results.at(-1)?.ms.toFixed(2)} ms.`);
    }
    return results;
  });
}
