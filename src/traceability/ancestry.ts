/** What objects may hold something of, and until when each batch of it could add to them. */
import { edgesFrom, everyNode, type Reader, wholly } from '../materials/genealogy.graph.ts';
import { grouped } from './grouped.ts';

/** A batch of which something may be in the object. */
export interface AncestorBatch {
  id: string;
  /** When material last left it on the way to the object; null where it is the object itself. */
  until: Date | null;
}

/** All that may be in an object, however little of it. */
export interface Ancestry {
  /** By id. */
  lots: readonly string[];
  /** By id. */
  batches: readonly AncestorBatch[];
}

/** What nothing is known of. */
export const noAncestry: Ancestry = { lots: [], batches: [] };

/** The ancestry of objects by their ids, each given with the node that it consists of: one statement, to any depth. */
export async function ancestryOf(
  reader: Reader,
  nodes: ReadonlyMap<string, string>,
): Promise<Map<string, Ancestry>> {
  if (nodes.size === 0) return new Map();
  const seeds = [...new Set(nodes.values())].map((node) => wholly(node));
  const edges = await edgesFrom(reader, seeds, 'ANCESTORS', { limit: everyNode, timed: true });
  const into = grouped(edges, (edge) => edge.to);
  return new Map(
    [...nodes].map(([id, start]) => {
      const seen = new Set([start]);
      const lots = new Set<string>();
      const batches = new Map<string, Date | null>();
      for (const node of seen) {
        for (const { from, source, destination, at } of into.get(node) ?? []) {
          seen.add(from);
          if (source.kind === 'LOT') lots.add(source.id);
          if (source.kind !== 'BATCH' || source.id === destination.id) continue;
          const known = batches.get(source.id);
          if (!batches.has(source.id) || (known && at && at > known)) batches.set(source.id, at);
        }
      }
      const sorted = [...batches].sort(([a], [b]) => (a < b ? -1 : 1));
      return [
        id,
        { lots: [...lots].sort(), batches: sorted.map(([batch, until]) => ({ id: batch, until })) },
      ];
    }),
  );
}

/** The ancestry of pieces: one statement. */
export const ancestryOfPieces = (reader: Reader, ids: readonly string[]): Promise<Map<string, Ancestry>> =>
  ancestryOf(reader, new Map(ids.map((id) => [id, id])));

/** The ancestry of batches as they are now or, used up, were last: two statements. */
export async function ancestryOfBatches(
  reader: Reader,
  ids: readonly string[],
): Promise<Map<string, Ancestry>> {
  const rows = await reader.query<{ id: string; node: string }>(
    `SELECT id::text AS id, "nodeId"::text AS node FROM "MaterialBatch"
     WHERE "organizationId" = $1::uuid AND id = ANY($2::uuid[])`,
    [...ids],
  );
  return ancestryOf(reader, new Map(rows.map(({ id, node }) => [id, node])));
}
