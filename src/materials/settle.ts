/** What follows when batches have changed: where they stood, whether lots are used up, whether stock runs low. */
import type { Prisma, Stock } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { newId } from '../ids.ts';
import type { BatchRow } from './batch.row.ts';
import { fromJson } from './mixture.ts';

/**
 * Ends and begins the stays of batches: on their shelf while some is at hand, in the machine while some is loaded.
 * New batches stand there since `made`, others since `moved`.
 */
export async function settleStays(
  context: CommandContext,
  rows: readonly BatchRow[],
  before: ReadonlyMap<string, BatchRow>,
  made: Date,
  moved: Date,
): Promise<void> {
  const { tx, organizationId } = context;
  const shelf = (row: BatchRow | undefined) =>
    row?.quantity.gt(row.reserved) ? `${row.locationId} ${row.subLocationId} ${row.nodeId}` : null;
  const machine = (row: BatchRow | undefined) =>
    row?.workstationId ? `${row.workstationId} ${row.nodeId}` : null;
  const opened: Prisma.MaterialStayCreateManyInput[] = [];
  for (const [place, loaded] of [
    [shelf, false],
    [machine, true],
  ] as const) {
    const changed = rows.filter((row) => place(before.get(row.id)) !== place(row));
    const left = changed.filter((row) => place(before.get(row.id)) !== null).map((row) => row.id);
    if (left.length > 0) {
      await tx.materialStay.updateMany({
        where: {
          organizationId,
          batchId: { in: left },
          endedAt: null,
          workstationId: loaded ? { not: null } : null,
        },
        data: { endedAt: moved },
      });
    }
    for (const row of changed) {
      if (place(row) === null) continue;
      opened.push({
        organizationId,
        id: newId(),
        batchId: row.id,
        nodeId: row.nodeId,
        locationId: row.locationId,
        subLocationId: loaded ? null : row.subLocationId,
        workstationId: loaded ? row.workstationId : null,
        startedAt: before.has(row.id) ? moved : made,
      });
    }
  }
  if (opened.length > 0) await tx.materialStay.createMany({ data: opened });
}

/** A lot of which nothing is left is DONE, and in use again where a correction brought some back. */
export async function settleLots(
  context: CommandContext,
  rows: readonly BatchRow[],
  before: ReadonlyMap<string, BatchRow>,
): Promise<void> {
  const turned = rows.filter((row) => {
    const was = before.get(row.id);
    return was ? (was.status === 'DONE') !== (row.status === 'DONE') : row.status === 'DONE';
  });
  if (turned.length === 0) return;
  const lotIds = [...new Set(turned.flatMap((row) => [...fromJson(row.mixedLots).keys()]))];
  await settleLotStatuses(context, lotIds);
}

/** Recomputes whether these lots are used up, and records those that changed. */
export async function settleLotStatuses(context: CommandContext, lotIds: readonly string[]): Promise<void> {
  if (lotIds.length === 0) return;
  const { tx, organizationId } = context;
  // Locked at the end and not in order with the others: two commands that use up the last two batches of a lot must
  // not each see the other's as still there. A deadlock, rare, is run again.
  await tx.$queryRawUnsafe(
    `SELECT id FROM "MaterialLot" WHERE "organizationId" = $1::uuid AND id = ANY($2::uuid[])
       AND status IN ('IN_USE', 'DONE') ORDER BY id FOR UPDATE`,
    organizationId,
    [...lotIds],
  );
  const found = await tx.$queryRawUnsafe<{ id: string }[]>(
    `SELECT lot.id::text AS id FROM "MaterialLot" lot
     CROSS JOIN LATERAL (SELECT
       EXISTS (SELECT 1 FROM "MaterialContainer" c WHERE c."organizationId" = $1::uuid AND c."lotId" = lot.id
         AND c.status = 'NEW' AND c.quantity > 0 AND c."archivedAt" IS NULL)
       OR EXISTS (SELECT 1 FROM "MaterialBatch" b WHERE b.quantity > 0
         AND hm_lot_ids(b."mixedLots") @> ARRAY[lot.id::text] AND b."organizationId" = $1::uuid) AS something) AS there
     WHERE lot."organizationId" = $1::uuid AND lot.id = ANY($2::uuid[])
       AND lot.status = (CASE WHEN there.something THEN 'DONE' ELSE 'IN_USE' END)::"MaterialLotStatus"`,
    organizationId,
    [...lotIds],
  );
  if (found.length === 0) return;
  const lots = await tx.materialLot.findMany({
    where: { organizationId, id: { in: found.map((row) => row.id) } },
  });
  for (const lot of lots) {
    const status = lot.status === 'DONE' ? 'IN_USE' : 'DONE';
    context.record('MaterialLotStatusChanged', 'MaterialLot', lot, {
      ...lot,
      status,
      version: lot.version + 1,
    });
  }
  for (const status of ['DONE', 'IN_USE'] as const) {
    const ids = lots.filter((lot) => lot.status !== status).map((lot) => lot.id);
    if (ids.length > 0) {
      await tx.materialLot.updateMany({
        where: { organizationId, id: { in: ids } },
        data: { status, ...context.touched() },
      });
    }
  }
}

type StockDecimal = BatchRow['quantity'];

/** What was at hand of stocks, by their ids. */
export type Levels = ReadonlyMap<string, StockDecimal>;

/**
 * Says so when what is at hand of a material at a location has fallen below the minimum of its stock since `before`
 * was read. The stocks are locked since then, so that no two commands miss the fall together.
 */
export async function settleStocks(context: CommandContext, before: Levels): Promise<void> {
  if (before.size === 0) return;
  const { organizationId } = context;
  const ids = [...before.keys()];
  const stocks = await context.tx.stock.findMany({ where: { organizationId, id: { in: ids } } });
  const now = await atHand(context, ids);
  for (const stock of stocks) tellShortfall(context, stock, before.get(stock.id), now.get(stock.id));
}

/** Records that a stock fell below its minimum, where it did. */
export function tellShortfall(
  context: CommandContext,
  stock: Stock,
  was: StockDecimal | undefined,
  now: StockDecimal | undefined,
): void {
  const { minimum, trackQuantity } = stock;
  if (!minimum || !trackQuantity || !was || !now || was.lt(minimum) || now.gte(minimum)) return;
  context.record('StockFellBelowMinimum', 'Stock', stock, stock, {
    data: { available: now.toFixed(), minimum: minimum.toFixed() },
  });
}

/** What is at hand of each stock: counted, in unopened containers of lots that have arrived, and in batches. */
export async function atHand(
  context: Pick<CommandContext, 'tx' | 'organizationId'>,
  stockIds: readonly string[],
): Promise<Map<string, StockDecimal>> {
  const rows = await context.tx.$queryRawUnsafe<{ id: string; quantity: StockDecimal }[]>(
    `${atHandSql} SELECT id::text AS id, available AS quantity FROM levels`,
    context.organizationId,
    [...stockIds],
  );
  return new Map(rows.map((row) => [row.id, row.quantity]));
}

/** Which containers (of that alias) are unopened: as they came, with a lot. Their lot may still be on order. */
export const unopened = (alias: string): string =>
  `${alias}.status = 'NEW' AND ${alias}."lotId" IS NOT NULL AND ${alias}."archivedAt" IS NULL`;

/**
 * Levels of stocks ($1 the organization, $2 their ids): `available` at hand, `reserved` in machines, `onOrder`.
 * Material of a lot counts from its arrival until it is scrapped or sent back, where its containers stand.
 */
export const atHandSql = `WITH levels AS (
  SELECT s.id,
    s."countedQuantity" + coalesce(b.available, 0) + coalesce(c.unopened, 0) AS available,
    coalesce(b.reserved, 0) AS reserved,
    s."countedOnOrder" + coalesce(c.ordered, 0) AS "onOrder"
  FROM "Stock" s
  LEFT JOIN LATERAL (
    SELECT sum(b.quantity - b.reserved) AS available, sum(b.reserved) AS reserved FROM "MaterialBatch" b
    WHERE b."organizationId" = s."organizationId" AND b."materialId" = s."materialId"
      AND b."locationId" = s."locationId" AND b.quantity > 0) b ON true
  LEFT JOIN LATERAL (
    SELECT sum(c.quantity) FILTER (WHERE l.status <> 'ON_ORDER') AS unopened,
      sum(c.quantity) FILTER (WHERE l.status = 'ON_ORDER') AS ordered
    FROM "MaterialContainer" c JOIN "MaterialLot" l
      ON l."organizationId" = c."organizationId" AND l.id = c."lotId"
    WHERE c."organizationId" = s."organizationId" AND c."materialId" = s."materialId"
      AND c."locationId" = s."locationId" AND ${unopened('c')}) c ON true
  WHERE s."organizationId" = $1::uuid AND s.id = ANY($2::uuid[]))`;
