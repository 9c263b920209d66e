import type { LineItem, Order, Piece } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import type { LockRequest } from '../commands/locks.ts';
import { StaleScopeError } from '../database/errors.ts';

/** Pieces with all that ending them reads and writes, locked. */
export interface PieceScope {
  /** In the order in which they were named. */
  pieces: Piece[];
  lineItems: ReadonlyMap<string, LineItem & { order: Order }>;
}

/** The runs that hold open operations of these pieces. */
async function runsOf({ tx, organizationId }: CommandContext, pieceIds: readonly string[]) {
  return tx.run.findMany({
    where: {
      organizationId,
      operations: { some: { pieceId: { in: [...pieceIds] }, status: { in: ['QUEUED', 'IN_PROGRESS'] } } },
    },
    select: { id: true, workstationId: true },
  });
}

/**
 * Locks pieces, their orders and line items, and the runs that hold them with their workstations. `also` adds locks of
 * the kinds between and behind. Throws NotFoundError.
 */
export async function lockPieces(
  context: CommandContext,
  pieceIds: readonly string[],
  also: LockRequest = {},
): Promise<PieceScope> {
  const { tx, organizationId } = context;
  const ids = [...new Set(pieceIds)];
  const found = await tx.piece.findMany({
    where: { organizationId, id: { in: ids } },
    select: { orderId: true, lineItemId: true },
  });
  const runs = await runsOf(context, ids);
  await context.lock({
    ...also,
    Workstation: runs.map((run) => run.workstationId),
    Order: found.map((piece) => piece.orderId),
    LineItem: found.map((piece) => piece.lineItemId),
    Run: [...runs.map((run) => run.id), ...(also.Run ?? [])],
    Piece: ids,
  });
  // Somebody may have put a piece into a run between the look and the locks.
  const locked = new Set(runs.map((run) => run.id));
  if ((await runsOf(context, ids)).some((run) => !locked.has(run.id))) throw new StaleScopeError();
  const pieces = await tx.piece.findMany({ where: { organizationId, id: { in: ids } } });
  const items = await tx.lineItem.findMany({
    where: { organizationId, id: { in: [...new Set(pieces.map((piece) => piece.lineItemId))] } },
    include: { order: true },
  });
  const byId = new Map(pieces.map((piece) => [piece.id, piece]));
  return {
    pieces: ids.flatMap((id) => byId.get(id) ?? []),
    lineItems: new Map(items.map((item) => [item.id, item])),
  };
}
