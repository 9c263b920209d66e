import { setDefaultSubLocation, subLocationCommands } from '../../src/identity/sub-location.service.ts';
import { mutation, one } from '../shared/mutation.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(subLocationCommands);
mutation(setDefaultSubLocation, { subLocation: one('SubLocation', 'id') });
