import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byInstant, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { SensorStateRef, SensorValueTypeRef } from './enums.ts';
import { excursionList } from './excursion.type.ts';
import { thresholdList } from './threshold.type.ts';

noun('SensorPlacement', {
  description:
    'A time during which a sensor stood in one area, or on one machine. A sensor has one place at a time; moving it ends one placement and begins the next.',
  fields: (t) => ({
    sensor: t.relation('sensor', { description: 'The sensor.' }),
    machine: t.relation('machine', { nullable: true, description: 'The machine that it was part of.' }),
    subLocation: t.relation('subLocation', { nullable: true, description: 'The area that it watched.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it came.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it left; null while it is there.',
    }),
  }),
});

export const sensorPlacementList = listOf('SensorPlacement', {
  plural: 'placements of sensors',
  filters: {
    sensor: byId('sensorId', 'Sensor', 'By sensor.'),
    machine: byId('machineId', 'Machine', 'By machine.'),
    subLocation: byId('subLocationId', 'SubLocation', 'By area.'),
    startedAt: byInstant('startedAt', 'By when they began.'),
    endedAt: byInstant('endedAt', 'By when they ended.'),
  },
  orders: { STARTED_AT: { column: 'startedAt', description: 'By when they began.' } },
});

noun('Sensor', {
  description: 'What measures one quantity, in a machine or in an area.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    serialNumber: t.exposeString('serialNumber', {
      nullable: true,
      description: "The maker's serial number.",
    }),
    quantity: t.exposeString('quantity', {
      description: 'What it measures: temperature, oxygen, spindle speed.',
    }),
    unit: t.expose('unit', { type: 'Unit', description: 'The unit of its readings.' }),
    valueType: t.expose('valueType', {
      type: SensorValueTypeRef,
      description: 'Whether it measures numbers or says texts.',
    }),
    dataItem: t.exposeString('dataItem', {
      nullable: true,
      description: "Its name in the machine's own model, such as the id of an MTConnect data item.",
    }),
    frequency: t.expose('frequency', {
      type: 'Duration',
      nullable: true,
      description: 'The time between two readings, where it has a rhythm.',
    }),
    state: t.expose('state', { type: SensorStateRef, description: 'Whether it is heard.' }),
    stateNote: t.exposeString('stateNote', {
      nullable: true,
      description: 'What is wrong with it, where somebody said it.',
    }),
    isStale: t.boolean({
      description:
        'Whether its newest reading was measured longer ago than twice its frequency. Never of a sensor without a rhythm, or without any reading.',
      select: { frequency: true, latest: { select: { observedAt: true } } },
      resolve: ({ frequency, latest }, _args, context) =>
        frequency !== null &&
        latest !== null &&
        context.now.getTime() - latest.observedAt.getTime() > 2_000 * frequency,
    }),

    machine: t.relation('machine', { nullable: true, description: 'The machine that it is part of.' }),
    subLocation: t.relation('subLocation', { nullable: true, description: 'The area that it watches.' }),
    placements: childList(
      t,
      'Sensor',
      'placements',
      sensorPlacementList,
      'Where it stood, from when to when: one place at a time.',
    ),
    thresholds: childList(t, 'Sensor', 'thresholds', thresholdList, 'Its limits.'),
    excursions: childList(t, 'Sensor', 'excursions', excursionList, 'When it was outside of its limits.'),
  }),
});

export const sensorList = listOf('Sensor', {
  plural: 'sensors',
  filters: {
    name: byText('name', 'By name.'),
    serialNumber: byText('serialNumber', "By the maker's serial number."),
    quantity: byText('quantity', 'By what it measures.'),
    dataItem: byText('dataItem', "By its name in the machine's own model."),
    valueType: byEnum('valueType', 'SensorValueType', 'By whether they measure numbers or say texts.'),
    state: byEnum('state', 'SensorState', 'By state.'),
    machine: byId('machineId', 'Machine', 'By machine.'),
    subLocation: byId('subLocationId', 'SubLocation', 'By area.'),
    archived: byArchived,
  },
  search: ['name', 'quantity', 'serialNumber'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
