import { encodeCursor } from '../../src/events/cursor.ts';
import { builder } from '../builder.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { EventGroupRef, JobStatusRef } from './report.enums.ts';

noun('TraceabilityReport', {
  description:
    'What happened to a piece, a batch or an order, and to what belongs to it, until some position of the log: as a document, and as data whose hash proves what it said.',
  fields: (t) => ({
    status: t.expose('status', { type: JobStatusRef, description: 'How far it is.' }),
    piece: t.relation('piece', { nullable: true, description: 'The piece, where it is of one.' }),
    batch: t.relation('batch', { nullable: true, description: 'The batch, where it is of one.' }),
    order: t.relation('order', { nullable: true, description: 'The order, where it is of one.' }),
    groups: t.field({
      type: [EventGroupRef],
      description: 'The groups of events that it is limited to; none: it has all.',
      resolve: ({ groups }) => groups as never,
    }),
    asOf: t.field({
      type: 'Cursor',
      description: 'It tells what was known up to here.',
      resolve: async ({ position }, _args, context) => {
        const { epoch } = await context.headAtStart();
        return encodeCursor({ epoch, position: Number(position) });
      },
    }),
    sha256: t.exposeString('sha256', {
      nullable: true,
      description:
        'Hexadecimal SHA-256 of `dataFile`, which is canonical JSON (RFC 8785): the same for every report of the same subject, groups and position. Null until it is made.',
    }),
    file: t.relation('file', { nullable: true, description: 'It as a PDF; null until it is made.' }),
    dataFile: t.relation('dataFile', { nullable: true, description: 'It as data; null until it is made.' }),
    error: t.exposeString('error', { nullable: true, description: 'Why it could not be made.' }),
    user: t.relation('user', {
      nullable: true,
      description: 'The person who asked for it; null where a program did.',
    }),
    createdBy: t.relation('createdBy', { nullable: true, description: 'The token that asked for it.' }),
  }),
});

export const traceabilityReportList = listOf('TraceabilityReport', {
  plural: 'traceability reports',
  filters: {
    status: byEnum('status', 'JobStatus', 'By how far they are.'),
    piece: byId('pieceId', 'Piece', 'By piece.'),
    batch: byId('batchId', 'MaterialBatch', 'By batch.'),
    order: byId('orderId', 'Order', 'By order.'),
    user: byId('userId', 'User', 'By the person who asked for them.'),
    sha256: byText('sha256', 'By the hash of their data.'),
    createdAt: byInstant('createdAt', 'By when they were asked for.'),
  },
  orders: { CREATED_AT: { column: 'createdAt', description: 'By when they were asked for.' } },
});

for (const noun of ['Piece', 'MaterialBatch', 'Order'] as const) {
  builder.prismaObjectField(noun, 'traceabilityReports', (t) =>
    childList(
      t as never,
      noun,
      'traceabilityReports',
      traceabilityReportList,
      'The traceability reports that were made of it, newest first.',
    ),
  );
}
