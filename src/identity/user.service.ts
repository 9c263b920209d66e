import { Role } from '../../prisma/generated/client/client.ts';
import { email, line, oneOf } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';

export const userCommands = plainNoun('User', {
  fields: {
    name: line().describe('How people call them.'),
    email: email().describe('Unique in the organization; kept in lower case.'),
    role: oneOf('Role', Role).describe('What they may do.'),
    phone: line(50).nullish().describe('The telephone number.'),
  },
  unique: 'email',
});
