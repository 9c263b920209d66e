import { listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { SensorStateRef } from './enums.ts';

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
    frequency: t.expose('frequency', {
      type: 'Duration',
      nullable: true,
      description: 'The time between two readings, where it has a rhythm.',
    }),
    state: t.expose('state', { type: SensorStateRef, description: 'Whether it is heard.' }),

    machine: t.relation('machine', { nullable: true, description: 'The machine that it is part of.' }),
    subLocation: t.relation('subLocation', { nullable: true, description: 'The area that it watches.' }),
  }),
});

export const sensorList = listOf('Sensor', {
  plural: 'sensors',
  filters: {
    name: byText('name', 'By name.'),
    serialNumber: byText('serialNumber', "By the maker's serial number."),
    quantity: byText('quantity', 'By what it measures.'),
    state: byEnum('state', 'SensorState', 'By state.'),
    machine: byId('machineId', 'Machine', 'By machine.'),
    subLocation: byId('subLocationId', 'SubLocation', 'By area.'),
    archived: byArchived,
  },
  search: ['name', 'quantity', 'serialNumber'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
