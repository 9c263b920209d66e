import { eventField } from '../shared/streams.ts';

eventField('traceabilityReportEvents', 'TraceabilityReport', {
  description: 'How far traceability reports are.',
  message: 'A message of the stream of traceability reports.',
  nouns: ['TraceabilityReport'],
  by: {
    traceabilityReportId: { noun: 'TraceabilityReport', description: 'Of this one only.' },
    pieceId: { noun: 'Piece', description: 'Those of this piece only.' },
    batchId: { noun: 'MaterialBatch', description: 'Those of this batch only.' },
    orderId: { noun: 'Order', description: 'Those of this order only.' },
  },
});
