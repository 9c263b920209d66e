import { Decimal } from 'decimal.js';
import type { Operation, Run } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf, line } from '../commands/input.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { newAttempts, release } from './operation.changes.ts';
import { settleReadiness, writeRun } from './run.leaving.ts';
import { lockRun } from './run.scope.ts';
import { runStates } from './run.state.ts';
import { settlePieces } from './settle.ts';

export const queueRun = command('queueRun', {
  description:
    'Puts a run at the end of the queue of its workstation; a run in error is queued to be tried again, with a new attempt of every operation that failed. It becomes QUEUED_WORK_READY by itself when every piece has completed its previous step.',
  right: 'work',
  input: { runId: idOf('Run').describe('The run.'), expectedVersion: expectedVersion() },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { runId, expectedVersion: expected }) => {
    const scope = await lockRun(context, runId);
    const { run } = scope;
    context.expectVersion('Run', run, expected);
    const status = runStates.next(run.status, 'QUEUE_RUN');
    const retried = run.status === 'ERROR' ? await retryFailed(context, run) : [];
    if (scope.open.length + retried.length === 0) {
      throw new BlockedError([
        {
          rule: 'run.hasPieces',
          message: `Run ${run.number} has no piece to work on. Add pieces first.`,
          subject: { noun: 'Run', uuid: run.id, label: run.number },
        },
      ]);
    }
    const last = await context.tx.run.aggregate({
      where: {
        organizationId: context.organizationId,
        workstationId: run.workstationId,
        queueRank: { not: null },
      },
      _max: { queueRank: true },
    });
    const queueRank = new Decimal(last._max.queueRank?.toFixed() ?? 0).plus(1);
    await writeRun(context, run, {
      status,
      queueRank,
      error: null,
      endedAt: null,
      completionProposedAt: null,
    });
    await settlePieces(
      context,
      retried.map((operation) => operation.pieceId),
    );
    await settleReadiness(context, [runId]);
    return { runId };
  },
});

/**
 * A new attempt, in the same run, of every operation that failed in it and was not tried elsewhere since, but for
 * those of pieces that were cancelled or given up.
 */
async function retryFailed(context: CommandContext, run: Run): Promise<Operation[]> {
  const { tx, organizationId } = context;
  const failed = await tx.operation.findMany({
    where: {
      organizationId,
      runId: run.id,
      status: 'ERROR',
      piece: { status: { notIn: ['CANCELLED', 'INCOMPLETE'] } },
    },
  });
  const later = await tx.operation.findMany({
    where: { organizationId, pieceId: { in: failed.map((operation) => operation.pieceId) } },
    select: { pieceId: true, position: true, attempt: true },
  });
  const isLatest = (operation: Operation) =>
    !later.some(
      (each) =>
        each.pieceId === operation.pieceId &&
        each.position === operation.position &&
        each.attempt > operation.attempt,
    );
  return newAttempts(context, failed.filter(isLatest), run.id);
}

export const moveRun = command('moveRun', {
  description:
    'Moves a queued run within the queue of its workstation: behind another queued run, or to the front.',
  right: 'work',
  input: {
    runId: idOf('Run').describe('The run.'),
    expectedVersion: expectedVersion(),
    afterRunId: idOf('Run')
      .nullish()
      .describe('The queued run of the same workstation behind which it goes; the front unless given.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { runId, expectedVersion: expected, afterRunId }) => {
    const { tx, organizationId } = context;
    const found = await tx.run.findUnique({ where: context.key(runId), select: { workstationId: true } });
    if (!found) throw new NotFoundError('Run', runId);
    await context.lock({ Workstation: [found.workstationId], Run: [runId] });
    const run = await tx.run.findUniqueOrThrow({ where: context.key(runId) });
    context.expectVersion('Run', run, expected);
    runStates.require(run.status, 'MOVE_RUN');
    const queue = await tx.run.findMany({
      where: {
        organizationId,
        workstationId: run.workstationId,
        queueRank: { not: null },
        id: { not: runId },
      },
      orderBy: [{ queueRank: 'asc' }, { id: 'asc' }],
      select: { id: true, queueRank: true },
    });
    const place = afterRunId ? queue.findIndex((each) => each.id === afterRunId) + 1 : 0;
    if (afterRunId && place === 0)
      throw InvalidInputError.at('afterRunId', 'is not queued at the same workstation.');
    const rankAt = (at: number) => (queue[at]?.queueRank ? new Decimal(queue[at].queueRank.toFixed()) : null);
    const [before, behind] = [rankAt(place - 1), rankAt(place)];
    const rank = between(before, behind);
    const full = (before && rank.lte(before)) || (behind && rank.gte(behind));
    if (full) await spreadQueue(context, run);
    await writeRun(context, run, { queueRank: full ? new Decimal(place).plus(0.5) : rank });
    return { runId };
  },
});

/**
 * Ranks the other runs of a queue 1, 2, 3 … in the order that they have. No order changes, so no version does; the
 * workstation, which is locked, keeps everybody else away from its ranks.
 */
async function spreadQueue(context: CommandContext, moved: Run): Promise<void> {
  await context.tx.$executeRawUnsafe(
    `UPDATE "Run" r SET "queueRank" = q.place FROM (
       SELECT id, row_number() OVER (ORDER BY "queueRank", id) AS place FROM "Run"
       WHERE "organizationId" = $1::uuid AND "workstationId" = $2::uuid AND "queueRank" IS NOT NULL AND id <> $3::uuid
     ) q WHERE r."organizationId" = $1::uuid AND r.id = q.id`,
    context.organizationId,
    moved.workstationId,
    moved.id,
  );
}

/**
 * A rank between two others; one of them where none is left: twelve places after the point let a queue be rearranged
 * about forty times in one gap.
 */
function between(before: Decimal | null, behind: Decimal | null): Decimal {
  if (!before) return behind ? behind.minus(1) : new Decimal(1);
  return behind ? before.plus(behind).div(2).toDecimalPlaces(12) : before.plus(1);
}

export const cancelRun = command('cancelRun', {
  description: 'Cancels a run that has not begun. Its pieces wait for another run.',
  right: 'work',
  input: {
    runId: idOf('Run').describe('The run.'),
    expectedVersion: expectedVersion(),
    reason: line(500).nullish().describe('Why: it stays in the history.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { runId, expectedVersion: expected, reason }) => {
    const scope = await lockRun(context, runId);
    context.expectVersion('Run', scope.run, expected);
    const status = runStates.next(scope.run.status, 'CANCEL_RUN');
    await writeRun(context, scope.run, { status, queueRank: null, endedAt: context.now }, reason ?? null);
    await release(context, scope.open);
    return { runId };
  },
});
