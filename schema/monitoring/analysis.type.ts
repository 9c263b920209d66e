import { builder } from '../builder.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byInt, byText } from '../shared/filters.ts';
import { type NounFields, noun } from '../shared/noun.ts';
import { analysisCounts } from './analysis.counts.ts';
import { anomalyList } from './anomaly.type.ts';
import { AnalysisKindRef, AnomalyStatusRef } from './enums.ts';

noun('AnalysisIndicator', {
  description: 'What an analyser says of one layer.',
  fields: (t) => ({
    layer: t.exposeInt('layer', { description: 'The layer.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: "The analyser's own id for it.",
    }),
    observedAt: t.expose('observedAt', { type: 'DateTime', description: 'When the layer was looked at.' }),
    values: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What was measured of the layer, by name.',
      resolve: (indicator) => indicator.values,
    }),
    analysis: t.relation('analysis', { description: 'The analysis.' }),
    anomalies: childList(t, 'AnalysisIndicator', 'anomalies', anomalyList, 'What was found in the layer.'),
  }),
});

export const analysisIndicatorList = listOf('AnalysisIndicator', {
  plural: 'indicators',
  filters: {
    analysis: byId('analysisId', 'Analysis', 'By analysis.'),
    layer: byInt('layer', 'By layer.'),
    externalId: byText('externalId', "By the analyser's own id."),
    observedAt: byInstant('observedAt', 'By when the layer was looked at.'),
  },
  orders: {
    LAYER: { column: 'layer', description: 'By layer.' },
    OBSERVED_AT: { column: 'observedAt', description: 'By when the layer was looked at.' },
  },
});

noun('Analysis', {
  description: 'One look of an analyser at a run or a piece.',
  fields: (t) => ({
    kind: t.field({ type: AnalysisKindRef, description: 'What it looks at.', resolve: ({ kind }) => kind }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: "The analyser's own id for it.",
    }),
    status: t.exposeString('status', { description: 'How far it is, in the words of the analyser.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true, description: 'When it began.' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true, description: 'When it ended.' }),
    notes: t.exposeString('notes', {
      nullable: true,
      description: 'What is to be said of it, errors too.',
    }),
    indications: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What it found of the piece, as the analyser says it.',
      resolve: ({ indications }) => indications,
    }),
    visualizationUrl: t.exposeString('visualizationUrl', {
      nullable: true,
      description: 'Where the piece is shown with what was found.',
    }),
    visualizationFile: t.relation('visualizationFile', {
      nullable: true,
      description: 'A picture or model of what was found.',
    }),
    reportedAt: t.expose('reportedAt', {
      type: 'DateTime',
      description: 'When the analyser said what stands here.',
    }),
    anomalyCount: t.int({
      description: 'How many finds are out of the usual.',
      select: { id: true },
      resolve: async ({ id }, _args, context) => (await analysisCounts(context).load(id)).anomalies,
    }),
    defectCount: t.int({
      description: 'How many finds are defects.',
      select: { id: true },
      resolve: async ({ id }, _args, context) => (await analysisCounts(context).load(id)).defects,
    }),
    totalCount: t.int({
      description: 'How many finds there are, usual ones too.',
      select: { id: true },
      resolve: async ({ id }, _args, context) => (await analysisCounts(context).load(id)).total,
    }),
    layerCount: t.int({
      description: 'How many layers it has told of: one indicator each.',
      select: { id: true },
      resolve: async ({ id }, _args, context) => (await analysisCounts(context).load(id)).layers,
    }),
    anomalyStatus: t.field({
      type: AnomalyStatusRef,
      description:
        'ADDRESSED where something was decided about every find that is an anomaly or a defect, also where there is none.',
      select: { id: true },
      resolve: async ({ id }, _args, context) =>
        (await analysisCounts(context).load(id)).open > 0 ? 'UNADDRESSED' : 'ADDRESSED',
    }),
    analyser: t.relation('analyser', { description: 'The analyser.' }),
    run: t.relation('run', { nullable: true, description: 'The run that it looks at.' }),
    build: t.relation('build', { nullable: true, description: 'The build that it looks at.' }),
    machine: t.relation('machine', { nullable: true, description: 'The machine that it watches.' }),
    piece: t.relation('piece', { nullable: true, description: 'The piece that it judges.' }),
    indicators: childList(
      t,
      'Analysis',
      'indicators',
      analysisIndicatorList,
      'What it says of each layer. Order by LAYER.',
    ),
    anomalies: childList(t, 'Analysis', 'anomalies', anomalyList, 'What it found.'),
  }),
});

export const analysisList = listOf('Analysis', {
  plural: 'analyses',
  filters: {
    kind: byEnum('kind', 'AnalysisKind', 'By what they look at.'),
    status: byText('status', 'By how far they are, in the words of the analyser.'),
    externalId: byText('externalId', "By the analyser's own id."),
    analyser: byId('analyserId', 'Analyser', 'By analyser.'),
    run: byId('runId', 'Run', 'By run.'),
    build: byId('buildId', 'Build', 'By build.'),
    machine: byId('machineId', 'Machine', 'By machine.'),
    piece: byId('pieceId', 'Piece', 'By piece.'),
    startedAt: byInstant('startedAt', 'By when they began.'),
    endedAt: byInstant('endedAt', 'By when they ended.'),
    createdAt: byInstant('createdAt', 'By when they were first reported.'),
  },
  search: ['status', 'externalId', 'notes'],
  orders: {
    CREATED_AT: { column: 'createdAt', description: 'By when they were first reported.' },
    STARTED_AT: { column: 'startedAt', nullable: true, description: 'By when they began.' },
    ENDED_AT: { column: 'endedAt', nullable: true, description: 'By when they ended.' },
  },
});

const looks = {
  Run: 'What analysers say of it.',
  Build: 'What analysers say of it.',
  Machine: 'What analysers said of its builds.',
  Piece: 'How analysers judge it.',
} as const;

for (const parent of Object.keys(looks) as (keyof typeof looks)[]) {
  builder.prismaObjectField(parent, 'analyses', (t) =>
    childList(t as unknown as NounFields<'Run'>, parent as 'Run', 'analyses', analysisList, looks[parent]),
  );
}
