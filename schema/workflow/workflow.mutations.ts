import {
  archiveWorkflow,
  createWorkflow,
  reviseWorkflow,
  updateWorkflow,
} from '../../src/workflow/workflow.service.ts';
import { mutation, one } from '../shared/mutation.ts';

mutation(createWorkflow, { workflow: one('Workflow', 'id') });
mutation(updateWorkflow, { workflow: one('Workflow', 'id') });
mutation(reviseWorkflow, {
  workflow: one('Workflow', 'id', 'The new revision.'),
  sourceWorkflow: one('Workflow', 'sourceId', 'The revision that it replaces, archived.'),
});
mutation(archiveWorkflow, { workflow: one('Workflow', 'id') });
