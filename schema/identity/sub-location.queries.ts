import { queryList, queryOne } from '../shared/connection.ts';
import { subLocationList } from './sub-location.type.ts';

queryOne('subLocation', 'SubLocation', 'An area of a location by its id.');
queryList('subLocations', subLocationList, 'The areas of all locations.');
