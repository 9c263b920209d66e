import { queryList, queryOne } from '../shared/connection.ts';
import { inspectionCaseList, inspectionReportList } from './inspection.type.ts';
import { inspectionItemList } from './inspection-item.type.ts';
import { timestampList } from './timestamp.type.ts';

queryOne('inspectionReport', 'InspectionReport', 'An inspection report by its id.');
queryList('inspectionReports', inspectionReportList, 'The inspection reports of the organization.');
queryOne('inspectionCase', 'InspectionCase', 'An inspection case by its id.');
queryList('inspectionCases', inspectionCaseList, 'The inspection cases of the organization.');
queryOne('inspectionItem', 'InspectionItem', 'An item of an inspection by its id.');
queryList('inspectionItems', inspectionItemList, 'The items of inspections of the organization.');
queryOne('timestamp', 'Timestamp', 'A timestamp by its id.');
queryList('timestamps', timestampList, 'The timestamps of the organization.');
