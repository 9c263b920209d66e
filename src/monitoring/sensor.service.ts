import { SensorState, SensorValueType } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import { expectedVersion, idOf, line, oneOf, text, unit, whole } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { blockWhileUsed } from '../commands/references.ts';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.ts';
import { subLocationCommands } from '../identity/sub-location.service.ts';
import { machineCommands } from '../machines/machine.service.ts';

export const sensorCommands = plainNoun('Sensor', {
  // Connectors make the sensors that they find.
  right: 'report',
  fields: {
    name: line().describe('Unique in the organization.'),
    serialNumber: line(255).nullish().describe("The maker's serial number."),
    quantity: line().describe('What it measures: temperature, oxygen, spindle speed.'),
    unit: unit().describe('The unit of its readings; 1 for a sensor of texts.'),
    valueType: oneOf('SensorValueType', SensorValueType)
      .default('NUMBER')
      .describe('Whether it measures numbers or says texts. It stays so.'),
    dataItem: line(255)
      .nullish()
      .describe(
        "Its name in the machine's own model (the id of an MTConnect data item): what a connector maps by.",
      ),
    machineId: idOf('Machine').nullish().describe('The machine that it is part of.'),
    subLocationId: idOf('SubLocation').nullish().describe('The area that it watches.'),
    frequency: whole(1, 366 * 86_400)
      .meta({ scalar: 'Duration' })
      .nullish()
      .describe('The time between two readings, where it has a rhythm; at least a second.'),
  },
  unique: 'name',
  fixed: ['valueType'],
});

export const reportSensor = command('reportSensor', {
  description:
    'Says that a Sensor has failed, or works again. It stays failed until that is said: readings alone do not mend it. Safe to repeat.',
  right: 'report',
  input: {
    sensorId: idOf('Sensor').describe('The Sensor.'),
    expectedVersion: expectedVersion(),
    state: oneOf('SensorState', SensorState).describe('ERROR where it has failed, IDLE where it works.'),
    note: text(2_000).nullish().describe('What is wrong with it.'),
  },
  refusals: [NotFoundError, ConflictError],
  run: async (context, { sensorId, expectedVersion: expected, state, note }) => {
    if (state === 'NEW')
      throw InvalidInputError.at('state', 'must be ERROR or IDLE: a sensor is NEW until its first reading.');
    await context.lock({ Sensor: [sensorId] });
    const before = await context.tx.sensor.findUniqueOrThrow({ where: context.key(sensorId) });
    context.expectVersion('Sensor', before, expected);
    const stateNote = note ?? null;
    if (before.state === state && before.stateNote === stateNote) return { sensorId, applied: false };
    const after = await context.tx.sensor.update({
      where: context.key(sensorId),
      data: { state, stateNote, ...context.touched() },
    });
    context.record('SensorStateChanged', 'Sensor', before, after, { reason: stateNote });
    return { sensorId, applied: true };
  },
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
