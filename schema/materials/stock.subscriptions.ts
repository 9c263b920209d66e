import { builder } from '../builder.ts';
import { optionalId } from '../shared/node.ts';
import { afterArgument, events, messageValue, streamMessage } from '../shared/streams.ts';

const StockAlertStreamMessage = streamMessage({
  name: 'StockAlert',
  description: 'A message of the stream of stocks that run low.',
  nouns: ['Stock'],
  kinds: ['StockFellBelowMinimum'],
});

builder.subscriptionField('stockAlerts', (t) =>
  t.field({
    type: StockAlertStreamMessage as never,
    description:
      'Stocks that fall below their minimum, whatever took the material: a load, a scrapping, a return, a count.',
    args: {
      locationId: t.arg.id({ required: false, description: 'Stocks at this location only.' }),
      materialId: t.arg.id({ required: false, description: 'Stocks of this material only.' }),
      after: t.arg(afterArgument),
    },
    subscribe: (_root, { locationId, materialId, after }, context) => {
      const wanted = [
        optionalId('Location', locationId, 'locationId'),
        optionalId('Material', materialId, 'materialId'),
      ].filter((id) => id !== null);
      return events(
        context,
        after,
        (event) => event.kind === 'StockFellBelowMinimum' && wanted.every((id) => event.related.includes(id)),
      ) as never;
    },
    resolve: (message) => messageValue(message as never) as never,
  }),
);
