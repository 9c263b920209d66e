import { queryList, queryOne } from '../shared/connection.ts';
import { orderList } from './order.type.ts';

queryOne('order', 'Order', 'An order by its id.');
queryList('orders', orderList, 'The orders of the organization.');
