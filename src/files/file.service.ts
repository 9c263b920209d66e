import type { File } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { decimal, expectedVersion, idOf, line } from '../commands/input.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import type { EventKind } from '../events/kinds.ts';
import { fileStates } from './file.state.ts';

/** How long a link to upload to is good for: 24 hours. */
const uploadableFor = 24 * 3_600_000;

const mediaType = () =>
  line(127)
    .toLowerCase()
    .regex(
      /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/,
      'must be a media type without parameters, such as text/csv',
    );

export const createUpload = command('createUpload', {
  description:
    'Announces a file. The answer has the link that its content is sent to, by an HTTP PUT beside GraphQL, within 24 hours.',
  right: 'report',
  input: {
    name: line(255)
      .regex(/^[^/\\]*$/, 'must be the name of a file, without a folder')
      .describe('Its name, with which it is downloaded. Need not be unique.'),
    description: line(1_000).nullish().describe('What it is, for people.'),
    mediaType: mediaType()
      .nullish()
      .describe(
        'What it is said to be, such as `text/csv`; without parameters. Content that contradicts it is refused. Found out from the content unless given.',
      ),
    size: decimal({ min: 0, max: Number.MAX_SAFE_INTEGER, places: 0 })
      .nullish()
      .describe('How many bytes will come. Content of another size is refused.'),
    sha256: line(64)
      .toLowerCase()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
      .nullish()
      .describe('The SHA-256 of what will come, 64 hexadecimal digits. Other content is refused.'),
  },
  refusals: [],
  run: async (context, { name, description, mediaType: declared, size, sha256 }) => {
    const uploadUntil = new Date(context.now.getTime() + uploadableFor);
    const file = await context.tx.file.create({
      data: {
        ...context.fresh(),
        name,
        description: description ?? null,
        mediaType: declared ?? null,
        expectedSize: size ? BigInt(size.toFixed()) : null,
        expectedSha256: sha256 ?? null,
        uploadUntil,
      },
    });
    recordFile(context, 'FileCreated', null, file);
    return { id: file.id, uploadUntil: uploadUntil.toISOString() };
  },
});

export const archiveFile = command('archiveFile', {
  description:
    'Archives a file: what refers to it keeps it and can still download it, new work cannot use it.',
  right: 'work',
  input: { fileId: idOf('File').describe('The File.'), expectedVersion: expectedVersion() },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { fileId, expectedVersion: expected }) => {
    await context.lock({ File: [fileId] });
    const before = await context.tx.file.findUniqueOrThrow({ where: context.key(fileId) });
    context.expectVersion('File', before, expected);
    if (before.archivedAt) throw new TransitionError('File', 'ARCHIVED', 'ARCHIVE_FILE', []);
    fileStates.require(before.status, 'ARCHIVE_FILE');
    const after = await context.tx.file.update({
      where: context.key(fileId),
      data: { archivedAt: context.now, ...context.touched() },
    });
    recordFile(context, 'FileArchived', before, after);
    return { id: fileId };
  },
});

/** Records what happened to a file. Where the storage keeps it is nobody's business but the storage's. */
export function recordFile(
  context: CommandContext,
  kind: EventKind<'File'>,
  before: File | null,
  after: File,
): void {
  const told = ({ contentKey: _, ...row }: File) => row;
  context.record(kind, 'File', before && told(before), told(after), { reason: after.refusal });
}

/**
 * The file that an input names, stored and in use. A shared lock keeps it from being archived until the commit.
 *
 * @param path where in the input it stands
 * @throws InvalidInputError saying what to do, where it is not there, archived, refused or not uploaded yet
 */
export async function requireStoredFile(
  context: CommandContext,
  fileId: string,
  path: string | string[],
): Promise<File> {
  const places = Array.isArray(path) ? path : [path];
  const [found] = await requireReferences(context, reference('File', fileId, ...places));
  const file = found as unknown as File;
  if (file.status === 'EXPECTED') {
    throw InvalidInputError.at(
      places,
      'names a File whose content has not been uploaded. Upload it first, then try again.',
    );
  }
  if (file.status === 'REFUSED') {
    throw InvalidInputError.at(
      places,
      `names a File whose content was refused: ${file.refusal ?? 'no reason was kept'} Create another upload.`,
    );
  }
  return file;
}
