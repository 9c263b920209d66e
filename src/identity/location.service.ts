import { z } from 'zod';
import { LocationNotification } from '../../prisma/generated/client/client.ts';
import { idOf, line, oneOf, text } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';

export const locationCommands = plainNoun('Location', {
  fields: {
    name: line().describe('Unique in the organization.'),
    address: text(500).nullish().describe('The postal address.'),
    phone: line(50).nullish().describe('The telephone number.'),
    countriesServed: z
      .array(z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code such as DE'))
      .max(250)
      .default([])
      .describe('The countries that it delivers to, as ISO 3166-1 alpha-2 codes.'),
    orderCompletionNote: text(2_000)
      .nullish()
      .describe('Added to the message that tells a customer of a complete order.'),
    contactId: idOf('User').nullish().describe('Whom to ask about this location.'),
    notifications: z
      .array(oneOf('LocationNotification', LocationNotification))
      .max(20)
      .transform((events) => [...new Set(events)])
      .default([])
      .describe('What its contact is told of.'),
  },
  unique: 'name',
});
