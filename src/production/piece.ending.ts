/** Pieces that will not be finished: scrapped, or replaced by others. */
import type { Operation, Piece } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import { type Blocker, TransitionError } from '../errors.ts';
import { makePieces, type PieceWanted, routingsOf } from './piece.making.ts';
import type { PieceScope } from './piece.scope.ts';
import { type PieceAction, pieceActions, pieceStates } from './piece.state.ts';
import { settleLeft } from './run.leaving.ts';
import { highestPriorities } from './run.priority.ts';
import { settleLineItems } from './settle.ts';

// A refusal names so many pieces; an operator deals with them and sees the next.
const named = 25;

const about = ({ id, serial }: Piece) => ({ noun: 'Piece' as const, uuid: id, label: serial });

/** A piece that left the shop is not given up, whatever of its steps is still open. */
async function shipped({ tx, organizationId }: CommandContext, { pieces }: PieceScope): Promise<Blocker[]> {
  const left = await tx.operation.findMany({
    where: {
      organizationId,
      pieceId: { in: pieces.map((piece) => piece.id) },
      kind: 'SHIPPING',
      status: 'COMPLETE',
    },
    select: { pieceId: true },
  });
  const gone = new Set(left.map(({ pieceId }) => pieceId));
  return pieces
    .filter((piece) => gone.has(piece.id))
    .slice(0, named)
    .map((piece) => ({
      rule: 'piece.notShipped',
      message: `Piece ${piece.serial} is shipped.`,
      subject: about(piece),
    }));
}

/** What stands against scrapping pieces. */
export const scrapping = new GuardedAction<PieceScope>('scrapPieces', { 'piece.notShipped': shipped });

/** What stands against making pieces again. */
export const remanufacturing = new GuardedAction<PieceScope>('remanufacturePieces', {
  'piece.notShipped': shipped,
  'piece.notReplaced': async ({ tx, organizationId }, { pieces }) => {
    const replaced = pieces.filter((piece) => piece.replacedById !== null).slice(0, named);
    if (replaced.length === 0) return [];
    const others = await tx.piece.findMany({
      where: { organizationId, id: { in: replaced.flatMap(({ replacedById }) => replacedById ?? []) } },
      select: { id: true, serial: true },
    });
    const serials = new Map(others.map((other) => [other.id, other.serial]));
    return replaced.map((piece) => ({
      rule: 'piece.notReplaced',
      message: `Piece ${piece.serial} is replaced by ${serials.get(piece.replacedById ?? '') ?? 'another'} already. Remanufacture that one.`,
      subject: about(piece),
    }));
  },
  'lineItem.open': (_context, { pieces, lineItems }) =>
    pieces
      .filter((piece) => lineItems.get(piece.lineItemId)?.status === 'CANCELLED')
      .slice(0, named)
      .map((piece) => ({
        rule: 'lineItem.open',
        message: `The line item of piece ${piece.serial} is cancelled: nothing is made for it any more.`,
        subject: about(piece),
      })),
});

/** Throws TransitionError naming the first piece whose state does not allow the action. */
function requireState(pieces: readonly Piece[], action: PieceAction): void {
  const wrong = pieces.find((piece) => !pieceStates.allows(piece.status, action));
  if (wrong) throw new TransitionError('Piece', wrong.status, action, pieceActions(wrong), wrong.serial);
}

/**
 * Scraps locked pieces, all or none: each becomes INCOMPLETE and leaves its run. The line items are short of them until
 * they are remanufactured. Throws TransitionError and BlockedError.
 */
export async function applyScrap(context: CommandContext, scope: PieceScope, reason: string): Promise<void> {
  requireState(scope.pieces, 'SCRAP_PIECES');
  await scrapping.check(context, scope);
  await end(context, scope.pieces, new Map(), reason);
}

/**
 * Replaces locked pieces, all or none: each becomes INCOMPLETE, if it is not yet, and another of the same line item and
 * workflow waits for its first step. Answers the ids of the others, in the order of the pieces.
 * Throws TransitionError and BlockedError.
 */
export async function applyRemanufacture(
  context: CommandContext,
  scope: PieceScope,
  reason: string,
): Promise<string[]> {
  const { pieces, lineItems } = scope;
  requireState(pieces, 'REMANUFACTURE_PIECES');
  await remanufacturing.check(context, scope);
  const { tx, organizationId } = context;
  const routings = await routingsOf(
    context,
    pieces.map((piece) => piece.workflowId),
  );
  const copies = await tx.piece.groupBy({
    by: ['lineItemId'],
    where: { organizationId, lineItemId: { in: [...lineItems.keys()] } },
    _max: { copy: true },
  });
  const last = new Map(copies.map(({ lineItemId, _max }) => [lineItemId, _max.copy ?? 0]));
  const wanted = pieces.map((piece): PieceWanted => {
    const item = lineItems.get(piece.lineItemId);
    if (!item) throw new Error(`Piece ${piece.id} was locked without its line item.`);
    const copy = (last.get(item.id) ?? 0) + 1;
    last.set(item.id, copy);
    const { type, workflowId } = piece;
    return {
      order: item.order,
      item,
      copy,
      type,
      workflowId,
      routing: routings.get(workflowId) ?? [],
      replaces: piece.id,
    };
  });
  const made = await makePieces(context, wanted);
  await end(
    context,
    pieces,
    new Map(pieces.map((piece, place) => [piece.id, made[place] as string])),
    reason,
  );
  return made;
}

/** Ends pieces for good, with their open operations, and settles what they belonged to. */
async function end(
  context: CommandContext,
  pieces: readonly Piece[],
  replacements: ReadonlyMap<string, string>,
  reason: string,
): Promise<void> {
  await leaveRuns(
    context,
    pieces.map((piece) => piece.id),
    reason,
  );
  await context.tx.$executeRawUnsafe(
    `UPDATE "Piece" p SET status = 'INCOMPLETE', "replacedById" = coalesce(nullif(r.other, '')::uuid, p."replacedById"),
       version = p.version + 1, "updatedAt" = $4::timestamptz
     FROM unnest($2::uuid[], $3::text[]) AS r(piece, other)
     WHERE p."organizationId" = $1::uuid AND p.id = r.piece`,
    context.organizationId,
    pieces.map((piece) => piece.id),
    pieces.map((piece) => replacements.get(piece.id) ?? ''),
    context.now.toISOString(),
  );
  for (const piece of pieces) {
    const after = {
      ...piece,
      status: 'INCOMPLETE' as const,
      replacedById: replacements.get(piece.id) ?? piece.replacedById,
      version: piece.version + 1,
    };
    const kind = piece.status === after.status ? 'PieceChanged' : 'PieceStatusChanged';
    context.record(kind, 'Piece', piece, after, { reason });
  }
  await settleLineItems(context, [...new Set(pieces.map((piece) => piece.lineItemId))]);
}

/**
 * Ends the open operations of these pieces: what is being done has failed and stays in its run, what was still to be
 * done is cancelled.
 */
async function leaveRuns(
  context: CommandContext,
  pieceIds: readonly string[],
  reason: string,
): Promise<void> {
  const { tx, organizationId } = context;
  const open = await tx.operation.findMany({
    where: {
      organizationId,
      pieceId: { in: [...pieceIds] },
      status: { in: ['CREATED', 'QUEUED', 'IN_PROGRESS'] },
    },
    orderBy: { id: 'asc' },
  });
  const runIds = [...new Set(open.flatMap(({ runId }) => runId ?? []))];
  const had = await highestPriorities(context, runIds);
  const failed = { status: 'ERROR' as const, endedAt: context.now, notes: reason };
  const dropped = { status: 'CANCELLED' as const, runId: null, endedAt: context.now };
  const changeOf = ({ status }: Operation) => (status === 'IN_PROGRESS' ? failed : dropped);
  for (const change of [failed, dropped]) {
    const ids = open.filter((operation) => changeOf(operation) === change).map(({ id }) => id);
    if (ids.length === 0) continue;
    await tx.operation.updateMany({
      where: { organizationId, id: { in: ids } },
      data: { ...change, ...context.touched() },
    });
  }
  for (const operation of open) {
    const after = { ...operation, ...changeOf(operation), version: operation.version + 1 };
    context.record('OperationStatusChanged', 'Operation', operation, after, {
      reason,
      related: [operation.runId],
    });
  }
  await settleLeft(context, runIds, had, reason);
}
