import { queryList, queryOne } from '../shared/connection.ts';
import { materialSampleList } from './material-sample.type.ts';
import { testInstructionList } from './material-test-instruction.type.ts';
import { testOperationList } from './material-test-operation.type.ts';
import { testPanelList } from './material-test-panel.type.ts';
import { testReportList } from './material-test-report.type.ts';

queryOne('materialSample', 'MaterialSample', 'A sample by its id.');
queryList('materialSamples', materialSampleList, 'The samples of batches.');
queryOne('materialTestOperation', 'MaterialTestOperation', 'An operation of material tests by its id.');
queryList('materialTestOperations', testOperationList, 'The kinds of test of materials.');
queryOne(
  'materialTestInstruction',
  'MaterialTestInstruction',
  'An instruction of a material test by its id.',
);
queryList('materialTestInstructions', testInstructionList, 'What is measured in tests of materials.');
queryOne('materialTestPanel', 'MaterialTestPanel', 'A panel of material tests by its id.');
queryList('materialTestPanels', testPanelList, 'The tests of samples.');
queryOne('materialTestReport', 'MaterialTestReport', 'A report of a material test by its id.');
queryList('materialTestReports', testReportList, 'What was measured in tests of materials.');
