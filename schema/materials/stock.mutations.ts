import { consumeStock, reconcileStock, replenishStock } from '../../src/materials/stock.actions.service.ts';
import { stockCommands } from '../../src/materials/stock.service.ts';
import { mutation, one } from '../shared/mutation.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(stockCommands);
for (const command of [consumeStock, replenishStock, reconcileStock]) {
  mutation(command, {
    stock: one('Stock', 'stockId'),
    action: one('StockAction', 'stockActionId', 'What was recorded.'),
  });
}
