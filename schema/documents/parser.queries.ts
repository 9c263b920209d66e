import { queryList, queryOne } from '../shared/connection.ts';
import { documentParserInstructionList } from './parser-instruction.type.ts';
import { documentParsingJobList } from './parser-job.type.ts';
import { documentParserReportList } from './parser-report.type.ts';
import { documentParserTemplateList } from './parser-template.type.ts';

queryOne('documentParserTemplate', 'DocumentParserTemplate', 'A parser template by its id.');
queryList('documentParserTemplates', documentParserTemplateList, 'The parser templates of the organization.');
queryOne('documentParserInstruction', 'DocumentParserInstruction', 'A parser instruction by its id.');
queryList(
  'documentParserInstructions',
  documentParserInstructionList,
  'The parser instructions of the organization.',
);
queryOne('documentParsingJob', 'DocumentParsingJob', 'A reading of a document by its id.');
queryList('documentParsingJobs', documentParsingJobList, 'The readings of documents of the organization.');
queryOne('documentParserReport', 'DocumentParserReport', 'A parser report by its id.');
queryList('documentParserReports', documentParserReportList, 'The parser reports of the organization.');
