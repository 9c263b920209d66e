import type { LineItem, PieceStatus } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { writeRun } from '../production/run.leaving.ts';
import { highestPriorities, inheritedPriority } from '../production/run.priority.ts';
import { openRun } from '../production/run.state.ts';

/**
 * Gives the pieces of a line item its priority, but for those that are done, and with them the open runs that hold
 * them. The line item and its order are locked: nobody else moves these pieces into a run or out of one.
 */
export async function passOnPriority(context: CommandContext, item: LineItem): Promise<void> {
  const { tx, organizationId } = context;
  const live = {
    organizationId,
    lineItemId: item.id,
    status: { notIn: ['COMPLETE', 'INCOMPLETE', 'CANCELLED'] as PieceStatus[] },
    priority: { not: item.priority },
  };
  const pieceIds = (await tx.piece.findMany({ where: live, select: { id: true } })).map(({ id }) => id);
  const ofItem = { some: { piece: { lineItemId: item.id } } };
  const runIds = (
    await tx.run.findMany({
      where: { organizationId, status: { in: openRun }, operations: ofItem },
      select: { id: true },
    })
  ).map(({ id }) => id);
  await context.lock({ Run: runIds, Piece: pieceIds });
  const had = await highestPriorities(context, runIds);
  const pieces = await tx.piece.findMany({ where: live, orderBy: { id: 'asc' } });
  await tx.piece.updateMany({ where: live, data: { priority: item.priority, ...context.touched() } });
  for (const piece of pieces) {
    const after = { ...piece, priority: item.priority, version: piece.version + 1 };
    context.record('PieceChanged', 'Piece', piece, after);
  }
  const has = await highestPriorities(context, runIds);
  const runs = await tx.run.findMany({
    where: { organizationId, id: { in: runIds } },
    orderBy: { id: 'asc' },
  });
  for (const run of runs) {
    const change = inheritedPriority(run, had, has);
    if (change.priority !== undefined && change.priority !== run.priority)
      await writeRun(context, run, change);
  }
}
