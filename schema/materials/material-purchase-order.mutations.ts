import { purchaseOrderCommands } from '../../src/materials/purchase-order.service.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(purchaseOrderCommands);
