import { reverseMaterialAction } from '../../src/materials/material-action.service.ts';
import {
  adjustBatch,
  dockBatch,
  relocateBatch,
  returnBatch,
  sampleBatch,
  scrapBatch,
  sieveBatch,
  undockBatch,
  updateMaterialBatch,
} from '../../src/materials/material-batch.keeping.service.ts';
import {
  consumeBatch,
  loadBatch,
  topOffMachine,
  unloadChamber,
  unloadHopper,
} from '../../src/materials/material-batch.machine.service.ts';
import {
  addContainerToBatch,
  blendBatches,
  containerizeBatch,
  createInitialBatch,
  splitBatch,
} from '../../src/materials/material-batch.making.service.ts';
import {
  deferModularBuild,
  reconcileModularBuild,
} from '../../src/materials/material-transaction.service.ts';
import { many, mutation, one } from '../shared/mutation.ts';

const batch = one<{ batchId: string }>('MaterialBatch', 'batchId');

for (const command of [
  addContainerToBatch,
  loadBatch,
  unloadHopper,
  sieveBatch,
  scrapBatch,
  returnBatch,
  adjustBatch,
  relocateBatch,
  dockBatch,
  undockBatch,
  updateMaterialBatch,
]) {
  mutation<{ batchId: string }>(command, { batch });
}
mutation(createInitialBatch, { batch: one('MaterialBatch', 'batchId'), lot: one('MaterialLot', 'lotId') });
for (const command of [splitBatch, unloadChamber]) {
  mutation<{ batchId: string; newBatchId: string }>(command, {
    batch: one('MaterialBatch', 'batchId', 'What is left of the batch.'),
    newBatch: one('MaterialBatch', 'newBatchId', 'The new batch.'),
  });
}
mutation(containerizeBatch, {
  batch: one('MaterialBatch', 'batchId'),
  containers: many('MaterialContainer', 'containerIds', 'The containers that were filled, at most 250.'),
});
mutation(blendBatches, {
  batch: one('MaterialBatch', 'batchId', 'The blend.'),
  sources: many('MaterialBatch', 'sourceBatchIds', 'What is left of the sources, at most 250.'),
});
mutation(topOffMachine, {
  batch: one('MaterialBatch', 'batchId', 'What is left of the batch that was added.'),
  loadedBatch: one('MaterialBatch', 'loadedBatchId', 'The mixture that the machine holds now.'),
  formerBatch: one('MaterialBatch', 'formerBatchId', 'What is left of the batch that it held before.'),
});
mutation(consumeBatch, {
  batch: one('MaterialBatch', 'batchId'),
  run: one('Run', 'runId'),
  pieces: many('Piece', 'pieceIds', 'The pieces that material went into, at most 1000.'),
});
mutation(sampleBatch, {
  batch: one('MaterialBatch', 'batchId'),
  sample: one('MaterialSample', 'sampleId'),
});
mutation(deferModularBuild, {
  action: one('MaterialAction', 'actionId', 'The action that began the build.'),
  transactions: many(
    'MaterialTransaction',
    'transactionIds',
    'One for each module, in their order; at most 16.',
  ),
});
mutation(reconcileModularBuild, {
  transaction: one('MaterialTransaction', 'transactionId'),
  batch: one('MaterialBatch', 'batchId'),
});
mutation(reverseMaterialAction, {
  batches: many('MaterialBatch', 'batchIds', 'The batches that it had touched, at most 251.'),
});
