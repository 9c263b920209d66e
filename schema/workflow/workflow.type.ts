import { listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byInt, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { WorkflowTypeRef } from './enums.ts';

noun('Workflow', {
  description:
    'The steps by which something is made, in their order. Its steps never change: a changed routing is a new revision, and the old one is archived.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The same for all revisions.' }),
    revision: t.exposeInt('revision', {
      description: 'Grows by one with every revision of that name, from 1.',
    }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
    type: t.expose('type', { type: WorkflowTypeRef, description: 'What it leads to.' }),

    sourceWorkflow: t.relation('sourceWorkflow', {
      nullable: true,
      description: 'The revision that it replaces. Null for the first.',
    }),
    processSteps: t.relation('processSteps', {
      description: 'Its steps in the order in which they are done: 1 to 100.',
      query: { orderBy: { position: 'asc' } },
    }),
  }),
});

export const workflowList = listOf('Workflow', {
  plural: 'workflows',
  filters: {
    name: byText('name', 'By name: all revisions of that name.'),
    revision: byInt('revision', 'By revision.'),
    type: byEnum('type', 'WorkflowType', 'By what it leads to.'),
    sourceWorkflow: byId('sourceWorkflowId', 'Workflow', 'By the revision that it replaces.'),
    workstationType: byId(
      'workstationTypeId',
      'WorkstationType',
      'By a type of workstation that one of its steps is done on.',
      (where) => ({ processSteps: { some: where } }),
    ),
    archived: byArchived,
  },
  search: ['name', 'description'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    REVISION: { column: 'revision', description: 'By revision.' },
  },
});
