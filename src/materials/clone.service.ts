import { command } from '../commands/command.ts';
import { idOf, line } from '../commands/input.ts';
import { StaleScopeError } from '../database/errors.ts';
import { InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { addPartners, partnersOf } from './blend-partners.service.ts';
import { materialCommands, unitCost } from './material.service.ts';
import { stockUnit } from './quantity.input.ts';
import { templateOf } from './templates.ts';

export const createMaterialFromTemplate = command('createMaterialFromTemplate', {
  description:
    'Creates a Material from the shared library. From then on it is one of your own: it does not follow the template.',
  right: 'administer',
  input: {
    templateCode: line().describe('The code of the template: one of `materialTemplates`.'),
    name: line().nullish().describe("Unique in the organization; the template's unless given."),
    manufacturerId: idOf('Manufacturer').nullish().describe('Who makes it.'),
    unit: stockUnit().nullish().describe("The unit in which stock is counted; the template's unless given."),
    cost: unitCost().nullish().describe('What one unit of it costs, in the default currency.'),
    externalId: line().nullish().describe('Its id in the ERP system.'),
  },
  refusals: [],
  run: async (context, { templateCode: code, name, unit, manufacturerId, cost, externalId }) => {
    const template = templateOf(code);
    if (!template) throw InvalidInputError.at('templateCode', 'names no template of the library.');
    const { code: templateCode, ...values } = template;
    return materialCommands.create.run(context, {
      ...values,
      templateCode,
      name: name ?? template.name,
      unit: unit ?? template.unit,
      manufacturerId,
      cost,
      externalId,
    });
  },
});

export const cloneMaterial = command('cloneMaterial', {
  description:
    'Creates a Material like another, which it names as `clonedFrom`: with all its values but its name and its id in the ERP system, and with its blend partners.',
  right: 'administer',
  input: {
    materialId: idOf('Material').describe('The Material to copy.'),
    name: line().describe('The name of the new one. Unique in the organization.'),
  },
  refusals: [NotFoundError, TransitionError],
  run: async (context, { materialId, name }) => {
    const partners = await partnersOf(context, materialId);
    await context.lock({ Material: [materialId, ...partners] });
    if (String(await partnersOf(context, materialId)) !== String(partners)) throw new StaleScopeError();
    const source = await context.tx.material.findUniqueOrThrow({ where: context.key(materialId) });
    if (source.archivedAt) throw new TransitionError('Material', 'ARCHIVED', 'CLONE_MATERIAL', []);
    const { externalId: _, ...values } = source;
    const clone = await materialCommands.insert(context, {
      ...values,
      ...context.fresh(),
      name,
      clonedFromId: materialId,
    });
    await addPartners(context, clone.id as string, partners);
    return { id: clone.id as string };
  },
});
