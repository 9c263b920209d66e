import { idOf, line, unit, whole } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { blockWhileUsed } from '../commands/references.ts';
import { subLocationCommands } from '../identity/sub-location.service.ts';
import { machineCommands } from '../machines/machine.service.ts';

export const sensorCommands = plainNoun('Sensor', {
  // Connectors make the sensors that they find.
  right: 'report',
  fields: {
    name: line().describe('Unique in the organization.'),
    serialNumber: line(255).nullish().describe("The maker's serial number."),
    quantity: line().describe('What it measures: temperature, oxygen, spindle speed.'),
    unit: unit().describe('The unit of its readings.'),
    machineId: idOf('Machine').nullish().describe('The machine that it is part of.'),
    subLocationId: idOf('SubLocation').nullish().describe('The area that it watches.'),
    frequency: whole(1, 366 * 86_400)
      .meta({ scalar: 'Duration' })
      .nullish()
      .describe('The time between two readings, where it has a rhythm; at least a second.'),
  },
  unique: 'name',
});

blockWhileUsed(
  machineCommands.archiving,
  'machine.noSensors',
  'Sensor',
  'machineId',
  'Move it or archive it first.',
);
blockWhileUsed(
  subLocationCommands.archiving,
  'subLocation.noSensors',
  'Sensor',
  'subLocationId',
  'Move it or archive it first.',
);
