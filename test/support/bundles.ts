import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { unzipSync } from 'fflate';
import { ZipFile } from 'yazl';

/** The archive of a bundle with these entries, whatever they are: a forger's. The first `known` have sizes in front. */
export function packed(entries: readonly (readonly [string, Uint8Array])[], known: number): Promise<Buffer> {
  const zip = new ZipFile();
  const options = { compress: false, mtime: new Date(1980, 0, 1), forceDosTimestamp: true, mode: 0o100644 };
  for (const [place, [name, content]] of entries.entries()) {
    if (place < known) zip.addBuffer(Buffer.from(content), name, options);
    else zip.addReadStream(Readable.from([Buffer.from(content)]), name, options);
  }
  zip.end();
  return buffer(zip.outputStream as Readable);
}

/** The entries of a bundle in their order. */
export const entriesOf = (bundle: Uint8Array): [string, Uint8Array][] => Object.entries(unzipSync(bundle));

/** A bundle in which the content of one file is another, and all checksums of the archive are made to fit. */
export function rebuilt(
  bundle: Uint8Array,
  name: string,
  change: (content: Buffer) => void,
): Promise<Buffer> {
  const entries = entriesOf(bundle).map(([each, content]): [string, Uint8Array] => {
    const copy = Buffer.from(content);
    if (each === name) change(copy);
    return [each, copy];
  });
  return packed(entries, entries.some(([each]) => each === 'manifest.tsr') ? 2 : 1);
}
