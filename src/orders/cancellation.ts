import type { LineItem, OperationStatus, PieceStatus } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import { StaleScopeError } from '../database/errors.ts';
import { NotFoundError } from '../errors.ts';
import { settleLeft } from '../production/run.leaving.ts';
import { highestPriorities } from '../production/run.priority.ts';
import { setLineItemStatus, settleOrders } from '../production/settle.ts';

/** What stands against cancelling line items. */
export const cancelling = new GuardedAction<{ itemIds: readonly string[] }>('cancel', {
  'run.notInProgress': async ({ tx, organizationId }, { itemIds }) => {
    const busy = await tx.operation.findMany({
      where: { organizationId, status: 'IN_PROGRESS', piece: { lineItemId: { in: [...itemIds] } } },
      distinct: ['runId'],
      include: { run: { select: { id: true, number: true } } },
      take: 25,
    });
    return busy.flatMap(({ run }) =>
      run
        ? [
            {
              rule: 'run.notInProgress',
              message: `Run ${run.number} is working on its pieces. Complete or fail the run first.`,
              subject: { noun: 'Run' as const, uuid: run.id, label: run.number },
            },
          ]
        : [],
    );
  },
});

/**
 * Locks what cancelling touches: the order, its line items (or the one), the runs that hold their pieces with
 * their workstations, and the pieces. Answers the line items.
 */
export async function lockItemsToCancel(
  context: CommandContext,
  which: { orderId: string } | { lineItemId: string },
): Promise<LineItem[]> {
  const { tx, organizationId } = context;
  const where = 'orderId' in which ? { orderId: which.orderId } : { id: which.lineItemId };
  const items = await tx.lineItem.findMany({ where: { organizationId, ...where } });
  const orderId = 'orderId' in which ? which.orderId : items[0]?.orderId;
  if (!orderId) throw new NotFoundError('LineItem', 'lineItemId' in which ? which.lineItemId : '');
  const itemIds = items.map((item) => item.id);
  const touched = async () => {
    const pieces = await tx.piece.findMany({
      where: { organizationId, lineItemId: { in: itemIds } },
      select: { id: true },
    });
    const runs = await tx.run.findMany({
      where: {
        organizationId,
        status: { notIn: ['COMPLETE', 'CANCELLED'] },
        operations: { some: { piece: { lineItemId: { in: itemIds } } } },
      },
      select: { id: true, workstationId: true },
    });
    return { pieces: pieces.map((piece) => piece.id), runs };
  };
  const before = await touched();
  await context.lock({
    Workstation: before.runs.map((run) => run.workstationId),
    Order: [orderId],
    LineItem: itemIds,
    Run: before.runs.map((run) => run.id),
    Piece: before.pieces,
  });
  // Somebody may have added a line item, planned a run, or confirmed, between the look and the locks.
  const locked = await tx.lineItem.findMany({ where: { organizationId, ...where } });
  if (locked.length !== items.length) throw new StaleScopeError();
  const after = await touched();
  const lockedRuns = new Set(before.runs.map((run) => run.id));
  if (after.pieces.length !== before.pieces.length || after.runs.some((run) => !lockedRuns.has(run.id))) {
    throw new StaleScopeError();
  }
  return locked;
}

/** Cancels locked line items with all that is not done of their pieces. Throws BlockedError. */
export async function cancelItems(
  context: CommandContext,
  items: readonly LineItem[],
  reason: string,
): Promise<void> {
  const { tx, organizationId } = context;
  const itemIds = items.map((item) => item.id);
  await cancelling.check(context, { itemIds });
  const ofItems = { organizationId, lineItemId: { in: itemIds } };
  const live = { ...ofItems, status: { notIn: ['COMPLETE', 'INCOMPLETE', 'CANCELLED'] as PieceStatus[] } };
  const pieces = await tx.piece.findMany({ where: live });
  // What failed, failed: only what is still to be done is cancelled.
  const open = { organizationId, status: { in: ['CREATED', 'QUEUED'] as OperationStatus[] }, piece: ofItems };
  const operations = await tx.operation.findMany({ where: open, orderBy: { id: 'asc' } });
  const runIds = [...new Set(operations.flatMap(({ runId }) => (runId ? [runId] : [])))];
  const had = await highestPriorities(context, runIds);
  const end = { status: 'CANCELLED' as const, runId: null, endedAt: context.now };
  await tx.operation.updateMany({ where: open, data: { ...end, ...context.touched() } });
  for (const operation of operations) {
    const after = { ...operation, ...end, version: operation.version + 1 };
    context.record('OperationStatusChanged', 'Operation', operation, after, {
      reason,
      related: [operation.runId],
    });
  }
  await settleLeft(context, runIds, had, reason);
  await tx.piece.updateMany({ where: live, data: { status: 'CANCELLED', ...context.touched() } });
  for (const piece of pieces) {
    const after = { ...piece, status: 'CANCELLED' as const, version: piece.version + 1 };
    context.record('PieceStatusChanged', 'Piece', piece, after, { reason });
  }
  for (const item of items) await setLineItemStatus(context, item, 'CANCELLED', reason);
  await settleOrders(
    context,
    items.map((item) => item.orderId),
  );
}
