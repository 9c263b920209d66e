import {
  closeInspectionCase,
  createInspectionCase,
  stampInspectionCase,
} from '../../src/inspections/inspection-case.service.ts';
import { addInspectionItem } from '../../src/inspections/inspection-item.service.ts';
import {
  createInspectionReport,
  renewInspectionReportToken,
  revokeInspectionReport,
  updateInspectionReport,
} from '../../src/inspections/inspection-report.service.ts';
import { mutation, one } from '../shared/mutation.ts';

for (const command of [
  createInspectionReport,
  updateInspectionReport,
  revokeInspectionReport,
  renewInspectionReportToken,
]) {
  mutation<{ inspectionReportId: string }>(command, {
    inspectionReport: one('InspectionReport', 'inspectionReportId'),
  });
}
for (const command of [createInspectionCase, closeInspectionCase, stampInspectionCase]) {
  mutation<{ inspectionCaseId: string }>(command, {
    inspectionCase: one('InspectionCase', 'inspectionCaseId'),
  });
}
mutation(addInspectionItem, {
  inspectionItem: one('InspectionItem', 'inspectionItemId'),
  inspectionCase: one('InspectionCase', 'inspectionCaseId', 'The case that it was added to.'),
});
