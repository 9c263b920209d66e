import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { testInstructionList } from './material-test-instruction.type.ts';

noun('MaterialTestOperation', {
  description:
    'A kind of test of a material, such as its density or composition. Its instructions say what to measure.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    description: t.exposeString('description', { nullable: true, description: 'What is tested, and how.' }),

    instructions: childList(
      t,
      'MaterialTestOperation',
      'instructions',
      testInstructionList,
      'What to measure, for the organization, for single materials and for single panels.',
    ),
  }),
});

export const testOperationList = listOf('MaterialTestOperation', {
  plural: 'operations of material tests',
  filters: { name: byText('name', 'By name.'), archived: byArchived },
  search: ['name', 'description'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
