import { queryList, queryOne } from '../shared/connection.ts';
import { materialContainerList } from './material-container.type.ts';
import { materialLotList } from './material-lot.type.ts';

queryOne('materialLot', 'MaterialLot', 'A lot by its id.');
queryList('materialLots', materialLotList, 'The lots of the organization.');
queryOne('materialContainer', 'MaterialContainer', 'A container by its id.');
queryList('materialContainers', materialContainerList, 'The containers of the organization.');
