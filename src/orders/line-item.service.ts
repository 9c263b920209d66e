import { z } from 'zod';
import { EndUse, type LineItem, type Order } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import {
  decimal,
  defined,
  expectedVersion,
  idOf,
  line,
  oneOf,
  priority,
  text,
  whole,
} from '../commands/input.ts';
import { type Reference, reference, requireReferences } from '../commands/references.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { newId } from '../ids.ts';
import { settleOrders } from '../production/settle.ts';
import './archiving.guards.ts';
import { cancelItems, lockItemsToCancel } from './cancellation.ts';
import { confirmItems } from './confirmation.ts';
import { passOnPriority } from './line-item.priority.ts';
import { lineItemStates } from './line-item.state.ts';
import { orderStates } from './order.status.ts';

/** The most pieces that one line item may ask for. */
export const largestQuantity = 10_000;

const members = {
  designName: line().describe('The design that is made.'),
  quantity: whole(1, largestQuantity).describe(`How many pieces: 1 to ${largestQuantity}.`),
  materialId: idOf('Material').nullish().describe('What it is made of. Needed before it can be confirmed.'),
  workflowId: idOf('Workflow').nullish().describe('How it is made. Needed before it can be confirmed.'),
  layerThickness: decimal({ above: 0, max: 1, places: 4 })
    .nullish()
    .describe('Thickness of a layer in mm: more than 0, at most 1.'),
  customerReference: line().nullish().describe("The customer's own number for this line."),
  assigneeId: idOf('User').nullish().describe('Who looks after it.'),
  notes: text().nullish().describe('Notes for the shop.'),
};

export const lineItemInput = z
  .object({
    ...members,
    type: oneOf('EndUse', EndUse)
      .default('PRODUCT')
      .describe('What the pieces are for. Where an order has products, only they count for its status.'),
    priority: priority().nullish().describe("0 to 100; higher runs sooner. The order's unless given."),
    productName: line()
      .nullish()
      .describe('What the customer receives; the name of the design unless given.'),
  })
  .meta({
    input: 'LineItemInput',
    description: 'One design, in a material and a quantity, made by a workflow.',
  });

type LineItemValues = z.output<typeof lineItemInput>;

/** Adds line items to a locked (or new) order, numbered on from its last. */
export async function addLineItems(
  context: CommandContext,
  order: Order,
  inputs: readonly LineItemValues[],
  pathOf: (place: number) => string[],
): Promise<LineItem[]> {
  if (inputs.length === 0) return [];
  const { tx, organizationId } = context;
  await requireReferences(
    context,
    inputs.flatMap((input, place) => referencesOf(input, pathOf(place))),
  );
  const last = await tx.lineItem.aggregate({
    where: { organizationId, orderId: order.id },
    _max: { position: true },
  });
  const first = (last._max.position ?? 0) + 1;
  const products: Parameters<typeof tx.product.createMany>[0]['data'] & object[] = [];
  const items = inputs.map(({ productName, ...input }, place) => {
    // What goes to the customer is a product; specimens, waste and tooling are not.
    const productId = input.type === 'PRODUCT' ? newId() : null;
    if (productId)
      products.push({
        ...context.fresh(productId),
        orderId: order.id,
        name: productName ?? input.designName,
      });
    return {
      ...context.fresh(),
      ...defined(input),
      orderId: order.id,
      productId,
      position: first + place,
      priority: input.priority ?? order.priority,
      status: statusBeforeConfirmation(input),
    };
  });
  if (products.length > 0) await tx.product.createMany({ data: products });
  const rows = await tx.lineItem.createManyAndReturn({ data: items });
  for (const row of rows) context.record('LineItemCreated', 'LineItem', null, row);
  return rows;
}

/** NEW until it has all that confirmation needs. */
function statusBeforeConfirmation(item: {
  materialId?: string | null | undefined;
  workflowId?: string | null | undefined;
}): 'NEW' | 'PENDING' {
  return item.materialId && item.workflowId ? 'PENDING' : 'NEW';
}

function referencesOf(input: Partial<LineItemValues>, path: string[]): Reference[] {
  return [
    ...reference('Material', input.materialId, ...path, 'materialId'),
    ...reference('Workflow', input.workflowId, ...path, 'workflowId'),
    ...reference('User', input.assigneeId, ...path, 'assigneeId'),
  ];
}

/** The line item and its order, both locked, in that order of locks. */
async function lockLineItem(
  context: CommandContext,
  lineItemId: string,
): Promise<{ order: Order; item: LineItem }> {
  const found = await context.tx.lineItem.findUnique({
    where: context.key(lineItemId),
    select: { orderId: true },
  });
  if (!found) throw new NotFoundError('LineItem', lineItemId);
  await context.lock({ Order: [found.orderId], LineItem: [lineItemId] });
  const order = await context.tx.order.findUniqueOrThrow({ where: context.key(found.orderId) });
  const item = await context.tx.lineItem.findUniqueOrThrow({ where: context.key(lineItemId) });
  return { order, item };
}

export const addLineItem = command('addLineItem', {
  description: 'Adds a line item to an order that is not complete or cancelled.',
  right: 'work',
  input: {
    orderId: idOf('Order').describe('The order.'),
    expectedVersion: expectedVersion(),
    lineItem: lineItemInput.describe('What is ordered.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { orderId, expectedVersion: expected, lineItem }) => {
    await context.lock({ Order: [orderId] });
    const order = await context.tx.order.findUniqueOrThrow({ where: context.key(orderId) });
    context.expectVersion('Order', order, expected);
    orderStates.require(order.status, 'ADD_LINE_ITEM');
    const [item] = await addLineItems(context, order, [lineItem], () => ['lineItem']);
    if (!item) throw new Error('A line item was not added.');
    await settleOrders(context, [orderId]);
    return { orderId, lineItemId: item.id };
  },
});

const changeableAlways = ['priority', 'customerReference', 'assigneeId', 'notes'];

export const updateLineItem = command('updateLineItem', {
  description:
    'Changes a line item. What is made (design, quantity, material, workflow, layer thickness) can change until it is confirmed. Its priority goes on to its pieces, and to the runs that hold them unless they were given another.',
  right: 'work',
  input: {
    lineItemId: idOf('LineItem').describe('The line item.'),
    expectedVersion: expectedVersion(),
    ...members,
    designName: members.designName.optional().describe('The design that is made.'),
    quantity: members.quantity.optional().describe(`How many pieces: 1 to ${largestQuantity}.`),
    priority: priority().optional().describe('0 to 100; higher runs sooner.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const {
      lineItemId,
      expectedVersion: expected,
      clientMutationId: _,
      ...rest
    } = input as typeof input & {
      clientMutationId?: string | null;
    };
    const { item } = await lockLineItem(context, lineItemId);
    context.expectVersion('LineItem', item, expected);
    lineItemStates.require(item.status, 'UPDATE_LINE_ITEM');
    const changes = defined(rest);
    const draft = item.status === 'NEW' || item.status === 'PENDING';
    const fixed = Object.keys(changes).filter((name) => !draft && !changeableAlways.includes(name));
    if (fixed.length > 0) {
      throw new InvalidInputError(
        fixed.map((name) => ({
          path: [name],
          message: 'cannot change once the line item is confirmed. Add another line item.',
        })),
      );
    }
    await requireReferences(context, referencesOf(changes, []));
    const status = draft ? statusBeforeConfirmation({ ...item, ...changes }) : item.status;
    const after = await context.tx.lineItem.update({
      where: context.key(lineItemId),
      data: { ...changes, status, ...context.touched() },
    });
    context.record(
      status === item.status ? 'LineItemChanged' : 'LineItemStatusChanged',
      'LineItem',
      item,
      after,
    );
    if (!draft && after.priority !== item.priority) await passOnPriority(context, after);
    await settleOrders(context, [item.orderId]);
    return { lineItemId };
  },
});

export const confirmLineItem = command('confirmLineItem', {
  description: 'Confirms a PENDING line item: its pieces with serials and their operations come into being.',
  right: 'work',
  input: { lineItemId: idOf('LineItem').describe('The line item.'), expectedVersion: expectedVersion() },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { lineItemId, expectedVersion: expected }) => {
    const { order, item } = await lockLineItem(context, lineItemId);
    context.expectVersion('LineItem', item, expected);
    // A NEW one is told what it lacks, by the guards of the confirmation.
    if (item.status !== 'NEW') lineItemStates.require(item.status, 'CONFIRM_LINE_ITEM');
    await confirmItems(context, order, [item]);
    return { lineItemId, orderId: order.id };
  },
});

export const cancelLineItem = command('cancelLineItem', {
  description:
    'Cancels a line item that is not complete: its pieces leave the runs that have not begun, and runs that are left empty are cancelled. Refused while a run works on one of its pieces.',
  right: 'work',
  input: {
    lineItemId: idOf('LineItem').describe('The line item.'),
    expectedVersion: expectedVersion(),
    reason: line(500).describe('Why: it stays in the history.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { lineItemId, expectedVersion: expected, reason }) => {
    const [item] = await lockItemsToCancel(context, { lineItemId });
    if (!item) throw new NotFoundError('LineItem', lineItemId);
    context.expectVersion('LineItem', item, expected);
    lineItemStates.require(item.status, 'CANCEL_LINE_ITEM');
    await cancelItems(context, [item], reason);
    return { lineItemId, orderId: item.orderId };
  },
});
