import { queryList, queryOne } from '../shared/connection.ts';
import { workstationList } from './workstation.type.ts';

queryOne('workstation', 'Workstation', 'A workstation by its id.');
queryList('workstations', workstationList, 'The workstations of the organization.');
