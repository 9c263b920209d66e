import { parseId } from '../../src/commands/input.ts';
import { MalformedInputError } from '../../src/errors.ts';
import {
  fingerprint,
  type ReadingsMessage,
  readingStream,
  SubscriptionStream,
} from '../../src/events/stream.ts';
import { builder } from '../builder.ts';
import { optionalId } from '../shared/node.ts';
import { afterArgument } from '../shared/streams.ts';
import { SensorReadingRef } from './reading.type.ts';

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
      'Measurements as they are stored. What several arguments leave is what all of them leave. A display that cannot keep up gets the newest, behind a Gap: the history of a sensor is `Sensor.readings`. Readings that are not kept any more are told as a Gap too.',
    args: {
      sensorIds: t.arg.idList({
        required: false,
        description: 'These sensors, at most 250; all of them unless given.',
      }),
      machineId: t.arg.id({
        required: false,
        description: 'The sensors that this machine has when the stream begins.',
      }),
      subLocationId: t.arg.id({
        required: false,
        description: 'The sensors that watch this area when the stream begins.',
      }),
      locationId: t.arg.id({
        required: false,
        description:
          'The sensors that watch an area of this location, or are part of a machine at a workstation there, when the stream begins.',
      }),
      after: t.arg(afterArgument),
    },
    subscribe: async (_root, { sensorIds, machineId, subLocationId, locationId, after }, context) => {
      if (!context.signal) throw new MalformedInputError('A stream needs a connection that stays open.');
      const { organizationId } = context.signedIn;
      const named = sensorIds ? new Set(sensorIds.map((id) => parseId('Sensor', id, 'sensorIds'))) : null;
      const [machine, subLocation, location] = [
        optionalId('Machine', machineId, 'machineId'),
        optionalId('SubLocation', subLocationId, 'subLocationId'),
        optionalId('Location', locationId, 'locationId'),
      ];
      const placed = (machine ?? subLocation ?? location) !== null;
      const at = { locationId: location ?? '' };
      const wanted = placed
        ? new Set(
            (
              await context.prisma.sensor.findMany({
                where: {
                  organizationId,
                  ...(machine && { machineId: machine }),
                  ...(subLocation && { subLocationId: subLocation }),
                  ...(location && { OR: [{ subLocation: at }, { machine: { workstation: at } }] }),
                },
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
