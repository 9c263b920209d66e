import { queryList, queryOne } from '../shared/connection.ts';
import { manufacturerList } from './manufacturer.type.ts';

queryOne('manufacturer', 'Manufacturer', 'A manufacturer by its id.');
queryList('manufacturers', manufacturerList, 'The makers of materials and workstations.');
