import { ManufacturingProcess } from '../../prisma/generated/client/client.ts';
import { idOf, line, oneOf, text } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';

export const machineTypeCommands = plainNoun('MachineType', {
  fields: {
    name: line().describe("The maker's name of the model. Unique in the organization."),
    description: text().nullish().describe('What it is.'),
    manufacturerId: idOf('Manufacturer').nullish().describe('Who makes it.'),
    technology: line().nullish().describe("The technology in the maker's own words: EBM, MJF, CNC."),
    manufacturingProcess: oneOf('ManufacturingProcess', ManufacturingProcess)
      .nullish()
      .describe('How parts are made on it.'),
  },
  unique: 'name',
});
