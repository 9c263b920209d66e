/** An archive of documents, made as it is read. */
import { Readable } from 'node:stream';
import { zipOf } from '../files/archive.ts';
import { downloadKind } from '../files/downloads.ts';
import { encodeId } from '../ids.ts';
import { manifestPath, type ZipEntry } from './zip-file.manifest.ts';
import { zipFileStatus } from './zip-file.state.ts';

interface Row {
  readonly name: string;
  readonly manifest: { readonly entries: readonly ZipEntry[] };
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly createdAt: Date;
}

/** What is in the archive, for whoever unpacks it. */
const manifestOf = ({ name, createdAt, manifest }: Row): string =>
  `${JSON.stringify(
    {
      name,
      createdAt,
      entries: manifest.entries.map(({ path, documentId, size, sha256 }) => ({
        path,
        document: encodeId('Document', documentId),
        size,
        sha256,
      })),
    },
    null,
    2,
  )}\n`;

// What is packed already: to try again takes minutes for a gigabyte, and gains nothing.
const dense = /\.(pdf|jpe?g|png|gif|webp|heic|avif|mp4|mov|zip|gz|7z|3mf|docx|xlsx|pptx|odt|ods)$/i;

export const zipDownload = downloadKind('documents', async (runtime, { organizationId, subjectId }) => {
  const [row] = await runtime.database.query<Row>(
    `SELECT name, manifest, "expiresAt", "revokedAt", "createdAt" FROM "ZipFile" WHERE "organizationId" = $1 AND id = $2`,
    [organizationId, subjectId],
  );
  // A link is good for its own time, but never for longer than the archive.
  if (!row || zipFileStatus(row, runtime.now()) !== 'AVAILABLE') return null;
  const contents = row.manifest.entries.map(({ path, fileId }) => ({
    path,
    compress: !dense.test(path),
    open: () => runtime.files.read(organizationId, fileId),
  }));
  const manifest = { path: manifestPath, open: async () => Readable.from([Buffer.from(manifestOf(row))]) };
  // At the instant of its creation: the same bytes whenever it is read.
  const content = zipOf([manifest, ...contents], { mtime: row.createdAt });
  return { name: `${row.name}.zip`, mediaType: 'application/zip', content };
});
