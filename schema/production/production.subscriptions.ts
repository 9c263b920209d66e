import { parseId } from '../../src/commands/input.ts';
import type { TickMessage } from '../../src/events/stream.ts';
import { builder } from '../builder.ts';
import { rowLoader } from '../shared/rows.ts';
import { afterArgument, events, messageValue, ofRunAndMachine, streamMessage } from '../shared/streams.ts';

const RunStreamMessage = streamMessage({
  name: 'Run',
  description: 'A message of the stream of one run: its own events, and those of its builds.',
  nouns: ['Run', 'Build'],
});

builder.subscriptionField('runEvents', (t) =>
  t.field({
    type: RunStreamMessage as never,
    description: 'What happens to one run: its status, its pieces, its alerts, and the status of its builds.',
    args: {
      runId: t.arg.id({ required: true, description: 'The run.' }),
      after: t.arg(afterArgument),
    },
    subscribe: (_root, { runId, after }, context) => {
      const run = parseId('Run', runId, 'runId');
      return events(context, after, (event) =>
        event.subjectType === 'Run'
          ? event.subjectId === run
          : event.subjectType === 'Build' && event.related.includes(run),
      ) as never;
    },
    resolve: (message) => messageValue(message as never) as never,
  }),
);

builder.objectRef<TickMessage>('BuildProgress').implement({
  description:
    'A build moved on within its status: a layer was made. Not an event: it has no cursor, a slow display gets the newest, and what was missed while away is in `build` already.',
  fields: (t) => ({
    build: t.field({
      type: 'Build' as never,
      nullable: true,
      description: 'The build as it is now.',
      resolve: (message, _args, context, info) =>
        rowLoader(context, info, 'Build').load(message.tick.subjectId) as never,
    }),
  }),
});

const BuildStreamMessage = streamMessage({
  name: 'Build',
  description: 'A message of the stream of builds: their events, and the progress of their layers.',
  nouns: ['Build'],
  tick: 'BuildProgress',
});

builder.subscriptionField('buildEvents', (t) =>
  t.field({
    type: BuildStreamMessage as never,
    description: 'What happens to the builds of one run or one machine, or to all; layer by layer.',
    args: {
      runId: t.arg.id({ required: false, description: 'Builds of this run only.' }),
      machineId: t.arg.id({ required: false, description: 'Builds of this machine only.' }),
      after: t.arg(afterArgument),
    },
    subscribe: (_root, { runId, machineId, after }, context) => {
      const about = ofRunAndMachine(runId, machineId);
      return events(
        context,
        after,
        (event) => event.subjectType === 'Build' && about(event.related),
        (tick) => about(tick.related),
      ) as never;
    },
    resolve: (message) => messageValue(message as never) as never,
  }),
);
