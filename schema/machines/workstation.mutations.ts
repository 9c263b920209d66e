import { workstationCommands } from '../../src/machines/workstation.service.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(workstationCommands);
