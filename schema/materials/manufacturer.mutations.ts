import { manufacturerCommands } from '../../src/materials/manufacturer.service.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(manufacturerCommands);
