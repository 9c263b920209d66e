import type { Operation, Piece, Run, Workstation } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import type { LockRequest } from '../commands/locks.ts';
import { StaleScopeError } from '../database/errors.ts';
import { NotFoundError } from '../errors.ts';

/** A run with all that its actions read and write, locked. */
export interface RunScope {
  run: Run;
  workstation: Workstation;
  /** The run's operations: the open ones, and the earlier attempts that it keeps as history. */
  operations: Operation[];
  /** Its open operations: QUEUED or IN_PROGRESS. */
  open: Operation[];
  pieces: Map<string, Piece>;
  /** Other runs that hold later steps of these pieces: they become ready, or not. */
  followers: string[];
}

/** Which rows a run's actions touch. Read before the locks, and again under them. */
async function touched(context: CommandContext, runId: string) {
  const { tx, organizationId } = context;
  const operations = await tx.operation.findMany({
    where: { organizationId, runId },
    include: { piece: { select: { id: true, orderId: true, lineItemId: true } } },
  });
  const pieceIds = [...new Set(operations.map((operation) => operation.pieceId))];
  const followers = await tx.run.findMany({
    where: {
      organizationId,
      id: { not: runId },
      status: { in: ['CALCULATED', 'QUEUED', 'QUEUED_WORK_READY'] },
      operations: { some: { pieceId: { in: pieceIds } } },
    },
    select: { id: true },
  });
  return {
    pieces: pieceIds,
    orders: operations.map((operation) => operation.piece.orderId),
    lineItems: operations.map((operation) => operation.piece.lineItemId),
    followers: followers.map((run) => run.id),
  };
}

/**
 * Locks a run, its workstation, the pieces, line items and orders that it touches and the runs that wait for them.
 * `also` adds locks of the kinds between. Throws NotFoundError.
 */
export async function lockRun(
  context: CommandContext,
  runId: string,
  also: LockRequest = {},
): Promise<RunScope> {
  const { tx, organizationId } = context;
  const found = await tx.run.findUnique({ where: context.key(runId), select: { workstationId: true } });
  if (!found) throw new NotFoundError('Run', runId);
  const before = await touched(context, runId);
  await context.lock({
    ...also,
    Workstation: [found.workstationId, ...(also.Workstation ?? [])],
    Order: [...before.orders, ...(also.Order ?? [])],
    LineItem: [...before.lineItems, ...(also.LineItem ?? [])],
    Run: [runId, ...before.followers, ...(also.Run ?? [])],
    Piece: [...before.pieces, ...(also.Piece ?? [])],
  });
  const after = await touched(context, runId);
  const lockedRuns = new Set(before.followers);
  const lockedPieces = new Set(before.pieces);
  if (after.followers.some((id) => !lockedRuns.has(id)) || after.pieces.some((id) => !lockedPieces.has(id))) {
    throw new StaleScopeError();
  }
  const run = await tx.run.findUniqueOrThrow({ where: context.key(runId), include: { workstation: true } });
  const operations = await tx.operation.findMany({
    where: { organizationId, runId },
    orderBy: { id: 'asc' },
  });
  const pieces = await tx.piece.findMany({ where: { organizationId, id: { in: after.pieces } } });
  const { workstation, ...row } = run;
  return {
    run: row,
    workstation,
    operations,
    open: operations.filter(({ status }) => status === 'QUEUED' || status === 'IN_PROGRESS'),
    pieces: new Map(pieces.map((piece) => [piece.id, piece])),
    followers: after.followers,
  };
}

/** The pieces whose step before the given operation is not complete, by the operation's id. */
export async function notReady(
  context: CommandContext,
  operations: readonly Operation[],
): Promise<Map<string, { pieceId: string; position: number }>> {
  const { tx, organizationId } = context;
  const rows = await tx.$queryRawUnsafe<{ id: string; pieceId: string; position: number }[]>(
    `SELECT DISTINCT ON (o.id) o.id::text AS id, o."pieceId"::text AS "pieceId", earlier."position"
     FROM "Operation" o JOIN "Operation" earlier
       ON earlier."organizationId" = o."organizationId" AND earlier."pieceId" = o."pieceId" AND earlier."position" < o."position"
     WHERE o."organizationId" = $1::uuid AND o.id = ANY($2::uuid[])
     GROUP BY o.id, o."pieceId", earlier."position"
     HAVING NOT bool_or(earlier.status = 'COMPLETE')
     ORDER BY o.id, earlier."position"`,
    organizationId,
    operations.map((operation) => operation.id),
  );
  return new Map(rows.map((row) => [row.id, { pieceId: row.pieceId, position: row.position }]));
}
