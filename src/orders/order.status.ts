import type { EndUse, LineItemStatus, OrderStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';
import { isConfirmed } from './line-item.state.ts';

/**
 * An order's status over its line items: what is for the customer (PRODUCT) and not cancelled counts. None at all
 * is NEW, none left is CANCELLED, all alike is what they are, all confirmed but mixed is PROCESSING, else PENDING.
 */
export function orderStatus(lineItems: readonly { type: EndUse; status: LineItemStatus }[]): OrderStatus {
  const products = lineItems.filter((item) => item.type === 'PRODUCT');
  const live = products.filter((item) => item.status !== 'CANCELLED');
  const [first] = live;
  if (!first) return products.length > 0 ? 'CANCELLED' : 'NEW';
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

/** What a person may do with an order. Its status follows from its line items and is never set. */
export const orderStates = stateTable<OrderStatus, 'update' | 'addLineItem' | 'confirm' | 'cancel'>('Order', {
  update: { from: [...open, 'COMPLETE'], to: null },
  addLineItem: { from: open, to: null },
  confirm: { from: ['PENDING', 'CONFIRMED', 'PROCESSING'], to: null },
  cancel: { from: open, to: null },
});
