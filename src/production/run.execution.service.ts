import { z } from 'zod';
import type { Operation, ProcessStep, Run } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import { expectedVersion, idOf, line, text } from '../commands/input.ts';
import {
  BlockedError,
  type Blocker,
  ConflictError,
  InvalidInputError,
  NotFoundError,
  TransitionError,
} from '../errors.ts';
import { startingRun } from './run.guards.ts';
import { settleReadiness, writeRun } from './run.leaving.ts';
import { lockRun, type RunScope } from './run.scope.ts';
import { runStates } from './run.state.ts';
import { settlePieces } from './settle.ts';

/** How the work of a run ended for one piece. */
export const operationOutcomes = { SUCCESS: 'SUCCESS', FAILURE: 'FAILURE' } as const;
export type OperationOutcome = keyof typeof operationOutcomes;

const subjectOf = { runId: idOf('Run').describe('The run.'), expectedVersion: expectedVersion() };

/** Starts a locked run. Throws TransitionError and BlockedError. */
export async function applyStart(context: CommandContext, scope: RunScope): Promise<Run> {
  const status = runStates.next(scope.run.status, 'START_RUN');
  await startingRun.check(context, scope);
  const run = await writeRun(context, scope.run, {
    status,
    queueRank: null,
    error: null,
    startedAt: context.now,
    endedAt: null,
    completionProposedAt: null,
  });
  await setOperations(context, scope.open, { status: 'IN_PROGRESS', startedAt: context.now });
  await settlePieces(context, [...scope.pieces.keys()]);
  return run;
}

export const startRun = command('startRun', {
  description:
    'Begins the work: asks every guard and names all that is in the way (room at the workstation, previous steps, holds …).',
  right: 'work',
  input: subjectOf,
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { runId, expectedVersion: expected }) => {
    const scope = await lockRun(context, runId);
    context.expectVersion('Run', scope.run, expected);
    await applyStart(context, scope);
    return { runId };
  },
});

/** Pauses or resumes a locked run. Throws TransitionError. */
export function applyPause(
  context: CommandContext,
  run: Run,
  action: 'PAUSE_RUN' | 'RESUME_RUN',
  reason: string | null,
): Promise<Run> {
  return writeRun(context, run, { status: runStates.next(run.status, action) }, reason);
}

const pauseInput = { ...subjectOf, reason: line(500).nullish().describe('Why: it stays in the history.') };

export const pauseRun = command('pauseRun', {
  description: 'Interrupts a run that is in progress. It keeps its place at the workstation.',
  right: 'work',
  input: pauseInput,
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: (context, input) => changePause(context, input, 'PAUSE_RUN'),
});

export const resumeRun = command('resumeRun', {
  description: 'Goes on with a paused run.',
  right: 'work',
  input: pauseInput,
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: (context, input) => changePause(context, input, 'RESUME_RUN'),
});

async function changePause(
  context: CommandContext,
  input: { runId: string; expectedVersion?: number | null | undefined; reason?: string | null | undefined },
  action: 'PAUSE_RUN' | 'RESUME_RUN',
): Promise<{ runId: string }> {
  await context.lock({ Run: [input.runId] });
  const run = await context.tx.run.findUniqueOrThrow({ where: context.key(input.runId) });
  context.expectVersion('Run', run, input.expectedVersion);
  await applyPause(context, run, action, input.reason ?? null);
  return { runId: input.runId };
}

const outcome = z.enum(operationOutcomes).meta({ enum: 'OperationOutcome' });

const pieceOutcome = z
  .object({
    pieceId: idOf('Piece').describe('The piece.'),
    outcome: outcome.describe('How the step ended for it.'),
    notes: text(2_000).nullish().describe('What the operator noted; needed where the step demands notes.'),
    trackingId: line()
      .nullish()
      .describe('Tracking number of the shipment; needed where the step demands one.'),
  })
  .meta({ input: 'PieceOutcomeInput', description: 'How the work of a run ended for one piece.' });

/** What an operator says of one operation when the run ends. */
interface Verdict {
  operation: Operation;
  outcome: OperationOutcome;
  notes: string | null;
  trackingId: string | null;
}

/** What stands against completing a run. Instructions, consumption and certificates add guards. */
export const completingRun = new GuardedAction<{ scope: RunScope; verdicts: readonly Verdict[] }>(
  'completeRun',
  {
    'step.reported': async ({ tx, organizationId }, { scope, verdicts }) => {
      const steps = await tx.processStep.findMany({
        where: {
          organizationId,
          id: { in: [...new Set(verdicts.map(({ operation }) => operation.processStepId))] },
        },
      });
      const wanted = new Map(steps.map((step) => [step.id, step]));
      return verdicts
        .flatMap((verdict) => missingReports(verdict, wanted.get(verdict.operation.processStepId), scope))
        .slice(0, 25);
    },
  },
);

function missingReports(verdict: Verdict, step: ProcessStep | undefined, scope: RunScope): Blocker[] {
  const piece = scope.pieces.get(verdict.operation.pieceId);
  if (!step || !piece || verdict.outcome === 'FAILURE') return [];
  const missing = [
    step.notes === 'REQUIRED' && !verdict.notes ? 'notes' : null,
    step.trackingId === 'REQUIRED' && !verdict.trackingId ? 'trackingId' : null,
  ].filter((each) => each !== null);
  return missing.map((what) => ({
    rule: 'step.reported',
    message: `Step ${step.name} of piece ${piece.serial} demands ${what}.`,
    subject: { noun: 'Piece', uuid: piece.id, label: piece.serial },
  }));
}

export const completeRun = command('completeRun', {
  description:
    'Ends the work of a run with an outcome for each of its pieces: those that succeed move to their next step, those that fail wait to be redone.',
  right: 'work',
  input: {
    ...subjectOf,
    outcomes: z.array(pieceOutcome).max(250).default([]).describe('The outcome of each piece, at most 250.'),
    otherwise: outcome
      .nullish()
      .describe('The outcome of every piece that is not listed. Without it every piece must be listed.'),
    notes: text(2_000).nullish().describe('Notes for every piece that has none of its own.'),
    trackingId: line().nullish().describe('Tracking number for every piece that has none of its own.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { runId, expectedVersion: expected, outcomes, otherwise, notes, trackingId }) => {
    const scope = await lockRun(context, runId);
    context.expectVersion('Run', scope.run, expected);
    const status = runStates.next(scope.run.status, 'COMPLETE_RUN');
    const verdicts = judge(scope, outcomes, otherwise ?? null, {
      notes: notes ?? null,
      trackingId: trackingId ?? null,
    });
    await completingRun.check(context, { scope, verdicts });
    await writeRun(context, scope.run, { status, endedAt: context.now, completionProposedAt: null });
    await conclude(context, scope, verdicts);
    return { runId, pieceIds: verdicts.map(({ operation }) => operation.pieceId) };
  },
});

/** One verdict for each open operation. Throws InvalidInputError for pieces unknown, named twice or left out. */
function judge(
  scope: RunScope,
  outcomes: readonly z.output<typeof pieceOutcome>[],
  otherwise: OperationOutcome | null,
  common: { notes: string | null; trackingId: string | null },
): Verdict[] {
  const given = new Map<string, z.output<typeof pieceOutcome>>();
  const issues = outcomes.flatMap((each, place) => {
    const path = ['outcomes', String(place), 'pieceId'];
    if (!scope.open.some((operation) => operation.pieceId === each.pieceId)) {
      return [{ path, message: 'is not a piece that this run works on.' }];
    }
    if (given.has(each.pieceId)) return [{ path, message: 'is named twice.' }];
    given.set(each.pieceId, each);
    return [];
  });
  const without = scope.open.filter((operation) => !given.has(operation.pieceId));
  if (!otherwise && without.length > 0) {
    const serials = without
      .slice(0, 5)
      .map((operation) => scope.pieces.get(operation.pieceId)?.serial ?? '?');
    const rest = without.length > 5 ? ` and ${without.length - 5} more` : '';
    issues.push({
      path: ['outcomes'],
      message: `has no outcome for ${serials.join(', ')}${rest}. List them or give otherwise.`,
    });
  }
  if (issues.length > 0) throw new InvalidInputError(issues);
  return scope.open.map((operation) => {
    const own = given.get(operation.pieceId);
    return {
      operation,
      outcome: own?.outcome ?? (otherwise as OperationOutcome),
      notes: own?.notes ?? common.notes,
      trackingId: own?.trackingId ?? common.trackingId,
    };
  });
}

/** Writes the verdicts, then all that follows: pieces, line items, orders, and the runs that waited for them. */
async function conclude(
  context: CommandContext,
  scope: RunScope,
  verdicts: readonly Verdict[],
): Promise<void> {
  // Operations that end alike are written by one statement.
  const alike = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    const key = JSON.stringify([verdict.outcome, verdict.notes, verdict.trackingId]);
    alike.set(key, [...(alike.get(key) ?? []), verdict]);
  }
  for (const [first, ...rest] of alike.values()) {
    if (!first) continue;
    await setOperations(
      context,
      [first, ...rest].map(({ operation }) => operation),
      {
        status: first.outcome === 'SUCCESS' ? 'COMPLETE' : 'ERROR',
        endedAt: context.now,
        notes: first.notes,
        trackingId: first.trackingId,
      },
    );
  }
  await settlePieces(context, [...scope.pieces.keys()]);
  await settleReadiness(context, scope.followers);
}

async function setOperations(
  context: CommandContext,
  operations: readonly Operation[],
  changes: Partial<Pick<Operation, 'status' | 'startedAt' | 'endedAt' | 'notes' | 'trackingId'>>,
): Promise<void> {
  await context.tx.operation.updateMany({
    where: {
      organizationId: context.organizationId,
      id: { in: operations.map((operation) => operation.id) },
    },
    data: { ...changes, ...context.touched() },
  });
  for (const operation of operations) {
    context.record('OperationStatusChanged', 'Operation', operation, {
      ...operation,
      ...changes,
      version: operation.version + 1,
    });
  }
}

/** Ends a locked run in error. Pieces fail unless they are known to have passed. */
export async function applyFail(
  context: CommandContext,
  scope: RunScope,
  error: string,
  passed: ReadonlySet<string> = new Set(),
): Promise<Run> {
  const status = runStates.next(scope.run.status, 'FAIL_RUN');
  const run = await writeRun(
    context,
    scope.run,
    { status, error, endedAt: context.now, completionProposedAt: null },
    error,
  );
  const verdicts = scope.open.map((operation) => ({
    operation,
    outcome: passed.has(operation.pieceId) ? ('SUCCESS' as const) : ('FAILURE' as const),
    notes: null,
    trackingId: null,
  }));
  await conclude(context, scope, verdicts);
  return run;
}

/** What stands against calling pieces good although their run failed: these are the operations that passed. */
export const failingRun = new GuardedAction<{ scope: RunScope; passed: readonly Operation[] }>('failRun', {});

export const failRun = command('failRun', {
  description:
    'Ends a run in error. Its pieces fail, but for those that are named as passed. The run can be queued again.',
  right: 'work',
  input: {
    ...subjectOf,
    error: line(500).describe('What went wrong.'),
    passedPieceIds: z
      .array(idOf('Piece'))
      .max(250)
      .default([])
      .describe('The pieces that are good all the same, at most 250.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { runId, expectedVersion: expected, error, passedPieceIds }) => {
    const scope = await lockRun(context, runId);
    context.expectVersion('Run', scope.run, expected);
    for (const [place, id] of passedPieceIds.entries()) {
      if (scope.open.some((operation) => operation.pieceId === id)) continue;
      throw InvalidInputError.at(['passedPieceIds', String(place)], 'is not a piece that this run works on.');
    }
    const good = new Set(passedPieceIds);
    runStates.require(scope.run.status, 'FAIL_RUN');
    await failingRun.check(context, { scope, passed: scope.open.filter(({ pieceId }) => good.has(pieceId)) });
    await applyFail(context, scope, error, good);
    return { runId };
  },
});
