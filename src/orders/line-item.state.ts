import type { LineItemStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';

const open: LineItemStatus[] = ['NEW', 'PENDING', 'CONFIRMED', 'PRINTING', 'POST_PROCESSING', 'SHIPPING'];

/** What a person may do with a line item. From CONFIRMED on, its pieces move it: see `line-item.progress.ts`. */
export const lineItemStates = stateTable<
  LineItemStatus,
  'UPDATE_LINE_ITEM' | 'CONFIRM_LINE_ITEM' | 'CANCEL_LINE_ITEM'
>('LineItem', {
  UPDATE_LINE_ITEM: { from: open, to: null },
  CONFIRM_LINE_ITEM: { from: ['PENDING'], to: 'CONFIRMED' },
  CANCEL_LINE_ITEM: { from: open, to: 'CANCELLED' },
});

/** Whether its pieces exist. */
export const isConfirmed = (status: LineItemStatus): boolean =>
  !['NEW', 'PENDING', 'CANCELLED'].includes(status);
