import { locationCommands } from '../../src/identity/location.service.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(locationCommands);
