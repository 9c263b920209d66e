import { parseId } from '../../src/commands/input.ts';
import { builder } from '../builder.ts';
import { afterArgument, events, messageValue, streamMessage } from '../shared/streams.ts';

const subjects = new Set(['Order', 'LineItem', 'Piece']);

const OrderStreamMessage = streamMessage({
  name: 'Order',
  description:
    'A message of the stream of one order or of all: its own events, its line items’ and its pieces’.',
  nouns: ['Order', 'LineItem', 'Piece'],
});

builder.subscriptionField('orderEvents', (t) =>
  t.field({
    type: OrderStreamMessage as never,
    description: 'What happens to one order, or to all: to the order, to its line items, to its pieces.',
    args: {
      orderId: t.arg.id({ required: false, description: 'The order; all of them unless given.' }),
      after: t.arg(afterArgument),
    },
    subscribe: (_root, { orderId, after }, context) => {
      const order = orderId ? parseId('Order', orderId, 'orderId') : null;
      return events(
        context,
        after,
        (event) => subjects.has(event.subjectType) && (!order || event.related.includes(order)),
      ) as never;
    },
    resolve: (message) => messageValue(message as never) as never,
  }),
);
