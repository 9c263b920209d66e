import { orderStates } from '../../src/orders/order.status.ts';
import { pieceList } from '../production/piece.type.ts';
import { actionsOf } from '../shared/actions.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byInt, byRule, byText, byTruth } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { progressLoader, StageCountRef, total } from '../shared/progress.ts';
import { ApplicationTypeRef, OrderStatusRef, OrderTypeRef } from './enums.ts';
import { lineItemList } from './line-item.type.ts';

const OrderAction = actionsOf(orderStates);

noun('Order', {
  description:
    'What a customer asks for: line items, each a design in a quantity. Its status follows from its line items of type PRODUCT, or from all where it has none of that type.',
  fields: (t) => ({
    number: t.exposeString('number', { description: 'Its number in the shop, unique in the organization.' }),
    name: t.exposeString('name', { description: 'How people call it.' }),
    status: t.field({
      type: OrderStatusRef,
      description: 'How far it is.',
      resolve: (order) => order.status,
    }),
    allowedActions: t.field({
      type: [OrderAction],
      description: 'What its state allows now.',
      resolve: (order) => orderStates.allowedActions(order.status),
    }),
    hasErrors: t.exposeBoolean('hasErrors', {
      description: 'A piece of it failed a step and waits for a decision.',
    }),
    isLate: t.boolean({
      description: 'Its due date has passed, and it is neither complete nor cancelled.',
      resolve: (order, _args, context) =>
        order.dueDate !== null &&
        order.dueDate < context.now &&
        order.status !== 'COMPLETE' &&
        order.status !== 'CANCELLED',
    }),
    progress: t.field({
      type: [StageCountRef],
      description: 'How many of its pieces are at each stage; stages without pieces are left out.',
      resolve: (order, _args, context) => progressLoader(context, 'orderId').load(order.id),
    }),
    pieceCount: t.int({
      description: 'How many pieces it has. They come into being when line items are confirmed.',
      resolve: async (order, _args, context) =>
        total(await progressLoader(context, 'orderId').load(order.id)),
    }),
    type: t.field({ type: OrderTypeRef, description: 'Why it is made.', resolve: (order) => order.type }),
    applicationType: t.field({
      type: ApplicationTypeRef,
      nullable: true,
      description: 'What the parts are for.',
      resolve: (order) => order.applicationType,
    }),
    customerName: t.exposeString('customerName', { nullable: true, description: 'Who ordered.' }),
    customerReference: t.exposeString('customerReference', {
      nullable: true,
      description: "The customer's purchase order number.",
    }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'Its id in another system, such as the ERP.',
    }),
    dueDate: t.expose('dueDate', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is due at the customer.',
    }),
    priority: t.exposeInt('priority', { description: '0 to 100; higher runs sooner.' }),
    shippingAddress: t.exposeString('shippingAddress', { nullable: true, description: 'Where it is sent.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'Notes for the shop.' }),
    location: t.relation('location', { nullable: true, description: 'Where it is made.' }),
    owner: t.relation('owner', { nullable: true, description: 'Who looks after it.' }),
    lineItems: childList(
      t,
      'Order',
      'lineItems',
      lineItemList,
      'What is ordered. Of every type: filter by `type` for products only.',
    ),
    pieces: childList(t, 'Order', 'pieces', pieceList, 'All its pieces.'),
  }),
});

export const orderList = listOf('Order', {
  plural: 'orders',
  filters: {
    status: byEnum('status', 'OrderStatus', 'By status.'),
    type: byEnum('type', 'OrderType', 'By why it is made.'),
    hasErrors: byTruth('hasErrors', 'Whether a piece of it is in error.'),
    isLate: byRule(
      'Whether its due date has passed and it is neither complete nor cancelled.',
      (late, now) => {
        const where = { dueDate: { not: null, lt: now }, status: { notIn: ['COMPLETE', 'CANCELLED'] } };
        // A missing due date is never late: said outright, as a comparison with null is neither true nor false.
        return late
          ? where
          : {
              OR: [
                { dueDate: null },
                { dueDate: { gte: now } },
                { status: { in: ['COMPLETE', 'CANCELLED'] } },
              ],
            };
      },
    ),
    dueDate: byInstant('dueDate', 'By due date.'),
    createdAt: byInstant('createdAt', 'By when it was created.'),
    priority: byInt('priority', 'By priority.'),
    number: byText('number', 'By number.'),
    name: byText('name', 'By name.'),
    customerName: byText('customerName', 'By customer.'),
    externalId: byText('externalId', 'By its id in another system.'),
    location: byId('locationId', 'Location', 'By where it is made.'),
    owner: byId('ownerId', 'User', 'By who looks after it.'),
    material: byId('materialId', 'Material', 'By a material of one of its line items.', (where) => ({
      lineItems: { some: where },
    })),
    workflow: byId('workflowId', 'Workflow', 'By a workflow of one of its line items.', (where) => ({
      lineItems: { some: where },
    })),
  },
  search: ['number', 'name', 'customerName', 'customerReference', 'externalId'],
  orders: {
    CREATED_AT: { column: 'createdAt', description: 'By when it was created.' },
    DUE_DATE: { column: 'dueDate', nullable: true, description: 'By due date.' },
    PRIORITY: { column: 'priority', description: 'By priority.' },
    NUMBER: { column: 'number', description: 'By number.' },
    NAME: { column: 'name', description: 'By name.' },
  },
});
