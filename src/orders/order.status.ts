import type { EndUse, LineItemStatus, OrderStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';
import { isConfirmed } from './line-item.state.ts';

/**
 * An order's status over its line items, of which it has at least one. What is for the customer (PRODUCT) counts, or
 * everything where nothing is for a customer: specimens never hold up an order, but an order of them alone is one. All
 * cancelled is CANCELLED, all others alike is what they are, all confirmed but mixed is PROCESSING, else PENDING.
 */
export function orderStatus(lineItems: readonly { type: EndUse; status: LineItemStatus }[]): OrderStatus {
  const products = lineItems.filter((item) => item.type === 'PRODUCT');
  const counted = products.length > 0 ? products : lineItems;
  const live = counted.filter((item) => item.status !== 'CANCELLED');
  const [first] = live;
  if (!first) return 'CANCELLED';
  if (live.every((item) => item.status === first.status)) return first.status;
  return live.every((item) => isConfirmed(item.status)) ? 'PROCESSING' : 'PENDING';
}

const open: OrderStatus[] = [
  'NEW',
  'PENDING',
  'CONFIRMED',
  'PROCESSING',
  'PRINTING',
  'POST_PROCESSING',
  'SHIPPING',
];

/**
 * What a person may do with an order. Its status follows from its line items and is set only where it has none. Any
 * open order may have line items that wait to be confirmed, such as specimens that were added later.
 */
export const orderStates = stateTable<
  OrderStatus,
  'UPDATE_ORDER' | 'ADD_LINE_ITEM' | 'CONFIRM_ORDER' | 'CANCEL_ORDER'
>('Order', {
  UPDATE_ORDER: { from: [...open, 'COMPLETE'], to: null },
  ADD_LINE_ITEM: { from: open, to: null },
  CONFIRM_ORDER: { from: open, to: null },
  CANCEL_ORDER: { from: open, to: null },
});
