import { isIP } from 'node:net';
import { z } from 'zod';
import { HistoryFrequency } from '../../prisma/generated/client/client.ts';
import { idOf, line, oneOf, secret, text } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { blockWhileUsed } from '../commands/references.ts';
import { collectorCommands } from './collector.service.ts';
import { machineTypeCommands } from './machine-type.service.ts';
import { workstationCommands } from './workstation.service.ts';

export const machineCommands = plainNoun('Machine', {
  fields: {
    name: line().describe('Unique in the organization.'),
    description: text().nullish().describe('What it is.'),
    model: line().nullish().describe("The maker's name of the model."),
    serialNumber: line().nullish().describe("The maker's serial number."),
    ipAddress: line(64)
      .refine((address) => isIP(address) !== 0, 'must be an IPv4 or IPv6 address')
      .nullish()
      .describe("Its address in the shop's network, IPv4 or IPv6."),
    workstationId: idOf('Workstation').nullish().describe('The workstation whose work it does.'),
    machineTypeId: idOf('MachineType').nullish().describe('What it is one of.'),
    collectorId: idOf('Collector').nullish().describe('What reports for it and takes its commands.'),
    username: line().nullish().describe('Whom a connector signs in as.'),
    password: secret()
      .nullish()
      .describe('What a connector signs in with. Kept sealed and never told again; null forgets it.'),
    historyFrequency: oneOf('HistoryFrequency', HistoryFrequency)
      .default('NEVER')
      .describe('How often the history of its builds is collected.'),
    historyWatermark: line(1_000)
      .nullish()
      .describe('The newest build of its history that was collected, in its own words.'),
    isSimulated: z.boolean().default(false).describe('A stand-in without a device behind it.'),
    alwaysShown: z.boolean().default(false).describe('Shown on displays also while it is offline.'),
  },
  unique: 'name',
  columns: ({ password, ...columns }, context) =>
    password === undefined
      ? columns
      : { ...columns, sealedPassword: typeof password === 'string' ? context.seal(password) : null },
});

blockWhileUsed(
  workstationCommands.archiving,
  'workstation.noMachines',
  'Machine',
  'workstationId',
  'Take it away or archive it first.',
);
blockWhileUsed(
  machineTypeCommands.archiving,
  'machineType.noMachines',
  'Machine',
  'machineTypeId',
  'Give it another type or archive it first.',
);
blockWhileUsed(
  collectorCommands.archiving,
  'collector.noMachines',
  'Machine',
  'collectorId',
  'Give it to another collector or archive it first.',
);
