import type { Reading } from '../../src/documents/parsing/answer.ts';
import { builder } from '../builder.ts';
import { listOf } from '../shared/connection.ts';
import { byId, byInstant, byRule, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';

const PageBoxRef = builder.objectRef<NonNullable<Reading['box']>>('PageBox').implement({
  description: 'A rectangle on a page as it is shown, in points (1/72 inch).',
  fields: (t) => ({
    x: t.exposeFloat('x', { description: 'From the left edge of the page.' }),
    y: t.exposeFloat('y', { description: 'From the upper edge of the page.' }),
    width: t.exposeFloat('width', { description: 'Its width.' }),
    height: t.exposeFloat('height', { description: 'Its height.' }),
  }),
});

/** How a value was read; null for what a person wrote. */
const readingOf = (reading: unknown): Reading | null => reading as Reading | null;

noun('DocumentParserReport', {
  description:
    'What a document says for one instruction: read by a job, or written by a person, which no job overwrites. There is one for each; its history tells what was there before.',
  fields: (t) => ({
    document: t.relation('document', { description: 'The document.' }),
    instruction: t.relation('instruction', { description: 'What the value is of.' }),
    value: t.exposeString('value', {
      description:
        'The value. A number that has a unit, or a decimal comma, is written with a decimal point and without groups; all else is as it stands in the document.',
    }),
    unit: t.exposeString('unit', {
      nullable: true,
      description:
        'Its unit: a UCUM code where it is one, else as it is written. Of a number without one, the unit that the instruction expects.',
    }),
    isManual: t.boolean({
      description: 'Whether a person wrote it: it is kept when the document is read again.',
      select: { jobId: true },
      resolve: ({ jobId }) => jobId === null,
    }),
    job: t.relation('job', {
      nullable: true,
      description: 'The job that read it; null where a person wrote it.',
    }),
    text: t.string({
      nullable: true,
      description: 'The value as it stands in the document; null where a person wrote it.',
      select: { reading: true },
      resolve: ({ reading }) => readingOf(reading)?.text ?? null,
    }),
    confidence: t.float({
      nullable: true,
      description:
        'How sure it is, from 0 to 1: by where it stands to its label, by its letters where they were recognized in a picture, and by whether another value stands as near. Null where a person wrote it.',
      select: { reading: true },
      resolve: ({ reading }) => readingOf(reading)?.confidence ?? null,
    }),
    page: t.int({
      nullable: true,
      description: 'The page that it was read on, from 1; null in documents without pages.',
      select: { reading: true },
      resolve: ({ reading }) => readingOf(reading)?.page ?? null,
    }),
    box: t.field({
      type: PageBoxRef,
      nullable: true,
      description: 'Where on the page it stands; null in documents without pages.',
      select: { reading: true },
      resolve: ({ reading }) => readingOf(reading)?.box ?? null,
    }),
    place: t.string({
      nullable: true,
      description:
        'Where it stands in a document without pages: `line 3`, `row 2, column 4`, `$.part.weight`.',
      select: { reading: true },
      resolve: ({ reading }) => readingOf(reading)?.place ?? null,
    }),
    user: t.relation('user', {
      nullable: true,
      description: 'The person who wrote it; null where a job did, or a program by hand.',
    }),
    createdBy: t.relation('createdBy', {
      nullable: true,
      description: 'The token that wrote it, or that asked for the job.',
    }),
  }),
});

export const documentParserReportList = listOf('DocumentParserReport', {
  plural: 'parser reports',
  filters: {
    document: byId('documentId', 'Document', 'By document.'),
    documentParserInstruction: byId('instructionId', 'DocumentParserInstruction', 'By instruction.'),
    instructionName: byText('name', 'By what was read.', (where) => ({ instruction: { is: where } })),
    documentParsingJob: byId('jobId', 'DocumentParsingJob', 'By the job that read them.'),
    user: byId('userId', 'User', 'By the person who wrote them.'),
    value: byText('value', 'By value.'),
    unit: byText('unit', 'By unit.'),
    manual: byRule(
      'True: those that a person wrote. False: those that a job read. Both unless given.',
      (manual) => ({ jobId: manual ? null : { not: null } }),
    ),
    createdAt: byInstant('createdAt', 'By when they were made.'),
  },
  search: ['value'],
  orders: {
    VALUE: { column: 'value', description: 'By value, as text.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were made.' },
  },
});
