/** How much there is of stocks, and in which areas: one statement each for all stocks of a page. */
import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import { atHandSql, unopened } from '../../src/materials/settle.ts';

type Amount = {
  toFixed(): string;
  lt(other: { toFixed(): string } | number): boolean;
  gt(n: number): boolean;
};

/** In core units. */
export interface StockLevels {
  available: Amount;
  reserved: Amount;
  onOrder: Amount;
}

export const stockLevels = (context: RequestContext) =>
  context.memo.once(
    'stock:levels',
    () =>
      new DataLoader<string, StockLevels>(async (ids) => {
        const rows = await context.prisma.$queryRawUnsafe<(StockLevels & { id: string })[]>(
          `${atHandSql} SELECT id::text AS id, available, reserved, "onOrder" FROM levels`,
          context.signedIn.organizationId,
          [...ids],
        );
        const byId = new Map(rows.map((row) => [row.id, row]));
        return ids.map((id) => byId.get(id) ?? new Error(`There is no stock ${id}.`));
      }),
  );

/** What is in one area of a stock's location, in core units. */
export interface AreaLevels {
  subLocationId: string | null;
  inLots: Amount;
  onOrder: Amount;
  inBatches: Amount;
}

export const areaLevels = (context: RequestContext) =>
  context.memo.once(
    'stock:areas',
    () =>
      new DataLoader<string, AreaLevels[]>(async (ids) => {
        const rows = await context.prisma.$queryRawUnsafe<(AreaLevels & { id: string })[]>(
          `SELECT s.id::text AS id, a."subLocationId"::text AS "subLocationId", sum(a."inLots") AS "inLots",
             sum(a."onOrder") AS "onOrder", sum(a."inBatches") AS "inBatches"
           FROM "Stock" s CROSS JOIN LATERAL (
             SELECT c."subLocationId", CASE WHEN l.status = 'ON_ORDER' THEN 0 ELSE c.quantity END AS "inLots",
               CASE WHEN l.status = 'ON_ORDER' THEN c.quantity ELSE 0 END AS "onOrder", 0 AS "inBatches"
             FROM "MaterialContainer" c
             JOIN "MaterialLot" l ON l."organizationId" = c."organizationId" AND l.id = c."lotId"
             WHERE c."organizationId" = s."organizationId" AND c."materialId" = s."materialId"
               AND c."locationId" = s."locationId" AND ${unopened('c')}
             UNION ALL
             SELECT b."subLocationId", 0, 0, b.quantity - b.reserved FROM "MaterialBatch" b
             WHERE b."organizationId" = s."organizationId" AND b."materialId" = s."materialId"
               AND b."locationId" = s."locationId" AND b.quantity > 0) a
           WHERE s."organizationId" = $1::uuid AND s.id = ANY($2::uuid[])
           GROUP BY s.id, a."subLocationId" ORDER BY a."subLocationId" NULLS LAST`,
          context.signedIn.organizationId,
          [...ids],
        );
        return ids.map((id) => rows.filter((row) => row.id === id));
      }),
  );
