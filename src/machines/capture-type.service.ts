import jsonata from 'jsonata';
import { CaptureFormat } from '../../prisma/generated/client/client.ts';
import { idOf, line, oneOf, text, whole } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { blockWhileUsed } from '../commands/references.ts';
import { InvalidInputError } from '../errors.ts';
import { machineTypeCommands } from './machine-type.service.ts';

export const captureTypeCommands = plainNoun('CaptureType', {
  fields: {
    name: line().describe('Unique among those of its type of machine: `eos.modeler.log`.'),
    description: text().nullish().describe('What such a capture holds.'),
    machineTypeId: idOf('MachineType').nullish().describe('The type of machine that gives such captures.'),
    interval: whole(1, 366 * 86_400)
      .meta({ scalar: 'Duration' })
      .nullish()
      .describe('The time between two captures; at least a second.'),
    format: oneOf('CaptureFormat', CaptureFormat).default('JSON').describe('How the content is written.'),
    reading: text(20_000)
      .min(1, 'must not be empty')
      .nullish()
      .describe(
        'How the content is read: a JSONata expression over it as JSON, which yields `{ status, error, activity, build: { name, status, layer, layers, startedAt, endedAt, estimatedTime }, cassettes }`, each of them or none. Without one captures are stored and not read.',
      ),
  },
  unique: 'name',
  check: (row, _context, before) => {
    if (typeof row.reading === 'string' && row.reading !== before?.reading) requireExpression(row.reading);
  },
});

/** Refuses what is no JSONata expression, saying where it goes wrong. It is not evaluated here. */
function requireExpression(reading: string): void {
  try {
    jsonata(reading);
  } catch (error) {
    const { message, position } = error as { message?: string; position?: number };
    const where = position === undefined ? '' : ` (at character ${position})`;
    throw InvalidInputError.at(
      'reading',
      `is no JSONata expression: ${message ?? 'it cannot be parsed'}${where}`,
    );
  }
}

blockWhileUsed(
  machineTypeCommands.archiving,
  'machineType.noCaptureTypes',
  'CaptureType',
  'machineTypeId',
  'Archive it first.',
);
