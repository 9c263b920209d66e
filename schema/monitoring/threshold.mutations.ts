import { thresholdCommands } from '../../src/monitoring/threshold.service.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(thresholdCommands);
