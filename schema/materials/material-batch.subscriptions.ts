import { builder } from '../builder.ts';
import { optionalId } from '../shared/node.ts';
import { afterArgument, events, messageValue, streamMessage } from '../shared/streams.ts';

const MaterialBatchStreamMessage = streamMessage({
  name: 'MaterialBatch',
  description: 'A message of the stream of batches: what happens to them, and what is done with them.',
  nouns: ['MaterialBatch', 'MaterialAction'],
});

builder.subscriptionField('batchEvents', (t) =>
  t.field({
    type: MaterialBatchStreamMessage as never,
    description:
      'What happens to batches, and the actions that do it: of one batch, of a material, at a location or in a machine, or all.',
    args: {
      batchId: t.arg.id({ required: false, description: 'This batch only.' }),
      materialId: t.arg.id({
        required: false,
        description: 'Batches of this material only, without actions.',
      }),
      locationId: t.arg.id({
        required: false,
        description: 'Batches at this location only, without actions.',
      }),
      workstationId: t.arg.id({
        required: false,
        description: 'Batches in, and actions at, this workstation only.',
      }),
      after: t.arg(afterArgument),
    },
    subscribe: (_root, { batchId, materialId, locationId, workstationId, after }, context) => {
      const wanted = [
        optionalId('MaterialBatch', batchId, 'batchId'),
        optionalId('Material', materialId, 'materialId'),
        optionalId('Location', locationId, 'locationId'),
        optionalId('Workstation', workstationId, 'workstationId'),
      ].filter((id) => id !== null);
      return events(
        context,
        after,
        ({ subjectType, related }) =>
          (subjectType === 'MaterialBatch' || subjectType === 'MaterialAction') &&
          wanted.every((id) => related.includes(id)),
      ) as never;
    },
    resolve: (message) => messageValue(message as never) as never,
  }),
);
