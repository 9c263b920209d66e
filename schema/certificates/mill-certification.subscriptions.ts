import { eventField } from '../shared/streams.ts';

eventField('millCertificationEvents', 'MillCertification', {
  description: 'How far mill certifications are as they are read, and what becomes of them and their heats.',
  message: 'A message of the stream of mill certifications: their own events, and those of their heats.',
  nouns: ['MillCertification', 'Heat', 'MaterialLotHeat', 'MaterialTestCertificate'],
  by: {
    millCertificationId: { noun: 'MillCertification', description: 'Of this one only.' },
    lotId: { noun: 'MaterialLot', description: 'What links this lot to its heats only.' },
  },
});
