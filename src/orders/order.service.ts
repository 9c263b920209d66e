import { z } from 'zod';
import { ApplicationType, type Order, OrderType } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { defined, expectedVersion, idOf, instant, line, oneOf, priority, text } from '../commands/input.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { BlockedError, ConflictError, NotFoundError, TransitionError } from '../errors.ts';
import { settleOrders } from '../production/settle.ts';
import { cancelItems, lockItemsToCancel } from './cancellation.ts';
import { confirmItems } from './confirmation.ts';
import { addLineItems, lineItemInput } from './line-item.service.ts';
import { lineItemStates } from './line-item.state.ts';
import { orderStates } from './order.status.ts';

/** What a person may say of an order at any time. */
const particulars = {
  customerName: line().nullish().describe('Who ordered.'),
  customerReference: line().nullish().describe("The customer's purchase order number."),
  externalId: line().nullish().describe('Its id in another system, such as the ERP.'),
  applicationType: oneOf('ApplicationType', ApplicationType).nullish().describe('What the parts are for.'),
  dueDate: instant().nullish().describe('When it is due at the customer.'),
  locationId: idOf('Location').nullish().describe('Where it is made.'),
  ownerId: idOf('User').nullish().describe('Who looks after it.'),
  shippingAddress: text(1_000).nullish().describe('Where it is sent.'),
  notes: text().nullish().describe('Notes for the shop.'),
};

async function checkParticulars(
  context: CommandContext,
  input: { locationId?: string | null | undefined; ownerId?: string | null | undefined },
): Promise<void> {
  await requireReferences(context, [
    ...reference('Location', input.locationId, 'locationId'),
    ...reference('User', input.ownerId, 'ownerId'),
  ]);
}

/** The order, locked. Throws NotFoundError. */
export async function lockOrder(context: CommandContext, orderId: string): Promise<Order> {
  await context.lock({ Order: [orderId] });
  return context.tx.order.findUniqueOrThrow({ where: context.key(orderId) });
}

/** `O-000042`: six digits keep a list in order, and more are possible. */
export const orderNumber = (value: bigint): string => `O-${value.toString().padStart(6, '0')}`;

export const createOrder = command('createOrder', {
  description:
    'Takes an order. A line item with a material and a workflow is PENDING and can be confirmed; one that lacks either is NEW.',
  right: 'work',
  input: {
    name: line().describe('How people call the order.'),
    type: oneOf('OrderType', OrderType).default('COMMERCIAL').describe('Why it is made.'),
    priority: priority().default(50).describe('0 to 100; higher runs sooner.'),
    ...particulars,
    lineItems: z.array(lineItemInput).max(250).default([]).describe('What is ordered.'),
  },
  refusals: [],
  numbers: () => ({ order: 1 }),
  run: async (
    context,
    { lineItems, name, type, priority, clientMutationId: _, ...rest }: CreateOrderInput,
  ) => {
    await checkParticulars(context, rest);
    const order = await context.tx.order.create({
      data: {
        ...context.fresh(),
        ...defined(rest),
        name,
        type,
        priority,
        number: orderNumber(context.number('order')),
      },
    });
    context.record('OrderCreated', 'Order', null, order);
    await addLineItems(context, order, lineItems, (place) => ['lineItems', String(place)]);
    await settleOrders(context, [order.id]);
    return { orderId: order.id };
  },
});

interface CreateOrderInput extends Particulars {
  name: string;
  type: OrderType;
  priority: number;
  lineItems: z.output<typeof lineItemInput>[];
  clientMutationId?: string | null | undefined;
}

type Particulars = { [K in keyof typeof particulars]?: z.output<(typeof particulars)[K]> };

export const updateOrder = command('updateOrder', {
  description:
    'Changes what an order says. What is left out stays; null clears. Line items have mutations of their own.',
  right: 'work',
  input: {
    orderId: idOf('Order').describe('The order.'),
    expectedVersion: expectedVersion(),
    name: line().optional().describe('How people call the order.'),
    priority: priority().optional().describe('0 to 100; higher runs sooner. Line items keep theirs.'),
    ...particulars,
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const {
      orderId,
      expectedVersion: expected,
      clientMutationId: _,
      ...rest
    } = input as typeof input & {
      clientMutationId?: string | null;
    };
    const before = await lockOrder(context, orderId);
    context.expectVersion('Order', before, expected);
    orderStates.require(before.status, 'UPDATE_ORDER');
    await checkParticulars(context, rest);
    const after = await context.tx.order.update({
      where: context.key(orderId),
      data: { ...defined(rest), ...context.touched() },
    });
    context.record('OrderChanged', 'Order', before, after);
    return { orderId };
  },
});

export const confirmOrder = command('confirmOrder', {
  description:
    'Confirms every line item of an order that is not confirmed yet: their pieces with serials and their operations come into being. Refused, with all that they lack, while one of them is NEW.',
  right: 'work',
  input: { orderId: idOf('Order').describe('The order.'), expectedVersion: expectedVersion() },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { orderId, expectedVersion: expected }) => {
    const order = await lockOrder(context, orderId);
    context.expectVersion('Order', order, expected);
    orderStates.require(order.status, 'CONFIRM_ORDER');
    const items = await context.tx.lineItem.findMany({
      where: { organizationId: context.organizationId, orderId, status: { in: ['NEW', 'PENDING'] } },
      orderBy: { position: 'asc' },
    });
    // A NEW order is told what it lacks, by the guards of the confirmation.
    if (items.length === 0 && order.status !== 'NEW')
      throw new TransitionError(
        'Order',
        order.status,
        'CONFIRM_ORDER',
        orderStates.allowedActions(order.status).filter((action) => action !== 'CONFIRM_ORDER'),
      );
    await context.lock({ LineItem: items.map((item) => item.id) });
    await confirmItems(context, order, items);
    return { orderId };
  },
});

export const cancelOrder = command('cancelOrder', {
  description:
    'Cancels every line item of an order that is not complete; the order is then CANCELLED, or COMPLETE where a line item of it is. Refused while a run works on one of its pieces.',
  right: 'work',
  input: {
    orderId: idOf('Order').describe('The order.'),
    expectedVersion: expectedVersion(),
    reason: line(500).describe('Why: it stays in the history.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { orderId, expectedVersion: expected, reason }) => {
    const items = await lockItemsToCancel(context, { orderId });
    const order = await context.tx.order.findUniqueOrThrow({ where: context.key(orderId) });
    context.expectVersion('Order', order, expected);
    orderStates.require(order.status, 'CANCEL_ORDER');
    const open = items.filter((item) => lineItemStates.allows(item.status, 'CANCEL_LINE_ITEM'));
    await cancelItems(context, open, reason);
    if (items.length === 0) {
      const status = 'CANCELLED' as const;
      const after = await context.tx.order.update({
        where: context.key(orderId),
        data: { status, ...context.touched() },
      });
      context.record('OrderStatusChanged', 'Order', order, after, { reason });
    }
    return { orderId };
  },
});
