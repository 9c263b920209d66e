import { stateTable } from '../commands/states.ts';

/** Whether somebody has taken note of an excursion. */
export const ExcursionStatus = { UNACKNOWLEDGED: 'UNACKNOWLEDGED', ACKNOWLEDGED: 'ACKNOWLEDGED' } as const;
export type ExcursionStatus = keyof typeof ExcursionStatus;

/** What a person may do with an excursion. */
export const excursionStates = stateTable<ExcursionStatus, 'ACKNOWLEDGE_EXCURSION'>('Excursion', {
  ACKNOWLEDGE_EXCURSION: { from: ['UNACKNOWLEDGED'], to: 'ACKNOWLEDGED' },
});

export const excursionStatus = ({ acknowledgedAt }: { acknowledgedAt: Date | null }): ExcursionStatus =>
  acknowledgedAt ? 'ACKNOWLEDGED' : 'UNACKNOWLEDGED';
