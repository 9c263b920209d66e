import type * as prisma from '../../prisma/generated/client/client.ts';
import { enumOf } from '../shared/enums.ts';

export const PieceStatusRef = enumOf<prisma.PieceStatus>('PieceStatus', 'How far a piece is.', {
  NEW: 'It exists; its order is not confirmed.',
  CONFIRMED: 'Its next step can be planned.',
  QUEUED: 'Its next step is in a run that waits.',
  IN_PROGRESS: 'It is being worked on.',
  COMPLETE: 'All of its steps are done.',
  ERROR: 'Its step failed: somebody decides what becomes of it.',
  INCOMPLETE: 'It will not be finished: scrapped, or replaced by another.',
  CANCELLED: 'Given up.',
});

export const OperationStatusRef = enumOf<prisma.OperationStatus>(
  'OperationStatus',
  'How far one step of one piece is.',
  {
    CREATED: 'Open, and in no run that waits or works.',
    QUEUED: 'In a run that waits.',
    IN_PROGRESS: 'Being done.',
    COMPLETE: 'Done.',
    ERROR: 'Done, and the outcome is not good.',
    CANCELLED: 'Not done and not to be done.',
  },
);

export const RunStatusRef = enumOf<prisma.RunStatus>('RunStatus', 'How far a run is.', {
  CALCULATED: 'Planned: its pieces are chosen, and it is in no queue.',
  QUEUED: "In its workstation's queue; some of its pieces are not there yet.",
  QUEUED_WORK_READY: "In its workstation's queue, with all of its pieces ready.",
  IN_PROGRESS: 'Being worked on.',
  PAUSED: 'Begun and interrupted.',
  COMPLETE: 'Done: every piece has its outcome.',
  ERROR: 'Failed.',
  CANCELLED: 'Given up; its pieces are free for other runs.',
});

export const BuildStatusRef = enumOf<prisma.BuildStatus>('BuildStatus', 'What a machine says of a build.', {
  NEW: 'Known to the machine.',
  BACKLOGGED: 'Waiting behind other builds.',
  PREHEAT: 'The machine warms up for it.',
  PROCESSING: 'Layers are being built.',
  PAUSED: 'Interrupted by a person.',
  SUSPENDED: 'Interrupted by the machine.',
  WAITING_FOR_RESOLUTION: 'Interrupted until a person decides.',
  COMPLETE: 'All of its layers are built.',
  FAILED: 'It ended without success.',
  MACHINE_ERROR: 'It ended with an error of the machine.',
  PART_EXCEEDS_BOUNDARIES: 'It does not fit the machine.',
  USER_ABORT: 'A person ended it at the machine.',
  ERROR: 'It ended with another error.',
  CANCELLED: 'It was taken back before it began.',
  UNKNOWN: 'The machine reports something that has no other name here.',
});
