import { lineItemStates } from '../../src/orders/line-item.state.ts';
import { pieceList } from '../production/piece.type.ts';
import { actionsOf } from '../shared/actions.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byInt, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { at, progressLoader, StageCountRef, shortageLoader, total } from '../shared/progress.ts';
import { EndUseRef, LineItemStatusRef } from './enums.ts';

const LineItemAction = actionsOf(lineItemStates);

noun('LineItem', {
  description:
    'One design, in a material and a quantity, made by a workflow. Confirming it brings its pieces into being; from then on they move its status.',
  fields: (t) => ({
    position: t.exposeInt('position', { description: 'Its place in the order, from 1.' }),
    designName: t.exposeString('designName', { description: 'The design that is made.' }),
    type: t.field({ type: EndUseRef, description: 'What its pieces are for.', resolve: (item) => item.type }),
    status: t.field({
      type: LineItemStatusRef,
      description: 'How far it is.',
      resolve: (item) => item.status,
    }),
    allowedActions: t.field({
      type: [LineItemAction],
      description: 'What its state allows now.',
      resolve: (item) => lineItemStates.allowedActions(item.status),
    }),
    quantity: t.exposeInt('quantity', { description: 'How many pieces are wanted.' }),
    completedQuantity: t.int({
      description: 'How many pieces are complete.',
      resolve: async (item, _args, context) =>
        at(await progressLoader(context, 'lineItemId').load(item.id), 'COMPLETE'),
    }),
    shortage: t.int({
      description:
        'How many pieces were scrapped and are not made again: the quantity, less what is complete and what is still being made. While there is one, the line item is not complete.',
      resolve: (item, _args, context) => shortageLoader(context).load(item.id),
    }),
    pieceCount: t.int({
      description:
        'How many pieces it has, with those that were replaced by others: none before it is confirmed.',
      resolve: async (item, _args, context) =>
        total(await progressLoader(context, 'lineItemId').load(item.id)),
    }),
    progress: t.field({
      type: [StageCountRef],
      description: 'How many of its pieces are at each stage; stages without pieces are left out.',
      resolve: (item, _args, context) => progressLoader(context, 'lineItemId').load(item.id),
    }),
    priority: t.exposeInt('priority', { description: '0 to 100; higher runs sooner.' }),
    layerThickness: t.expose('layerThickness', {
      type: 'Decimal',
      nullable: true,
      description: 'Thickness of a layer in mm.',
    }),
    customerReference: t.exposeString('customerReference', {
      nullable: true,
      description: "The customer's own number for this line.",
    }),
    notes: t.exposeString('notes', { nullable: true, description: 'Notes for the shop.' }),
    order: t.relation('order', { description: 'The order that it belongs to.' }),
    product: t.relation('product', {
      nullable: true,
      description: 'What the customer receives; null for what is not for the customer.',
    }),
    material: t.relation('material', { nullable: true, description: 'What it is made of.' }),
    workflow: t.relation('workflow', { nullable: true, description: 'How it is made.' }),
    assignee: t.relation('assignee', { nullable: true, description: 'Who looks after it.' }),
    pieces: childList(t, 'LineItem', 'pieces', pieceList, 'Its pieces.'),
  }),
});

export const lineItemList = listOf('LineItem', {
  plural: 'line items',
  filters: {
    status: byEnum('status', 'LineItemStatus', 'By status.'),
    type: byEnum('type', 'EndUse', 'By what its pieces are for.'),
    order: byId('orderId', 'Order', 'By order.'),
    material: byId('materialId', 'Material', 'By material.'),
    workflow: byId('workflowId', 'Workflow', 'By workflow.'),
    assignee: byId('assigneeId', 'User', 'By who looks after it.'),
    priority: byInt('priority', 'By priority.'),
    designName: byText('designName', 'By design.'),
    createdAt: byInstant('createdAt', 'By when it was created.'),
  },
  search: ['designName', 'customerReference', 'notes'],
  orders: {
    POSITION: { column: 'position', description: 'By its place in its order.' },
    CREATED_AT: { column: 'createdAt', description: 'By when it was created.' },
    PRIORITY: { column: 'priority', description: 'By priority.' },
    DESIGN_NAME: { column: 'designName', description: 'By design.' },
    QUANTITY: { column: 'quantity', description: 'By how many pieces are wanted.' },
  },
});
