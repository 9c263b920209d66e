import { queryList, queryOne } from '../shared/connection.ts';
import { traceabilityReportList } from './traceability-report.type.ts';

queryOne('traceabilityReport', 'TraceabilityReport', 'A traceability report by its id.');
queryList('traceabilityReports', traceabilityReportList, 'The traceability reports, newest first.');
