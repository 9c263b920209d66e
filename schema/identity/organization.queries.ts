import { builder } from '../builder.ts';
import { rowLoader } from '../shared/rows.ts';

builder.queryField('organization', (t) =>
  t.field({
    type: 'Organization' as never,
    description: "The caller's own organization.",
    resolve: (_root, _args, context, info) =>
      rowLoader(context, info, 'Organization').load(context.signedIn.organizationId) as never,
  }),
);
