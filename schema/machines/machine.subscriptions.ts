import { eventField } from '../shared/streams.ts';

const place = {
  locationId: { noun: 'Location', description: 'At this location only.' },
  workstationId: { noun: 'Workstation', description: 'At this workstation only.' },
} as const;

eventField('machineEvents', 'Machine', {
  description: 'Everything that happens to one machine, to those of a place, or to each of them.',
  message: 'A message of the stream of machines.',
  nouns: ['Machine'],
  by: { machineId: { noun: 'Machine', description: 'This machine only.' }, ...place },
});

eventField('machineStatus', 'MachineStatus', {
  description:
    'What state machines are in, whether they are connected, and how the collectors are that report for them. Less than `machineEvents`, for displays.',
  message: 'A message of the stream of what state machines are in.',
  nouns: ['Machine', 'Collector'],
  kinds: ['MachineStatusChanged', 'CollectorChanged'],
  by: {
    machineIds: {
      noun: 'Machine',
      list: true,
      description: 'These machines only, at most 250; all of them unless given.',
    },
    ...place,
  },
});

eventField('machineCommandEvents', 'MachineCommand', {
  description:
    'What machines are asked to do, and how far it is: a collector that follows it takes new commands at once.',
  message: 'A message of the stream of commands to machines.',
  nouns: ['MachineCommand'],
  by: {
    machineId: { noun: 'Machine', description: 'To this machine only.' },
    collectorId: {
      noun: 'Collector',
      description: 'To machines of this collector only, and those that it took.',
    },
    ...place,
  },
});
