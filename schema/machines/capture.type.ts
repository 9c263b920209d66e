import { captureActions, captureStates } from '../../src/machines/capture.state.ts';
import { builder } from '../builder.ts';
import { actionsOf } from '../shared/actions.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { CaptureStatusRef } from './enums.ts';

const CaptureAction = actionsOf(captureStates);

noun('Capture', {
  description:
    'What a machine or an analyser did at one instant: when it was taken and by whom here, the content in a file.',
  fields: (t) => ({
    status: t.expose('status', { type: CaptureStatusRef, description: 'How far its reading is.' }),
    allowedActions: t.field({
      type: [CaptureAction],
      description: 'What its status allows now.',
      select: { status: true },
      resolve: ({ status }) => captureActions(status),
    }),
    takenAt: t.expose('takenAt', { type: 'DateTime', description: 'The instant that it shows.' }),
    processedAt: t.expose('processedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was read, or could not be.',
    }),
    parsed: t.field({
      type: 'JSON',
      nullable: true,
      description:
        "What the type's reading yielded. The whole content as JSON is `parsedFile`. Null until it was read.",
      select: { parsed: true },
      resolve: ({ parsed }) => parsed,
    }),
    error: t.exposeString('error', { nullable: true, description: 'Why it could not be read.' }),
    meta: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the device says about the capture, in its own words.',
      select: { meta: true },
      resolve: ({ meta }) => meta,
    }),
    captureType: t.relation('captureType', { description: 'What kind it is, and how it is read.' }),
    machine: t.relation('machine', {
      nullable: true,
      description: 'The machine that it shows. Null for that of an analyser.',
    }),
    analyser: t.relation('analyser', {
      nullable: true,
      description: 'The analyser that made it. Null for that of a machine.',
    }),
    collector: t.relation('collector', { nullable: true, description: 'The collector that took it.' }),
    file: t.relation('file', { description: 'Its content.' }),
    parsedFile: t.relation('parsedFile', {
      nullable: true,
      description: 'Its content as JSON. Null until it was read, or where its type has no reading.',
    }),
    user: t.relation('user', {
      nullable: true,
      description: 'The person who made it. Null where a program did.',
    }),
  }),
});

export const captureList = listOf('Capture', {
  plural: 'captures',
  filters: {
    status: byEnum('status', 'CaptureStatus', 'By how far their reading is.'),
    captureType: byId('captureTypeId', 'CaptureType', 'By type.'),
    machine: byId('machineId', 'Machine', 'By machine.'),
    analyser: byId('analyserId', 'Analyser', 'By analyser.'),
    collector: byId('collectorId', 'Collector', 'By the collector that took them.'),
    user: byId('userId', 'User', 'By the person who made them.'),
    takenAt: byInstant('takenAt', 'By the instant that they show.'),
    createdAt: byInstant('createdAt', 'By when they were made known.'),
  },
  orders: {
    TAKEN_AT: { column: 'takenAt', description: 'By the instant that they show.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were made known.' },
  },
});

builder.prismaObjectField('Analyser', 'captures', (t) =>
  childList(t as never, 'Analyser', 'captures', captureList, 'Snapshots of what it saw.'),
);
