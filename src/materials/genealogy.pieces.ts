/** What pieces are made of: the sums of what was moved into them. Links of undone actions have no nodes. */
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
    cycleShift: number;
    lots: Record<string, string>;
    cycles: Record<string, string>;
    unit: string;
    density: string | null;
  }>(
    `SELECT l."pieceId"::text AS piece, l."cycleShift", l.lots, l.cycles, m.unit,
       m.density::text AS density
     FROM "MaterialLink" l
     JOIN "MaterialBatch" b ON b."organizationId" = l."organizationId" AND b.id = coalesce(l."sourceBatchId", l."destinationBatchId")
     JOIN "Material" m ON m."organizationId" = b."organizationId" AND m.id = b."materialId"
     WHERE l."organizationId" = $1::uuid AND l."pieceId" = ANY($2::uuid[]) AND l."toNode" IS NOT NULL`,
    [...pieceIds],
  );
  const found = new Map<string, PieceMaterial>();
  for (const { piece, cycleShift, lots, cycles, unit, density } of rows) {
    const moved = aged({ lots: fromJson(lots), cycles: fromJson(cycles) }, cycleShift);
    found.set(piece, {
      holding: plus(found.get(piece)?.holding ?? nothing, moved),
      material: { unit, density: density === null ? null : { toFixed: () => density } },
    });
  }
  return found;
}

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
