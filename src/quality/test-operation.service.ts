import { line, text } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';

export const testOperationCommands = plainNoun('MaterialTestOperation', {
  fields: {
    name: line().describe('Unique in the organization.'),
    description: text().nullish().describe('What is tested, and how.'),
  },
  unique: 'name',
});
