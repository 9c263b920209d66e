import { testInstructionCommands } from '../../src/quality/test-instruction.service.ts';
import { testOperationCommands } from '../../src/quality/test-operation.service.ts';
import {
  completeMaterialTestPanel,
  createMaterialTestPanel,
  updateMaterialTestPanel,
} from '../../src/quality/test-panel.service.ts';
import { correctMaterialTest, recordMaterialTest } from '../../src/quality/test-report.service.ts';
import { mutation, one } from '../shared/mutation.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(testOperationCommands);
plainMutations(testInstructionCommands);
mutation(createMaterialTestPanel, { materialTestPanel: one('MaterialTestPanel', 'id') });
mutation(updateMaterialTestPanel, { materialTestPanel: one('MaterialTestPanel', 'id') });
mutation(recordMaterialTest, {
  materialTestReport: one('MaterialTestReport', 'id'),
  materialTestPanel: one('MaterialTestPanel', 'panelId'),
});
mutation(correctMaterialTest, {
  materialTestReport: one('MaterialTestReport', 'id'),
  materialTestPanel: one('MaterialTestPanel', 'panelId'),
});
mutation(completeMaterialTestPanel, { materialTestPanel: one('MaterialTestPanel', 'id') });
