import { queryList, queryOne } from '../shared/connection.ts';
import { sensorList } from './sensor.type.ts';

queryOne('sensor', 'Sensor', 'A sensor by its id.');
queryList('sensors', sensorList, 'The sensors of the organization.');
