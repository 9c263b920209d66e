import { idOf, line, text } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { namedBlockers } from '../commands/references.ts';
import { coreQuantity, type QuantityInput, quantity } from './quantity.input.ts';

export const purchaseOrderCommands = plainNoun('MaterialPurchaseOrder', {
  fields: {
    number: line(100).describe(
      'Its number where it was placed, such as in the ERP system. Unique in the organization.',
    ),
    materialId: idOf('Material').describe('The material that is ordered.'),
    supplier: line().nullish().describe('Who delivers it.'),
    plannedQuantity: quantity({ above: 0 }).describe(
      'How much is to be delivered in all, in one lot or several.',
    ),
    notes: text().nullish().describe('Anything worth knowing.'),
  },
  unique: 'number',
  fixed: ['materialId'],
  columns: async (given, context, before) => {
    if (!given.plannedQuantity) return given;
    const materialId = (before ?? given).materialId as string;
    const material = await context.tx.material.findUniqueOrThrow({ where: context.key(materialId) });
    const plannedQuantity = coreQuantity(given.plannedQuantity as QuantityInput, material, 'plannedQuantity');
    return { ...given, plannedQuantity };
  },
});

purchaseOrderCommands.archiving.add('materialPurchaseOrder.nothingOnOrder', async (context, { id }) => {
  const lots = await context.tx.materialLot.findMany({
    where: { purchaseOrderId: id, status: 'ON_ORDER' },
    orderBy: { name: 'asc' },
    take: namedBlockers,
    select: { id: true, name: true },
  });
  return lots.map((lot) => ({
    rule: 'materialPurchaseOrder.nothingOnOrder',
    message: `Lot ${lot.name} is still on order. Receive it first.`,
    subject: { noun: 'MaterialLot', uuid: lot.id, label: lot.name },
  }));
});
