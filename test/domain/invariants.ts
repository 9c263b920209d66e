import { expect } from 'vitest';
import { orderStatus } from '../../src/orders/order.status.ts';
import { pieceStatus } from '../../src/production/piece.status.ts';
import type { TestApp, TestOrganization } from '../support/app.ts';

const open = new Set(['CREATED', 'QUEUED', 'IN_PROGRESS']);
const queued = new Set(['QUEUED', 'QUEUED_WORK_READY']);
const busy = new Set(['IN_PROGRESS', 'PAUSED']);

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

/** Everything of an organization that the rules speak of. */
async function everything(app: TestApp, { organizationId }: TestOrganization) {
  const { prisma } = app.app;
  const where = { organizationId };
  return {
    orders: await prisma.order.findMany({ where }),
    items: await prisma.lineItem.findMany({ where }),
    pieces: await prisma.piece.findMany({ where }),
    operations: await prisma.operation.findMany({
      where,
      orderBy: [{ position: 'asc' }, { attempt: 'asc' }],
    }),
    runs: await prisma.run.findMany({ where, include: { workstation: true } }),
    events: await prisma.event.findMany({ where, orderBy: { position: 'asc' } }),
  };
}

type Everything = Awaited<ReturnType<typeof everything>>;

/** Holds what is stored against what it follows from, computed anew from the operations. */
export async function expectInvariants(app: TestApp, organization: TestOrganization): Promise<void> {
  const all = await everything(app, organization);
  checkPieces(all);
  checkReplacements(all);
  checkOrders(all);
  checkRuns(all);
  checkLog(all);
}

function checkPieces({ pieces, operations }: Everything): void {
  const byPiece = grouped(operations, (operation) => operation.pieceId);
  for (const piece of pieces) {
    const own = byPiece.get(piece.id) ?? [];
    const steps = grouped(own, (operation) => String(operation.position));
    const latest = [...steps.values()].flatMap((attempts) => attempts.slice(-1));
    // Ended for good: nothing is left to be done, and what failed stays so.
    if (piece.status === 'CANCELLED' || piece.status === 'INCOMPLETE')
      for (const step of latest) expect(['COMPLETE', 'ERROR', 'CANCELLED']).toContain(step.status);
    else expect(piece).toMatchObject(pieceStatus(latest));
    for (const attempts of steps.values()) {
      expect(attempts.map((each) => each.attempt)).toEqual(attempts.map((_, place) => place + 1));
      // Only the last attempt can be open, and only a failed one is followed by another.
      for (const earlier of attempts.slice(0, -1)) expect(earlier.status).toBe('ERROR');
    }
    for (const operation of own) {
      if (operation.startedAt === null) continue;
      for (const before of own.filter((each) => each.position < operation.position)) {
        if (before.status !== 'COMPLETE') {
          // A later attempt, or one that failed: another attempt of that step was complete before.
          const done = own.some((each) => each.position === before.position && each.status === 'COMPLETE');
          expect(done).toBe(true);
        } else expect(before.endedAt?.getTime()).toBeLessThanOrEqual(operation.startedAt.getTime());
      }
    }
  }
}

/** What replaces a piece is another of the same line item and workflow, made later, and replaces no other. */
function checkReplacements({ pieces }: Everything): void {
  const byId = new Map(pieces.map((piece) => [piece.id, piece]));
  const replaced = pieces.filter((piece) => piece.replacedById !== null);
  expect(new Set(replaced.map((piece) => piece.replacedById)).size).toBe(replaced.length);
  for (const piece of replaced) {
    const { lineItemId, workflowId, type } = piece;
    const other = byId.get(piece.replacedById ?? '');
    expect(piece.status).toBe('INCOMPLETE');
    expect(other).toMatchObject({ lineItemId, workflowId, type });
    expect(other?.copy).toBeGreaterThan(piece.copy);
  }
}

function checkOrders({ orders, items, pieces, operations }: Everything): void {
  const kindsBegun = (itemId: string) => {
    const ids = new Set(pieces.filter((piece) => piece.lineItemId === itemId).map((piece) => piece.id));
    return new Set(
      operations
        .filter((operation) => ids.has(operation.pieceId) && operation.startedAt !== null)
        .map((operation) => operation.kind),
    );
  };
  for (const item of items) {
    const own = pieces.filter((piece) => piece.lineItemId === item.id);
    if (['NEW', 'PENDING'].includes(item.status)) expect(own).toEqual([]);
    else if (item.status === 'CANCELLED') {
      for (const piece of own) expect(['COMPLETE', 'INCOMPLETE', 'CANCELLED']).toContain(piece.status);
    } else {
      // A piece that another replaces stands for nothing any more: the other does.
      const heads = own.filter((piece) => piece.replacedById === null);
      expect(heads).toHaveLength(item.quantity);
      const live = heads.filter((piece) => piece.status !== 'CANCELLED');
      for (const piece of live) {
        if (!['COMPLETE', 'INCOMPLETE'].includes(piece.status)) expect(piece.priority).toBe(item.priority);
      }
      const begun = kindsBegun(item.id);
      const stage = begun.has('SHIPPING') ? 'SHIPPING' : begun.has('PRINTER') ? 'PRINTING' : 'CONFIRMED';
      const complete = live.length > 0 && live.every((piece) => piece.status === 'COMPLETE');
      expect(item.status).toBe(complete ? 'COMPLETE' : stage);
    }
  }
  for (const order of orders) {
    const own = items.filter((item) => item.orderId === order.id);
    if (own.length === 0) expect(['NEW', 'CANCELLED']).toContain(order.status);
    else expect(order.status).toBe(orderStatus(own));
    const failed = pieces.some((piece) => piece.orderId === order.id && piece.status === 'ERROR');
    expect(order.hasErrors).toBe(failed);
  }
}

function checkRuns({ runs, operations }: Everything): void {
  const byRun = grouped(
    operations.filter((each) => each.runId),
    (operation) => operation.runId ?? '',
  );
  for (const run of runs) {
    const own = byRun.get(run.id) ?? [];
    const working = own.filter((operation) => open.has(operation.status));
    const status = busy.has(run.status) ? 'IN_PROGRESS' : 'QUEUED';
    for (const operation of working) expect(operation.status).toBe(status);
    if (['COMPLETE', 'ERROR', 'CANCELLED'].includes(run.status)) expect(working).toEqual([]);
    expect(run.queueRank !== null).toBe(queued.has(run.status));
    if (queued.has(run.status)) {
      const ready = working.every((operation) =>
        operations
          .filter((each) => each.pieceId === operation.pieceId && each.position < operation.position)
          .every((before) =>
            operations.some(
              (each) =>
                each.pieceId === before.pieceId &&
                each.position === before.position &&
                each.status === 'COMPLETE',
            ),
          ),
      );
      expect(run.status).toBe(ready && working.length > 0 ? 'QUEUED_WORK_READY' : 'QUEUED');
    }
  }
  for (const [, own] of grouped(runs, (run) => run.workstationId)) {
    const room = own[0]?.workstation.inProgressMax ?? 0;
    expect(own.filter((run) => busy.has(run.status)).length).toBeLessThanOrEqual(room);
  }
  for (const operation of operations) {
    if (operation.status === 'QUEUED' || operation.status === 'IN_PROGRESS')
      expect(operation.runId).not.toBeNull();
    if (operation.status === 'CREATED') expect(operation.runId).toBeNull();
  }
}

function checkLog({ events, orders, items, pieces, operations, runs }: Everything): void {
  expect(events.map((event) => Number(event.position))).toEqual(events.map((_, place) => place + 1));
  const rows = new Map(
    [...orders, ...items, ...pieces, ...operations, ...runs].map((row) => [
      row.id,
      row as { version: number; status: string },
    ]),
  );
  for (const [subjectId, own] of grouped(events, (event) => event.subjectId)) {
    let status: unknown = null;
    for (const [place, event] of own.entries()) {
      const before = own[place - 1]?.version ?? 0;
      // An alert changes nothing.
      if (event.kind === 'RunAlert') expect(event.version).toBeGreaterThanOrEqual(before);
      else expect(event.version).toBeGreaterThan(before);
      const change = {
        before: event.before as { status?: string } | null,
        after: event.after as { status?: string },
      };
      // Operations come into being with their piece, without an event.
      if (place > 0 && change.before?.status !== undefined) expect(change.before.status).toBe(status);
      status = change.after?.status ?? status;
    }
    const row = rows.get(subjectId);
    if (row) expect([own.at(-1)?.version, status]).toEqual([row.version, row.status]);
  }
}
