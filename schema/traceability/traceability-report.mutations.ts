import { createTraceabilityReport } from '../../src/traceability/report.service.ts';
import { mutation, one } from '../shared/mutation.ts';

mutation(createTraceabilityReport, {
  traceabilityReport: one('TraceabilityReport', 'traceabilityReportId'),
});
