import { z } from 'zod';
import {
  type Anomaly,
  AnomalyDecision,
  type AnomalyStatus,
  type Prisma,
} from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { defined, expectedVersion, idOf, line, oneOf, text, whole } from '../commands/input.ts';
import { observedAt } from '../commands/observed.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { stateTable } from '../commands/states.ts';
import { StaleScopeError } from '../database/errors.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { encodeId } from '../ids.ts';
import { applyRemanufacture, applyScrap } from '../production/piece.ending.ts';
import { lockPieces, type PieceScope } from '../production/piece.scope.ts';
import { mostPieces } from '../production/piece.service.ts';
import { isAlive } from '../production/piece.state.ts';
import { findMembers } from './anomaly.input.ts';
import { storeAnomalies } from './anomaly.reporting.ts';

/** What a person may do with an anomaly. */
export const anomalyStates = stateTable<AnomalyStatus, 'DECIDE_ANOMALY'>('Anomaly', {
  DECIDE_ANOMALY: { from: ['UNADDRESSED'], to: 'ADDRESSED' },
});

const reportMembers = {
  source: line(100).describe('The analyser that found it.'),
  analysisId: idOf('Analysis')
    .nullish()
    .describe(
      'The analysis that it belongs to; its run, build and machine follow from it unless a build is given.',
    ),
  buildId: idOf('Build')
    .nullish()
    .describe('The build that it was found in; its run and machine follow from it.'),
  runId: idOf('Run').nullish().describe('The run, where neither build nor analysis says it.'),
  machineId: idOf('Machine').nullish().describe('The machine, where neither build nor analysis says it.'),
  layer: whole(0, 10_000_000).nullish().describe('The layer that it was found in.'),
  ...findMembers,
};

export const reportAnomaly = command('reportAnomaly', {
  description:
    'Says what an analyser found in a build. Safe to repeat: the same source and externalId are the same anomaly. By the layout of its run it is known which pieces it may harm; a defect proposes a hold on each of them.',
  right: 'report',
  input: reportMembers,
  refusals: [],
  run: async (context, { clientMutationId: _, observedAt: at, boundary, ...input }: ReportAnomalyInput) => {
    const { tx, organizationId } = context;
    const { source, externalId } = input;
    const found = await whereFound(context, input);
    const [anomaly] = await storeAnomalies(context, [
      {
        ...context.fresh(),
        ...defined(input),
        ...found,
        observedAt: observedAt(at, context.now),
        ...(boundary ? { boundary: boundary as Prisma.InputJsonArray } : {}),
      },
    ]);
    if (anomaly) return { anomalyId: anomaly.id, created: true };
    const known = await tx.anomaly.findUniqueOrThrow({
      where: { organizationId_source_externalId: { organizationId, source, externalId: externalId ?? '' } },
    });
    return { anomalyId: known.id, created: false };
  },
});

type ReportAnomalyInput = z.output<z.ZodObject<typeof reportMembers>> & {
  clientMutationId?: string | null | undefined;
};

interface Where {
  buildId: string | null;
  runId: string | null;
  machineId: string | null;
}

/** The build, run and machine of a find, held until the commit: the layout of the run stays as it is. */
async function whereFound(
  context: CommandContext,
  input: { [name in keyof Where | 'analysisId']?: string | null | undefined },
): Promise<Where> {
  const { analysisId, buildId } = input;
  const named = (rows: readonly object[], id: string | null | undefined) =>
    rows.find((row) => (row as { id: string }).id === id) as Where | undefined;
  const rows = await requireReferences(context, [
    ...reference('Build', buildId, 'buildId'),
    ...reference('Analysis', analysisId, 'analysisId'),
  ]);
  const [build, analysis] = [named(rows, buildId), named(rows, analysisId)];
  const machineId = build?.machineId ?? analysis?.machineId ?? null;
  const found = {
    buildId: buildId ?? analysis?.buildId ?? null,
    runId: build?.runId ?? analysis?.runId ?? input.runId ?? null,
    machineId: machineId ?? input.machineId ?? null,
  };
  await requireReferences(context, [
    ...reference('Run', found.runId, 'runId'),
    ...(machineId ? [] : reference('Machine', found.machineId, 'machineId')),
  ]);
  return found;
}

export const decideAnomaly = command('decideAnomaly', {
  description:
    'Decides what is done about an anomaly, and does it: SCRAP and REMANUFACTURE do to its pieces what the mutations of those names do, all of them or none. It is then addressed.',
  right: 'work',
  input: {
    anomalyId: idOf('Anomaly').describe('The anomaly.'),
    expectedVersion: expectedVersion(),
    decision: oneOf('AnomalyDecision', AnomalyDecision).describe('What is done about it.'),
    note: text(2_000).nullish().describe('Why.'),
    pieceIds: z
      .array(idOf('Piece'))
      .min(1, 'must name at least one')
      .max(mostPieces, `must name at most ${mostPieces}`)
      .nullish()
      .describe(
        `The pieces that are scrapped or remanufactured, at most ${mostPieces}; unless given, those that it may harm and that are not complete, given up or cancelled.`,
      ),
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { anomalyId, expectedVersion: expected, decision, note, pieceIds }) => {
    const scope = await lockDecision(context, anomalyId, decision, pieceIds ?? null);
    const before = await context.tx.anomaly.findUniqueOrThrow({ where: context.key(anomalyId) });
    context.expectVersion('Anomaly', before, expected);
    const status = anomalyStates.next(before.status, 'DECIDE_ANOMALY');
    const { replacementIds, decided } = await carryOut(context, before, decision, note ?? null, scope);
    const after = await context.tx.anomaly.update({
      where: context.key(anomalyId),
      data: { status, decision, decisionNote: note ?? null, ...context.touched() },
    });
    context.record('AnomalyAddressed', 'Anomaly', before, after, {
      reason: note ?? null,
      related: [...decided, ...replacementIds],
    });
    const driven = decision === 'IGNORE' ? [] : decided;
    return { anomalyId, pieceIds: driven, replacementIds };
  },
});

/** What the anomaly is decided about, locked. */
interface Decided extends PieceScope {
  /** Whether the client named the pieces. */
  named: boolean;
}

/** The pieces that an anomaly may harm, and of which something can still become. */
async function harmedAlive({ tx, organizationId }: CommandContext, anomalyId: string): Promise<string[]> {
  const rows = await tx.anomalyPiece.findMany({
    where: { organizationId, anomalyId },
    orderBy: { pieceId: 'asc' },
    select: { piece: { select: { id: true, status: true } } },
  });
  return rows.flatMap(({ piece }) => (isAlive(piece) ? [piece.id] : []));
}

/**
 * Locks an anomaly with its run, so that the layout stays as it is, and the pieces that a decision is about.
 *
 * @throws NotFoundError for the anomaly, InvalidInputError for pieces that are not there
 */
async function lockDecision(
  context: CommandContext,
  anomalyId: string,
  decision: AnomalyDecision,
  named: readonly string[] | null,
): Promise<Decided> {
  const found = await context.tx.anomaly.findUnique({
    where: context.key(anomalyId),
    select: { runId: true },
  });
  if (!found) throw new NotFoundError('Anomaly', anomalyId);
  if (decision === 'IGNORE' && named)
    throw InvalidInputError.at(
      'pieceIds',
      'goes with SCRAP and REMANUFACTURE: nothing is done to pieces here.',
    );
  const ids = decision === 'IGNORE' ? [] : (named ?? (await harmedAlive(context, anomalyId)));
  try {
    const scope = await lockPieces(context, ids, {
      Run: found.runId ? [found.runId] : [],
      Anomaly: [anomalyId],
    });
    if (decision !== 'IGNORE' && !named) {
      const locked = new Set(ids);
      const now = await harmedAlive(context, anomalyId);
      if (now.length !== locked.size || now.some((id) => !locked.has(id))) throw new StaleScopeError();
    }
    return { ...scope, named: named !== null };
  } catch (error) {
    const missing = (named ?? []).flatMap((id, place) =>
      error instanceof NotFoundError && error.id === encodeId('Piece', id) ? [place] : [],
    );
    if (missing.length === 0) throw error;
    throw new InvalidInputError(
      missing.map((place) => ({
        path: ['pieceIds', String(place)],
        message: 'names no Piece that is visible to you.',
      })),
    );
  }
}

/** Does to the pieces what was decided, and notes it of each. Answers the pieces that it was decided about. */
async function carryOut(
  context: CommandContext,
  anomaly: Anomaly,
  decision: AnomalyDecision,
  note: string | null,
  scope: Decided,
): Promise<{ decided: string[]; replacementIds: string[] }> {
  const { tx, organizationId } = context;
  const ofAnomaly = { organizationId, anomalyId: anomaly.id };
  if (decision === 'IGNORE') {
    const rows = await tx.anomalyPiece.updateManyAndReturn({
      where: ofAnomaly,
      data: { decision },
      select: { pieceId: true },
    });
    return { decided: rows.map(({ pieceId }) => pieceId), replacementIds: [] };
  }
  const decided = scope.pieces.map(({ id }) => id);
  if (decided.length === 0)
    throw InvalidInputError.at(
      'pieceIds',
      'is needed: no piece is known that it may harm and of which something can still become. Name the pieces, or decide IGNORE.',
    );
  if (decided.length > mostPieces)
    throw InvalidInputError.at(
      'pieceIds',
      `is needed: it may harm ${decided.length} pieces, and at most ${mostPieces} are given up at once.`,
    );
  if (scope.named) await requireInRun(context, anomaly, decided);
  const reason = [`${anomaly.classification} (${anomaly.source})`, note ?? ''].filter(Boolean).join(': ');
  const replacementIds = decision === 'REMANUFACTURE' ? await applyRemanufacture(context, scope, reason) : [];
  if (decision === 'SCRAP') await applyScrap(context, scope, reason);
  await tx.anomalyPiece.createMany({
    data: decided.map((pieceId) => ({ ...ofAnomaly, pieceId })),
    skipDuplicates: true,
  });
  await tx.anomalyPiece.updateMany({
    where: { ...ofAnomaly, pieceId: { in: decided } },
    data: { decision },
  });
  return { decided, replacementIds };
}

/** What an anomaly did in one run it did not do to a piece of another. */
async function requireInRun(
  { tx, organizationId }: CommandContext,
  { runId }: Anomaly,
  pieceIds: readonly string[],
): Promise<void> {
  if (!runId) return;
  const own = await tx.operation.findMany({
    where: { organizationId, runId, pieceId: { in: [...pieceIds] } },
    select: { pieceId: true },
  });
  const inRun = new Set(own.map(({ pieceId }) => pieceId));
  const issues = pieceIds.flatMap((id, place) =>
    inRun.has(id)
      ? []
      : [
          {
            path: ['pieceIds', String(place)],
            message: 'is not a piece of the run that the anomaly was found in.',
          },
        ],
  );
  if (issues.length > 0) throw new InvalidInputError(issues);
}
