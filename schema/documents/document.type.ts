import type { Document } from '../../prisma/generated/client/client.ts';
import { documentStates, documentStatus } from '../../src/documents/document.state.ts';
import { type DocumentSubject, documentSubjects } from '../../src/documents/subjects.ts';
import { builder } from '../builder.ts';
import { actionsOf } from '../shared/actions.ts';
import { belongingList, childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byInstant, byInt, byObject, byRule, byText } from '../shared/filters.ts';
import { type NounFields, noun } from '../shared/noun.ts';
import { rowField } from '../shared/row-field.ts';
import { rowLoader } from '../shared/rows.ts';
import { DocumentStatusRef, SnapshotStatusRef } from './document.enums.ts';
import { documentLinkList } from './document-link.type.ts';

type Snapshot = Pick<
  Document,
  'snapshotStatus' | 'snapshotFileId' | 'snapshotWidth' | 'snapshotHeight' | 'snapshotNote'
>;

const DocumentSnapshotRef = builder.objectRef<Snapshot>('DocumentSnapshot').implement({
  description:
    'The picture of the first page of a document, as a PNG whose longer side has 1024 pixels at most.',
  fields: (t) => ({
    status: t.field({
      type: SnapshotStatusRef,
      description: 'How far it is.',
      resolve: ({ snapshotStatus }) => snapshotStatus,
    }),
    note: t.string({
      nullable: true,
      description: 'Why there is no picture, where there will be none.',
      resolve: ({ snapshotNote }) => snapshotNote,
    }),
    file: rowField(
      t,
      'File',
      'The picture; null until it is there.',
      ({ snapshotFileId }) => snapshotFileId,
      { nullable: true },
    ),
    width: t.int({
      nullable: true,
      description: 'Its width in pixels.',
      resolve: ({ snapshotWidth }) => snapshotWidth,
    }),
    height: t.int({
      nullable: true,
      description: 'Its height in pixels.',
      resolve: ({ snapshotHeight }) => snapshotHeight,
    }),
  }),
});

const DocumentActionRef = actionsOf(documentStates);

const revisionsOf = (condition: string) => (parent: string, organization: string) =>
  `EXISTS (SELECT 1 FROM "Document" one WHERE one."organizationId" = ${organization} AND one.id = ${parent}
     AND one."seriesId" = t."seriesId" AND ${condition})`;

noun('Document', {
  description:
    'A file that people attach to something: a drawing, a photo, a letter. It belongs to as many objects as it is linked to. Its content never changes: another content is its next revision, and the former is kept.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is called.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is, for people.' }),
    status: t.field({
      type: DocumentStatusRef,
      description: 'Whether it is in use.',
      select: { archivedAt: true },
      resolve: documentStatus,
    }),
    allowedActions: t.field({
      type: [DocumentActionRef],
      description: 'What its state allows now.',
      select: { archivedAt: true },
      resolve: (document) => documentStates.allowedActions(documentStatus(document)),
    }),
    revision: t.exposeInt('revision', { description: 'Its number among its revisions, from 1.' }),
    file: t.relation('file', {
      description: 'Its content, with a link to it. Until it has come, its status says so.',
    }),
    previous: t.relation('previous', { nullable: true, description: 'The revision that this one replaces.' }),
    next: t.field({
      type: 'Document' as never,
      nullable: true,
      description: 'The revision that replaces this one; null for the newest.',
      select: { next: { select: { id: true } } },
      resolve: ({ next }, _args, context, info) =>
        (next[0] ? rowLoader(context, info, 'Document').load(next[0].id) : null) as never,
    }),
    previousDocuments: belongingList(
      t,
      documentList,
      revisionsOf('t.revision < one.revision'),
      'All former revisions, the newest first.',
    ),
    snapshot: t.field({
      type: DocumentSnapshotRef,
      description: 'The picture of its first page.',
      select: {
        snapshotStatus: true,
        snapshotFileId: true,
        snapshotWidth: true,
        snapshotHeight: true,
        snapshotNote: true,
      },
      resolve: (row) => row,
    }),
    links: childList(t, 'Document', 'links', documentLinkList, 'What it belongs to.'),
    user: t.relation('user', {
      nullable: true,
      description: 'The person who attached it; null where a program did.',
    }),
    createdBy: t.relation('createdBy', { nullable: true, description: 'The token that attached it.' }),
  }),
});

export const documentList = listOf('Document', {
  plural: 'documents',
  filters: {
    name: byText('name', 'By name.'),
    revision: byInt('revision', 'By number of the revision.'),
    file: byId('fileId', 'File', 'By file.'),
    subject: byObject('subjectId', 'By what they belong to.', (where) => ({ links: { some: where } })),
    subjectType: byText('subjectType', 'By the kind of what they belong to, such as `Order`.', (where) => ({
      links: { some: where },
    })),
    parserTemplate: byId(
      'parserTemplateId',
      'DocumentParserTemplate',
      'By the template that they are read by.',
    ),
    snapshotStatus: byEnum(
      'snapshotStatus',
      'SnapshotStatus',
      'By how far the picture of the first page is.',
    ),
    createdBy: byId('createdById', 'ApiToken', 'By the token that attached them.'),
    user: byId('userId', 'User', 'By the person who attached them.'),
    newest: byRule('True: the newest revision of each. False: former ones. Both unless given.', (newest) => ({
      next: newest ? { none: {} } : { some: {} },
    })),
    archived: byArchived,
    createdAt: byInstant('createdAt', 'By when they were attached.'),
  },
  search: ['name', 'description'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    REVISION: { column: 'revision', description: 'By number of the revision.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were attached.' },
  },
});

const linkedTo = (parent: string, organization: string) =>
  `t.id IN (SELECT l."documentId" FROM "DocumentLink" l WHERE l."organizationId" = ${organization} AND l."subjectId" = ${parent})`;

for (const subject of documentSubjects) {
  builder.prismaObjectField(subject as 'Location', 'documents', (t) =>
    belongingList(
      t as unknown as NounFields<DocumentSubject>,
      documentList,
      linkedTo,
      'The documents that are linked to it, former revisions among them: `filter: { archived: false }` leaves those in use.',
    ),
  );
}
