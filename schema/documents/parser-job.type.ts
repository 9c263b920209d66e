import { childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { JobStatusRef } from '../traceability/report.enums.ts';
import { documentParserReportList } from './parser-report.type.ts';

noun('DocumentParsingJob', {
  description:
    'One reading of a document by a template, done in the background: values by labels and patterns, in the text of the document, or in its letters where it is a picture.',
  fields: (t) => ({
    document: t.relation('document', { description: 'The document that is read.' }),
    template: t.relation('template', { description: 'The template that it is read by.' }),
    status: t.expose('status', { type: JobStatusRef, description: 'How far it is.' }),
    notes: t.exposeString('notes', {
      nullable: true,
      description:
        'What became of it, for people: how many values were found and which were not, which were kept as a person wrote them, or why the document could not be read.',
    }),
    reports: childList(
      t,
      'DocumentParsingJob',
      'reports',
      documentParserReportList,
      'What it read that stands: not what was read or written later.',
    ),
    createdBy: t.relation('createdBy', { nullable: true, description: 'The token that asked for it.' }),
  }),
});

export const documentParsingJobList = listOf('DocumentParsingJob', {
  plural: 'parsing jobs',
  filters: {
    document: byId('documentId', 'Document', 'By document.'),
    parserTemplate: byId('templateId', 'DocumentParserTemplate', 'By template.'),
    status: byEnum('status', 'JobStatus', 'By how far they are.'),
    createdAt: byInstant('createdAt', 'By when they were asked for.'),
  },
  orders: { CREATED_AT: { column: 'createdAt', description: 'By when they were asked for.' } },
});
