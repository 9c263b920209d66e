import type * as prisma from '../../prisma/generated/client/client.ts';
import { enumOf } from '../shared/enums.ts';

export const RoleRef = enumOf<prisma.Role>('Role', 'What someone, or a token, may do.', {
  VIEWER: 'Sees the shop and changes nothing.',
  MACHINE: 'A connector or analyser: reports what machines and sensors say, and sees the shop.',
  OPERATOR: 'Plans and makes things, reports for machines, and sees the shop.',
  ADMINISTRATOR: 'May do everything: master data, people and tokens too.',
});

export const LocationNotificationRef = enumOf<prisma.LocationNotification>(
  'LocationNotification',
  'What the contact of a location can be told of.',
  {
    ORDER_CREATED: 'An order was created for the location.',
    ORDER_OWNER_ASSIGNED: 'An order of the location was given to somebody.',
    LINE_ITEMS_CONFIRMED: 'All line items of an order are confirmed.',
    ORDER_SCHEDULED: 'All pieces of an order are planned.',
    ORDER_STARTED_PRINTING: 'The first piece of an order is being printed.',
    ORDER_SHIPPED: 'An order was shipped.',
    ORDER_COMPLETED: 'An order is complete.',
    PRINT_ERROR: 'Printing a piece of an order failed.',
  },
);
