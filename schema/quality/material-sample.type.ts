import { Quantity } from '../../src/materials/quantity.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byId, byInstant, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { measured, QuantityRef } from '../shared/quantity.ts';
import { testPanelList } from './material-test-panel.type.ts';

noun('MaterialSample', {
  description: 'A little of a batch that was taken to be tested.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    quantity: t.field({
      type: QuantityRef,
      description: 'How much was taken; 0 where it was too little to count.',
      select: { quantity: true, batch: { select: { material: measured } } },
      resolve: ({ quantity, batch }) => new Quantity(quantity, batch.material),
    }),

    batch: t.relation('batch', { description: 'The batch that it was taken from.' }),
    action: t.relation('action', { description: 'The action that took it.' }),
    panels: childList(t, 'MaterialSample', 'panels', testPanelList, 'The tests that are done on it.'),
  }),
});

export const materialSampleList = listOf('MaterialSample', {
  plural: 'samples',
  filters: {
    name: byText('name', 'By name.'),
    batch: byId('batchId', 'MaterialBatch', 'By batch.'),
    material: byId('materialId', 'Material', 'By material.', (where) => ({ batch: { is: where } })),
    createdAt: byInstant('createdAt', 'By when it was taken.'),
  },
  search: ['name'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    CREATED_AT: { column: 'createdAt', description: 'By when it was taken.' },
  },
});
