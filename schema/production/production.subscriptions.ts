import type { TickMessage } from '../../src/events/stream.ts';
import { builder } from '../builder.ts';
import { rowField } from '../shared/row-field.ts';
import { eventField, type Narrowing } from '../shared/streams.ts';

const machineId: Narrowing = { noun: 'Machine', description: 'Of this machine only.' };
const workstationId: Narrowing = { noun: 'Workstation', description: 'At this workstation only.' };
const locationId: Narrowing = { noun: 'Location', description: 'At this location only.' };
const orderId: Narrowing = { noun: 'Order', description: 'Of this order only.' };

eventField('runEvents', 'Run', {
  description:
    'What happens to one run, to those of a workstation or a location, or to all: its status, its pieces, its alerts, and the status of its builds.',
  message: 'A message of the stream of runs: their own events, and those of their builds.',
  nouns: ['Run', 'Build'],
  by: { runId: { noun: 'Run', description: 'This run only.' }, workstationId, locationId },
});

builder.objectRef<TickMessage>('BuildProgress').implement({
  description:
    'A build moved on within its status: a layer was made. Not an event: it has no cursor, a slow display gets the newest, and what was missed while away is in `build` already.',
  fields: (t) => ({
    build: rowField(t, 'Build', 'The build as it is now.', (message) => message.tick.subjectId, {
      nullable: true,
    }),
  }),
});

eventField('buildEvents', 'Build', {
  description: 'What happens to builds, layer by layer.',
  message: 'A message of the stream of builds: their events, and the progress of their layers.',
  nouns: ['Build'],
  tick: 'BuildProgress',
  by: { runId: { noun: 'Run', description: 'Of this run only.' }, machineId, workstationId, locationId },
});

eventField('operationEvents', 'Operation', {
  description: 'The steps of pieces: planned, begun, done, failed, given up.',
  message: 'A message of the stream of operations.',
  nouns: ['Operation'],
  by: {
    pieceId: { noun: 'Piece', description: 'Of this piece only.' },
    runId: { noun: 'Run', description: 'In this run only.' },
    orderId,
    workstationId,
    locationId,
  },
});

eventField('pieceEvents', 'Piece', {
  description: 'What happens to pieces: made, worked on, complete, scrapped, replaced.',
  message: 'A message of the stream of pieces.',
  nouns: ['Piece'],
  by: {
    pieceIds: { noun: 'Piece', list: true, description: 'These pieces only, at most 250.' },
    orderId,
    lineItemId: { noun: 'LineItem', description: 'Of this line item only.' },
    runId: { noun: 'Run', description: 'In this run, as it then was, only.' },
    workstationId: { noun: 'Workstation', description: 'Worked on at this workstation then, only.' },
    locationId: { noun: 'Location', description: 'Worked on at this location then, only.' },
  },
});

eventField('workstationQueue', 'WorkstationQueue', {
  description:
    "What changes the queue of a workstation: runs that come, go, begin, end, move within it, or become ready. The queue itself is the workstation's `runs`, ordered by QUEUE.",
  message: 'A message of the stream of a queue. A run that went elsewhere is told here too.',
  nouns: ['Run'],
  kinds: ['RunCreated', 'RunChanged', 'RunStatusChanged', 'RunCompletionProposed', 'RunAlert'],
  by: { workstationId: { noun: 'Workstation', required: true, description: 'The workstation.' } },
});
