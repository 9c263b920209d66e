import type { RunStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';

const waiting: RunStatus[] = ['CALCULATED', 'QUEUED', 'QUEUED_WORK_READY'];

export type RunAction =
  | 'UPDATE_RUN'
  | 'ADD_RUN_PIECES'
  | 'REMOVE_RUN_PIECES'
  | 'QUEUE_RUN'
  | 'MOVE_RUN'
  | 'START_RUN'
  | 'PAUSE_RUN'
  | 'RESUME_RUN'
  | 'COMPLETE_RUN'
  | 'FAIL_RUN'
  | 'CANCEL_RUN';

/**
 * What may be done with a run. QUEUED and QUEUED_WORK_READY change into each other by themselves, as the previous
 * steps of the run's pieces are completed or tried again; `START_RUN` is asked from both, and from QUEUED its guards
 * name the pieces that are not ready.
 */
export const runStates = stateTable<RunStatus, RunAction>('Run', {
  UPDATE_RUN: { from: [...waiting, 'IN_PROGRESS', 'PAUSED', 'ERROR'], to: null },
  ADD_RUN_PIECES: { from: waiting, to: null },
  REMOVE_RUN_PIECES: { from: waiting, to: null },
  QUEUE_RUN: { from: ['CALCULATED', 'ERROR'], to: 'QUEUED' },
  MOVE_RUN: { from: ['QUEUED', 'QUEUED_WORK_READY'], to: null },
  START_RUN: { from: ['QUEUED', 'QUEUED_WORK_READY'], to: 'IN_PROGRESS' },
  PAUSE_RUN: { from: ['IN_PROGRESS'], to: 'PAUSED' },
  RESUME_RUN: { from: ['PAUSED'], to: 'IN_PROGRESS' },
  COMPLETE_RUN: { from: ['IN_PROGRESS', 'PAUSED'], to: 'COMPLETE' },
  FAIL_RUN: { from: ['IN_PROGRESS', 'PAUSED'], to: 'ERROR' },
  CANCEL_RUN: { from: waiting, to: 'CANCELLED' },
});

/** A run that still holds the operations of its pieces. */
export const openRun: RunStatus[] = [...waiting, 'IN_PROGRESS', 'PAUSED'];
/** A run that occupies its workstation. */
export const busyRun: RunStatus[] = ['IN_PROGRESS', 'PAUSED'];
