import { queryList, queryOne } from '../shared/connection.ts';
import { stockActionList, stockActionShareList, stockList } from './stock.type.ts';

queryOne('stock', 'Stock', 'A stock by its id.');
queryList('stocks', stockList, 'The stocks of the organization.');
queryOne('stockAction', 'StockAction', 'An action on a stock by its id.');
queryList('stockActions', stockActionList, 'What was done to stocks that are counted by hand.');
queryOne('stockActionShare', 'StockActionShare', 'A share of an action on a stock by its id.');
queryList('stockActionShares', stockActionShareList, 'What such actions took of lots, and used for pieces.');
