/**
 * Recall: all that may hold something of a lot, a batch, a container, a piece, of what was in a machine for some hours
 * or near a sensor. By possibility: whatever a link leads to, however small its share. The nodes are walked once; every
 * list is a statement over their ids, and only a page of it becomes rows.
 */
import type { Decimal } from 'decimal.js';
import { downwardItems, type GenealogyKind, type Reader, type Seed, seedsJson } from './genealogy.graph.ts';
import { type Scope, seedsOf } from './genealogy.seeds.ts';
import { amount, fractionsOf, fromJson, quanta } from './mixture.ts';
import { Quantity } from './quantity.ts';

// Very many ids, as one text with commas: a list of parameters costs several times as much to send.
const idList = (parameter: string) => `string_to_array(${parameter}, ',')::uuid[]`;

/** The uuids of all that is affected, in their order. */
export type Affected = Readonly<Record<GenealogyKind, readonly string[]>>;

/** All that the seeds reach, by kind, and the batches that they stand for: one statement. */
export async function reachedBy(reader: Reader, seeds: readonly Seed[]): Promise<Affected> {
  const found: Record<GenealogyKind, Set<string>> = {
    LOT: new Set(),
    CONTAINER: new Set(),
    BATCH: new Set(),
    PIECE: new Set(),
  };
  if (seeds.length > 0) {
    const rows = await reader.query<{ kind: GenealogyKind; ids: string }>(
      `${downwardItems} SELECT kind, string_agg(item::text, ',') AS ids FROM down WHERE kind IS NOT NULL GROUP BY kind`,
      seedsJson(seeds),
    );
    for (const { kind, ids } of rows) for (const id of ids.split(',')) found[kind].add(id);
    for (const seed of seeds) if (seed.itself && seed.batchId) found.BATCH.add(seed.batchId);
  }
  const sorted = (ids: Set<string>) => [...ids].sort();
  return {
    LOT: sorted(found.LOT),
    CONTAINER: sorted(found.CONTAINER),
    BATCH: sorted(found.BATCH),
    PIECE: sorted(found.PIECE),
  };
}

/** All that a scope affects, the object that it names among them. */
export async function affectedBy(reader: Reader, scope: Scope): Promise<Affected> {
  const seeds = (await seedsOf(reader, new Map([['scope', scope]]))).get('scope') ?? [];
  const reached = await reachedBy(reader, seeds);
  const including = (ids: readonly string[], own: string | null | undefined) =>
    own && !ids.includes(own) ? [...ids, own].sort() : ids;
  return {
    LOT: including(reached.LOT, scope.lotId),
    CONTAINER: including(reached.CONTAINER, scope.containerId),
    BATCH: including(reached.BATCH, scope.batchId),
    PIECE: including(reached.PIECE, scope.pieceId),
  };
}

/** A batch that is affected. Expectation is of the recalled lot, and null where the recall is of something else. */
export interface RecalledBatch {
  id: string;
  onHand: Quantity;
  inMachine: Quantity;
  expected: Quantity | null;
  fraction: Decimal | null;
}

const measuredBy = (unit: string, density: string | null) => ({
  unit,
  density: density === null ? null : { toFixed: () => density },
});

/** What is there of these batches, and how much of the lot is expected in them: one statement. */
export async function recalledBatches(
  reader: Reader,
  ids: readonly string[],
  lotId: string | null,
): Promise<Map<string, RecalledBatch>> {
  const rows = await reader.query<{
    id: string;
    available: string;
    reserved: string;
    lots: Record<string, string>;
    reservedLots: Record<string, string>;
    mixedLots: Record<string, string>;
    unit: string;
    density: string | null;
  }>(
    `SELECT b.id::text AS id, (b.quantity - b.reserved)::text AS available, b.reserved::text AS reserved, b.lots,
       b."reservedLots", b."mixedLots", m.unit, m.density::text AS density
     FROM "MaterialBatch" b JOIN "Material" m ON m."organizationId" = b."organizationId" AND m.id = b."materialId"
     WHERE b."organizationId" = $1::uuid AND b.id = ANY($2::uuid[])`,
    [...ids],
  );
  return new Map(
    rows.map((row) => {
      const material = measuredBy(row.unit, row.density);
      const quantity = (text: string) => new Quantity({ toFixed: () => text }, material);
      const expected = lotId
        ? (fromJson(row.lots).get(lotId) ?? 0n) + (fromJson(row.reservedLots).get(lotId) ?? 0n)
        : null;
      const share = lotId
        ? fractionsOf(fromJson(row.mixedLots)).find(({ key }) => key === lotId)?.fraction
        : null;
      return [
        row.id,
        {
          id: row.id,
          onHand: quantity(row.available),
          inMachine: quantity(row.reserved),
          expected: expected === null ? null : new Quantity(amount(expected), material),
          fraction: lotId ? (share ?? amount(0n)) : null,
        },
      ];
    }),
  );
}

/** How much of the lot is expected in these pieces: one statement. Null for a piece of no known material. */
export async function expectedInPieces(
  reader: Reader,
  ids: readonly string[],
  lotId: string,
): Promise<Map<string, Quantity>> {
  const rows = await reader.query<{ id: string; quantity: string; unit: string; density: string | null }>(
    `SELECT l."pieceId"::text AS id, m.unit, m.density::text AS density,
       sum(coalesce((l.lots->>$3)::numeric, 0))::text AS quantity
     FROM "MaterialLink" l
     JOIN "MaterialBatch" b ON b."organizationId" = l."organizationId" AND b.id = coalesce(l."sourceBatchId", l."destinationBatchId")
     JOIN "Material" m ON m."organizationId" = b."organizationId" AND m.id = b."materialId"
     WHERE l."organizationId" = $1::uuid AND l."pieceId" = ANY($2::uuid[]) AND l."toNode" IS NOT NULL
     GROUP BY l."pieceId", m.unit, m.density`,
    [...ids],
    lotId,
  );
  return new Map(
    rows.map((row) => [
      row.id,
      new Quantity(amount(quanta({ toFixed: () => row.quantity })), measuredBy(row.unit, row.density)),
    ]),
  );
}

/** An order that affected pieces belong to. */
export interface RecalledOrder {
  id: string;
  customerName: string | null;
  customerReference: string | null;
  pieceCount: number;
}

/** The orders of these pieces, by id: one statement. */
export function recalledOrders(reader: Reader, pieceIds: readonly string[]): Promise<RecalledOrder[]> {
  return reader.query<RecalledOrder>(
    `SELECT o.id::text AS id, o."customerName", o."customerReference", p.count::int AS "pieceCount"
     FROM (SELECT "orderId", count(*) AS count FROM "Piece" WHERE "organizationId" = $1::uuid AND id = ANY(${idList('$2')})
       GROUP BY "orderId") p
     JOIN "Order" o ON o."organizationId" = $1::uuid AND o.id = p."orderId" ORDER BY o.id`,
    pieceIds.join(),
  );
}

/** A customer whose orders are affected. */
export interface RecalledCustomer {
  name: string | null;
  reference: string | null;
  orderCount: number;
  pieceCount: number;
}

/** The customers of orders: each name and reference once, in their order. Orders that name no customer are one. */
export function recalledCustomers(orders: readonly RecalledOrder[]): RecalledCustomer[] {
  const customers = new Map<string, RecalledCustomer>();
  for (const { customerName: name, customerReference: reference, pieceCount } of orders) {
    const key = customerKey({ name, reference });
    const known = customers.get(key) ?? { name, reference, orderCount: 0, pieceCount: 0 };
    known.orderCount += 1;
    known.pieceCount += pieceCount;
    customers.set(key, known);
  }
  return [...customers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, customer]) => customer);
}

/** What tells customers apart, and orders them. */
export const customerKey = ({ name, reference }: Pick<RecalledCustomer, 'name' | 'reference'>): string =>
  JSON.stringify([name, reference]);

/** A piece that has left the shop. */
export interface RecalledShipment {
  /** The operation. */
  id: string;
  pieceId: string;
  trackingId: string | null;
  shippedAt: Date | null;
}

const shipped = `FROM "Operation" o WHERE o."organizationId" = $1::uuid AND o."pieceId" = ANY(${idList('$2')})
  AND o.kind = 'SHIPPING' AND o.status = 'COMPLETE'`;

/** Shipments of these pieces after that operation, by its id. */
export async function recalledShipments(
  reader: Reader,
  pieceIds: readonly string[],
  after: string | null,
  limit: number,
): Promise<RecalledShipment[]> {
  const rows = await reader.query<RecalledShipment>(
    `SELECT o.id::text AS id, o."pieceId"::text AS "pieceId", o."trackingId", o."endedAt" AS "shippedAt" ${shipped}
       AND ($3::uuid IS NULL OR o.id > $3::uuid) ORDER BY o.id LIMIT $4::int`,
    pieceIds.join(),
    after,
    limit,
  );
  return rows.map((row) => ({ ...row, shippedAt: row.shippedAt && new Date(row.shippedAt) }));
}

/** How many shipments there are of these pieces. */
export async function countShipments(reader: Reader, pieceIds: readonly string[]): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    `SELECT count(*)::int AS count ${shipped}`,
    pieceIds.join(),
  );
  return row?.count ?? 0;
}

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map((row) => row.id);

/** The lots that are expected in what is affected: those of batches as they are now, and of pieces. */
export async function lotsInvolved(reader: Reader, affected: Affected): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    `SELECT DISTINCT k AS id FROM "MaterialBatch" b CROSS JOIN LATERAL jsonb_object_keys(b."mixedLots") k
       WHERE b."organizationId" = $1::uuid AND b.id = ANY(${idList('$2')})
     UNION SELECT k FROM "MaterialLink" l CROSS JOIN LATERAL jsonb_object_keys(l.lots) k
       WHERE l."organizationId" = $1::uuid AND l."pieceId" = ANY(${idList('$3')}) AND l."toNode" IS NOT NULL
     UNION SELECT "lotId"::text FROM "MaterialContainer"
       WHERE "organizationId" = $1::uuid AND id = ANY(${idList('$4')}) AND "lotId" IS NOT NULL`,
    affected.BATCH.join(),
    affected.PIECE.join(),
    affected.CONTAINER.join(),
  );
  return [...new Set([...idsOf(rows), ...affected.LOT])].sort();
}

/** Containers that are affected: those of lots, and those that hold an affected batch now. */
export async function containersInvolved(reader: Reader, affected: Affected): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    `SELECT id::text AS id FROM "MaterialContainer" WHERE "organizationId" = $1::uuid AND "batchId" = ANY(${idList('$2')})`,
    affected.BATCH.join(),
  );
  return [...new Set([...idsOf(rows), ...affected.CONTAINER])].sort();
}

/** Runs in progress that work on affected pieces, or at a machine that holds an affected batch. They are few. */
export async function runsAtRisk(reader: Reader, affected: Affected): Promise<string[]> {
  const [batches, pieces] = [new Set(affected.BATCH), new Set(affected.PIECE)];
  const rows = await workInProgress(reader);
  const atRisk = rows.filter(({ batch, piece }) => batches.has(batch ?? '') || pieces.has(piece ?? ''));
  return [...new Set(atRisk.map(({ run }) => run))].sort();
}

/** What runs in progress work with: the pieces of each, and the batch that its workstation holds. */
export function workInProgress(
  reader: Reader,
  runIds: readonly string[] | null = null,
): Promise<{ run: string; batch: string | null; piece: string | null }[]> {
  const busy = `r."organizationId" = $1::uuid AND r.status IN ('IN_PROGRESS', 'PAUSED')
    AND ($2::text IS NULL OR r.id = ANY(${idList('$2::text')}))`;
  return reader.query(
    `SELECT r.id::text AS run, b.id::text AS batch, NULL AS piece FROM "Run" r
       JOIN "MaterialBatch" b ON b."organizationId" = r."organizationId" AND b."workstationId" = r."workstationId"
       WHERE ${busy}
     UNION ALL
     SELECT r.id::text, NULL, o."pieceId"::text FROM "Run" r
       JOIN "Operation" o ON o."organizationId" = r."organizationId" AND o."runId" = r.id AND o.status IN ('QUEUED', 'IN_PROGRESS')
       WHERE ${busy}`,
    runIds?.join() ?? null,
  );
}
