import { queryList, queryOne } from '../shared/connection.ts';
import { workflowList } from './workflow.type.ts';

queryOne('workflow', 'Workflow', 'A workflow, in one revision, by its id.');
queryList('workflows', workflowList, 'The workflows of the organization, each revision by itself.');
