import { parseId } from '../../src/commands/input.ts';
import { builder } from '../builder.ts';
import { optionalId } from '../shared/node.ts';
import { afterArgument, events, messageValue, streamMessage } from '../shared/streams.ts';

const ExcursionStreamMessage = streamMessage({
  name: 'Excursion',
  description: 'A message of the stream of excursions.',
  nouns: ['Excursion'],
});

builder.subscriptionField('excursionEvents', (t) =>
  t.field({
    type: ExcursionStreamMessage as never,
    description:
      'When sensors leave their limits and come back, and who takes note of it. Narrowed by where the sensor was then; what several arguments leave is what all of them leave.',
    args: {
      sensorIds: t.arg.idList({ required: false, description: 'Of these sensors only, at most 250.' }),
      machineId: t.arg.id({ required: false, description: 'Of sensors of this machine only.' }),
      subLocationId: t.arg.id({ required: false, description: 'Of sensors in this area only.' }),
      locationId: t.arg.id({ required: false, description: 'Of sensors at this location only.' }),
      after: t.arg(afterArgument),
    },
    subscribe: (_root, { sensorIds, machineId, subLocationId, locationId, after }, context) => {
      const sensors = sensorIds?.map((id) => parseId('Sensor', id, 'sensorIds'));
      const places = [
        optionalId('Machine', machineId, 'machineId'),
        optionalId('SubLocation', subLocationId, 'subLocationId'),
        optionalId('Location', locationId, 'locationId'),
      ].filter((id) => id !== null);
      return events(
        context,
        after,
        ({ subjectType, related }) =>
          subjectType === 'Excursion' &&
          places.every((id) => related.includes(id)) &&
          (!sensors || sensors.some((id) => related.includes(id))),
      ) as never;
    },
    resolve: (message) => messageValue(message as never) as never,
  }),
);
