import { excursionStates, excursionStatus } from '../../src/monitoring/excursion.state.ts';
import { actionsOf } from '../shared/actions.ts';
import { listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byRule } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { ExcursionDirectionRef, ExcursionStatusRef, ThresholdSeverityRef } from './enums.ts';

const ExcursionActionRef = actionsOf(excursionStates);

noun('Excursion', {
  description:
    'A time during which a sensor was outside of its limits. It begins with the first value outside (where the threshold has a delay, once values were outside for that long) and ends with the first that is back inside by the hysteresis. Readings that come late may add to it or be one of their own; they never take one back.',
  fields: (t) => ({
    sensor: t.relation('sensor', { description: 'The sensor.' }),
    threshold: t.relation('threshold', { description: 'The limits as they are now.' }),
    direction: t.expose('direction', { type: ExcursionDirectionRef, description: 'Which limit was passed.' }),
    limit: t.exposeFloat('limit', { description: 'The limit when it began, in the unit of the sensor.' }),
    severity: t.expose('severity', {
      type: ThresholdSeverityRef,
      description: 'How grave the threshold was when it began.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      description: 'When the first value outside was measured.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the first value inside was measured; null while it is open.',
    }),
    extreme: t.exposeFloat('extreme', { description: 'The value that was farthest outside.' }),
    extremeAt: t.expose('extremeAt', { type: 'DateTime', description: 'When that was measured.' }),
    readings: t.exposeInt('readings', { description: 'How many readings were outside.' }),
    status: t.field({
      type: ExcursionStatusRef,
      description: 'Whether somebody has taken note of it.',
      select: { acknowledgedAt: true },
      resolve: excursionStatus,
    }),
    allowedActions: t.field({
      type: [ExcursionActionRef],
      description: 'What its state allows now.',
      select: { acknowledgedAt: true },
      resolve: (excursion) => excursionStates.allowedActions(excursionStatus(excursion)),
    }),
    acknowledgedAt: t.expose('acknowledgedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When somebody took note of it.',
    }),
    acknowledgedBy: t.relation('acknowledgedBy', {
      nullable: true,
      description: 'Who took note of it; null also where the token belongs to nobody.',
    }),
    note: t.exposeString('note', { nullable: true, description: 'What was found, or done.' }),
  }),
});

export const excursionList = listOf('Excursion', {
  plural: 'excursions',
  filters: {
    sensor: byId('sensorId', 'Sensor', 'By sensor.'),
    threshold: byId('thresholdId', 'SensorThreshold', 'By threshold.'),
    severity: byEnum('severity', 'ThresholdSeverity', 'By severity.'),
    direction: byEnum('direction', 'ExcursionDirection', 'By which limit was passed.'),
    isOpen: byRule('Whether they last.', (value) => ({ endedAt: value ? null : { not: null } })),
    isAcknowledged: byRule('Whether somebody has taken note of them.', (value) => ({
      acknowledgedAt: value ? { not: null } : null,
    })),
    machine: byId('machineId', 'Machine', 'By the machine that the sensor is part of now.', (sensor) => ({
      sensor,
    })),
    subLocation: byId(
      'subLocationId',
      'SubLocation',
      'By the area that the sensor watches now.',
      (sensor) => ({
        sensor,
      }),
    ),
    startedAt: byInstant('startedAt', 'By when they began.'),
    endedAt: byInstant('endedAt', 'By when they ended.'),
  },
  orders: { STARTED_AT: { column: 'startedAt', description: 'By when they began.' } },
});
