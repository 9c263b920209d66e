import type { RunStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';

const waiting: RunStatus[] = ['CALCULATED', 'QUEUED', 'QUEUED_WORK_READY'];

export type RunAction =
  | 'update'
  | 'addPieces'
  | 'removePieces'
  | 'queue'
  | 'move'
  | 'start'
  | 'pause'
  | 'resume'
  | 'complete'
  | 'fail'
  | 'cancel';

/**
 * What may be done with a run. QUEUED and QUEUED_WORK_READY change into each other by themselves, as the previous
 * steps of the run's pieces are completed or tried again; `start` is asked from both, and from QUEUED its guards
 * name the pieces that are not ready.
 */
export const runStates = stateTable<RunStatus, RunAction>('Run', {
  update: { from: [...waiting, 'IN_PROGRESS', 'PAUSED', 'ERROR'], to: null },
  addPieces: { from: waiting, to: null },
  removePieces: { from: waiting, to: null },
  queue: { from: ['CALCULATED', 'ERROR'], to: 'QUEUED' },
  move: { from: ['QUEUED', 'QUEUED_WORK_READY'], to: null },
  start: { from: ['QUEUED', 'QUEUED_WORK_READY'], to: 'IN_PROGRESS' },
  pause: { from: ['IN_PROGRESS'], to: 'PAUSED' },
  resume: { from: ['PAUSED'], to: 'IN_PROGRESS' },
  complete: { from: ['IN_PROGRESS', 'PAUSED'], to: 'COMPLETE' },
  fail: { from: ['IN_PROGRESS', 'PAUSED'], to: 'ERROR' },
  cancel: { from: waiting, to: 'CANCELLED' },
});

/** A run that still holds the operations of its pieces. */
export const openRun: RunStatus[] = [...waiting, 'IN_PROGRESS', 'PAUSED'];
/** A run that occupies its workstation. */
export const busyRun: RunStatus[] = ['IN_PROGRESS', 'PAUSED'];
