/** What pieces are made of: the sums of what was moved into them, less what was undone. */
import {
  type Edge,
  edgesFrom,
  everyNode,
  type NamedSubject,
  namesOf,
  type Reader,
  wholly,
} from './genealogy.graph.ts';
import { aged, fromJson, type Holding, nothing, plus } from './mixture.ts';
import type { Measured } from './units.ts';

/** A piece's material. */
export interface PieceMaterial {
  holding: Holding;
  material: Measured;
}

/** What these pieces are made of: one statement. Pieces that no action made of anything are left out. */
export async function materialOfPieces(
  reader: Reader,
  pieceIds: readonly string[],
): Promise<Map<string, PieceMaterial>> {
  const rows = await reader.query<{
    piece: string;
    back: boolean;
    cycleShift: number;
    lots: Record<string, string>;
    cycles: Record<string, string>;
    unit: string;
    density: string | null;
  }>(
    `SELECT l."pieceId"::text AS piece, l."fromPlace" = 'PIECE' AS back, l."cycleShift", l.lots, l.cycles, m.unit,
       m.density::text AS density
     FROM "MaterialLink" l
     JOIN "MaterialBatch" b ON b."organizationId" = l."organizationId" AND b.id = coalesce(l."sourceBatchId", l."destinationBatchId")
     JOIN "Material" m ON m."organizationId" = b."organizationId" AND m.id = b."materialId"
     WHERE l."organizationId" = $1::uuid AND l."pieceId" = ANY($2::uuid[]) AND 'PIECE' IN (l."toPlace", l."fromPlace")`,
    [...pieceIds],
  );
  const found = new Map<string, PieceMaterial>();
  for (const row of rows) {
    const { piece, back, unit, density } = row;
    const moved = aged({ lots: fromJson(row.lots), cycles: fromJson(row.cycles) }, back ? 0 : row.cycleShift);
    const known = found.get(piece)?.holding ?? nothing;
    found.set(piece, {
      holding: plus(known, back ? negative(moved) : moved),
      material: { unit, density: density === null ? null : { toFixed: () => density } },
    });
  }
  for (const [piece, { holding }] of found) {
    const left: Holding = { lots: positive(holding.lots), cycles: positive(holding.cycles) };
    if (left.lots.size === 0) found.delete(piece);
    else found.set(piece, { ...(found.get(piece) as PieceMaterial), holding: left });
  }
  return found;
}

const negative = ({ lots, cycles }: Holding): Holding => ({
  lots: new Map([...lots].map(([key, value]) => [key, -value])),
  cycles: new Map([...cycles].map(([key, value]) => [key, -value])),
});

const positive = (shares: ReadonlyMap<string, bigint>): Map<string, bigint> =>
  new Map([...shares].filter(([, value]) => value > 0n));

/** Every lot of which something may be in these pieces, however little: two statements for all of them. */
export async function lotsOfPieces(
  reader: Reader,
  pieceIds: readonly string[],
): Promise<Map<string, NamedSubject[]>> {
  const pieces = pieceIds.map((id) => wholly(id));
  const edges = await edgesFrom(reader, pieces, 'ANCESTORS', { limit: everyNode });
  const into = new Map<string, Edge[]>();
  for (const edge of edges) {
    const known = into.get(edge.to);
    if (known) known.push(edge);
    else into.set(edge.to, [edge]);
  }
  const lots = new Map(
    pieceIds.map((piece) => {
      const seen = new Set([piece]);
      const found = new Set<string>();
      for (const node of seen) {
        for (const { from, source } of into.get(node) ?? []) {
          seen.add(from);
          if (source.kind === 'LOT') found.add(source.id);
        }
      }
      return [piece, [...found].sort()];
    }),
  );
  const names = await namesOf(
    reader,
    [...new Set([...lots.values()].flat())].map((id) => ({ kind: 'LOT', id })),
  );
  return new Map([...lots].map(([piece, ids]) => [piece, ids.flatMap((id) => names.get(id) ?? [])]));
}
