import { decideAnomaly, reportAnomaly } from '../../src/monitoring/anomaly.service.ts';
import { many, mutation, one } from '../shared/mutation.ts';

mutation(reportAnomaly, {
  anomaly: one('Anomaly', 'anomalyId'),
  created: { scalar: 'Boolean', from: 'created', description: 'False where this find was reported before.' },
});
mutation(decideAnomaly, {
  anomaly: one('Anomaly', 'anomalyId'),
  pieces: many('Piece', 'pieceIds', 'The pieces that were given up, at most 250; none where it is ignored.'),
  replacements: many('Piece', 'replacementIds', 'The new pieces that are made instead, at most 250.'),
});
