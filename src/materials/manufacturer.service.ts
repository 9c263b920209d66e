import { email, line, text } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';

export const manufacturerCommands = plainNoun('Manufacturer', {
  fields: {
    name: line().describe('Unique in the organization.'),
    address: text(500).nullish().describe('The postal address.'),
    notes: text().nullish().describe('Anything worth knowing.'),
    contactName: line().nullish().describe('Whom to ask about buying.'),
    contactEmail: email().nullish().describe('Their e-mail address; kept in lower case.'),
    contactPhone: line(50).nullish().describe('Their telephone number.'),
    supportName: line().nullish().describe('Whom to ask for help.'),
    supportEmail: email().nullish().describe('Their e-mail address; kept in lower case.'),
    supportPhone: line(50).nullish().describe('Their telephone number.'),
  },
  unique: 'name',
});
