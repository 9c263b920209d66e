import { queryList, queryOne } from '../shared/connection.ts';
import { anomalyList } from './anomaly.type.ts';

queryOne('anomaly', 'Anomaly', 'An anomaly by its id.');
queryList('anomalies', anomalyList, 'What analysers found in all builds.');
