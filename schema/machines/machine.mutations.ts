import { machineCommands } from '../../src/machines/machine.service.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(machineCommands);
