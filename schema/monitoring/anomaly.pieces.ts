/** Which pieces an anomaly may harm, and which anomalies may harm a piece. */
import DataLoader from 'dataloader';
import type { AnomalyPiece } from '../../prisma/generated/client/client.ts';
import type { RequestContext } from '../../src/context.ts';
import { builder } from '../builder.ts';
import { belongingList } from '../shared/connection.ts';
import type { NounFields } from '../shared/noun.ts';
import { rowField } from '../shared/row-field.ts';
import '../production/piece.type.ts';
import { anomalyList } from './anomaly.type.ts';
import { AnomalyDecisionRef } from './enums.ts';

const AnomalyPieceRef = builder.objectRef<AnomalyPiece>('AnomalyPiece').implement({
  description: 'A piece that an anomaly may harm, or about which was decided because of it.',
  fields: (t) => ({
    piece: rowField(t, 'Piece', 'The piece.', ({ pieceId }) => pieceId),
    overlapArea: t.exposeFloat('overlapArea', {
      nullable: true,
      description:
        'How much of its outline the anomaly covers, in mm²; null where the anomaly has no area, or nobody said where they are.',
    }),
    decision: t.field({
      type: AnomalyDecisionRef,
      nullable: true,
      description: 'What was decided for this piece; null where nothing was.',
      resolve: ({ decision }) => decision,
    }),
  }),
});

/** The pieces of anomalies: one statement for all of a page. */
const harmed = (context: RequestContext) =>
  context.memo.once(
    'anomaly.pieces',
    () =>
      new DataLoader<string, AnomalyPiece[]>(async (ids) => {
        const { organizationId } = context.signedIn;
        const rows = await context.prisma.anomalyPiece.findMany({
          where: { organizationId, anomalyId: { in: [...ids] } },
          orderBy: { pieceId: 'asc' },
        });
        const byAnomaly = new Map<string, AnomalyPiece[]>();
        for (const row of rows) {
          const known = byAnomaly.get(row.anomalyId);
          if (known) known.push(row);
          else byAnomaly.set(row.anomalyId, [row]);
        }
        return ids.map((id) => byAnomaly.get(id) ?? []);
      }),
  );

builder.prismaObjectField('Anomaly', 'pieces', (t) =>
  t.field({
    type: [AnomalyPieceRef],
    description:
      'The pieces that it may harm, by the layout of its run, and those about which was decided because of it.',
    select: { id: true },
    resolve: ({ id }, _args, context) => harmed(context).load(id),
  }),
);

builder.prismaObjectField('Piece', 'anomalies', (t) =>
  belongingList(
    t as unknown as NounFields<'Piece'>,
    anomalyList,
    (piece, organization) =>
      `EXISTS (SELECT 1 FROM "AnomalyPiece" h WHERE h."organizationId" = ${organization} AND h."pieceId" = ${piece} AND h."anomalyId" = t.id)`,
    'What may harm it, or made somebody decide about it.',
  ),
);
