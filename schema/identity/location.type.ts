import { workstationList } from '../machines/workstation.type.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byId, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { LocationNotificationRef } from './enums.ts';
import { subLocationList } from './sub-location.type.ts';

noun('Location', {
  description: 'A site of the organization, where workstations stand and stock is kept.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    address: t.exposeString('address', { nullable: true, description: 'The postal address.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'The telephone number.' }),
    countriesServed: t.exposeStringList('countriesServed', {
      description: 'The countries that it delivers to, as ISO 3166-1 alpha-2 codes.',
    }),
    orderCompletionNote: t.exposeString('orderCompletionNote', {
      nullable: true,
      description: 'Added to the message that tells a customer of a complete order.',
    }),
    notifications: t.field({
      type: [LocationNotificationRef],
      description: 'What its contact is told of.',
      select: { notifications: true },
      // Locations from before there were notifications hold none at all.
      resolve: ({ notifications }) => notifications ?? [],
    }),

    contact: t.relation('contact', { nullable: true, description: 'Whom to ask about this location.' }),
    subLocations: childList(t, 'Location', 'subLocations', subLocationList, 'Its areas.'),
    workstations: childList(t, 'Location', 'workstations', workstationList, 'What stands there.'),
  }),
});

export const locationList = listOf('Location', {
  plural: 'locations',
  filters: {
    name: byText('name', 'By name.'),
    contact: byId('contactId', 'User', 'By whom to ask.'),
    archived: byArchived,
  },
  search: ['name', 'address'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
