import { queryList, queryOne } from '../shared/connection.ts';
import { excursionList } from './excursion.type.ts';

queryOne('excursion', 'Excursion', 'An excursion by its id.');
queryList('excursions', excursionList, 'When sensors were outside of their limits.');
