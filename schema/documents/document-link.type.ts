import type { Noun } from '../../src/ids.ts';
import { listOf } from '../shared/connection.ts';
import { byId, byInstant, byObject } from '../shared/filters.ts';
import { branded, NodeRef } from '../shared/node.ts';
import { noun } from '../shared/noun.ts';
import { mayAccess } from '../shared/registry.ts';
import { rowLoader } from '../shared/rows.ts';

noun('DocumentLink', {
  description: 'That a document belongs to an object. A document may belong to several.',
  fields: (t) => ({
    document: t.relation('document', { description: 'The document: this revision of it.' }),
    subject: t.field({
      type: NodeRef,
      nullable: true,
      description: 'What it belongs to; null where you may not see it.',
      select: { subjectType: true, subjectId: true },
      resolve: async ({ subjectType, subjectId }, _args, context, info) => {
        const noun = subjectType as Noun;
        if (!mayAccess(noun, context)) return null;
        const row = await rowLoader(context, info, noun).load(subjectId);
        return row ? branded(row, noun) : null;
      },
    }),
    createdBy: t.relation('createdBy', { nullable: true, description: 'The token that linked it.' }),
  }),
});

export const documentLinkList = listOf('DocumentLink', {
  plural: 'links of documents',
  filters: {
    document: byId('documentId', 'Document', 'By document.'),
    subject: byObject('subjectId', 'By what the document belongs to.'),
    createdAt: byInstant('createdAt', 'By when they were linked.'),
  },
  orders: { CREATED_AT: { column: 'createdAt', description: 'By when they were linked.' } },
});
