import { isIP } from 'node:net';
import { idOf, line, text } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { blockWhileUsed } from '../commands/references.ts';
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
  },
  unique: 'name',
});

blockWhileUsed(
  workstationCommands.archiving,
  'workstation.noMachines',
  'Machine',
  'workstationId',
  'Take it away or archive it first.',
);
