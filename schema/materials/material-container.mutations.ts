import { scrapContainer, weighContainer } from '../../src/materials/material-container.counting.service.ts';
import {
  loadContainer,
  splitContainer,
  topOffContainer,
  transferContainer,
  unloadContainer,
} from '../../src/materials/material-container.filling.service.ts';
import {
  dockContainer,
  relocateContainer,
  undockContainer,
} from '../../src/materials/material-container.moving.service.ts';
import {
  archiveMaterialContainer,
  cleanContainer,
  createMaterialContainer,
  reclassifyContainer,
  setContainerTare,
  updateMaterialContainer,
} from '../../src/materials/material-container.service.ts';
import { mutation, one } from '../shared/mutation.ts';

const container = one<{ containerId: string }>('MaterialContainer', 'containerId');
const batch = one<{ batchId: string }>('MaterialBatch', 'batchId', 'The batch that it holds now.');

for (const command of [
  createMaterialContainer,
  updateMaterialContainer,
  archiveMaterialContainer,
  setContainerTare,
  reclassifyContainer,
  cleanContainer,
  relocateContainer,
  dockContainer,
  undockContainer,
  scrapContainer,
]) {
  mutation<{ containerId: string }>(command as never, { container });
}
for (const command of [loadContainer, topOffContainer]) mutation(command, { container, batch });
for (const command of [transferContainer, splitContainer]) {
  mutation(command, {
    container: one('MaterialContainer', 'containerId'),
    toContainer: one('MaterialContainer', 'toContainerId', 'The container that was filled.'),
    batch: one('MaterialBatch', 'batchId', 'The batch that the other one holds now.'),
  });
}
mutation(unloadContainer, {
  container: one('MaterialContainer', 'containerId'),
  batch: one('MaterialBatch', 'batchId', 'The batch that was in it.'),
});
mutation(weighContainer, {
  container: one('MaterialContainer', 'containerId'),
  batch: one('MaterialBatch', 'batchId', 'The batch that is in it, or was.'),
  difference: {
    scalar: 'Decimal',
    from: 'difference',
    description: 'What was found in it more (or, negative, less) than was thought, in g.',
  },
});
