import { queryList, queryOne } from '../shared/connection.ts';
import { processStepList } from './process-step.type.ts';

queryOne('processStep', 'ProcessStep', 'A process step by its id.');
queryList('processSteps', processStepList, 'The steps of all workflows.');
