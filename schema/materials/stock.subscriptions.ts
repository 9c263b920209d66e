import { eventField } from '../shared/streams.ts';

eventField('stockAlerts', 'StockAlert', {
  description:
    'Stocks that fall below their minimum, whatever took the material: a load, a scrapping, a return, a count.',
  message: 'A message of the stream of stocks that run low.',
  nouns: ['Stock'],
  kinds: ['StockFellBelowMinimum'],
  by: {
    locationId: { noun: 'Location', description: 'Stocks at this location only.' },
    materialId: { noun: 'Material', description: 'Stocks of this material only.' },
  },
});
