import type { MaterialLotStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';

const here: MaterialLotStatus[] = ['RECEIVED', 'IN_STORAGE', 'IN_TESTING', 'AVAILABLE', 'IN_USE'];

export type MaterialLotAction =
  | 'UPDATE_MATERIAL_LOT'
  | 'RECEIVE_MATERIAL_LOT'
  | 'STORE_MATERIAL_LOT'
  | 'TEST_MATERIAL_LOT'
  | 'RELEASE_MATERIAL_LOT'
  | 'RETURN_MATERIAL_LOT'
  | 'SCRAP_MATERIAL_LOT'
  | 'ADD_LOT_CONTAINERS'
  | 'EDIT_LOT_CONTAINERS'
  | 'REMOVE_LOT_CONTAINERS'
  | 'CREATE_INITIAL_BATCH';

/**
 * What may be done with a lot. The first batch puts it IN_USE, and it is DONE by itself when nothing of it is left in
 * any container or batch.
 */
export const materialLotStates = stateTable<MaterialLotStatus, MaterialLotAction>('MaterialLot', {
  UPDATE_MATERIAL_LOT: { from: ['ON_ORDER', ...here, 'DONE'], to: null },
  RECEIVE_MATERIAL_LOT: { from: ['ON_ORDER'], to: 'RECEIVED' },
  STORE_MATERIAL_LOT: { from: ['RECEIVED', 'AVAILABLE'], to: 'IN_STORAGE' },
  TEST_MATERIAL_LOT: { from: ['RECEIVED', 'IN_STORAGE', 'AVAILABLE'], to: 'IN_TESTING' },
  RELEASE_MATERIAL_LOT: { from: ['RECEIVED', 'IN_STORAGE', 'IN_TESTING'], to: 'AVAILABLE' },
  RETURN_MATERIAL_LOT: { from: ['RECEIVED', 'IN_STORAGE', 'IN_TESTING', 'AVAILABLE'], to: 'RETURNED' },
  SCRAP_MATERIAL_LOT: { from: ['ON_ORDER', ...here], to: 'SCRAPPED' },
  ADD_LOT_CONTAINERS: { from: ['ON_ORDER', ...here], to: null },
  EDIT_LOT_CONTAINERS: { from: ['ON_ORDER', ...here], to: null },
  REMOVE_LOT_CONTAINERS: { from: ['ON_ORDER', ...here], to: null },
  CREATE_INITIAL_BATCH: { from: ['AVAILABLE', 'IN_USE'], to: 'IN_USE' },
});
