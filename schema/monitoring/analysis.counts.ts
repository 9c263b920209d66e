import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';

/** How much an analysis told. */
interface Counts {
  anomalies: number;
  defects: number;
  total: number;
  layers: number;
  /** Anomalies and defects about which nothing was decided. */
  open: number;
}

/** The counts of analyses: one statement for all of a page. */
export const analysisCounts = (context: RequestContext): DataLoader<string, Counts> =>
  context.memo.once(
    'analysis.counts',
    () =>
      new DataLoader<string, Counts>(async (ids) => {
        const rows = await context.runtime.database.query<Counts & { id: string }>(
          `SELECT q.id::text AS id, coalesce(a.total, 0) AS total, coalesce(a.anomalies, 0) AS anomalies,
             coalesce(a.defects, 0) AS defects, coalesce(a.open, 0) AS open, coalesce(i.layers, 0) AS layers
           FROM unnest($2::uuid[]) AS q(id)
           LEFT JOIN (
             SELECT "analysisId", count(*)::int AS total, count(*) FILTER (WHERE "isAnomaly")::int AS anomalies,
               count(*) FILTER (WHERE "isDefect")::int AS defects,
               count(*) FILTER (WHERE ("isAnomaly" OR "isDefect") AND status = 'UNADDRESSED')::int AS open
             FROM "Anomaly" WHERE "organizationId" = $1 AND "analysisId" = ANY($2::uuid[]) GROUP BY 1
           ) a ON a."analysisId" = q.id
           LEFT JOIN (
             SELECT "analysisId", count(*)::int AS layers FROM "AnalysisIndicator"
             WHERE "organizationId" = $1 AND "analysisId" = ANY($2::uuid[]) GROUP BY 1
           ) i ON i."analysisId" = q.id`,
          [context.signedIn.organizationId, [...ids]],
        );
        const byId = new Map(rows.map((row) => [row.id, row]));
        const none: Counts = { anomalies: 0, defects: 0, total: 0, layers: 0, open: 0 };
        return ids.map((id) => byId.get(id) ?? none);
      }),
  );
