import { queryList, queryOne } from '../shared/connection.ts';
import { purchaseOrderList } from './material-purchase-order.type.ts';

queryOne('materialPurchaseOrder', 'MaterialPurchaseOrder', 'A purchase order of a material by its id.');
queryList('materialPurchaseOrders', purchaseOrderList, 'The purchase orders of materials.');
