import { eventField } from '../shared/streams.ts';

eventField('excursionEvents', 'Excursion', {
  description:
    'When sensors leave their limits and come back, and who takes note of it. Narrowed by where the sensor was then.',
  message: 'A message of the stream of excursions.',
  nouns: ['Excursion'],
  by: {
    sensorIds: { noun: 'Sensor', list: true, description: 'Of these sensors only, at most 250.' },
    machineId: { noun: 'Machine', description: 'Of sensors of this machine only.' },
    subLocationId: { noun: 'SubLocation', description: 'Of sensors in this area only.' },
    workstationId: { noun: 'Workstation', description: 'Of sensors of machines at this workstation only.' },
    locationId: { noun: 'Location', description: 'Of sensors at this location only.' },
  },
});
