import { queryList, queryOne } from '../shared/connection.ts';
import { machineList } from './machine.type.ts';

queryOne('machine', 'Machine', 'A machine by its id.');
queryList('machines', machineList, 'The machines of the organization.');
