import { builder } from '../builder.ts';
import { optionalId } from '../shared/node.ts';
import { afterArgument, events, messageValue, streamMessage } from '../shared/streams.ts';

const HoldStreamMessage = streamMessage({
  name: 'Hold',
  description: 'A message of the stream of holds: their own events, and those of their dispositions.',
  nouns: ['Hold', 'HoldDisposition'],
});

builder.subscriptionField('holdEvents', (t) =>
  t.field({
    type: HoldStreamMessage as never,
    description:
      'What happens to one hold, or to all: proposed, placed, spread to something more, decided about, released.',
    args: {
      holdId: t.arg.id({ required: false, description: 'This hold only.' }),
      after: t.arg(afterArgument),
    },
    subscribe: (_root, { holdId, after }, context) => {
      const hold = optionalId('Hold', holdId, 'holdId');
      return events(
        context,
        after,
        (event) =>
          (event.subjectType === 'Hold' || event.subjectType === 'HoldDisposition') &&
          (!hold || event.related.includes(hold)),
      ) as never;
    },
    resolve: (message) => messageValue(message as never) as never,
  }),
);
