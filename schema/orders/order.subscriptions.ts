import { eventField } from '../shared/streams.ts';

eventField('orderEvents', 'Order', {
  description: 'What happens to one order, or to all: to the order, to its line items, to its pieces.',
  message: 'A message of the stream of one order or of all: its own events, its line items’ and its pieces’.',
  nouns: ['Order', 'LineItem', 'Piece'],
  by: {
    orderId: { noun: 'Order', description: 'The order; all of them unless given.' },
    lineItemId: { noun: 'LineItem', description: 'This line item and its pieces only.' },
    locationId: { noun: 'Location', description: 'What happens at this location only.' },
  },
});
