import { builder } from '../builder.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byId, byInstant, byText } from '../shared/filters.ts';
import { type NounFields, noun } from '../shared/noun.ts';
import { documentParserInstructionList } from './parser-instruction.type.ts';
import { documentParsingJobList } from './parser-job.type.ts';
import { documentParserReportList } from './parser-report.type.ts';

noun('DocumentParserTemplate', {
  description:
    'Which values are read from a kind of document, and how they are found; or from one document only, made of the template for its kind.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description: 'What it is called: unique among those in use that are not for one document.',
    }),
    description: t.exposeString('description', { nullable: true, description: 'Which documents it is for.' }),
    document: t.relation('document', {
      nullable: true,
      description:
        'The one document that it was made for, with its other revisions; null for one for all documents.',
    }),
    parent: t.relation('parent', {
      nullable: true,
      description: 'The template that it was made of, for one document.',
    }),
    customized: childList(
      t,
      'DocumentParserTemplate',
      'customized',
      documentParserTemplateList,
      'The templates for one document that were made of it.',
    ),
    instructions: childList(
      t,
      'DocumentParserTemplate',
      'instructions',
      documentParserInstructionList,
      'The values to read, archived ones among them. Order by POSITION.',
    ),
    parsingJobs: childList(
      t,
      'DocumentParserTemplate',
      'parsingJobs',
      documentParsingJobList,
      'The readings of documents by it.',
    ),
  }),
});

export const documentParserTemplateList = listOf('DocumentParserTemplate', {
  plural: 'parser templates',
  filters: {
    name: byText('name', 'By name.'),
    document: byId('documentId', 'Document', 'By the one document that they were made for.'),
    parent: byId('parentId', 'DocumentParserTemplate', 'By the template that they were made of.'),
    archived: byArchived,
    createdAt: byInstant('createdAt', 'By when they were made.'),
  },
  search: ['name', 'description'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were made.' },
  },
});

builder.prismaObjectFields('Document', (t) => {
  const fields = t as unknown as NounFields<'Document'>;
  return {
    parserTemplate: fields.relation('parserTemplate', {
      nullable: true,
      description: 'The template that it is read by, where one was chosen.',
    }),
    parserTemplates: childList(
      fields,
      'Document',
      'customTemplates',
      documentParserTemplateList,
      'The templates that were made for it alone.',
    ),
    parsingJobs: childList(fields, 'Document', 'parsingJobs', documentParsingJobList, 'Its readings.'),
    parserReports: childList(
      fields,
      'Document',
      'parserReports',
      documentParserReportList,
      'What it says: one value for each instruction that it was read by.',
    ),
  };
});
