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
import { release } from './operation.changes.ts';
import { planningRun } from './run.guards.ts';
import { settleReadiness, writeRun } from './run.leaving.ts';
import { highestPriorities, inheritedPriority } from './run.priority.ts';
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
    runStates.require(run.status, 'ADD_RUN_PIECES');
    const workstation = await tx.workstation.findUniqueOrThrow({ where: context.key(run.workstationId) });
    const { candidates } = await plan(context, run, workstation, ids);
    const had = await highestPriorities(context, [runId]);
    await place(context, run, candidates);
    await writeRun(context, run, inheritedPriority(run, had, await highestPriorities(context, [runId])));
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
    runStates.require(scope.run.status, 'REMOVE_RUN_PIECES');
    const leaving = pieceIds.map((id, place) => {
      const operation = scope.open.find((each) => each.pieceId === id);
      if (!operation) throw InvalidInputError.at(['pieceIds', String(place)], 'is not a piece of this run.');
      return operation;
    });
    const had = await highestPriorities(context, [runId]);
    // A piece that is named twice leaves once.
    await release(context, [...new Set(leaving)]);
    const has = await highestPriorities(context, [runId]);
    await writeRun(context, scope.run, inheritedPriority(scope.run, had, has));
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
    priority: priority()
      .optional()
      .describe('0 to 100; higher runs sooner. One that differs from its pieces’ stays when theirs change.'),
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
    runStates.require(run.status, 'UPDATE_RUN');
    await writeRun(
      context,
      run,
      defined({ name, customerReference, batchingStrategy, notes, priority, piecesLocked }),
    );
    return { runId };
  },
});

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
  await requireLineItems(context, lineItemIds);
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

/** Line items never go away: they need no lock to be there. Throws InvalidInputError naming those that are not. */
async function requireLineItems(context: CommandContext, lineItemIds: readonly string[]): Promise<void> {
  if (lineItemIds.length === 0) return;
  const { tx, organizationId } = context;
  const found = await tx.lineItem.findMany({
    where: { organizationId, id: { in: [...lineItemIds] } },
    select: { id: true },
  });
  const present = new Set(found.map(({ id }) => id));
  const issues = lineItemIds.flatMap((id, place) =>
    present.has(id)
      ? []
      : [{ path: ['lineItemIds', String(place)], message: 'names no LineItem that is visible to you.' }],
  );
  if (issues.length > 0) throw new InvalidInputError(issues);
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
