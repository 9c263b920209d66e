import { queryList, queryOne } from '../shared/connection.ts';
import { thresholdList } from './threshold.type.ts';

queryOne('sensorThreshold', 'SensorThreshold', 'A threshold by its id.');
queryList('sensorThresholds', thresholdList, 'The limits of all sensors.');
