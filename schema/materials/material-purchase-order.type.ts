import DataLoader from 'dataloader';
import { Decimal } from 'decimal.js';
import type { RequestContext } from '../../src/context.ts';
import { Quantity } from '../../src/materials/quantity.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byId, byInstant, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { measured, QuantityRef, quantityField } from '../shared/quantity.ts';
import { materialLotList } from './material-lot.type.ts';

noun('MaterialPurchaseOrder', {
  description: 'An agreement with a supplier to deliver so much of a material, in one lot or several.',
  fields: (t) => ({
    number: t.exposeString('number', {
      description: 'Its number where it was placed, such as in the ERP system. Unique in the organization.',
    }),
    supplier: t.exposeString('supplier', { nullable: true, description: 'Who delivers it.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'Anything worth knowing.' }),
    plannedQuantity: quantityField(
      t,
      'MaterialPurchaseOrder',
      'plannedQuantity',
      'How much is to be delivered in all.',
    ),
    orderedQuantity: t.field({
      type: QuantityRef,
      description: 'The quantity of all its lots, whether they are still on order or have arrived.',
      select: { material: measured },
      resolve: async (order, _args, context) =>
        new Quantity((await lotQuantities(context).load(order.id)).ordered, order.material),
    }),
    deliveredQuantity: t.field({
      type: QuantityRef,
      description: 'The quantity of those of its lots that have arrived, whatever became of them.',
      select: { material: measured },
      resolve: async (order, _args, context) =>
        new Quantity((await lotQuantities(context).load(order.id)).delivered, order.material),
    }),

    material: t.relation('material', { description: 'The material that is ordered.' }),
    lots: childList(
      t,
      'MaterialPurchaseOrder',
      'lots',
      materialLotList,
      'Its deliveries, on order or arrived.',
    ),
  }),
});

interface LotQuantities {
  ordered: Decimal;
  delivered: Decimal;
}

/** What the lots of purchase orders add up to, in core units: one statement for all orders of a page. */
const lotQuantities = (context: RequestContext) =>
  context.memo.once(
    'purchaseOrder:lotQuantities',
    () =>
      new DataLoader<string, LotQuantities>(async (ids) => {
        const { organizationId } = context.signedIn;
        const groups = await context.prisma.materialLot.groupBy({
          by: ['purchaseOrderId', 'status'],
          where: { organizationId, purchaseOrderId: { in: [...ids] } },
          _sum: { fullQuantity: true },
        });
        return ids.map((id) => {
          const own = groups.filter((group) => group.purchaseOrderId === id);
          const arrived = own.filter((group) => group.status !== 'ON_ORDER');
          return { ordered: sumOf(own), delivered: sumOf(arrived) };
        });
      }),
  );

const Wide = Decimal.clone({ precision: 60 });
const sumOf = (groups: readonly { _sum: { fullQuantity: { toFixed(): string } | null } }[]): Decimal =>
  groups.reduce((sum, { _sum }) => sum.plus(_sum.fullQuantity?.toFixed() ?? 0), new Wide(0));

export const purchaseOrderList = listOf('MaterialPurchaseOrder', {
  plural: 'purchase orders of materials',
  filters: {
    number: byText('number', 'By number.'),
    material: byId('materialId', 'Material', 'By material.'),
    supplier: byText('supplier', 'By supplier.'),
    createdAt: byInstant('createdAt', 'By when it was created.'),
    archived: byArchived,
  },
  search: ['number', 'supplier', 'notes'],
  orders: {
    NUMBER: { column: 'number', description: 'By number.' },
    SUPPLIER: { column: 'supplier', nullable: true, description: 'By supplier.' },
    CREATED_AT: { column: 'createdAt', description: 'By when it was created.' },
  },
});
