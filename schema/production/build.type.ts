import { builder } from '../builder.ts';
import { anomalyList } from '../monitoring/anomaly.type.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { BuildStatusRef } from './enums.ts';

noun('Build', {
  description:
    'What a machine itself reports of a print run: one attempt at a build of that name. Layers grow without making events: follow `buildEvents`.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name at the machine.' }),
    attempt: t.exposeInt('attempt', {
      description: 'How many times the machine has begun a build of this name, with this one, from 1.',
    }),
    status: t.field({
      type: BuildStatusRef,
      description: 'What the machine says of it.',
      resolve: (build) => build.status,
    }),
    layers: t.exposeInt('layers', { nullable: true, description: 'How many layers it has.' }),
    currentLayer: t.exposeInt('currentLayer', {
      nullable: true,
      description: 'The layer being made. It only grows.',
    }),
    estimatedTime: t.expose('estimatedTime', {
      type: 'Duration',
      nullable: true,
      description: 'How long the machine expects it to take.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the machine began.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the machine ended.',
    }),
    reportedAt: t.expose('reportedAt', {
      type: 'DateTime',
      description: 'When the machine said what stands here.',
    }),
    machine: t.relation('machine', { description: 'The machine that makes it.' }),
    run: t.relation('run', {
      nullable: true,
      description: 'The run that it makes; null where its name is none of ours.',
    }),
    anomalies: childList(t, 'Build', 'anomalies', anomalyList, 'What analysers found in it.'),
  }),
});

export const buildList = listOf('Build', {
  plural: 'builds',
  filters: {
    status: byEnum('status', 'BuildStatus', 'By status.'),
    machine: byId('machineId', 'Machine', 'By machine.'),
    run: byId('runId', 'Run', 'By run.'),
    name: byText('name', 'By name.'),
    startedAt: byInstant('startedAt', 'By when the machine began.'),
    createdAt: byInstant('createdAt', 'By when it was first reported.'),
  },
  search: ['name'],
  orders: {
    CREATED_AT: { column: 'createdAt', description: 'By when it was first reported.' },
    STARTED_AT: { column: 'startedAt', nullable: true, description: 'By when the machine began.' },
    NAME: { column: 'name', description: 'By name.' },
  },
});

builder.prismaObjectField('Machine', 'builds', (t) =>
  childList(t as never, 'Machine', 'builds', buildList, 'What it has built, and builds.'),
);
