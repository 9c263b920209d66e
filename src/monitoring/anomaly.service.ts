import { z } from 'zod';
import {
  AnomalyDecision,
  AnomalyShape,
  type AnomalyStatus,
  type Prisma,
} from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import { defined, expectedVersion, idOf, instant, line, oneOf, text, whole } from '../commands/input.ts';
import { observedAt } from '../commands/observed.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { stateTable } from '../commands/states.ts';
import { ConflictError, NotFoundError, TransitionError } from '../errors.ts';

/** What a person may do with an anomaly. */
export const anomalyStates = stateTable<AnomalyStatus, 'DECIDE_ANOMALY'>('Anomaly', {
  DECIDE_ANOMALY: { from: ['UNADDRESSED'], to: 'ADDRESSED' },
});

const point = z.array(z.number()).length(2, 'must be a point [x, y] in mm');

export const reportAnomaly = command('reportAnomaly', {
  description:
    'Says what an analyser found in a build. Safe to repeat: the same source and externalId are the same anomaly.',
  right: 'report',
  input: {
    source: line(100).describe('The analyser that found it.'),
    externalId: line().nullish().describe("The analyser's own id for it."),
    buildId: idOf('Build')
      .nullish()
      .describe('The build that it was found in; its run and machine follow from it.'),
    runId: idOf('Run').nullish().describe('The run, where no build is given.'),
    machineId: idOf('Machine').nullish().describe('The machine, where no build is given.'),
    layer: whole(0, 10_000_000).nullish().describe('The layer that it was found in.'),
    classification: line(100).describe(
      'What kind it is, in the words of the analyser: spatter, recoater streak …',
    ),
    shape: oneOf('AnomalyShape', AnomalyShape).nullish().describe('What the boundary describes.'),
    boundary: z
      .array(point.meta({ scalar: 'JSON' }))
      .max(250)
      .nullish()
      .describe('Points [x, y] in mm on the build plate, at most 250.'),
    isDefect: z.boolean().default(false).describe('Whether it is grave enough to be a defect.'),
    confidence: z.number().min(0).max(1).nullish().describe('How sure the analyser is: 0 to 1.'),
    observedAt: instant().nullish().describe('When it was found; now unless given.'),
  },
  refusals: [],
  run: async (context, { clientMutationId: _, ...input }: ReportAnomalyInput) => {
    const { tx, organizationId } = context;
    const { source, externalId, buildId } = input;
    const [build] = await requireReferences(context, reference('Build', buildId, 'buildId'));
    if (build) {
      input.runId = build.runId as string | null;
      input.machineId = build.machineId as string;
    } else {
      await requireReferences(context, [
        ...reference('Run', input.runId, 'runId'),
        ...reference('Machine', input.machineId, 'machineId'),
      ]);
    }
    const { boundary, ...columns } = defined(input);
    const rows = await tx.anomaly.createManyAndReturn({
      data: [
        {
          ...context.fresh(),
          ...columns,
          observedAt: observedAt(input.observedAt, context.now),
          ...(boundary ? { boundary: boundary as Prisma.InputJsonArray } : {}),
        },
      ],
      // The same find reported again.
      skipDuplicates: true,
    });
    const [anomaly] = rows;
    if (anomaly) {
      context.record('AnomalyDetected', 'Anomaly', null, anomaly, { occurredAt: anomaly.observedAt });
      return { anomalyId: anomaly.id, created: true };
    }
    const known = await tx.anomaly.findUniqueOrThrow({
      where: { organizationId_source_externalId: { organizationId, source, externalId: externalId ?? '' } },
    });
    return { anomalyId: known.id, created: false };
  },
});

interface ReportAnomalyInput {
  source: string;
  externalId?: string | null | undefined;
  buildId?: string | null | undefined;
  runId?: string | null | undefined;
  machineId?: string | null | undefined;
  layer?: number | null | undefined;
  classification: string;
  shape?: AnomalyShape | null | undefined;
  boundary?: number[][] | null | undefined;
  isDefect: boolean;
  confidence?: number | null | undefined;
  observedAt?: Date | null | undefined;
  clientMutationId?: string | null | undefined;
}

export const decideAnomaly = command('decideAnomaly', {
  description: 'Records what is done about an anomaly. It is then addressed.',
  right: 'work',
  input: {
    anomalyId: idOf('Anomaly').describe('The anomaly.'),
    expectedVersion: expectedVersion(),
    decision: oneOf('AnomalyDecision', AnomalyDecision).describe('What is done about it.'),
    note: text(2_000).nullish().describe('Why.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { anomalyId, expectedVersion: expected, decision, note }) => {
    await context.lock({ Anomaly: [anomalyId] });
    const before = await context.tx.anomaly.findUniqueOrThrow({ where: context.key(anomalyId) });
    context.expectVersion('Anomaly', before, expected);
    const status = anomalyStates.next(before.status, 'DECIDE_ANOMALY');
    const after = await context.tx.anomaly.update({
      where: context.key(anomalyId),
      data: { status, decision, decisionNote: note ?? null, ...context.touched() },
    });
    context.record('AnomalyAddressed', 'Anomaly', before, after, { reason: note ?? null });
    return { anomalyId };
  },
});
