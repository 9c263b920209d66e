import { queryList, queryOne } from '../shared/connection.ts';
import { lineItemList } from './line-item.type.ts';

queryOne('lineItem', 'LineItem', 'A line item by its id.');
queryList(
  'lineItems',
  lineItemList,
  'The line items of all orders. Of every type: filter by `type` for products only.',
);
