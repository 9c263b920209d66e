import { nouns } from '../../src/ids.ts';
import { builder } from '../builder.ts';
import { afterArgument, events, messageValue, streamMessage } from '../shared/streams.ts';
import { aboutOf, EventFilter, kindsFor } from './event.queries.ts';

const EventStreamMessage = streamMessage({
  name: 'Event',
  description: 'A message of the stream of all events.',
  nouns,
});

builder.subscriptionField('events', (t) =>
  t.field({
    type: EventStreamMessage as never,
    description: 'Everything that happens in the organization, in the order of its commits.',
    args: {
      after: t.arg(afterArgument),
      filter: t.arg({
        type: EventFilter,
        required: false,
        description: 'Which events; all of them unless given.',
      }),
    },
    subscribe: (_root, { after, filter }, context) => {
      const about = aboutOf(filter);
      const kinds = new Set(kindsFor(context, filter));
      return events(
        context,
        after,
        (event) => kinds.has(event.kind) && (!about || about.some((id) => event.related.includes(id))),
      ) as never;
    },
    resolve: (message) => messageValue(message as never) as never,
  }),
);
