import { queryList, queryOne } from '../shared/connection.ts';
import { materialList } from './material.type.ts';

queryOne('material', 'Material', 'A material by its id.');
queryList('materials', materialList, 'The materials of the organization.');
