import {
  addLotContainers,
  editLotContainers,
  removeLotContainers,
} from '../../src/materials/material-lot.containers.service.ts';
import {
  releaseMaterialLot,
  returnMaterialLot,
  scrapMaterialLot,
  storeMaterialLot,
  testMaterialLot,
} from '../../src/materials/material-lot.release.service.ts';
import {
  createMaterialLot,
  receiveMaterialLot,
  updateMaterialLot,
} from '../../src/materials/material-lot.service.ts';
import { many, mutation, one } from '../shared/mutation.ts';

const lot = one<{ lotId: string }>('MaterialLot', 'lotId');

for (const command of [
  createMaterialLot,
  updateMaterialLot,
  receiveMaterialLot,
  addLotContainers,
  editLotContainers,
  removeLotContainers,
  storeMaterialLot,
  testMaterialLot,
  releaseMaterialLot,
  returnMaterialLot,
]) {
  mutation(command, { lot });
}
mutation(scrapMaterialLot, {
  lot: one('MaterialLot', 'lotId'),
  batches: many(
    'MaterialBatch',
    'batchIds',
    'Batches in which some of it still is, oldest first: at most 100. They stay as they are.',
  ),
  batchCount: { scalar: 'Int', from: 'batchCount', description: 'How many such batches there are in all.' },
});
