/** What a piece and its material went through: sensors of the machines and the areas where they were, meanwhile. */
import type { Reader } from '../materials/genealogy.graph.ts';
import { bucketSeconds } from '../monitoring/reading.rollup.ts';
import type { Ancestry } from './ancestry.ts';
import { grouped } from './grouped.ts';

/** What one sensor measured while a piece was worked on near it, or its material was there. */
export interface PieceClimate {
  pieceId: string;
  sensorId: string;
  count: number;
  minimum: number | null;
  mean: number | null;
  maximum: number | null;
  firstAt: Date | null;
  lastAt: Date | null;
}

// The spans of operations ($2: pieces) at their machines, and of stays of batches ($3) until material left them for the
// piece; of each the sensors that stood there then. A bucket that several spans touch counts once.
const climate = `
  WITH span AS (
    SELECT o."pieceId", p."sensorId", greatest(o."startedAt", p."startedAt") AS since,
      least(coalesce(o."endedAt", 'infinity'), coalesce(p."endedAt", 'infinity')) AS until
    FROM "Operation" o
    JOIN "Run" r ON r."organizationId" = $1::uuid AND r.id = o."runId"
    JOIN "Machine" m ON m."organizationId" = $1::uuid AND m."workstationId" = r."workstationId"
    JOIN "SensorPlacement" p ON p."organizationId" = $1::uuid AND p."machineId" = m.id
    WHERE o."organizationId" = $1::uuid AND o."pieceId" = ANY($2::uuid[]) AND o."startedAt" IS NOT NULL
    UNION
    SELECT a.piece, p."sensorId", greatest(s."startedAt", p."startedAt"),
      least(coalesce(s."endedAt", 'infinity'), coalesce(p."endedAt", 'infinity'), a.until)
    FROM jsonb_to_recordset($3::jsonb) AS a(piece uuid, batch uuid, until timestamptz)
    JOIN "MaterialStay" s ON s."organizationId" = $1::uuid AND s."batchId" = a.batch AND s."startedAt" <= a.until
    LEFT JOIN "Machine" m ON m."organizationId" = $1::uuid AND m."workstationId" = s."workstationId"
    JOIN "SensorPlacement" p ON p."organizationId" = $1::uuid
      AND (p."machineId" = m.id OR (s."workstationId" IS NULL AND p."subLocationId" = s."subLocationId"))
  ), bucket AS (
    SELECT DISTINCT s."pieceId", b."sensorId", b."startedAt", b.count, b.minimum, b.maximum, b.sum, b."firstAt", b."lastAt"
    FROM span s JOIN "SensorReadingBucket" b ON b."organizationId" = $1::uuid AND b."sensorId" = s."sensorId"
      AND b."startedAt" > s.since - make_interval(secs => $4) AND b."startedAt" <= s.until
    WHERE s.since <= s.until AND b.count > 0
  )
  SELECT "pieceId"::text AS "pieceId", "sensorId"::text AS "sensorId", sum(count)::int AS count,
    min(minimum) AS minimum, max(maximum) AS maximum,
    sum(sum) / nullif(sum(count) FILTER (WHERE sum IS NOT NULL), 0) AS mean,
    min("firstAt") AS "firstAt", max("lastAt") AS "lastAt"
  FROM bucket GROUP BY 1, 2 ORDER BY 1, 2`;

/**
 * The climate of pieces, by piece: one statement, over the sums of five minutes that are kept for good. A sum counts
 * whole where a span touches it, so up to five minutes before and after are in it.
 */
export async function climateOfPieces(
  reader: Reader,
  ancestries: ReadonlyMap<string, Ancestry>,
): Promise<Map<string, PieceClimate[]>> {
  const stays = [...ancestries].flatMap(([piece, { batches }]) =>
    batches.map(({ id, until }) => ({ piece, batch: id, until: until?.toISOString() ?? 'infinity' })),
  );
  const rows = await reader.query<PieceClimate>(
    climate,
    [...ancestries.keys()],
    JSON.stringify(stays),
    bucketSeconds,
  );
  return grouped(rows, (row) => row.pieceId);
}
