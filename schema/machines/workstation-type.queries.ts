import { queryList, queryOne } from '../shared/connection.ts';
import { workstationTypeList } from './workstation-type.type.ts';

queryOne('workstationType', 'WorkstationType', 'A type of workstation by its id.');
queryList('workstationTypes', workstationTypeList, 'The types of workstation of the organization.');
