import { eventField } from '../shared/streams.ts';

eventField('inspectionEvents', 'Inspection', {
  description:
    'What happens to inspections: reports made and revoked, cases opened and closed, items added, timestamps given.',
  message:
    'A message of the stream of inspections: events of reports, of their cases, and of their items and timestamps.',
  nouns: ['InspectionReport', 'InspectionCase', 'InspectionItem', 'Timestamp'],
  by: {
    inspectionReportId: { noun: 'InspectionReport', description: 'This report and its cases only.' },
    inspectionCaseId: { noun: 'InspectionCase', description: 'This case only.' },
    pieceId: { noun: 'Piece', description: 'Cases of this piece, and their items, only.' },
  },
});
