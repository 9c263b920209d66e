import { Decimal } from 'decimal.js';
import { z } from 'zod';
import {
  BatchingStrategy,
  type Operation,
  type Piece,
  type Run,
  type Workstation,
} from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { defined, expectedVersion, idOf, line, oneOf, priority, text } from '../commands/input.ts';
import { StaleScopeError } from '../database/errors.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { planningRun } from './run.guards.ts';
import { settleReadiness, writeRun } from './run.leaving.ts';
import { lockRun } from './run.scope.ts';
import { runStates } from './run.state.ts';
import { settlePieces } from './settle.ts';

/** The most pieces that one run may hold. */
export const largestRun = 2_000;

const particulars = {
  name: line().nullish().describe('How people call the run.'),
  customerReference: line().nullish().describe("The customer's own number for the run."),
  batchingStrategy: oneOf('BatchingStrategy', BatchingStrategy)
    .nullish()
    .describe('By which rule its pieces were put together.'),
  notes: text().nullish().describe('Notes for the operator.'),
};

const whichPieces = {
  pieceIds: z.array(idOf('Piece')).max(250).default([]).describe('These pieces, at most 250.'),
  lineItemIds: z
    .array(idOf('LineItem'))
    .max(50)
    .default([])
    .describe(
      'Every piece of these line items that waits for this type of workstation, at most 50 line items.',
    ),
};

/** `R-000042`. A machine's build of that name links itself to the run. */
export const runNumber = (value: bigint): string => `R-${value.toString().padStart(6, '0')}`;

export const createRun = command('createRun', {
  description:
    'Plans a run: pieces that one workstation works on together. Of each piece it takes the next open step that wants this type of workstation; the steps before it may still be open.',
  right: 'work',
  input: {
    workstationId: idOf('Workstation').describe('Where it is worked on.'),
    ...whichPieces,
    ...particulars,
    priority: priority()
      .nullish()
      .describe("0 to 100; higher runs sooner. The highest of its pieces' unless given."),
  },
  refusals: [NotFoundError, BlockedError],
  numbers: () => ({ run: 1 }),
  run: async (
    context,
    {
      workstationId,
      pieceIds,
      lineItemIds,
      priority: given,
      name,
      customerReference,
      batchingStrategy,
      notes,
    },
  ) => {
    const { tx } = context;
    const ids = await piecesAsked(context, workstationId, pieceIds, lineItemIds);
    await lockForPlanning(context, workstationId, ids, null);
    const workstation = await tx.workstation.findUniqueOrThrow({
      where: context.key(workstationId),
      include: { workstationType: { select: { kind: true } } },
    });
    const { candidates, pieces } = await plan(context, null, workstation, ids);
    const run = await tx.run.create({
      data: {
        ...context.fresh(),
        ...defined({ name, customerReference, batchingStrategy, notes }),
        number: runNumber(context.number('run')),
        workstationId,
        kind: workstation.workstationType.kind,
        priority: given ?? Math.max(...pieces.map((piece) => piece.priority)),
      },
    });
    context.record('RunCreated', 'Run', null, run, { related: orderIds(pieces) });
    await place(context, run, candidates);
    return { runId: run.id };
  },
});

const orderIds = (pieces: readonly Piece[]) => [...new Set(pieces.map((piece) => piece.orderId))];

export const addRunPieces = command('addRunPieces', {
  description: 'Adds pieces to a run that has not begun and whose pieces are not locked.',
  right: 'work',
  input: { runId: idOf('Run').describe('The run.'), expectedVersion: expectedVersion(), ...whichPieces },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { runId, expectedVersion: expected, pieceIds, lineItemIds }) => {
    const { tx } = context;
    const found = await tx.run.findUnique({ where: context.key(runId), select: { workstationId: true } });
    if (!found) throw new NotFoundError('Run', runId);
    const ids = await piecesAsked(context, found.workstationId, pieceIds, lineItemIds);
    await lockForPlanning(context, found.workstationId, ids, runId);
    const run = await tx.run.findUniqueOrThrow({ where: context.key(runId) });
    context.expectVersion('Run', run, expected);
    runStates.require(run.status, 'addPieces');
    const workstation = await tx.workstation.findUniqueOrThrow({ where: context.key(run.workstationId) });
    const { candidates } = await plan(context, run, workstation, ids);
    await place(context, run, candidates);
    await writeRun(context, run, {});
    await settleReadiness(context, [runId]);
    return { runId };
  },
});

export const removeRunPieces = command('removeRunPieces', {
  description: 'Takes pieces out of a run that has not begun. They wait for another run.',
  right: 'work',
  input: {
    runId: idOf('Run').describe('The run.'),
    expectedVersion: expectedVersion(),
    pieceIds: z.array(idOf('Piece')).min(1).max(250).describe('The pieces, 1 to 250.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { runId, expectedVersion: expected, pieceIds }) => {
    const scope = await lockRun(context, runId);
    context.expectVersion('Run', scope.run, expected);
    runStates.require(scope.run.status, 'removePieces');
    const leaving = pieceIds.map((id, place) => {
      const operation = scope.open.find((each) => each.pieceId === id);
      if (!operation) throw InvalidInputError.at(['pieceIds', String(place)], 'is not a piece of this run.');
      return operation;
    });
    await release(context, leaving);
    await writeRun(context, scope.run, {});
    await settleReadiness(context, [runId]);
    return { runId };
  },
});

export const updateRun = command('updateRun', {
  description: 'Changes what a run says, or locks its pieces so that none can be added.',
  right: 'work',
  input: {
    runId: idOf('Run').describe('The run.'),
    expectedVersion: expectedVersion(),
    ...particulars,
    priority: priority().optional().describe('0 to 100; higher runs sooner.'),
    piecesLocked: z.boolean().optional().describe('True: no pieces can be added.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (
    context,
    {
      runId,
      expectedVersion: expected,
      name,
      customerReference,
      batchingStrategy,
      notes,
      priority,
      piecesLocked,
    },
  ) => {
    await context.lock({ Run: [runId] });
    const run = await context.tx.run.findUniqueOrThrow({ where: context.key(runId) });
    context.expectVersion('Run', run, expected);
    runStates.require(run.status, 'update');
    await writeRun(
      context,
      run,
      defined({ name, customerReference, batchingStrategy, notes, priority, piecesLocked }),
    );
    return { runId };
  },
});

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
    const status = runStates.next(run.status, 'queue');
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

/** A new attempt, in the same run, of every operation that failed in it and was not tried elsewhere since. */
async function retryFailed(context: CommandContext, run: Run): Promise<Operation[]> {
  const { tx, organizationId } = context;
  const failed = await tx.operation.findMany({ where: { organizationId, runId: run.id, status: 'ERROR' } });
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

/** Inserts the next attempt of each operation. The earlier ones stay as they are. */
export async function newAttempts(
  context: CommandContext,
  operations: readonly Operation[],
  runId: string | null,
): Promise<Operation[]> {
  if (operations.length === 0) return [];
  const rows = await context.tx.operation.createManyAndReturn({
    data: operations.map(({ pieceId, processStepId, position, attempt, kind }) => ({
      ...context.fresh(),
      pieceId,
      processStepId,
      position,
      kind,
      attempt: attempt + 1,
      runId,
      status: runId ? ('QUEUED' as const) : ('CREATED' as const),
    })),
  });
  for (const row of rows) context.record('OperationStatusChanged', 'Operation', null, row);
  return rows;
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
    runStates.require(run.status, 'move');
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
    const queueRank = between(before, behind);
    await writeRun(context, run, { queueRank });
    return { runId };
  },
});

/** A rank between two others. Twelve places after the point let a queue be rearranged about forty times in one gap. */
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
    const status = runStates.next(scope.run.status, 'cancel');
    await writeRun(context, scope.run, { status, queueRank: null, endedAt: context.now }, reason ?? null);
    await release(context, scope.open);
    return { runId };
  },
});

/** Operations leave their run and wait again. */
async function release(context: CommandContext, operations: readonly Operation[]): Promise<void> {
  await context.tx.operation.updateMany({
    where: {
      organizationId: context.organizationId,
      id: { in: operations.map((operation) => operation.id) },
    },
    data: { status: 'CREATED', runId: null, ...context.touched() },
  });
  for (const operation of operations) {
    const after = { ...operation, status: 'CREATED' as const, runId: null, version: operation.version + 1 };
    context.record('OperationStatusChanged', 'Operation', operation, after, { related: [operation.runId] });
  }
  await settlePieces(
    context,
    operations.map((operation) => operation.pieceId),
  );
}

/** The pieces that the input names, or that wait in the line items it names. */
async function piecesAsked(
  context: CommandContext,
  workstationId: string,
  pieceIds: readonly string[],
  lineItemIds: readonly string[],
): Promise<string[]> {
  const { tx, organizationId } = context;
  const workstation = await tx.workstation.findUnique({ where: context.key(workstationId) });
  if (!workstation) throw new NotFoundError('Workstation', workstationId);
  const waiting =
    lineItemIds.length === 0
      ? []
      : await tx.operation.findMany({
          where: {
            organizationId,
            status: 'CREATED',
            piece: {
              lineItemId: { in: [...lineItemIds] },
              status: { in: ['CONFIRMED', 'QUEUED', 'IN_PROGRESS'] },
            },
            processStep: { workstationTypeId: workstation.workstationTypeId },
          },
          select: { pieceId: true },
        });
  const ids = [...new Set([...pieceIds, ...waiting.map((operation) => operation.pieceId)])];
  if (ids.length === 0) {
    const path = lineItemIds.length > 0 ? 'lineItemIds' : 'pieceIds';
    throw InvalidInputError.at(path, 'name at least one piece that waits for this type of workstation.');
  }
  if (ids.length > largestRun)
    throw InvalidInputError.at('lineItemIds', `are ${ids.length} pieces; a run holds at most ${largestRun}.`);
  return ids;
}

async function lockForPlanning(
  context: CommandContext,
  workstationId: string,
  pieceIds: readonly string[],
  runId: string | null,
): Promise<void> {
  const { tx, organizationId } = context;
  const pieces = await tx.piece.findMany({
    where: { organizationId, id: { in: [...pieceIds] } },
    select: { orderId: true, lineItemId: true },
  });
  await context.lock({
    Workstation: [workstationId],
    Order: pieces.map((piece) => piece.orderId),
    LineItem: pieces.map((piece) => piece.lineItemId),
    Run: runId ? [runId] : [],
    Piece: pieceIds,
  });
}

/** The operations that the workstation would do on these pieces. Throws BlockedError with all that is in the way. */
async function plan(
  context: CommandContext,
  run: Run | null,
  workstation: Workstation,
  pieceIds: readonly string[],
): Promise<{ pieces: Piece[]; candidates: Operation[] }> {
  const { tx, organizationId } = context;
  const pieces = await tx.piece.findMany({ where: { organizationId, id: { in: [...pieceIds] } } });
  const operations = await tx.operation.findMany({
    where: {
      organizationId,
      pieceId: { in: [...pieceIds] },
      status: { in: ['CREATED', 'QUEUED', 'IN_PROGRESS'] },
      processStep: { workstationTypeId: workstation.workstationTypeId },
    },
    include: { run: { select: { number: true } } },
    orderBy: { position: 'asc' },
  });
  const candidates = new Map<string, Operation>();
  const taken = new Map<string, (typeof operations)[number]>();
  for (const operation of operations) {
    const into = operation.status === 'CREATED' ? candidates : taken;
    if (!into.has(operation.pieceId)) into.set(operation.pieceId, operation);
  }
  await planningRun.check(context, { run, workstation, pieces, candidates, taken });
  const held = run
    ? await tx.operation.count({ where: { organizationId, runId: run.id, status: 'QUEUED' } })
    : 0;
  if (held + candidates.size > largestRun) {
    throw InvalidInputError.at(
      'pieceIds',
      `make ${held + candidates.size} pieces; a run holds at most ${largestRun}.`,
    );
  }
  // A piece that was asked for and is in this run already stays where it is.
  return { pieces, candidates: [...candidates.values()] };
}

/** Operations go into the run; their pieces are queued. */
async function place(context: CommandContext, run: Run, operations: readonly Operation[]): Promise<void> {
  const { tx, organizationId } = context;
  const { count } = await tx.operation.updateMany({
    where: { organizationId, id: { in: operations.map((operation) => operation.id) }, status: 'CREATED' },
    data: { status: 'QUEUED', runId: run.id, ...context.touched() },
  });
  if (count !== operations.length) throw new StaleScopeError();
  for (const operation of operations) {
    const { run: _, ...row } = operation as Operation & { run?: unknown };
    const after = { ...row, status: 'QUEUED' as const, runId: run.id, version: row.version + 1 };
    context.record('OperationStatusChanged', 'Operation', row, after);
  }
  await settlePieces(
    context,
    operations.map((operation) => operation.pieceId),
  );
}
