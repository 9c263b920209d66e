import { eventField } from '../shared/streams.ts';

eventField('documentEvents', 'Document', {
  description:
    'What happens to documents: attached, linked, replaced, drawn; how far their readings are, and what was read.',
  message: 'A message of the stream of documents: events of documents, of their links and of their readings.',
  nouns: ['Document', 'DocumentLink', 'DocumentParsingJob', 'DocumentParserReport'],
  by: {
    documentId: { noun: 'Document', description: 'This document only.' },
    orderId: { noun: 'Order', description: 'Documents that are linked to this order only.' },
    pieceId: { noun: 'Piece', description: 'Documents that are linked to this piece only.' },
    runId: { noun: 'Run', description: 'Documents that are linked to this run only.' },
  },
});
