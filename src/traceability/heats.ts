/** From lots on to the heats that they came from. */
import type { Decimal } from 'decimal.js';
import type { Reader } from '../materials/genealogy.graph.ts';
import { fractionsOf, fromJson, type Shares } from '../materials/mixture.ts';
import { grouped } from './grouped.ts';

/** That a lot came from a heat. */
export interface HeatOfLot {
  /** The id of the link. */
  id: string;
  lotId: string;
  heatId: string;
}

/** A heat of which something may be in an object, by one of its lots. */
export interface HeatShare extends HeatOfLot {
  /** The part of the object, 0 to 1, that is expected to be of the heat; null where nobody can tell. */
  fraction: Decimal | number | null;
}

/** The heats of lots, by lot: one statement. Lots of none are left out. */
export async function heatsOfLots(
  reader: Reader,
  lotIds: readonly string[],
): Promise<Map<string, HeatOfLot[]>> {
  if (lotIds.length === 0) return new Map();
  const rows = await reader.query<HeatOfLot>(
    `SELECT id::text AS id, "lotId"::text AS "lotId", "heatId"::text AS "heatId" FROM "MaterialLotHeat"
     WHERE "organizationId" = $1::uuid AND "lotId" = ANY($2::uuid[]) ORDER BY id`,
    [...lotIds],
  );
  return grouped(rows, (row) => row.lotId);
}

/**
 * The heats of an object, by the id of their link: of all lots that may be in it. The share of a lot is that of its
 * heat where it has one only; how much of a lot came from which of several heats nobody has said.
 */
export function heatShares(
  lotIds: readonly string[],
  expected: Shares,
  heats: ReadonlyMap<string, readonly HeatOfLot[]>,
): HeatShare[] {
  const fractions = new Map(fractionsOf(expected).map(({ key, fraction }) => [key, fraction]));
  return lotIds
    .flatMap((lotId) => {
      const links = heats.get(lotId) ?? [];
      const fraction = fractions.size === 0 || links.length > 1 ? null : (fractions.get(lotId) ?? 0);
      return links.map((link) => ({ ...link, fraction }));
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What batches consist of or, used up, consisted of last, by lot: one statement. */
export async function lotsOfBatches(reader: Reader, ids: readonly string[]): Promise<Map<string, Shares>> {
  const rows = await reader.query<{ id: string; lots: unknown }>(
    `SELECT id::text AS id, "mixedLots" AS lots FROM "MaterialBatch"
     WHERE "organizationId" = $1::uuid AND id = ANY($2::uuid[])`,
    [...ids],
  );
  return new Map(rows.map(({ id, lots }) => [id, fromJson(lots)]));
}
