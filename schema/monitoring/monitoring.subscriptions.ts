import { parseId } from '../../src/commands/input.ts';
import { MalformedInputError } from '../../src/errors.ts';
import { fingerprint, type ReadingsMessage, readingStream, SubscriptionStream } from '../../src/events/stream.ts';
import { builder } from '../builder.ts';
import { optionalId } from '../shared/node.ts';
import { afterArgument, events, messageValue, ofRunAndMachine, streamMessage } from '../shared/streams.ts';
import { SensorReadingRef } from './reading.type.ts';

const AnomalyStreamMessage = streamMessage({
  name: 'Anomaly',
  description: 'A message of the stream of anomalies.',
  nouns: ['Anomaly'],
});

builder.subscriptionField('anomalyEvents', (t) =>
  t.field({
    type: AnomalyStreamMessage as never,
    description:
      'What analysers find in the builds of one run or one machine, or of all, and what is decided about it.',
    args: {
      runId: t.arg.id({ required: false, description: 'In this run only.' }),
      machineId: t.arg.id({ required: false, description: 'In builds of this machine only.' }),
      after: t.arg(afterArgument),
    },
    subscribe: (_root, { runId, machineId, after }, context) => {
      const about = ofRunAndMachine(runId, machineId);
      return events(
        context,
        after,
        (event) => event.subjectType === 'Anomaly' && about(event.related),
      ) as never;
    },
    resolve: (message) => messageValue(message as never) as never,
  }),
);

const MachineStreamMessage = streamMessage({
  name: 'Machine',
  description: 'A message of the stream of machines.',
  nouns: ['Machine'],
});

builder.subscriptionField('machineEvents', (t) =>
  t.field({
    type: MachineStreamMessage as never,
    description: 'What state one machine is in, or each of them.',
    args: {
      machineId: t.arg.id({ required: false, description: 'This machine only.' }),
      after: t.arg(afterArgument),
    },
    subscribe: (_root, { machineId, after }, context) => {
      const machine = optionalId('Machine', machineId, 'machineId');
      return events(
        context,
        after,
        (event) => event.subjectType === 'Machine' && (!machine || event.subjectId === machine),
      ) as never;
    },
    resolve: (message) => messageValue(message as never) as never,
  }),
);

builder.objectRef<ReadingsMessage>('SensorReadings').implement({
  description: 'Measurements that were stored together, at most 500.',
  fields: (t) => ({
    cursor: t.expose('cursor', {
      type: 'Cursor',
      description: 'Where to resume in the stream of readings. Not a cursor of events.',
    }),
    readings: t.field({
      type: [SensorReadingRef],
      description: 'The measurements in the order in which they were stored.',
      resolve: (message) => [...message.readings],
    }),
  }),
});

const ReadingStreamMessage = builder.unionType('ReadingStreamMessage', {
  description: 'A message of the stream of readings.',
  types: ['SensorReadings', 'Position', 'Gap'] as never[],
  resolveType: (value: unknown) => {
    const { type } = value as { type: string };
    return (type === 'Readings' ? 'SensorReadings' : type) as never;
  },
});

builder.subscriptionField('sensorReadings', (t) =>
  t.field({
    type: ReadingStreamMessage,
    description:
      'Measurements as they are stored. A display that cannot keep up gets the newest, behind a Gap: the history of a sensor is `Sensor.readings`.',
    args: {
      sensorIds: t.arg.idList({
        required: false,
        description: 'These sensors, at most 250; all of them unless given.',
      }),
      machineId: t.arg.id({
        required: false,
        description: 'The sensors that this machine has when the stream begins.',
      }),
      after: t.arg(afterArgument),
    },
    subscribe: async (_root, { sensorIds, machineId, after }, context) => {
      if (!context.signal) throw new MalformedInputError('A stream needs a connection that stays open.');
      const { organizationId } = context.signedIn;
      const named = sensorIds ? new Set(sensorIds.map((id) => parseId('Sensor', id, 'sensorIds'))) : null;
      const machine = optionalId('Machine', machineId, 'machineId');
      const wanted = machine
        ? new Set(
            (
              await context.prisma.sensor.findMany({
                where: { organizationId, machineId: machine },
                select: { id: true },
              })
            )
              .map((sensor) => sensor.id)
              .filter((id) => !named || named.has(id)),
          )
        : named;
      return new SubscriptionStream({
        key: fingerprint(wanted),
        after: after ?? null,
        open: (start, signal) =>
          readingStream(context.runtime.events, { organizationId, sensorIds: wanted, start, signal }),
      }) as never;
    },
    resolve: (message) => message as never,
  }),
);
