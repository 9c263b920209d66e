import { userCommands } from '../../src/identity/user.service.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(userCommands);
