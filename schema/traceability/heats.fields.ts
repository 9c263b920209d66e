/** The heats that pieces and batches may hold something of. */
import { encodeId } from '../../src/ids.ts';
import type { HeatShare } from '../../src/traceability/heats.ts';
import { builder } from '../builder.ts';
import {
  type KeyedList,
  keyedConnection,
  overItems,
  pageArguments,
  pageComplexity,
} from '../materials/recall.connection.ts';
import { rowField } from '../shared/row-field.ts';
import { batchHeats, pieceHeats } from './trace.loaders.ts';

const HeatShareRef = builder.objectRef<HeatShare>('HeatShare').implement({
  description: 'A heat of which something may be in an object, by a lot that came from it.',
  fields: (t) => ({
    linkId: t.id({
      description: 'The id of the link that says that the lot came from the heat.',
      resolve: ({ id }) => encodeId('MaterialLotHeat', id),
    }),
    heat: rowField(
      t,
      'Heat',
      'The heat, with its chemistry, its mechanical properties and the document that tells them.',
      ({ heatId }) => heatId,
    ),
    lot: rowField(t, 'MaterialLot', 'The lot.', ({ lotId }) => lotId),
    expectedFraction: t.field({
      type: 'Decimal',
      nullable: true,
      description:
        'Which part of the object, 0 to 1, is expected to be of the heat by this lot. 0 can still hold traces. Null where nobody can tell: the lot came from several heats, or no amounts are known.',
      resolve: ({ fraction }) => fraction as never,
    }),
  }),
});

const heats = keyedConnection('HeatShare', 'heats', HeatShareRef);

/** A page of heats, by the id of the link. */
export const heatPage = heats.connection;

/** Heats as a list over their links. */
export const heatList = (load: () => Promise<readonly HeatShare[]>): KeyedList<HeatShare> =>
  overItems(load, ({ id }) => id);

/** How such a page is read. */
export const readHeats = heats.read;

for (const [noun, loader, what] of [
  ['Piece', pieceHeats, 'it'],
  ['MaterialBatch', batchHeats, 'it, as it is now or, used up, was last'],
] as const) {
  builder.prismaObjectField(noun, 'heats', (t) =>
    t.field({
      type: heatPage,
      description: `Every heat of which something may be in ${what}, whatever the share: of all lots that its genealogy leads to. By the link of lot and heat.`,
      args: { first: t.arg(pageArguments.first), after: t.arg(pageArguments.after) },
      complexity: pageComplexity as never,
      resolve: (row, args, context) =>
        readHeats(
          heatList(() => loader(context).load((row as { id: string }).id)),
          args,
        ) as never,
    }),
  );
}
