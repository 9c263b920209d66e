import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { RoleRef } from './enums.ts';
import { locationList } from './location.type.ts';

noun('User', {
  description: 'A person of the organization. What they may do follows from the token that they use.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'How people call them.' }),
    email: t.exposeString('email', { description: 'Unique in the organization; in lower case.' }),
    role: t.expose('role', { type: RoleRef, description: 'What they may do.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'The telephone number.' }),

    contactOf: childList(t, 'User', 'contactOf', locationList, 'The locations that they are the contact of.'),
  }),
});

export const userList = listOf('User', {
  plural: 'users',
  filters: {
    name: byText('name', 'By name.'),
    email: byText('email', 'By e-mail address, which is in lower case.'),
    role: byEnum('role', 'Role', 'By role.'),
    archived: byArchived,
  },
  search: ['name', 'email'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    EMAIL: { column: 'email', description: 'By e-mail address.' },
  },
});
