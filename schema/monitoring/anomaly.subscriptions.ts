import { eventField } from '../shared/streams.ts';

const found = {
  runId: { noun: 'Run', description: 'Of this run only.' },
  machineId: { noun: 'Machine', description: 'Of builds of this machine only.' },
  workstationId: { noun: 'Workstation', description: 'At this workstation only.' },
  locationId: { noun: 'Location', description: 'At this location only.' },
  analysisId: { noun: 'Analysis', description: 'Of this analysis only.' },
} as const;

eventField('anomalyEvents', 'Anomaly', {
  description: 'What analysers find, which pieces it may harm, and what is decided about it.',
  message: 'A message of the stream of anomalies.',
  nouns: ['Anomaly'],
  by: { ...found, pieceId: { noun: 'Piece', description: 'What may harm this piece only.' } },
});

eventField('analysisEvents', 'Analysis', {
  description:
    'How analyses are going, and how the analysers are. An analyser itself is at no machine and no workstation.',
  message: 'A message of the stream of analyses and analysers.',
  nouns: ['Analysis', 'Analyser'],
  by: {
    ...found,
    analyserId: { noun: 'Analyser', description: 'Of this analyser only.' },
    pieceId: { noun: 'Piece', description: 'Of this piece only.' },
  },
});
