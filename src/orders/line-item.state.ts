import type { LineItemStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';

const open: LineItemStatus[] = ['NEW', 'PENDING', 'CONFIRMED', 'PRINTING', 'POST_PROCESSING', 'SHIPPING'];

/** What a person may do with a line item. From CONFIRMED on, its pieces move it: see `line-item.progress.ts`. */
export const lineItemStates = stateTable<LineItemStatus, 'update' | 'confirm' | 'cancel'>('LineItem', {
  update: { from: open, to: null },
  confirm: { from: ['PENDING'], to: 'CONFIRMED' },
  cancel: { from: open, to: 'CANCELLED' },
});

/** Whether its pieces exist. */
export const isConfirmed = (status: LineItemStatus): boolean =>
  !['NEW', 'PENDING', 'CANCELLED'].includes(status);
