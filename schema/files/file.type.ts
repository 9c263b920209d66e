import { Decimal } from 'decimal.js';
import type { FileStatus } from '../../prisma/generated/client/client.ts';
import { fileActions, fileStates } from '../../src/files/file.state.ts';
import { actionsOf } from '../shared/actions.ts';
import { listOf } from '../shared/connection.ts';
import { enumOf } from '../shared/enums.ts';
import { byArchived, byEnum, byInstant, byText } from '../shared/filters.ts';
import { expiresIn, linkUntil } from '../shared/links.ts';
import { noun } from '../shared/noun.ts';

const FileStatusRef = enumOf<FileStatus>('FileStatus', 'How far a file is.', {
  EXPECTED: 'It was announced; its content has not come.',
  STORED: 'Its content is there, and never changes.',
  REFUSED: 'Its content was refused, or did not come in time. Announce another.',
});
const FileActionRef = actionsOf(fileStates);

const bytes = (value: bigint | null) => (value === null ? null : new Decimal(value.toString()));

noun('File', {
  description:
    'A file: a name, and a content that is sent and read by HTTP beside GraphQL. The content is written once.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, with which it is downloaded.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is, for people.' }),
    mediaType: t.exposeString('mediaType', {
      nullable: true,
      description:
        'What its content is, such as `application/pdf`, as far as the content tells; until it is stored, what was announced.',
    }),
    status: t.expose('status', { type: FileStatusRef, description: 'How far it is.' }),
    allowedActions: t.field({
      type: [FileActionRef],
      description: 'What its state allows now.',
      select: { status: true, archivedAt: true },
      resolve: fileActions,
    }),
    size: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The size of its content in bytes; null until it is stored.',
      select: { size: true },
      resolve: ({ size }) => bytes(size),
    }),
    sha256: t.exposeString('sha256', {
      nullable: true,
      description: 'The SHA-256 of its content, 64 hexadecimal digits; null until it is stored.',
    }),
    expectedSize: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The size in bytes that was announced.',
      select: { expectedSize: true },
      resolve: ({ expectedSize }) => bytes(expectedSize),
    }),
    expectedSha256: t.exposeString('expectedSha256', {
      nullable: true,
      description: 'The SHA-256 that was announced.',
    }),
    uploadUntil: t.expose('uploadUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when its upload may begin; null for a file that the server made.',
    }),
    storedAt: t.expose('storedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its content was complete.',
    }),
    refusal: t.exposeString('refusal', {
      nullable: true,
      description: 'Why its content was refused.',
    }),
    url: t.string({
      nullable: true,
      description:
        'A link to its content that needs no token: whoever has it can read, until it expires. Null until the file is stored. A path, to be resolved against the URL of this endpoint, unless the installation names its public URL.',
      args: {
        download: t.arg.boolean({
          required: true,
          defaultValue: true,
          description: 'True: a browser saves it. False: a browser may show it.',
        }),
        expiresIn: t.arg(expiresIn),
      },
      select: { organizationId: true, id: true, status: true },
      resolve: ({ organizationId, id, status }, { download, expiresIn: seconds }, context) => {
        const until = linkUntil(context, seconds);
        if (status !== 'STORED') return null;
        return context.runtime.files.downloadUrl(organizationId, id, until, !download);
      },
    }),
  }),
});

export const fileList = listOf('File', {
  plural: 'files',
  filters: {
    name: byText('name', 'By name.'),
    mediaType: byText('mediaType', 'By what they are.'),
    status: byEnum('status', 'FileStatus', 'By status.'),
    sha256: byText('sha256', 'By the hash of their content.'),
    storedAt: byInstant('storedAt', 'By when they were stored.'),
    createdAt: byInstant('createdAt', 'By when they were announced.'),
    archived: byArchived,
  },
  search: ['name', 'description'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    STORED_AT: { column: 'storedAt', nullable: true, description: 'By when they were stored.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were announced.' },
  },
});
