import { stateTable } from '../commands/states.ts';

/** A panel is open until it is completed; `startedAt` says whether anything was measured. */
export type MaterialTestPanelStatus = 'OPEN' | 'COMPLETED';

export type MaterialTestPanelAction =
  | 'UPDATE_MATERIAL_TEST_PANEL'
  | 'RECORD_MATERIAL_TEST'
  | 'CORRECT_MATERIAL_TEST'
  | 'COMPLETE_MATERIAL_TEST_PANEL';

export const testPanelStates = stateTable<MaterialTestPanelStatus, MaterialTestPanelAction>(
  'MaterialTestPanel',
  {
    UPDATE_MATERIAL_TEST_PANEL: { from: ['OPEN'], to: null },
    RECORD_MATERIAL_TEST: { from: ['OPEN'], to: null },
    CORRECT_MATERIAL_TEST: { from: ['OPEN'], to: null },
    COMPLETE_MATERIAL_TEST_PANEL: { from: ['OPEN'], to: 'COMPLETED' },
  },
);

export const panelStatus = (panel: { completedAt: Date | null }): MaterialTestPanelStatus =>
  panel.completedAt ? 'COMPLETED' : 'OPEN';
