import { eventField } from '../shared/streams.ts';

eventField('certificateEvents', 'Certificate', {
  description: 'What happens to certificates: created, superseded, attached to pieces, taken off them.',
  message: 'A message of the stream of certificates: their own events, and those of their attachments.',
  nouns: ['Certificate', 'CertificateAttachment'],
  by: {
    certificateId: { noun: 'Certificate', description: 'This certificate only.' },
    pieceIds: { noun: 'Piece', list: true, description: 'Those of these pieces only, at most 250.' },
    orderId: { noun: 'Order', description: 'Those of the pieces of this order only.' },
  },
});
