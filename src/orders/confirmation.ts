import type { LineItem, Order } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import type { Blocker } from '../errors.ts';
import { makePieces, type PieceWanted, type RoutingStep, routingsOf } from '../production/piece.making.ts';
import { setLineItemStatus, settleOrders } from '../production/settle.ts';
import { largestQuantity } from './line-item.service.ts';

/** What is confirmed together. */
export interface Confirmation {
  order: Order;
  items: readonly LineItem[];
  /** The steps of each workflow, in their order. */
  steps: ReadonlyMap<string, readonly RoutingStep[]>;
}

const about = (order: Order, item: LineItem) => ({
  noun: 'LineItem' as const,
  uuid: item.id,
  label: `${order.number}-${item.position} ${item.designName}`,
});

/** What stands against confirming. Quotes and intake add guards. */
export const confirming = new GuardedAction<Confirmation>('confirm', {
  'order.hasLineItems': (_context, { order, items }) =>
    items.length > 0
      ? []
      : [
          {
            rule: 'order.hasLineItems',
            message: `Order ${order.number} has no line item. Add one with addLineItem.`,
            subject: { noun: 'Order', uuid: order.id, label: order.number },
          },
        ],
  'lineItem.complete': (_context, { order, items }) =>
    items.flatMap((item): Blocker[] => {
      const missing = [item.materialId ? null : 'a material', item.workflowId ? null : 'a workflow'].filter(
        (each) => each !== null,
      );
      if (missing.length === 0) return [];
      const subject = about(order, item);
      return [
        {
          rule: 'lineItem.complete',
          message: `${subject.label} lacks ${missing.join(' and ')}. Set it with updateLineItem.`,
          subject,
        },
      ];
    }),
  'workflow.hasSteps': (_context, { order, items, steps }) =>
    items.flatMap((item): Blocker[] => {
      if (!item.workflowId || (steps.get(item.workflowId)?.length ?? 0) > 0) return [];
      const subject = about(order, item);
      return [
        { rule: 'workflow.hasSteps', message: `The workflow of ${subject.label} has no steps.`, subject },
      ];
    }),
  'order.size': (_context, { order, items }) => {
    const pieces = items.reduce((sum, item) => sum + item.quantity, 0);
    if (pieces <= largestQuantity) return [];
    const message = `These are ${pieces} pieces; at most ${largestQuantity} are confirmed at once. Confirm the line items one by one.`;
    return [{ rule: 'order.size', message, subject: { noun: 'Order', uuid: order.id, label: order.number } }];
  },
});

/**
 * Confirms locked line items: makes their pieces, and for each piece one operation a step, as flat bulk inserts.
 * Throws BlockedError naming everything that is missing.
 */
export async function confirmItems(
  context: CommandContext,
  order: Order,
  items: readonly LineItem[],
): Promise<void> {
  const workflowIds = [...new Set(items.flatMap((item) => (item.workflowId ? [item.workflowId] : [])))];
  const steps = await routingsOf(context, workflowIds);
  await confirming.check(context, { order, items, steps });

  const wanted = items.flatMap((item): PieceWanted[] => {
    if (!item.workflowId) throw new Error(`Line item ${item.id} passed the guards without a workflow.`);
    const { type, workflowId } = item;
    const routing = steps.get(workflowId) ?? [];
    return Array.from({ length: item.quantity }, (_, place) => ({
      order,
      item,
      copy: place + 1,
      type,
      workflowId,
      routing,
    }));
  });
  await makePieces(context, wanted);
  for (const item of items) await setLineItemStatus(context, item, 'CONFIRMED');
  await settleOrders(context, [order.id]);
}
