import type { Run } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { type HighestPriorities, highestPriorities, inheritedPriority } from './run.priority.ts';
import { notReady } from './run.scope.ts';
import { runStates } from './run.state.ts';

/** Writes a run, with its event: RunStatusChanged where the status changes, RunChanged otherwise. */
export async function writeRun(
  context: CommandContext,
  run: Run,
  changes: Partial<Omit<Run, 'organizationId' | 'id' | 'version' | 'createdAt' | 'updatedAt'>>,
  reason: string | null = null,
): Promise<Run> {
  const after = await context.tx.run.update({
    where: context.key(run.id),
    data: { ...changes, ...context.touched() },
  });
  const kind = after.status === run.status ? 'RunChanged' : 'RunStatusChanged';
  context.record(kind, 'Run', run, after, { reason });
  return after;
}

/**
 * Recomputes whether queued runs are ready: every piece's previous step is complete. Reversible: a step that is
 * tried again takes it back. The runs are locked by the caller.
 */
export async function settleReadiness(context: CommandContext, runIds: readonly string[]): Promise<void> {
  const { tx, organizationId } = context;
  if (runIds.length === 0) return;
  const runs = await tx.run.findMany({
    where: { organizationId, id: { in: [...runIds] }, status: { in: ['QUEUED', 'QUEUED_WORK_READY'] } },
    include: { operations: { where: { status: 'QUEUED' } } },
  });
  const waiting = await notReady(
    context,
    runs.flatMap((run) => run.operations),
  );
  for (const { operations, ...run } of runs) {
    const ready = operations.length > 0 && operations.every((operation) => !waiting.has(operation.id));
    const status = ready ? 'QUEUED_WORK_READY' : 'QUEUED';
    if (status !== run.status) await writeRun(context, run, { status });
  }
}

/**
 * What follows for runs when operations have left them. A run that has not begun and is left without any is cancelled;
 * the others may have become ready, and have the priority of what they keep. The runs are locked by the
 * caller; `had` are their highest priorities from before.
 */
export async function settleLeft(
  context: CommandContext,
  runIds: readonly string[],
  had: HighestPriorities,
  reason: string,
): Promise<void> {
  const { tx, organizationId } = context;
  if (runIds.length === 0) return;
  const has = await highestPriorities(context, runIds);
  const runs = await tx.run.findMany({
    where: { organizationId, id: { in: [...runIds] } },
    include: { operations: { where: { status: { in: ['QUEUED', 'IN_PROGRESS'] } }, take: 1 } },
  });
  for (const { operations: left, ...run } of runs) {
    // A run that keeps other pieces has changed all the same: who shows it must hear of it.
    if (left.length > 0) await writeRun(context, run, inheritedPriority(run, had, has), reason);
    else if (runStates.allows(run.status, 'CANCEL_RUN'))
      await writeRun(context, run, { status: 'CANCELLED', queueRank: null, endedAt: context.now }, reason);
    // One that has begun is a person's to end.
    else await writeRun(context, run, {}, reason);
  }
  await settleReadiness(context, runIds);
}
