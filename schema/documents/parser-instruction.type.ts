import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byId, byInstant, byInt, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { documentParserReportList } from './parser-report.type.ts';

noun('DocumentParserInstruction', {
  description: 'One value that a template reads from documents, and how it is found.',
  fields: (t) => ({
    template: t.relation('template', { description: 'The template that it belongs to.' }),
    position: t.exposeInt('position', {
      description:
        'Its place among those of the template in use, from 1; of an archived one, the last it had.',
    }),
    name: t.exposeString('name', { description: 'What is read; unique in its template.' }),
    labels: t.exposeStringList('labels', {
      description: 'What stands before or above the value in a document; none: its name does.',
    }),
    pattern: t.exposeString('pattern', {
      nullable: true,
      description:
        'The regular expression that the value must match; its first group is the value where it has one. Null: whatever stands there.',
    }),
    unit: t.exposeString('unit', {
      nullable: true,
      description: 'The unit that the value is expected in: a UCUM code, or any text.',
    }),
    reports: childList(
      t,
      'DocumentParserInstruction',
      'reports',
      documentParserReportList,
      'What documents say for it: one for each document.',
    ),
  }),
});

export const documentParserInstructionList = listOf('DocumentParserInstruction', {
  plural: 'parser instructions',
  filters: {
    parserTemplate: byId('templateId', 'DocumentParserTemplate', 'By template.'),
    name: byText('name', 'By what is read.'),
    position: byInt('position', 'By place in the template.'),
    archived: byArchived,
    createdAt: byInstant('createdAt', 'By when they were made.'),
  },
  search: ['name', 'pattern'],
  orders: {
    POSITION: { column: 'position', description: 'By place in the template.' },
    NAME: { column: 'name', description: 'By what is read.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were made.' },
  },
});
