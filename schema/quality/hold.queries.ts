import { queryList, queryOne } from '../shared/connection.ts';
import { holdDispositionList, holdList } from './hold.type.ts';

queryOne('hold', 'Hold', 'A hold by its id.');
queryList('holds', holdList, 'The holds of the organization.');
queryOne('holdDisposition', 'HoldDisposition', 'A disposition by its id.');
queryList('holdDispositions', holdDispositionList, 'What was decided about what holds affect.');
