import type { LoggedEvent } from '../../src/events/log.ts';
import { nouns } from '../../src/ids.ts';
import { builder } from '../builder.ts';
import { afterArgument, events, messageValue, streamMessage } from '../shared/streams.ts';
import { aboutOf, EventFilter, kindsFor, tokensOf, usersOf } from './event.queries.ts';

const EventStreamMessage = streamMessage({
  name: 'Event',
  description: 'A message of the stream of all events.',
  nouns,
});

/** Whether one of these users caused an event; the tokens that they are given while the stream lasts are theirs too. */
function causedBy(users: readonly string[], tokens: Set<string>): (event: LoggedEvent) => boolean {
  return ({ kind, subjectId, after, actorId }) => {
    if (kind === 'ApiTokenCreated' && users.includes(String(after?.userId))) tokens.add(subjectId);
    return actorId !== null && tokens.has(actorId);
  };
}

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
      const users = usersOf(filter);
      const kinds = new Set(kindsFor(context, filter));
      return events(
        context,
        after,
        (event) => kinds.has(event.kind) && (!about || about.some((id) => event.related.includes(id))),
        { choose: users ? async () => causedBy(users, await tokensOf(context, users)) : undefined },
      ) as never;
    },
    resolve: (message) => messageValue(message as never) as never,
  }),
);
