import { childList } from '../shared/connection.ts';
import { noun } from '../shared/noun.ts';
import { lineItemList } from './line-item.type.ts';

noun('Product', {
  description: 'What a customer receives: what a line item of type PRODUCT makes.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What the customer calls it.' }),
    externalId: t.exposeString('externalId', { nullable: true, description: 'Its id in another system.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'Notes.' }),
    order: t.relation('order', { description: 'The order that it belongs to.' }),
    lineItems: childList(t, 'Product', 'lineItems', lineItemList, 'What is made for it.'),
  }),
});
