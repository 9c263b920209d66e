import '../../src/quality/hold.proposals.ts';
import { confirmHold, dismissHold, placeHold, releaseHold } from '../../src/quality/hold.service.ts';
import { addHoldDisposition, approveHoldDisposition } from '../../src/quality/hold-disposition.service.ts';
import { mutation, one } from '../shared/mutation.ts';

for (const command of [placeHold, confirmHold, dismissHold, releaseHold]) {
  mutation<{ holdId: string }>(command, { hold: one('Hold', 'holdId') });
}
for (const command of [addHoldDisposition, approveHoldDisposition]) {
  mutation<{ holdDispositionId: string; holdId: string }>(command, {
    holdDisposition: one('HoldDisposition', 'holdDispositionId'),
    hold: one('Hold', 'holdId', 'Its hold as it is now.'),
  });
}
