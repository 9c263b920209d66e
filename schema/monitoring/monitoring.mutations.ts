import { reportMachine } from '../../src/machines/machine-report.service.ts';
import { decideAnomaly, reportAnomaly } from '../../src/monitoring/anomaly.service.ts';
import { ingestReadings } from '../../src/monitoring/reading.service.ts';
import { mutation, one } from '../shared/mutation.ts';

mutation(reportMachine, {
  machine: one('Machine', 'machineId'),
  applied: {
    scalar: 'Boolean',
    from: 'applied',
    description: 'False where something newer was known already: nothing was changed.',
  },
});
mutation(ingestReadings, {
  stored: { scalar: 'Int', from: 'stored', description: 'How many measurements were stored.' },
});
mutation(reportAnomaly, {
  anomaly: one('Anomaly', 'anomalyId'),
  created: { scalar: 'Boolean', from: 'created', description: 'False where this find was reported before.' },
});
mutation(decideAnomaly, { anomaly: one('Anomaly', 'anomalyId') });
