import { z } from 'zod';
import type { Analyser, Analysis, AnalysisIndicator, Prisma } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { defined, idOf, instant, json, line, whole } from '../commands/input.ts';
import { observedAt as observed } from '../commands/observed.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { type InputIssue, InvalidInputError, NotFoundError } from '../errors.ts';
import { encodeId, newId } from '../ids.ts';
import { findMembers } from './anomaly.input.ts';
import { storeAnomalies } from './anomaly.reporting.ts';

/** The most layers that are told at once, the most finds in one of them, and in all of them. */
export const mostIndicators = 250;
const mostInLayer = 250;
const mostFinds = 1_000;

const find = z
  .object(findMembers)
  .meta({ input: 'IndicatorAnomalyInput', description: 'What an analyser found in a layer.' });

const indicator = z
  .object({
    layer: whole(0, 10_000_000).describe('The layer.'),
    externalId: line().nullish().describe("The analyser's own id for it."),
    observedAt: instant().nullish().describe('When the layer was looked at; now unless given.'),
    values: json().nullish().describe('What was measured of the layer, by name.'),
    anomalies: z
      .array(find)
      .max(mostInLayer, `must be at most ${mostInLayer}`)
      .default([])
      .describe(
        `What was found in it, at most ${mostInLayer}. One without an externalId is known by its layer and place in this list.`,
      ),
  })
  .meta({ input: 'AnalysisIndicatorInput', description: 'What an analyser says of one layer.' });

type IndicatorInput = z.output<typeof indicator>;

export const reportIndicators = command('reportIndicators', {
  description:
    'Says what an analysis found layer by layer, in any order. Safe to repeat: there is one indicator a layer, a report of a layer older than what is known of it changes nothing, and what was found in it is stored once.',
  right: 'report',
  input: {
    analysisId: idOf('Analysis').describe('The analysis.'),
    indicators: z
      .array(indicator)
      .min(1, 'must name at least one layer')
      .max(mostIndicators, `must name at most ${mostIndicators} layers`)
      .describe(`The layers, 1 to ${mostIndicators}, with at most ${mostFinds} finds in all.`),
  },
  refusals: [NotFoundError],
  run: async (context, { analysisId, indicators }) => {
    const issues = issuesOf(indicators);
    if (issues.length > 0) throw new InvalidInputError(issues);
    await context.lock({ Analysis: [analysisId] });
    const { analyser, ...analysis } = await context.tx.analysis.findUniqueOrThrow({
      where: context.key(analysisId),
      include: { analyser: true },
    });
    // Held until the commit: the layout of the run stays as it is.
    await requireReferences(context, reference('Run', analysis.runId, 'analysisId'));
    const instants = indicators.map((each, place) =>
      observed(each.observedAt, context.now, ['indicators', String(place), 'observedAt']),
    );
    const rows = await storeIndicators(context, analysisId, indicators, instants);
    const byLayer = new Map(rows.map((row) => [row.layer, row]));
    const finds = await newFinds(context, analysis, analyser, indicators, (each, place) => ({
      indicatorId: byLayer.get(each.layer)?.id ?? null,
      observedAt: instants[place] ?? context.now,
    }));
    const stored = finds.length > 0 ? await storeAnomalies(context, finds) : [];
    return {
      analysisId,
      indicatorIds: indicators.flatMap(({ layer }) => byLayer.get(layer)?.id ?? []),
      storedAnomalies: stored.length,
    };
  },
});

/** Every rule that the layers break together. */
function issuesOf(indicators: readonly IndicatorInput[]): InputIssue[] {
  const seen = new Set<number>();
  const issues = indicators.flatMap(({ layer }, place): InputIssue[] => {
    if (!seen.has(layer)) {
      seen.add(layer);
      return [];
    }
    return [{ path: ['indicators', String(place), 'layer'], message: 'is named twice.' }];
  });
  const finds = indicators.reduce((sum, { anomalies }) => sum + anomalies.length, 0);
  if (finds > mostFinds)
    issues.push({
      path: ['indicators'],
      message: `hold ${finds} finds; at most ${mostFinds} are told at once.`,
    });
  return issues;
}

/** Writes what is newer than what is known of each layer: two statements. Answers the rows as they stand. */
async function storeIndicators(
  { tx, organizationId, now }: CommandContext,
  analysisId: string,
  indicators: readonly IndicatorInput[],
  instants: readonly Date[],
): Promise<AnalysisIndicator[]> {
  const rows = indicators.map(({ layer, externalId, values }, place) => ({
    id: newId(),
    layer,
    externalId: externalId ?? null,
    values: values ?? null,
    observedAt: (instants[place] ?? now).toISOString(),
  }));
  await tx.$executeRawUnsafe(
    `INSERT INTO "AnalysisIndicator"
       ("organizationId", id, "analysisId", layer, "externalId", "values", "observedAt", version, "createdAt", "updatedAt")
     SELECT $1::uuid, r.id, $2::uuid, r.layer, r."externalId", r."values", r."observedAt", 1, $4::timestamptz, $4::timestamptz
     FROM jsonb_to_recordset($3::jsonb)
       AS r(id uuid, layer int, "externalId" text, "values" jsonb, "observedAt" timestamptz)
     ON CONFLICT ("organizationId", "analysisId", layer) DO UPDATE SET
       "externalId" = coalesce(excluded."externalId", "AnalysisIndicator"."externalId"),
       "values" = coalesce(excluded."values", "AnalysisIndicator"."values"),
       "observedAt" = excluded."observedAt", version = "AnalysisIndicator".version + 1, "updatedAt" = excluded."updatedAt"
     WHERE excluded."observedAt" > "AnalysisIndicator"."observedAt"`,
    organizationId,
    analysisId,
    JSON.stringify(rows),
    now.toISOString(),
  );
  return tx.analysisIndicator.findMany({
    where: { organizationId, analysisId, layer: { in: indicators.map(({ layer }) => layer) } },
  });
}

/** The finds that this analysis has not told yet, as rows. One statement. */
async function newFinds(
  context: CommandContext,
  analysis: Analysis,
  analyser: Analyser,
  indicators: readonly IndicatorInput[],
  of: (each: IndicatorInput, place: number) => { indicatorId: string | null; observedAt: Date },
): Promise<Prisma.AnomalyCreateManyInput[]> {
  // Ids of finds may begin anew in each analysis: the source names it too.
  const source = `${analyser.name} ${analysis.externalId ?? encodeId('Analysis', analysis.id)}`;
  const { runId, buildId, machineId, id: analysisId } = analysis;
  const finds = indicators.flatMap((each, place) =>
    each.anomalies.map(({ boundary, externalId, observedAt, ...rest }, number) => {
      const { indicatorId, observedAt: looked } = of(each, place);
      const path = ['indicators', String(place), 'anomalies', String(number), 'observedAt'];
      return {
        ...context.fresh(),
        ...defined(rest),
        source,
        externalId: externalId ?? `${each.layer}.${number}`,
        ...{ runId, buildId, machineId, analysisId, indicatorId },
        layer: each.layer,
        observedAt: observedAt ? observed(observedAt, context.now, path) : looked,
        ...(boundary ? { boundary: boundary as Prisma.InputJsonArray } : {}),
      };
    }),
  );
  if (finds.length === 0) return [];
  // The analyser may have another name since it told them first.
  const known = await context.tx.anomaly.findMany({
    where: {
      organizationId: context.organizationId,
      analysisId,
      externalId: { in: finds.map(({ externalId }) => externalId) },
    },
    select: { externalId: true },
  });
  const told = new Set(known.map(({ externalId }) => externalId));
  return finds.filter(({ externalId }) => !told.has(externalId));
}
