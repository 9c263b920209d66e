import {
  addLineItem,
  cancelLineItem,
  confirmLineItem,
  updateLineItem,
} from '../../src/orders/line-item.service.ts';
import { mutation, one } from '../shared/mutation.ts';

mutation(addLineItem, { lineItem: one('LineItem', 'lineItemId'), order: one('Order', 'orderId') });
mutation(updateLineItem, { lineItem: one('LineItem', 'lineItemId') });
mutation(confirmLineItem, { lineItem: one('LineItem', 'lineItemId'), order: one('Order', 'orderId') });
mutation(cancelLineItem, { lineItem: one('LineItem', 'lineItemId'), order: one('Order', 'orderId') });
