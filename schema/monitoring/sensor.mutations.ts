import { sensorCommands } from '../../src/monitoring/sensor.service.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(sensorCommands);
