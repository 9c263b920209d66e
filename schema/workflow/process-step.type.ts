import { WorkstationKindRef } from '../machines/enums.ts';
import { listOf } from '../shared/connection.ts';
import { byEnum, byId, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { RequirementRef, ShippingDirectionRef } from './enums.ts';

noun('ProcessStep', {
  description: 'One step of a workflow, in one revision of it. It never changes.',
  fields: (t) => ({
    position: t.exposeInt('position', { description: 'Its place in the workflow, from 1.' }),
    name: t.exposeString('name', { description: 'What is done.' }),
    kind: t.field({
      type: WorkstationKindRef,
      description: 'Which kind of work it is: that of its type of workstation.',
      select: { workstationType: { select: { kind: true } } },
      resolve: ({ workstationType }) => workstationType.kind,
    }),
    notes: t.expose('notes', {
      type: RequirementRef,
      description: 'Whether a technician writes notes when it is done.',
    }),
    trackingId: t.expose('trackingId', {
      type: RequirementRef,
      description: 'Whether a technician enters a tracking id when it is done.',
    }),
    upload: t.expose('upload', {
      type: RequirementRef,
      description: 'Whether a technician uploads a file when it is done.',
    }),
    shippingDirection: t.expose('shippingDirection', {
      type: ShippingDirectionRef,
      nullable: true,
      description: 'Between whom it sends. Null for what is no shipping step.',
    }),

    workflow: t.relation('workflow', { description: 'The workflow that it is a step of.' }),
    workstationType: t.relation('workstationType', {
      description: 'The type of workstation that does it.',
    }),
  }),
});

export const processStepList = listOf('ProcessStep', {
  plural: 'process steps',
  filters: {
    name: byText('name', 'By name.'),
    kind: byEnum('kind', 'WorkstationKind', 'By kind of work.', (where) => ({
      workstationType: { is: where },
    })),
    workflow: byId('workflowId', 'Workflow', 'By workflow.'),
    workstationType: byId('workstationTypeId', 'WorkstationType', 'By type of workstation.'),
    shippingDirection: byEnum('shippingDirection', 'ShippingDirection', 'By between whom it sends.'),
  },
  search: ['name'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    POSITION: { column: 'position', description: 'By place in the workflow.' },
  },
});
