/**
 * What follows when operations have changed: the statuses of their pieces, line items and orders, in the same
 * transaction. The caller holds the locks of all of them.
 */
import type {
  LineItem,
  Operation,
  PieceStatus,
  WorkstationKind,
} from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { lineItemProgress, type PieceFacts } from '../orders/line-item.progress.ts';
import { isConfirmed } from '../orders/line-item.state.ts';
import { orderStatus } from '../orders/order.status.ts';
import { pieceStatus } from './piece.status.ts';

/** The latest attempt of each step, by piece. */
export function latestSteps(operations: readonly Operation[]): Map<string, Operation[]> {
  const latest = new Map<string, Map<number, Operation>>();
  for (const operation of operations) {
    const steps = latest.get(operation.pieceId) ?? new Map<number, Operation>();
    latest.set(operation.pieceId, steps);
    const known = steps.get(operation.position);
    if (!known || known.attempt < operation.attempt) steps.set(operation.position, operation);
  }
  return new Map([...latest].map(([pieceId, steps]) => [pieceId, [...steps.values()]]));
}

/** Recomputes these pieces and everything above them. */
export async function settlePieces(context: CommandContext, pieceIds: readonly string[]): Promise<void> {
  if (pieceIds.length === 0) return;
  const { tx, organizationId } = context;
  const ids = [...new Set(pieceIds)];
  const [pieces, operations] = [
    await tx.piece.findMany({ where: { organizationId, id: { in: ids } } }),
    await tx.operation.findMany({ where: { organizationId, pieceId: { in: ids } } }),
  ];
  const steps = latestSteps(operations);
  // Pieces that change alike are written by one statement.
  const alike = new Map<string, { data: ReturnType<typeof pieceStatus>; ids: string[] }>();
  for (const piece of pieces) {
    // Ended for good: its failed attempts stay, and would say ERROR.
    if (piece.status === 'CANCELLED' || piece.status === 'INCOMPLETE') continue;
    const next = pieceStatus(steps.get(piece.id) ?? []);
    if (
      next.status === piece.status &&
      next.stepPosition === piece.stepPosition &&
      next.stepKind === piece.stepKind
    )
      continue;
    const key = `${next.status} ${next.stepPosition} ${next.stepKind}`;
    const group = alike.get(key) ?? { data: next, ids: [] };
    alike.set(key, group);
    group.ids.push(piece.id);
    context.record('PieceStatusChanged', 'Piece', piece, { ...piece, ...next, version: piece.version + 1 });
  }
  for (const { data, ids: changed } of alike.values()) {
    await tx.piece.updateMany({
      where: { organizationId, id: { in: changed } },
      data: { ...data, ...context.touched() },
    });
  }
  await settleLineItems(context, [...new Set(pieces.map((piece) => piece.lineItemId))]);
}

/** Recomputes these line items from their pieces, and their orders. */
export async function settleLineItems(
  context: CommandContext,
  lineItemIds: readonly string[],
): Promise<void> {
  const { tx, organizationId } = context;
  const items = await tx.lineItem.findMany({ where: { organizationId, id: { in: [...lineItemIds] } } });
  const facts = await pieceFacts(context, lineItemIds);
  for (const item of items) {
    if (!isConfirmed(item.status)) continue;
    const status = lineItemProgress(item.status, facts.get(item.id) ?? { counts: {}, begun: new Set() });
    if (status !== item.status) await setLineItemStatus(context, item, status);
  }
  await settleOrders(context, [...new Set(items.map((item) => item.orderId))]);
}

/** Writes a line item's status, with its event. */
export async function setLineItemStatus(
  context: CommandContext,
  item: LineItem,
  status: LineItem['status'],
  reason: string | null = null,
): Promise<void> {
  const after = await context.tx.lineItem.update({
    where: context.key(item.id),
    data: { status, ...context.touched() },
  });
  context.record('LineItemStatusChanged', 'LineItem', item, after, { reason });
}

/**
 * Two statements for all of them: the pieces by status, but for those that another replaces, and the kinds of step
 * that were begun, by whichever piece.
 */
async function pieceFacts(
  context: CommandContext,
  lineItemIds: readonly string[],
): Promise<Map<string, PieceFacts>> {
  const { tx, organizationId } = context;
  const groups = await tx.piece.groupBy({
    by: ['lineItemId', 'status'],
    where: { organizationId, lineItemId: { in: [...lineItemIds] }, replacedById: null },
    _count: { _all: true },
  });
  const begun = await tx.$queryRawUnsafe<{ lineItemId: string; kind: WorkstationKind }[]>(
    `SELECT DISTINCT p."lineItemId"::text AS "lineItemId", o.kind::text AS kind
     FROM "Piece" p JOIN "Operation" o ON o."organizationId" = p."organizationId" AND o."pieceId" = p.id
     WHERE p."organizationId" = $1::uuid AND p."lineItemId" = ANY($2::uuid[]) AND o."startedAt" IS NOT NULL`,
    organizationId,
    [...lineItemIds],
  );
  const facts = new Map<
    string,
    { counts: Partial<Record<PieceStatus, number>>; begun: Set<WorkstationKind> }
  >();
  for (const id of lineItemIds) facts.set(id, { counts: {}, begun: new Set() });
  for (const group of groups) {
    const entry = facts.get(group.lineItemId);
    if (entry) entry.counts[group.status] = group._count._all;
  }
  for (const { lineItemId, kind } of begun) facts.get(lineItemId)?.begun.add(kind);
  return facts;
}

/** Recomputes the stored status of these orders, and whether a piece of theirs is in error. */
export async function settleOrders(context: CommandContext, orderIds: readonly string[]): Promise<void> {
  const { tx, organizationId } = context;
  const ids = [...new Set(orderIds)];
  const orders = await tx.order.findMany({ where: { organizationId, id: { in: ids } } });
  const items = await tx.lineItem.findMany({
    where: { organizationId, orderId: { in: ids } },
    select: { orderId: true, type: true, status: true },
  });
  const inError = await tx.piece.groupBy({
    by: ['orderId'],
    where: { organizationId, orderId: { in: ids }, status: 'ERROR' },
  });
  const withErrors = new Set(inError.map((group) => group.orderId));
  for (const order of orders) {
    const own = items.filter((item) => item.orderId === order.id);
    // An order without line items is NEW, or was cancelled so.
    const status = own.length > 0 ? orderStatus(own) : order.status;
    const hasErrors = withErrors.has(order.id);
    if (status === order.status && hasErrors === order.hasErrors) continue;
    const after = await tx.order.update({
      where: context.key(order.id),
      data: { status, hasErrors, ...context.touched() },
    });
    context.record(status === order.status ? 'OrderChanged' : 'OrderStatusChanged', 'Order', order, after);
  }
}
