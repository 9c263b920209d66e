import { reportMachine } from '../../src/machines/machine-report.service.ts';
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
  skipped: {
    scalar: 'Int',
    from: 'skipped',
    description: 'How many at the beginning were not, because the source had sent them before.',
  },
  missed: {
    scalar: 'Int',
    from: 'missed',
    description: 'How many numbers of the source are missing before the first.',
  },
  source: {
    ...one('IngestSource', 'sourceId', 'How far the source has come; null where none was named.'),
    nullable: true,
  },
});
