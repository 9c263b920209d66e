import { queryList, queryOne } from '../shared/connection.ts';
import { sensorList, sensorPlacementList } from './sensor.type.ts';

queryOne('sensor', 'Sensor', 'A sensor by its id.');
queryList('sensors', sensorList, 'The sensors of the organization.');
queryOne('sensorPlacement', 'SensorPlacement', 'A placement of a sensor by its id.');
queryList('sensorPlacements', sensorPlacementList, 'Where sensors stood, from when to when.');
