import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** One file of an archive, and how its content is opened when its turn comes. */
export interface ArchiveEntry {
  readonly path: string;
  /** Whether it is worth compressing; as the archive says unless given. */
  readonly compress?: boolean;
  open(): Promise<Readable>;
}

/**
 * A ZIP archive as a stream. One content after the other is opened: only one is held, and nothing is read before the
 * archive comes to it. Where one cannot be read the stream fails: an archive never ends as if it were whole.
 */
export function zipOf(
  entries: Iterable<ArchiveEntry>,
  options: { mtime?: Date; compress?: boolean } = {},
): Readable {
  const zip = new ZipFile();
  const archive = zip.outputStream as Readable;
  const fail = (error: Error) => archive.destroy(error);
  zip.on('error', fail);
  for (const { path, compress = options.compress ?? true, open } of entries) {
    zip.addReadStreamLazy(path, { ...options, compress }, (give) => {
      open().then((content) => {
        content.once('error', fail);
        give(null, content);
      }, fail);
    });
  }
  zip.end();
  return archive;
}
