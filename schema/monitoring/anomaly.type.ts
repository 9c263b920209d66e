import { anomalyStates } from '../../src/monitoring/anomaly.service.ts';
import { actionsOf } from '../shared/actions.ts';
import { listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byInt, byText, byTruth } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { AnomalyDecisionRef, AnomalyShapeRef, AnomalyStatusRef } from './enums.ts';

const AnomalyAction = actionsOf(anomalyStates);

noun('Anomaly', {
  description:
    'Something that an analyser found in a build: where, of what kind, how sure, and what was done about it.',
  fields: (t) => ({
    source: t.exposeString('source', { description: 'The analyser that found it.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: "The analyser's own id for it.",
    }),
    layer: t.exposeInt('layer', { nullable: true, description: 'The layer that it was found in.' }),
    classification: t.exposeString('classification', {
      description: 'What kind it is, in the words of the analyser.',
    }),
    isAnomaly: t.exposeBoolean('isAnomaly', {
      description: 'False where it was seen and measured, and is within what is usual.',
    }),
    shape: t.field({
      type: AnomalyShapeRef,
      nullable: true,
      description: 'What the boundary describes.',
      resolve: (anomaly) => anomaly.shape,
    }),
    boundary: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Points `[x, y]` in mm on the build plate.',
      resolve: (anomaly) => anomaly.boundary,
    }),
    isDefect: t.exposeBoolean('isDefect', { description: 'Whether it is grave enough to be a defect.' }),
    confidence: t.exposeFloat('confidence', {
      nullable: true,
      description: 'How sure the analyser is: 0 to 1.',
    }),
    status: t.field({
      type: AnomalyStatusRef,
      description: 'Whether something was done about it.',
      resolve: (anomaly) => anomaly.status,
    }),
    allowedActions: t.field({
      type: [AnomalyAction],
      description: 'What its state allows now.',
      resolve: (anomaly) => anomalyStates.allowedActions(anomaly.status),
    }),
    decision: t.field({
      type: AnomalyDecisionRef,
      nullable: true,
      description: 'What is done about it; null while it is unaddressed.',
      resolve: (anomaly) => anomaly.decision,
    }),
    decisionNote: t.exposeString('decisionNote', { nullable: true, description: 'Why.' }),
    observedAt: t.expose('observedAt', { type: 'DateTime', description: 'When it was found.' }),
    analysis: t.relation('analysis', { nullable: true, description: 'The analysis that found it.' }),
    indicator: t.relation('indicator', {
      nullable: true,
      description: 'What the analysis says of its layer.',
    }),
    machine: t.relation('machine', { nullable: true, description: 'The machine.' }),
    run: t.relation('run', { nullable: true, description: 'The run.' }),
    build: t.relation('build', { nullable: true, description: 'The build.' }),
  }),
});

export const anomalyList = listOf('Anomaly', {
  plural: 'anomalies',
  filters: {
    status: byEnum('status', 'AnomalyStatus', 'By whether something was done about it.'),
    classification: byText('classification', 'By kind.'),
    isAnomaly: byTruth('isAnomaly', 'Whether it is out of the usual.'),
    isDefect: byTruth('isDefect', 'Whether it is a defect.'),
    decision: byEnum('decision', 'AnomalyDecision', 'By what is done about it.'),
    source: byText('source', 'By the analyser that found it.'),
    externalId: byText('externalId', "By the analyser's own id."),
    layer: byInt('layer', 'By layer.'),
    analysis: byId('analysisId', 'Analysis', 'By analysis.'),
    indicator: byId('indicatorId', 'AnalysisIndicator', 'By what an analysis says of their layer.'),
    piece: byId('pieceId', 'Piece', 'By a piece that it may harm.', (where) => ({
      pieces: { some: where },
    })),
    run: byId('runId', 'Run', 'By run.'),
    build: byId('buildId', 'Build', 'By build.'),
    machine: byId('machineId', 'Machine', 'By machine.'),
    observedAt: byInstant('observedAt', 'By when it was found.'),
  },
  search: ['classification', 'source', 'externalId'],
  orders: {
    OBSERVED_AT: { column: 'observedAt', description: 'By when it was found.' },
    LAYER: { column: 'layer', nullable: true, description: 'By layer.' },
  },
});
