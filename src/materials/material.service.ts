import { Decimal } from 'decimal.js';
import { z } from 'zod';
import {
  InspectionDocumentType,
  ManufacturingProcess,
  MaterialFamily,
  MaterialType,
} from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { decimal, duration, idOf, line, oneOf, text, whole } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { InvalidInputError } from '../errors.ts';
import { stockUnit } from './quantity.input.ts';
import { dimensionOf } from './units.ts';

/** What one unit costs: money is exact to six places. */
export const unitCost = () => decimal({ min: 0, max: 999_999_999_999, places: 6 });

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
    unit: stockUnit().describe(
      'The unit in which stock is counted, a unit of mass, volume, length, area or count. Can be exchanged for one of another kind only until there is stock of it, and while it has no blend partners.',
    ),
    density: decimal({ above: 0, max: 999_999, places: 6 })
      .nullish()
      .describe(
        'In g/cm3, more than 0. Needed to enter volumes of what is counted by mass, and the reverse.',
      ),
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
    cost: unitCost().nullish().describe('What one unit of it costs, in the default currency, to six places.'),
    postProcessingTime: duration()
      .nullish()
      .describe('How long parts of it are post-processed; for estimates.'),
    thirdPartyFulfillment: z.boolean().default(false).describe('Parts of it are made by somebody else.'),
    lotMixing: z.boolean().default(true).describe('Whether one batch may hold material of several lots.'),
    usageCyclesLimit: whole(1, 100_000)
      .nullish()
      .describe('After how many builds it may not be loaded again, from 1; no limit where it is null.'),
    requiredDocument: oneOf('InspectionDocumentType', InspectionDocumentType)
      .nullish()
      .describe(
        'The least inspection document (EN 10204) that a lot of it needs, approved, before it is released.',
      ),
    balanceTolerance: decimal({ min: 0, max: 1, places: 6 })
      .default(new Decimal('0.02'))
      .describe('The part of a lot that may be unaccounted for before that is a finding: 0.02 is 2 %.'),
  },
  unique: 'name',
  check: async (row, context, before) => {
    if (before && dimensionOf(before.unit as string) !== dimensionOf(row.unit as string))
      await requireUncounted(context, before.id as string);
  },
});

/** Quantities are stored in the core unit of the dimension: it stands once there are any. */
async function requireUncounted(context: CommandContext, materialId: string): Promise<void> {
  const { tx } = context;
  const of = { where: { materialId }, take: 1, select: { materialId: true } } as const;
  const found = [
    ...(await tx.materialPurchaseOrder.findMany(of)),
    ...(await tx.materialLot.findMany(of)),
    ...(await tx.materialContainer.findMany(of)),
    ...(await tx.materialBatch.findMany(of)),
    ...(await tx.stock.findMany(of)),
  ];
  if (found.length > 0) {
    throw InvalidInputError.at(
      'unit',
      'must be of the same kind as before: there is stock, or an order, that was counted so. Create another Material.',
    );
  }
  if ((await tx.materialBlendPartner.findMany(of)).length > 0) {
    throw InvalidInputError.at(
      'unit',
      'must be of the same kind as before: the material may be blended with others that are counted so.',
    );
  }
}
