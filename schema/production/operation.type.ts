import { WorkstationKindRef } from '../machines/enums.ts';
import { listOf } from '../shared/connection.ts';
import { byEnum, byId, byInt } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { OperationStatusRef } from './enums.ts';

noun('Operation', {
  description:
    'One process step done on one piece: an attempt. A step that failed is tried again in another attempt, and the failed one stays.',
  fields: (t) => ({
    position: t.exposeInt('position', { description: "The step's place in the workflow, from 1." }),
    attempt: t.exposeInt('attempt', {
      description: 'How many times the piece has tried the step with this one, from 1.',
    }),
    kind: t.field({
      type: WorkstationKindRef,
      description: 'What kind of workstation it wants.',
      resolve: (operation) => operation.kind,
    }),
    status: t.field({
      type: OperationStatusRef,
      description: 'How far it is.',
      resolve: (operation) => operation.status,
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its run began to work on it.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was completed, failed or was cancelled.',
    }),
    notes: t.exposeString('notes', { nullable: true, description: 'What the operator noted.' }),
    trackingId: t.exposeString('trackingId', {
      nullable: true,
      description: 'Tracking number of the shipment.',
    }),
    piece: t.relation('piece', { description: 'The piece.' }),
    processStep: t.relation('processStep', { description: 'The step of the workflow.' }),
    run: t.relation('run', {
      nullable: true,
      description: 'The run that does it; null while it waits for one.',
    }),
  }),
});

export const operationList = listOf('Operation', {
  plural: 'operations',
  filters: {
    status: byEnum('status', 'OperationStatus', 'By status.'),
    kind: byEnum('kind', 'WorkstationKind', 'By the kind of workstation that it wants.'),
    piece: byId('pieceId', 'Piece', 'By piece.'),
    run: byId('runId', 'Run', 'By run.'),
    processStep: byId('processStepId', 'ProcessStep', 'By step of a workflow.'),
    attempt: byInt('attempt', 'By attempt.'),
  },
  orders: {
    POSITION: { column: 'position', description: "By the step's place in the workflow." },
    STARTED_AT: { column: 'startedAt', nullable: true, description: 'By when it began.' },
  },
});
