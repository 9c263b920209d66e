import { queryList, queryOne } from '../shared/connection.ts';
import { materialActionList, materialLinkList } from './material-action.type.ts';
import { materialBatchList, materialStayList } from './material-batch.type.ts';
import { materialContainerFillingList } from './material-container.type.ts';

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
queryOne('materialStay', 'MaterialStay', 'A stay by its id.');
queryList('materialStays', materialStayList, 'Where batches stood, and when.');
queryOne('materialContainerFilling', 'MaterialContainerFilling', 'A filling by its id.');
queryList(
  'materialContainerFillings',
  materialContainerFillingList,
  'Which containers held which batches, and when.',
);
