import { materialLotStates } from '../../src/materials/material-lot.state.ts';
import { amount, quanta } from '../../src/materials/mixture.ts';
import { Quantity } from '../../src/materials/quantity.ts';
import { unopened } from '../../src/materials/settle.ts';
import { actionsOf } from '../shared/actions.ts';
import { belongingList, childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { measured, QuantityRef, quantityField } from '../shared/quantity.ts';
import { MaterialLotStatusRef } from './enums.ts';
import { materialActionList } from './material-action.type.ts';
import { materialBatchList } from './material-batch.type.ts';
import { materialContainerList } from './material-container.type.ts';
import { lotQuantities } from './material-lot.quantities.ts';

const MaterialLotAction = actionsOf(materialLotStates);

noun('MaterialLot', {
  description:
    'One delivery of a material: where the genealogy of all that is made of it begins. Its containers are filled into batches.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    status: t.expose('status', { type: MaterialLotStatusRef, description: 'How far it is.' }),
    allowedActions: t.field({
      type: [MaterialLotAction],
      description: 'What its state allows now.',
      select: { status: true },
      resolve: (lot) => materialLotStates.allowedActions(lot.status),
    }),
    supplierLotNumber: t.exposeString('supplierLotNumber', {
      nullable: true,
      description: 'The number that the supplier gave it.',
    }),
    deliveryId: t.exposeString('deliveryId', {
      nullable: true,
      description: 'The number of the delivery that it came with.',
    }),
    estimatedDeliveryAt: t.expose('estimatedDeliveryAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is expected.',
    }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it arrived; null while it is on order.',
    }),
    receivedBy: t.relation('receivedBy', { nullable: true, description: 'Who received it.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From when on it may not be loaded into a machine; never unless set.',
    }),
    usageCyclesLimit: t.exposeInt('usageCyclesLimit', {
      nullable: true,
      description: "How often it may be in a build; the material's own limit unless set.",
    }),
    cost: t.expose('cost', {
      type: 'Decimal',
      nullable: true,
      description: "What one unit cost in this delivery; the material's cost unless set.",
    }),
    fullQuantity: quantityField(
      t,
      'MaterialLot',
      'fullQuantity',
      'What was ordered or received, with later corrections of its containers.',
    ),
    quantity: t.field({
      type: QuantityRef,
      description:
        'How much of it is there now: in unopened containers, and in batches, at hand or in machines. 0 while it is on order.',
      select: { material: measured },
      resolve: async (lot, _args, context) => {
        const { unopened, inBatches } = await lotQuantities(context).load(lot.id);
        return new Quantity(amount(quanta(unopened) + quanta(inBatches)), lot.material);
      },
    }),
    unopenedQuantity: t.field({
      type: QuantityRef,
      description: 'How much of it is in containers that nobody has opened. 0 while it is on order.',
      select: { material: measured },
      resolve: async (lot, _args, context) =>
        new Quantity((await lotQuantities(context).load(lot.id)).unopened, lot.material),
    }),
    notes: t.exposeString('notes', { nullable: true, description: 'Anything worth knowing.' }),
    material: t.relation('material', { description: 'What it is.' }),
    purchaseOrder: t.relation('purchaseOrder', {
      nullable: true,
      description: 'The purchase order that it was delivered for.',
    }),
    location: t.relation('location', { description: 'Where it is to be used.' }),
    subLocation: t.relation('subLocation', { nullable: true, description: 'The area where it is stored.' }),
    containers: childList(
      t,
      'MaterialLot',
      'containers',
      materialContainerList,
      'The containers that it came in.',
    ),
    containersAvailableForInitialBatches: belongingList(
      t,
      materialContainerList,
      (lot) => `t."lotId" = ${lot} AND ${unopened('t')}`,
      'Its unopened containers: first batches can be made of them once it is released.',
    ),
    initialBatches: belongingList(
      t,
      materialBatchList,
      (lot, organization) => `t."isInitial" AND t.id IN (
        SELECT l."destinationBatchId" FROM "MaterialContainer" c
        JOIN "MaterialLink" l ON l."organizationId" = c."organizationId" AND l."containerId" = c.id
        JOIN "MaterialAction" a ON a."organizationId" = l."organizationId" AND a.id = l."actionId"
        WHERE c."organizationId" = ${organization} AND c."lotId" = ${lot} AND a.type = 'CREATE_INITIAL_BATCH')`,
      'The batches that were made of its containers directly.',
    ),
    batches: belongingList(
      t,
      materialBatchList,
      (lot) => `t.quantity > 0 AND hm_lot_ids(t."mixedLots") @> ARRAY[${lot}::text]`,
      'All batches with something left in which some of it is.',
    ),
    actions: childList(t, 'MaterialLot', 'actions', materialActionList, 'What was done to the lot itself.'),
  }),
});

export const materialLotList = listOf('MaterialLot', {
  plural: 'lots',
  filters: {
    name: byText('name', 'By name.'),
    status: byEnum('status', 'MaterialLotStatus', 'By status.'),
    material: byId('materialId', 'Material', 'By material.'),
    materialType: byEnum('type', 'MaterialType', 'By what their material is for.', (where) => ({
      material: { is: where },
    })),
    manufacturingProcess: byEnum(
      'manufacturingProcess',
      'ManufacturingProcess',
      'By the process that their material is meant for.',
      (where) => ({ material: { is: where } }),
    ),
    receivedBy: byId('receivedById', 'User', 'By who received them.'),
    location: byId('locationId', 'Location', 'By location.'),
    subLocation: byId('subLocationId', 'SubLocation', 'By area.'),
    purchaseOrder: byId('purchaseOrderId', 'MaterialPurchaseOrder', 'By purchase order.'),
    purchaseOrderNumber: byText('number', 'By the number of the purchase order.', (where) => ({
      purchaseOrder: { is: where },
    })),
    deliveryId: byText('deliveryId', 'By the number of the delivery.'),
    supplierLotNumber: byText('supplierLotNumber', "By the supplier's number."),
    estimatedDeliveryAt: byInstant('estimatedDeliveryAt', 'By when it is expected.'),
    deliveredAt: byInstant('deliveredAt', 'By when it arrived.'),
    expiresAt: byInstant('expiresAt', 'By when it expires.'),
    createdAt: byInstant('createdAt', 'By when it was created.'),
  },
  search: ['name', 'supplierLotNumber', 'deliveryId', 'notes'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    ESTIMATED_DELIVERY_AT: {
      column: 'estimatedDeliveryAt',
      nullable: true,
      description: 'By when it is expected.',
    },
    DELIVERED_AT: { column: 'deliveredAt', nullable: true, description: 'By when it arrived.' },
    EXPIRES_AT: { column: 'expiresAt', nullable: true, description: 'By when it expires.' },
    CREATED_AT: { column: 'createdAt', description: 'By when it was created.' },
  },
});
