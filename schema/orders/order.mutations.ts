import { cancelOrder, confirmOrder, createOrder, updateOrder } from '../../src/orders/order.service.ts';
import { mutation, one } from '../shared/mutation.ts';

for (const command of [createOrder, updateOrder, confirmOrder, cancelOrder]) {
  mutation(command, { order: one('Order', 'orderId') });
}
