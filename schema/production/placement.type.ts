/** Where pieces lie on the plates of runs. */
import DataLoader from 'dataloader';
import type { PiecePlacement } from '../../prisma/generated/client/client.ts';
import type { RequestContext } from '../../src/context.ts';
import { builder } from '../builder.ts';
import { rowField } from '../shared/row-field.ts';
import './piece.type.ts';
import './run.type.ts';

const PiecePlacementRef = builder.objectRef<PiecePlacement>('PiecePlacement').implement({
  description: 'Where a piece lies on the plate of a run.',
  fields: (t) => ({
    run: rowField(t, 'Run', 'The run.', ({ runId }) => runId),
    piece: rowField(t, 'Piece', 'The piece.', ({ pieceId }) => pieceId),
    outline: t.field({
      type: 'JSON',
      description:
        'Where it lies, seen from above: points `[x, y]` in mm on the plate, in their order around it.',
      resolve: ({ outline }) => outline,
    }),
    bottom: t.exposeFloat('bottom', {
      nullable: true,
      description: 'Where it begins above the plate, in mm; null where nobody said.',
    }),
    top: t.exposeFloat('top', {
      nullable: true,
      description: 'Where it ends above the plate, in mm; null where nobody said.',
    }),
    firstLayer: t.exposeInt('firstLayer', {
      nullable: true,
      description: 'The first layer that it is in; null where it is taken to be in all from the first.',
    }),
    lastLayer: t.exposeInt('lastLayer', {
      nullable: true,
      description: 'The last layer that it is in; null where it is taken to be in all up to the last.',
    }),
  }),
});

/** The placements by the column that names their parent: one statement for all parents of a page. */
const placements = (context: RequestContext, column: 'runId' | 'pieceId', other: 'runId' | 'pieceId') =>
  context.memo.once(
    `placements:${column}`,
    () =>
      new DataLoader<string, PiecePlacement[]>(async (ids) => {
        const { organizationId } = context.signedIn;
        const rows = await context.prisma.piecePlacement.findMany({
          where: { organizationId, [column]: { in: [...ids] } },
          orderBy: { [other]: 'asc' },
        });
        const byParent = new Map<string, PiecePlacement[]>();
        for (const row of rows) {
          const known = byParent.get(row[column]);
          if (known) known.push(row);
          else byParent.set(row[column], [row]);
        }
        return ids.map((id) => byParent.get(id) ?? []);
      }),
  );

builder.prismaObjectField('Run', 'placements', (t) =>
  t.field({
    type: [PiecePlacementRef],
    description: 'Where its pieces lie on the plate, at most 2000; empty where nobody said.',
    select: { id: true },
    resolve: ({ id }, _args, context) => placements(context, 'runId', 'pieceId').load(id),
  }),
);

builder.prismaObjectField('Piece', 'placements', (t) =>
  t.field({
    type: [PiecePlacementRef],
    description: 'Where it lies on the plates of its runs, the oldest run first.',
    select: { id: true },
    resolve: ({ id }, _args, context) => placements(context, 'pieceId', 'runId').load(id),
  }),
);
