import {
  setWorkstationTypeMaterials,
  workstationTypeCommands,
} from '../../src/machines/workstation-type.service.ts';
import { mutation, one } from '../shared/mutation.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(workstationTypeCommands);
mutation(setWorkstationTypeMaterials, { workstationType: one('WorkstationType', 'id') });
