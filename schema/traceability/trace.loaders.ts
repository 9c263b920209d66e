/** Loaders of what many pieces or batches of one operation are traced to: each statement once for all of them. */
import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import { type Reader, readerOf } from '../../src/materials/genealogy.graph.ts';
import { materialOfPieces, type PieceMaterial } from '../../src/materials/genealogy.pieces.ts';
import { nothing } from '../../src/materials/mixture.ts';
import {
  type Ancestry,
  ancestryOfBatches,
  ancestryOfPieces,
  noAncestry,
} from '../../src/traceability/ancestry.ts';
import { climateOfPieces, type PieceClimate } from '../../src/traceability/climate.ts';
import {
  type HeatOfLot,
  type HeatShare,
  heatShares,
  heatsOfLots,
  lotsOfBatches,
} from '../../src/traceability/heats.ts';
import { type Operators, operatorsOf } from '../../src/traceability/operators.ts';
import { holdsReaching, type Reached } from '../../src/traceability/quality.ts';

/** A loader over what `read` finds for all ids that are asked for at once; `none` where it finds nothing. */
const loader =
  <Value>(
    name: string,
    read: (reader: Reader, ids: readonly string[], context: RequestContext) => Promise<Map<string, Value>>,
    none: Value,
  ) =>
  (context: RequestContext): DataLoader<string, Value> =>
    context.memo.once(
      `trace.${name}`,
      () =>
        new DataLoader<string, Value>(async (ids) => {
          const found = await read(readerOf(context), ids, context);
          return ids.map((id) => found.get(id) ?? none);
        }),
    );

/** The ids with what is loaded for each. */
async function all<Value>(
  ids: readonly string[],
  values: DataLoader<string, Value>,
): Promise<Map<string, Value>> {
  return new Map(await Promise.all(ids.map(async (id) => [id, await values.load(id)] as const)));
}

/** What may be in pieces. */
export const pieceAncestry = loader<Ancestry>('pieceAncestry', ancestryOfPieces, noAncestry);
/** What may be in batches. */
export const batchAncestry = loader<Ancestry>('batchAncestry', ancestryOfBatches, noAncestry);
/** What pieces are expected to consist of. */
export const pieceMaterial = loader<PieceMaterial | null>('pieceMaterial', materialOfPieces, null);

const lotHeats = loader<readonly HeatOfLot[]>('lotHeats', heatsOfLots, []);

/** The heats that pieces may hold something of. */
export const pieceHeats = loader<readonly HeatShare[]>(
  'pieceHeats',
  async (_reader, ids, context) => {
    const ancestries = await all(ids, pieceAncestry(context));
    const made = await all(ids, pieceMaterial(context));
    const heats = await all([...lotsIn(ancestries)], lotHeats(context));
    return new Map(
      [...ancestries].map(([id, { lots }]) => [
        id,
        heatShares(lots, (made.get(id)?.holding ?? nothing).lots, heats),
      ]),
    );
  },
  [],
);

/** The heats that batches may hold something of. */
export const batchHeats = loader<readonly HeatShare[]>(
  'batchHeats',
  async (reader, ids, context) => {
    const ancestries = await all(ids, batchAncestry(context));
    const mixed = await lotsOfBatches(reader, ids);
    const heats = await all([...lotsIn(ancestries)], lotHeats(context));
    return new Map(
      [...ancestries].map(([id, { lots }]) => [id, heatShares(lots, mixed.get(id) ?? new Map(), heats)]),
    );
  },
  [],
);

const lotsIn = (ancestries: ReadonlyMap<string, Ancestry>): Set<string> =>
  new Set([...ancestries.values()].flatMap(({ lots }) => lots));

/** What pieces and their material went through. */
export const pieceClimate = loader<readonly PieceClimate[]>(
  'pieceClimate',
  async (reader, ids, context) => climateOfPieces(reader, await all(ids, pieceAncestry(context))),
  [],
);

/** The holds that reach pieces. */
export const pieceHolds = loader<readonly Reached[]>('pieceHolds', holdsReaching, []);

/** Who began and ended operations. */
export const operators = loader<Operators>('operators', operatorsOf, { startedBy: null, endedBy: null });
