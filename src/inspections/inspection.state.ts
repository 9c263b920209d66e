import { InspectionCaseStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';

export type InspectionCaseAction = 'ADD_INSPECTION_ITEM' | 'CLOSE_INSPECTION_CASE' | 'STAMP_INSPECTION_CASE';

/** A case is open, then closed for ever: what comes late is a case of its own. */
export const inspectionCaseStates = stateTable<InspectionCaseStatus, InspectionCaseAction>('InspectionCase', {
  ADD_INSPECTION_ITEM: { from: [InspectionCaseStatus.OPEN], to: null },
  CLOSE_INSPECTION_CASE: { from: [InspectionCaseStatus.OPEN], to: InspectionCaseStatus.CLOSED },
  STAMP_INSPECTION_CASE: { from: [InspectionCaseStatus.CLOSED], to: null },
});

/** Whether the token of a report opens it: derived from when it was revoked. */
export const InspectionReportStatus = { SHARED: 'SHARED', REVOKED: 'REVOKED' } as const;
export type InspectionReportStatus = keyof typeof InspectionReportStatus;

export type InspectionReportAction =
  | 'UPDATE_INSPECTION_REPORT'
  | 'REVOKE_INSPECTION_REPORT'
  | 'RENEW_INSPECTION_REPORT_TOKEN';

export const inspectionReportStates = stateTable<InspectionReportStatus, InspectionReportAction>(
  'InspectionReport',
  {
    UPDATE_INSPECTION_REPORT: { from: ['SHARED', 'REVOKED'], to: null },
    REVOKE_INSPECTION_REPORT: { from: ['SHARED'], to: 'REVOKED' },
    RENEW_INSPECTION_REPORT_TOKEN: { from: ['SHARED', 'REVOKED'], to: 'SHARED' },
  },
);

/** The state of a report. */
export const reportStatus = ({ revokedAt }: { revokedAt: Date | null }): InspectionReportStatus =>
  revokedAt ? 'REVOKED' : 'SHARED';
