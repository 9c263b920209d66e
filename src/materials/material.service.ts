import { z } from 'zod';
import { ManufacturingProcess, MaterialFamily, MaterialType } from '../../prisma/generated/client/client.ts';
import { decimal, idOf, line, oneOf, text, unit } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';

export const materialCommands = plainNoun('Material', {
  fields: {
    name: line().describe('Unique in the organization.'),
    description: text().nullish().describe('What it is.'),
    type: oneOf('MaterialType', MaterialType).describe('What it is for.'),
    family: oneOf('MaterialFamily', MaterialFamily).describe('What it is by nature.'),
    manufacturingProcess: oneOf('ManufacturingProcess', ManufacturingProcess)
      .nullish()
      .describe('The process that it is meant for.'),
    manufacturerId: idOf('Manufacturer').nullish().describe('Who makes it.'),
    unit: unit().describe('The unit in which stock is counted.'),
    density: decimal({ above: 0, max: 999_999, places: 6 }).nullish().describe('In g/cm3, more than 0.'),
    color: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^#[0-9A-F]{6}$/, 'must be a colour such as #1A2B3C')
      .nullish()
      .describe('As #RRGGBB.'),
    colorOpacity: decimal({ min: 0, max: 1, places: 2 })
      .nullish()
      .describe('From 0 (clear) to 1 (opaque), to two places.'),
    externalId: line().nullish().describe('Its id in the ERP system.'),
    datasheetUrl: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .max(2_000, 'must be at most 2000 characters')
      .nullish()
      .describe('Where its data sheet is; http or https.'),
  },
  unique: 'name',
});
