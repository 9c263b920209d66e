import type * as prisma from '../../prisma/generated/client/client.ts';
import { enumOf } from '../shared/enums.ts';

export const OrderStatusRef = enumOf<prisma.OrderStatus>(
  'OrderStatus',
  'How far an order is. From CONFIRMED on it follows from its pieces.',
  {
    NEW: 'Being entered: line items may still be missing.',
    PENDING: 'Handed in, and waiting to be confirmed.',
    CONFIRMED: 'Accepted: its pieces exist, none has been started.',
    PROCESSING: 'Being worked on in several kinds of step at once.',
    PRINTING: 'Its pieces are being printed.',
    POST_PROCESSING: 'Its pieces are past the printer and being finished.',
    SHIPPING: 'Its pieces are finished and being sent.',
    COMPLETE: 'All of it is done.',
    CANCELLED: 'Given up; nothing more is made for it.',
  },
);

export const OrderTypeRef = enumOf<prisma.OrderType>('OrderType', 'Why an order is made.', {
  COMMERCIAL: 'For a customer who pays.',
  BENCHMARK: 'To compare machines, materials or settings.',
  RESEARCH: 'For research and development.',
  SAMPLE: 'To show what the shop can do.',
  TIME_STUDY: 'To measure how long the work takes.',
});

export const ApplicationTypeRef = enumOf<prisma.ApplicationType>(
  'ApplicationType',
  'What the parts are used as.',
  {
    PROTOTYPE: 'To try out a design.',
    TOOLING: 'As a tool, jig or mould.',
    END_COMPONENT: 'In the final product.',
  },
);

export const LineItemStatusRef = enumOf<prisma.LineItemStatus>(
  'LineItemStatus',
  'How far a line item is. From CONFIRMED on it follows from its pieces.',
  {
    NEW: 'Being entered.',
    PENDING: 'Handed in with its order, and waiting to be confirmed.',
    CONFIRMED: 'Accepted: its pieces exist, none has been started.',
    PRINTING: 'Its pieces are being printed.',
    POST_PROCESSING: 'Its pieces are past the printer and being finished.',
    SHIPPING: 'Its pieces are finished and being sent.',
    COMPLETE: 'All of its pieces are done.',
    CANCELLED: 'Given up; nothing more is made for it.',
  },
);

export const EndUseRef = enumOf<prisma.EndUse>('EndUse', 'What a piece is made for.', {
  PRODUCT: 'To be delivered.',
  SPECIMEN: 'To be tested.',
  WASTE: 'To fill or balance a build; thrown away after it.',
  TOOLING: 'To be used in the shop.',
});
