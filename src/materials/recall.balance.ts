/** Where all of a lot went: exact sums over the links that brought some of it in or out, against what is there. */
import { Decimal } from 'decimal.js';
import { type Reader, type Reading, readerOf } from './genealogy.graph.ts';
import { amount, quanta } from './mixture.ts';
import { Quantity } from './quantity.ts';

const places = [
  'received',
  'onHand',
  'inMachines',
  'inPieces',
  'scrapped',
  'sieveLoss',
  'processLoss',
  'sampled',
  'returned',
  'adjusted',
] as const;

/**
 * A lot's mass balance. `received` is the sum of all others; what was undone is taken off where it was counted.
 * `adjusted` is what stock-takes found missing, less what they found too much.
 */
export interface MassBalance extends Record<(typeof places)[number] | 'unaccounted', Quantity> {
  /** Parts of a million of what was received, to six places; 0 where nothing was. */
  unaccountedPpm: Decimal;
  withinTolerance: boolean;
}

interface BalanceRow extends Record<(typeof places)[number], string> {
  lot: string;
  unit: string;
  density: string | null;
  tolerance: string;
}

// How a link that leaves the batches, or comes back to them, counts: its end outside, and whether it went there.
const outside: Readonly<Record<string, (typeof places)[number]>> = {
  PIECE: 'inPieces',
  SCRAP: 'scrapped',
  SIEVE_LOSS: 'sieveLoss',
  PROCESS_LOSS: 'processLoss',
  SAMPLE: 'sampled',
  RETURNED: 'returned',
  ADJUSTMENT: 'adjusted',
};

const sums = Object.entries(outside)
  .map(
    ([place, name]) =>
      `coalesce(sum(CASE '${place}' WHEN m."to" THEN m.quantity WHEN m."from" THEN -m.quantity END), 0) AS "${name}"`,
  )
  .join(',\n    ');

// What went into a piece that was scrapped since is scrap, whenever it is told how much it was.
const scrapIfScrapped = (place: string) =>
  `CASE WHEN l."${place}" = 'PIECE' AND l."pieceId" IN (SELECT id FROM given_up) THEN 'SCRAP' ELSE l."${place}"::text END`;

// Found by the index hm_MaterialLink_outside_lots, whose condition stands here word for word: a walk of the genealogy
// costs ten times as much. A link without nodes was undone.
const statement = `WITH given_up AS (
  SELECT id FROM "Piece" WHERE "organizationId" = $1::uuid AND status = 'INCOMPLETE'
), moved AS (
  SELECT lot, ${scrapIfScrapped('fromPlace')} AS "from", ${scrapIfScrapped('toPlace')} AS "to",
    sum((l.lots->>lot::text)::numeric) AS quantity
  FROM unnest($2::uuid[]) AS lot CROSS JOIN LATERAL (
    SELECT l."fromPlace", l."toPlace", l."pieceId", l.lots FROM "MaterialLink" l
    WHERE l."organizationId" = $1::uuid AND hm_lot_ids(l.lots) @> ARRAY[lot::text]
      AND (l."toPlace" NOT IN ('BATCH', 'LOADED', 'CONTAINER') OR l."fromPlace" NOT IN ('BATCH', 'LOADED', 'CONTAINER'))
      AND (l."fromNode" IS NOT NULL OR l."toNode" IS NOT NULL)) l
  GROUP BY 1, 2, 3
), summed AS (
  SELECT m.lot,
    coalesce(sum(m.quantity) FILTER (WHERE m."from" = 'SUPPLIER'), 0) AS received,
    ${sums}
  FROM moved m GROUP BY m.lot
), there AS (
  SELECT lot.id AS lot,
    coalesce(sum((b.lots->>lot.id::text)::numeric), 0) AS "onHand",
    coalesce(sum((b."reservedLots"->>lot.id::text)::numeric), 0) AS "inMachines"
  FROM "MaterialLot" lot
  LEFT JOIN "MaterialBatch" b ON b."organizationId" = $1::uuid AND b.quantity > 0
    AND hm_lot_ids(b."mixedLots") @> ARRAY[lot.id::text]
  WHERE lot."organizationId" = $1::uuid AND lot.id = ANY($2::uuid[]) GROUP BY lot.id
), unopened AS (
  SELECT c."lotId" AS lot, sum(c.quantity) AS quantity FROM "MaterialContainer" c
  JOIN "MaterialLot" lot ON lot."organizationId" = c."organizationId" AND lot.id = c."lotId"
  WHERE c."organizationId" = $1::uuid AND c."lotId" = ANY($2::uuid[]) AND c.status = 'NEW' AND c."archivedAt" IS NULL
    AND lot.status NOT IN ('ON_ORDER', 'SCRAPPED', 'RETURNED') GROUP BY c."lotId"
)
SELECT lot.id::text AS lot, m.unit, m.density::text AS density, m."balanceTolerance"::text AS tolerance,
  (t."onHand" + coalesce(u.quantity, 0))::text AS "onHand", t."inMachines"::text AS "inMachines",
  ${places
    .filter((name) => name !== 'onHand' && name !== 'inMachines')
    .map((name) => `coalesce(s."${name}", 0)::text AS "${name}"`)
    .join(', ')}
FROM there t
JOIN "MaterialLot" lot ON lot."organizationId" = $1::uuid AND lot.id = t.lot
JOIN "Material" m ON m."organizationId" = $1::uuid AND m.id = lot."materialId"
LEFT JOIN summed s ON s.lot = t.lot
LEFT JOIN unopened u ON u.lot = t.lot`;

/** The mass balances of lots, by id: one statement. Lots that are not there are left out. */
export async function massBalances(
  context: Reading | Reader,
  lotIds: readonly string[],
): Promise<Map<string, MassBalance>> {
  const reader = 'query' in context ? context : readerOf(context);
  const rows = await reader.query<BalanceRow>(statement, [...new Set(lotIds)]);
  return new Map(rows.map((row) => [row.lot, balanceOf(row)]));
}

function balanceOf(row: BalanceRow): MassBalance {
  const { unit, density, tolerance } = row;
  const material = { unit, density: density === null ? null : { toFixed: () => density } };
  const counted = Object.fromEntries(
    places.map((name) => [name, quanta({ toFixed: () => row[name] })]),
  ) as Record<(typeof places)[number], bigint>;
  const { received, ...went } = counted;
  const unaccounted = received - Object.values(went).reduce((sum, each) => sum + each, 0n);
  const quantity = (value: bigint) => new Quantity(amount(value), material);
  const size = new Decimal((unaccounted < 0n ? -unaccounted : unaccounted).toString());
  const part = received > 0n ? size.div(received.toString()) : new Decimal(size.isZero() ? 0 : 1);
  return {
    ...(Object.fromEntries(places.map((name) => [name, quantity(counted[name])])) as Record<
      (typeof places)[number],
      Quantity
    >),
    unaccounted: quantity(unaccounted),
    unaccountedPpm: part
      .times(1_000_000)
      .times(unaccounted < 0n ? -1 : 1)
      .toDecimalPlaces(6),
    withinTolerance: part.lte(tolerance),
  };
}
