import { eventField } from '../shared/streams.ts';

eventField('holdEvents', 'Hold', {
  description:
    'What happens to one hold, or to all: proposed, placed, spread to something more, decided about, released.',
  message: 'A message of the stream of holds: their own events, and those of their dispositions.',
  nouns: ['Hold', 'HoldDisposition'],
  by: { holdId: { noun: 'Hold', description: 'This hold only.' } },
});
