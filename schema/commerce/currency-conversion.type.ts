import { listOf } from '../shared/connection.ts';
import { byArchived, byText, byTruth } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';

noun('CurrencyConversion', {
  description:
    'A currency that the organization reckons in, and what its default currency is worth in it. Costs are kept in the default.',
  fields: (t) => ({
    currency: t.exposeString('currency', { description: 'Its ISO 4217 code. Unique in the organization.' }),
    rate: t.expose('rate', {
      type: 'Decimal',
      description: 'What one unit of the default currency is worth in this one; 1 for the default itself.',
    }),
    isDefault: t.exposeBoolean('isDefault', {
      description:
        'Whether it is the default. The first currency is, until setDefaultCurrency names another; there is exactly one.',
    }),
  }),
});

export const currencyConversionList = listOf('CurrencyConversion', {
  plural: 'currencies',
  filters: {
    currency: byText('currency', 'By ISO 4217 code.'),
    isDefault: byTruth('isDefault', 'Whether it is the default.'),
    archived: byArchived,
  },
  search: ['currency'],
  orders: {
    CURRENCY: { column: 'currency', description: 'By ISO 4217 code.' },
    RATE: { column: 'rate', description: 'By rate.' },
  },
});
