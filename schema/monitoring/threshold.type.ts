import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { ThresholdSeverityRef } from './enums.ts';
import { excursionList } from './excursion.type.ts';

noun('SensorThreshold', {
  description:
    'Limits of a sensor. What leaves them is an Excursion; a value that is equal to a limit is within it. Readings are judged as they are stored, in the order in which they were measured.',
  fields: (t) => ({
    sensor: t.relation('sensor', { description: 'The sensor.' }),
    name: t.exposeString('name', { description: 'Unique among the thresholds of the sensor.' }),
    low: t.exposeFloat('low', {
      nullable: true,
      description: 'A value below it is outside, in the unit of the sensor.',
    }),
    high: t.exposeFloat('high', {
      nullable: true,
      description: 'A value above it is outside, in the unit of the sensor.',
    }),
    severity: t.expose('severity', {
      type: ThresholdSeverityRef,
      description: 'How grave it is to be outside.',
    }),
    hysteresis: t.exposeFloat('hysteresis', {
      description: 'How far inside the limit a value must be again before an excursion ends.',
    }),
    delay: t.expose('delay', {
      type: 'Duration',
      description: 'For how long values must be outside before it is an excursion.',
    }),
    excursions: childList(
      t,
      'SensorThreshold',
      'excursions',
      excursionList,
      'When the sensor was outside of these limits.',
    ),
  }),
});

export const thresholdList = listOf('SensorThreshold', {
  plural: 'thresholds',
  filters: {
    sensor: byId('sensorId', 'Sensor', 'By sensor.'),
    name: byText('name', 'By name.'),
    severity: byEnum('severity', 'ThresholdSeverity', 'By severity.'),
    archived: byArchived,
  },
  search: ['name'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
