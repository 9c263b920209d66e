import type { HoldStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';

export type HoldAction =
  | 'CONFIRM_HOLD'
  | 'DISMISS_HOLD'
  | 'ADD_HOLD_DISPOSITION'
  | 'APPROVE_HOLD_DISPOSITION'
  | 'RELEASE_HOLD';

/** What may be done with a hold. It blocks while it is OPEN; one that a failed test proposed waits for a person. */
export const holdStates = stateTable<HoldStatus, HoldAction>('Hold', {
  CONFIRM_HOLD: { from: ['PROPOSED'], to: 'OPEN' },
  DISMISS_HOLD: { from: ['PROPOSED'], to: 'DISMISSED' },
  ADD_HOLD_DISPOSITION: { from: ['OPEN'], to: null },
  APPROVE_HOLD_DISPOSITION: { from: ['OPEN'], to: null },
  RELEASE_HOLD: { from: ['OPEN'], to: 'RELEASED' },
});
