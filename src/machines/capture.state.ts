import type { CaptureStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';

/** What a person may do with a capture. The rest happens by itself: NEW, PROCESSING, then COMPLETE or FAILED. */
export const captureStates = stateTable<CaptureStatus, 'RETRY_CAPTURE'>('Capture', {
  RETRY_CAPTURE: { from: ['FAILED'], to: 'NEW' },
});

export const captureActions = (status: CaptureStatus) => captureStates.allowedActions(status);
