import {
  completeRun,
  failRun,
  type operationOutcomes,
  pauseRun,
  resumeRun,
  startRun,
} from '../../src/production/run.execution.service.ts';
import {
  addRunPieces,
  createRun,
  removeRunPieces,
  updateRun,
} from '../../src/production/run.planning.service.ts';
import { cancelRun, moveRun, queueRun } from '../../src/production/run.queue.service.ts';
import { enumOf } from '../shared/enums.ts';
import { many, mutation, one } from '../shared/mutation.ts';

enumOf<keyof typeof operationOutcomes>('OperationOutcome', 'How a step ended for a piece.', {
  SUCCESS: 'It is good and moves to its next step.',
  FAILURE: 'It is not, and waits to be redone.',
});

for (const command of [
  createRun,
  addRunPieces,
  removeRunPieces,
  updateRun,
  queueRun,
  moveRun,
  cancelRun,
  startRun,
  pauseRun,
  resumeRun,
  failRun,
]) {
  mutation<{ runId: string }>(command, { run: one('Run', 'runId') });
}
mutation(completeRun, {
  run: one('Run', 'runId'),
  pieces: many('Piece', 'pieceIds', 'The pieces that were judged, as they are now.'),
});
