import { queryList, queryOne } from '../shared/connection.ts';
import { materialActionList, materialLinkList } from './material-action.type.ts';
import { materialBatchList, materialStayList } from './material-batch.type.ts';

queryOne('materialBatch', 'MaterialBatch', 'A batch by its id.');
queryList('materialBatches', materialBatchList, 'The batches of the organization.');
queryOne('materialAction', 'MaterialAction', 'An action by its id.');
queryList('materialActions', materialActionList, 'What was done to lots, containers and batches.');
queryOne('materialLink', 'MaterialLink', 'A link by its id.');
queryList(
  'materialLinks',
  materialLinkList,
  'What actions moved: the edges of the genealogy, and the losses.',
);
queryList('materialStays', materialStayList, 'Where batches stood, and when.');
