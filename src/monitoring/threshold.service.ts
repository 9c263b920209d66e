import { z } from 'zod';
import { ThresholdSeverity } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import { duration, expectedVersion, idOf, line, oneOf } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { actionOf } from '../commands/states.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { endExcursion } from './excursion.service.ts';

const limit = () => z.number().min(-1e100).max(1e100);

const plain = plainNoun('SensorThreshold', {
  fields: {
    sensorId: idOf('Sensor').describe('The Sensor, one of numbers.'),
    name: line().describe('Unique among the thresholds of the sensor.'),
    low: limit().nullish().describe('A value below it is outside, in the unit of the sensor.'),
    high: limit().nullish().describe('A value above it is outside, in the unit of the sensor.'),
    severity: oneOf('ThresholdSeverity', ThresholdSeverity)
      .default('WARNING')
      .describe('How grave it is to be outside.'),
    hysteresis: z
      .number()
      .min(0, 'must be 0 or more')
      .max(1e100)
      .default(0)
      .describe('How far inside the limit a value must be again before an excursion ends.'),
    delay: duration(7 * 86_400)
      .default(0)
      .describe('For how long values must be outside before it is an excursion; at most a week.'),
  },
  unique: 'name',
  fixed: ['sensorId'],
  check: async (row, context, before) => {
    const { low = null, high = null, hysteresis = 0 } = row as Record<string, number | null | undefined>;
    if (low === null && high === null) throw InvalidInputError.at('high', 'or low is needed.');
    if (low !== null && high !== null) {
      if (low >= high) throw InvalidInputError.at('low', `must be less than high, which is ${high}.`);
      if ((hysteresis ?? 0) >= high - low)
        throw InvalidInputError.at('hysteresis', `must be less than the span of the limits, ${high - low}.`);
    }
    if (before) return;
    const sensor = await context.tx.sensor.findUnique({ where: context.key(row.sensorId as string) });
    if (sensor?.valueType === 'TEXT')
      throw InvalidInputError.at('sensorId', 'names a sensor of texts. Limits are for one of numbers.');
  },
});

const archive = command('archiveSensorThreshold', {
  description: 'Archives a SensorThreshold: nothing is judged by it any more. Its open Excursion ends.',
  right: 'administer',
  input: {
    sensorThresholdId: idOf('SensorThreshold').describe('The SensorThreshold.'),
    expectedVersion: expectedVersion(),
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { sensorThresholdId: id, expectedVersion: expected }) => {
    await context.lock({ SensorThreshold: [id] });
    const before = await context.tx.sensorThreshold.findUniqueOrThrow({ where: context.key(id) });
    context.expectVersion('SensorThreshold', before, expected);
    if (before.archivedAt)
      throw new TransitionError('SensorThreshold', 'ARCHIVED', actionOf('archiveSensorThreshold'), []);
    await plain.archiving.check(context, { id });
    const after = await context.tx.sensorThreshold.update({
      where: context.key(id),
      data: { archivedAt: context.now, ...context.touched() },
    });
    context.record('SensorThresholdArchived', 'SensorThreshold', before, after);
    await endExcursion(context, id);
    return { id };
  },
});

export const thresholdCommands = { ...plain, archive };
