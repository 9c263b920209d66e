import { queryList, queryOne } from '../shared/connection.ts';
import { locationList } from './location.type.ts';

queryOne('location', 'Location', 'A location by its id.');
queryList('locations', locationList, 'The locations of the organization.');
