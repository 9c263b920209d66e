import { workstationList } from '../machines/workstation.type.ts';
import { sensorList } from '../monitoring/sensor.type.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byId, byText, byTruth } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';

noun('SubLocation', {
  description:
    'An area of a location: a room, a cell, a shelf. Sensors watch it and workstations stand in it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in its location.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
    isDefault: t.exposeBoolean('isDefault', {
      description:
        'What arrives at the location without an area goes here. The first area of a location is its default until setDefaultSubLocation names another.',
    }),

    location: t.relation('location', { description: 'The location that it is part of.' }),
    workstations: childList(t, 'SubLocation', 'workstations', workstationList, 'What stands in it.'),
    sensors: childList(t, 'SubLocation', 'sensors', sensorList, 'What watches it.'),
  }),
});

export const subLocationList = listOf('SubLocation', {
  plural: 'areas of locations',
  filters: {
    name: byText('name', 'By name.'),
    location: byId('locationId', 'Location', 'By location.'),
    isDefault: byTruth('isDefault', 'Whether it is the default of its location.'),
    archived: byArchived,
  },
  search: ['name', 'description'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
