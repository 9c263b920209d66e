import { reportSensor, sensorCommands } from '../../src/monitoring/sensor.service.ts';
import { mutation, one } from '../shared/mutation.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(sensorCommands);
mutation(reportSensor, {
  sensor: one('Sensor', 'sensorId'),
  applied: {
    scalar: 'Boolean',
    from: 'applied',
    description: 'False where that was known already: nothing was changed.',
  },
});
