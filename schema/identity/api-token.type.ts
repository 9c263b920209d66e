import { listOf } from '../shared/connection.ts';
import { byEnum, byId, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { RoleRef } from './enums.ts';

noun('ApiToken', {
  description:
    'What a person, a display or a machine connector signs in with. Its text is never shown again.',
  access: 'administer',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is for.' }),
    hint: t.exposeString('hint', { description: 'How its text begins, by which it is recognized.' }),
    role: t.field({ type: RoleRef, description: 'What its holder may do.', resolve: (token) => token.role }),
    user: t.relation('user', { nullable: true, description: 'The person who holds it.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it stops working.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute.',
    }),
  }),
});

export const apiTokenList = listOf('ApiToken', {
  plural: 'API tokens',
  filters: {
    role: byEnum('role', 'Role', 'By what its holder may do.'),
    user: byId('userId', 'User', 'By who holds it.'),
    name: byText('name', 'By name.'),
  },
  search: ['name'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    LAST_USED_AT: { column: 'lastUsedAt', nullable: true, description: 'By when it was last used.' },
  },
});
