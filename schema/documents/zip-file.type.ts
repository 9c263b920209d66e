import { Decimal } from 'decimal.js';
import { zipDownload } from '../../src/documents/zip-file.download.ts';
import type { ZipEntry } from '../../src/documents/zip-file.manifest.ts';
import { type ZipFileStatus, zipFileStates, zipFileStatus } from '../../src/documents/zip-file.state.ts';
import { downloadLink } from '../../src/files/downloads.ts';
import { builder } from '../builder.ts';
import { actionsOf } from '../shared/actions.ts';
import { childList, listOf } from '../shared/connection.ts';
import { enumOf } from '../shared/enums.ts';
import { byId, byInstant, byRule, byText } from '../shared/filters.ts';
import { expiresIn, linkUntil } from '../shared/links.ts';
import { type NounFields, noun } from '../shared/noun.ts';
import { rowField } from '../shared/row-field.ts';

const ZipFileStatusRef = enumOf<ZipFileStatus>('ZipFileStatus', 'Whether an archive can be downloaded.', {
  AVAILABLE: 'It can be downloaded.',
  EXPIRED: 'Its time is over.',
  REVOKED: 'It was withdrawn before its time.',
});
const ZipFileActionRef = actionsOf(zipFileStates);

const ZipFileEntryRef = builder.objectRef<ZipEntry>('ZipFileEntry').implement({
  description: 'One content of an archive.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Where it lies in the archive; unique in it.' }),
    document: rowField(t, 'Document', 'The document.', ({ documentId }) => documentId, { nullable: true }),
    size: t.field({
      type: 'Decimal',
      description: 'Its size in bytes.',
      resolve: ({ size }) => new Decimal(size) as never,
    }),
    sha256: t.exposeString('sha256', { description: 'Its SHA-256, 64 hexadecimal digits.' }),
  }),
});

noun('ZipFile', {
  description:
    'An archive of documents, for download until it expires. It is made as it is downloaded, and is the same each time; `manifest.json` in it says what it holds.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name with which it is downloaded, without `.zip`.' }),
    status: t.field({
      type: ZipFileStatusRef,
      description: 'Whether it can be downloaded.',
      select: { expiresAt: true, revokedAt: true },
      resolve: (row, _args, { now }) => zipFileStatus(row, now),
    }),
    allowedActions: t.field({
      type: [ZipFileActionRef],
      description: 'What its state allows now.',
      select: { expiresAt: true, revokedAt: true },
      resolve: (row, _args, { now }) => zipFileStates.allowedActions(zipFileStatus(row, now)),
    }),
    order: t.relation('order', { nullable: true, description: 'The order whose documents it holds.' }),
    entryCount: t.exposeInt('entryCount', { description: 'How many contents it holds.' }),
    size: t.field({
      type: 'Decimal',
      description: 'The size of all its contents in bytes.',
      select: { size: true },
      resolve: ({ size }) => new Decimal(size.toString()) as never,
    }),
    entries: t.field({
      type: [ZipFileEntryRef],
      description: 'What it holds: 1 to 2,000 contents.',
      complexity: 100,
      select: { manifest: true },
      resolve: ({ manifest }) => (manifest as unknown as { entries: ZipEntry[] }).entries,
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it can be downloaded.' }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was withdrawn before its time.',
    }),
    url: t.string({
      nullable: true,
      description:
        'A link to it that needs no token: whoever has it can read, until it expires, and never for longer than the archive. Null once that is expired or withdrawn. A path, to be resolved against the URL of this endpoint, unless the installation names its public URL.',
      args: { expiresIn: t.arg(expiresIn) },
      select: { organizationId: true, id: true, expiresAt: true, revokedAt: true },
      resolve: ({ organizationId, id, ...row }, { expiresIn: seconds }, context) => {
        const until = linkUntil(context, seconds);
        if (zipFileStatus(row, context.now) !== 'AVAILABLE') return null;
        const request = { organizationId, subjectId: id, options: {} };
        return downloadLink(context.runtime, zipDownload, request, until);
      },
    }),
    user: t.relation('user', {
      nullable: true,
      description: 'The person who had it packed; null where a program did.',
    }),
    createdBy: t.relation('createdBy', { nullable: true, description: 'The token that had it packed.' }),
  }),
});

export const zipFileList = listOf('ZipFile', {
  plural: 'archives of documents',
  filters: {
    name: byText('name', 'By name.'),
    order: byId('orderId', 'Order', 'By order.'),
    user: byId('userId', 'User', 'By the person who had them packed.'),
    available: byRule(
      'True: those that can be downloaded. False: those that expired or were withdrawn. Both unless given.',
      (available, now) =>
        available
          ? { revokedAt: null, expiresAt: { gt: now } }
          : { OR: [{ revokedAt: { not: null } }, { expiresAt: { lte: now } }] },
    ),
    expiresAt: byInstant('expiresAt', 'By until when they can be downloaded.'),
    createdAt: byInstant('createdAt', 'By when they were made.'),
  },
  search: ['name'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    EXPIRES_AT: { column: 'expiresAt', description: 'By until when they can be downloaded.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were made.' },
  },
});

builder.prismaObjectFields('Order', (t) => ({
  zipFiles: childList(
    t as unknown as NounFields<'Order'>,
    'Order',
    'zipFiles',
    zipFileList,
    'The archives that were made of its documents.',
  ),
}));
