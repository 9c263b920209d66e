import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { type Analysis, AnalysisKind, type Prisma } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { defined, idOf, instant, json, line, oneOf, text } from '../commands/input.ts';
import { observedAt as observed } from '../commands/observed.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { lockAnalyser, webAddress } from './analyser.service.ts';

const told = {
  runId: idOf('Run').nullish().describe('The run that it looks at.'),
  buildId: idOf('Build')
    .nullish()
    .describe('The build that it looks at; its run and machine follow from it.'),
  machineId: idOf('Machine').nullish().describe('The machine that it watches.'),
  pieceId: idOf('Piece').nullish().describe('The piece that it judges; needed for an analysis of a PIECE.'),
  startedAt: instant().nullish().describe('When it began.'),
  endedAt: instant().nullish().describe('When it ended.'),
  notes: text().nullish().describe('What is to be said of it, errors too.'),
  indications: json().nullish().describe('What it found of the piece, as it says it.'),
  visualizationUrl: webAddress().nullish().describe('Where the piece is shown with what was found.'),
  visualizationFileId: idOf('File').nullish().describe('A picture or model of what was found.'),
};

const members = {
  analyserId: idOf('Analyser').describe('The analyser.'),
  externalId: line()
    .nullish()
    .describe("The analyser's own id for it. Without one every report is an analysis of its own."),
  kind: oneOf('AnalysisKind', AnalysisKind)
    .default('RUN')
    .describe('What it looks at. It stays what it was first.'),
  status: line(100).describe('How far it is, in the words of the analyser.'),
  ...told,
  observedAt: instant().nullish().describe('When the analyser said so; now unless given.'),
};

type ReportAnalysisInput = z.output<z.ZodObject<typeof members>> & {
  clientMutationId?: string | null | undefined;
};

export const reportAnalysis = command('reportAnalysis', {
  description:
    'Says how an analysis of a run or a piece is going. Safe to repeat: the same analyser and externalId are the same analysis, what is left out stays as it is, and a report older than what is known changes nothing.',
  right: 'report',
  input: members,
  refusals: [NotFoundError, TransitionError],
  run: async (
    context,
    { clientMutationId: _, observedAt, analyserId, externalId, kind, ...input }: ReportAnalysisInput,
  ) => {
    const at = observed(observedAt, context.now);
    // Alone with the analyser: its reports are taken one after the other.
    await lockAnalyser(context, analyserId, 'REPORT_ANALYSIS');
    const before = externalId
      ? await context.tx.analysis.findUnique({
          where: {
            organizationId_analyserId_externalId: {
              organizationId: context.organizationId,
              analyserId,
              externalId,
            },
          },
        })
      : null;
    if (before && at < before.reportedAt) return { analysisId: before.id, created: false, applied: false };
    const columns = await columnsOf(context, input);
    if (!before) {
      if (kind === 'PIECE' && !columns.pieceId)
        throw InvalidInputError.at('pieceId', 'is needed for an analysis of a PIECE.');
      const row = { ...context.fresh(), ...columns, analyserId, kind, externalId: externalId ?? null };
      const analysis = await context.tx.analysis.create({
        data: { ...row, reportedAt: at },
      });
      context.record('AnalysisReported', 'Analysis', null, analysis, { occurredAt: at });
      return { analysisId: analysis.id, created: true, applied: true };
    }
    if (before.kind !== kind)
      throw InvalidInputError.at('kind', `was ${before.kind} when it was first reported.`);
    await change(context, before, { ...columns, reportedAt: at });
    return { analysisId: before.id, created: false, applied: true };
  },
});

type Told = Omit<
  ReportAnalysisInput,
  'analyserId' | 'externalId' | 'kind' | 'observedAt' | 'clientMutationId'
>;

type Columns = Omit<
  Prisma.AnalysisUncheckedCreateInput,
  'id' | 'organizationId' | 'analyserId' | 'externalId' | 'kind' | 'reportedAt' | 'createdAt' | 'updatedAt'
>;

/** What was told, as columns; what follows from the build goes over what was said beside it. */
async function columnsOf(context: CommandContext, input: Told): Promise<Columns> {
  const [build] = await requireReferences(context, reference('Build', input.buildId, 'buildId'));
  await requireReferences(context, [
    ...(build?.runId ? [] : reference('Run', input.runId, 'runId')),
    ...(build ? [] : reference('Machine', input.machineId, 'machineId')),
    ...reference('Piece', input.pieceId, 'pieceId'),
    ...reference('File', input.visualizationFileId, 'visualizationFileId'),
  ]);
  if (input.startedAt && input.endedAt && input.endedAt < input.startedAt)
    throw InvalidInputError.at('endedAt', 'lies before startedAt.');
  const { indications, ...columns } = defined(input);
  return {
    ...columns,
    ...(build?.runId ? { runId: build.runId as string } : {}),
    ...(build ? { machineId: build.machineId as string } : {}),
    ...(indications != null && { indications: indications as Prisma.InputJsonValue }),
  };
}

/** Writes what is new; that it was said again is no change that somebody could have overlooked. */
async function change(
  context: CommandContext,
  before: Analysis,
  columns: Columns & { reportedAt: Date },
): Promise<void> {
  const { reportedAt, ...rest } = columns;
  const changed = Object.entries(rest).some(
    ([name, value]) => !isDeepStrictEqual((before as Record<string, unknown>)[name], value),
  );
  const after = await context.tx.analysis.update({
    where: context.key(before.id),
    data: { ...columns, ...(changed ? context.touched() : { updatedAt: context.now }) },
  });
  if (changed) context.record('AnalysisChanged', 'Analysis', before, after, { occurredAt: reportedAt });
}
