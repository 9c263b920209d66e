/**
 * Bundles of evidence: a ZIP archive with files, a manifest that names each with its hash, and a timestamp of the
 * manifest. `scripts/verify-bundle.mjs`, which lies in every bundle, checks one without this server.
 *
 * An archive has one form: manifest, timestamp, files in the manifest's order, all stored as they are, without dates,
 * comments and extra fields. The script builds it anew and compares, so that a change of any byte is found.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { canonicalJson, sha256 } from '../canonical.ts';
import { leafHash, merkleRoot } from './merkle.ts';
import { grantedAnswer } from './token.ts';

/** A file that goes into a bundle. */
export interface BundleFile {
  /** A relative path with slashes, such as `cases/C-000001.pdf`. */
  readonly name: string;
  /** What it is, for people. */
  readonly about: string;
  /** Its content, which is read twice: to state its hash, and to pack it. */
  readonly content: Uint8Array | (() => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>);
  /** The hexadecimal SHA-256 that it must have, where one is known: another content is refused. */
  readonly sha256?: string;
}

export interface BundleOptions {
  /** What the bundle is of, as JSON. */
  readonly subject: unknown;
  readonly createdAt: Date;
  readonly files: readonly BundleFile[];
  /** Whether a timestamp will be in it; the manifest says so. */
  readonly timestamped: boolean;
}

/** A bundle whose manifest is made: what is left is to stamp it and to pack. */
export interface PreparedBundle {
  /** `manifest.json`: canonical JSON (RFC 8785). */
  readonly manifest: Buffer;
  /** What to have stamped: the hexadecimal SHA-256 of the manifest. */
  readonly sha256: string;
  /** Hexadecimal, over the manifest's entries of the files. */
  readonly merkleRoot: string;
  /**
   * The archive. It fails with BundleError where a file's content has changed since.
   *
   * @param token the timestamp of `sha256`, a ContentInfo in DER; null where the manifest announces none
   */
  pack(token: Uint8Array | null): Readable;
}

/** A bundle cannot be made of what was given. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

const manifestName = 'manifest.json';
const timestampName = 'manifest.tsr';
const scriptName = 'verify-bundle.mjs';

const readMe = `This archive holds evidence, and what is needed to check it.

manifest.json      names every file with its size and SHA-256, in their order
manifest.tsr       where it is there: the timestamp (RFC 3161) of manifest.json
verify-bundle.mjs  the program that checks the archive

To check it you need Node.js (https://nodejs.org), version 20.15 or later, and no network:

    node verify-bundle.mjs THIS-ARCHIVE.zip

Check the archive as you got it, not one that was packed again: its form counts, too.
A timestamp proves something only if you trust the authority that gave it. Save the root
certificate of the authority, got from the authority itself, as anchors.pem, and have openssl
on your machine:

    node verify-bundle.mjs THIS-ARCHIVE.zip --ca anchors.pem

Whoever alters an archive could alter the program in it as well. If that matters, take the
program from somebody whom you trust; it is the same for all archives of this version.
`;

const options = {
  compress: false,
  // yazl writes the local time, in which this is the earliest date of the format everywhere.
  mtime: new Date(1980, 0, 1),
  forceDosTimestamp: true,
  mode: 0o100644,
} as const;

/** Beyond it the archive would need the larger form of ZIP, which the script does not read. */
const largestArchive = 0xffff_fffe;
const mostFiles = 0xfffe;

/**
 * Reads the files once, and makes the manifest of them.
 *
 * @throws BundleError for names that are not allowed or stand twice, for a content with another hash than expected, and
 *   for more than 65,000 files or 4 GiB
 */
export async function prepareBundle({
  subject,
  createdAt,
  files,
  timestamped,
}: BundleOptions): Promise<PreparedBundle> {
  const script = await readFile(new URL('../../scripts/verify-bundle.mjs', import.meta.url));
  const all: readonly BundleFile[] = [
    { name: 'README.txt', about: 'How to check this archive', content: Buffer.from(readMe) },
    { name: scriptName, about: 'The program that checks this archive', content: script },
    ...files,
  ];
  checkNames(all.map(({ name }) => name));
  const entries: { name: string; about: string; size: number; sha256: string }[] = [];
  let size = 0;
  for (const file of all) {
    const measured = await measure(file);
    entries.push({ name: file.name, about: file.about, ...measured });
    size += measured.size + 2 * Buffer.byteLength(file.name) + 30 + 16 + 46;
  }
  const root = merkleRoot(entries.map((entry) => leafHash(Buffer.from(canonicalJson(entry))))).toString(
    'hex',
  );
  const manifest = Buffer.from(
    canonicalJson({
      format: 'heatmark-bundle',
      version: 1,
      subject,
      createdAt: createdAt.toISOString(),
      timestamped,
      files: entries,
      merkle: { algorithm: 'RFC 9162, SHA-256', root },
    }),
  );
  // A MiB is more than a timestamp and the records of the first two entries can take.
  if (size + manifest.length + 1024 * 1024 > largestArchive)
    throw new BundleError('The bundle is larger than 4 GiB.');
  const pack = (token: Uint8Array | null): Readable => {
    if ((token !== null) !== timestamped)
      throw new BundleError('The manifest says otherwise of whether there is a timestamp.');
    const zip = new ZipFile();
    const output = zip.outputStream as Readable;
    let current: Readable | undefined;
    output.once('close', () => current?.destroy());
    zip.addBuffer(manifest, manifestName, options);
    if (token) zip.addBuffer(grantedAnswer(token), timestampName, options);
    for (const [place, file] of all.entries()) {
      const entry = entries[place];
      zip.addReadStreamLazy(file.name, { ...options, size: entry?.size ?? 0 }, (give) => {
        // A stream that fails does not end the one that it is piped into.
        current = Readable.from(checked(file, entry?.sha256 ?? ''));
        current.once('error', (error) => output.destroy(error));
        give(null, current);
      });
    }
    zip.end();
    return output;
  };
  return { manifest, sha256: sha256(manifest), merkleRoot: root, pack };
}

async function* chunksOf({ content }: BundleFile): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) yield content;
  else yield* await content();
}

async function measure(file: BundleFile): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of chunksOf(file)) {
    hash.update(chunk);
    size += chunk.length;
  }
  const actual = hash.digest('hex');
  if (file.sha256 !== undefined && file.sha256 !== actual)
    throw new BundleError(`The content of ${file.name} is not the one that was expected.`);
  return { size, sha256: actual };
}

async function* checked(file: BundleFile, expected: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(file)) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== expected)
    throw new BundleError(`The content of ${file.name} has changed since the manifest was made.`);
}

/** Whether a file of a bundle may have that name: a relative path that is the same, and safe, on all systems. */
export function isBundleName(name: string): boolean {
  return (
    Buffer.byteLength(name) <= 255 &&
    name.normalize('NFC') === name &&
    !/[\\:*?"<>|\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name) &&
    name.split('/').every((part) => part !== '' && !/^[. ]|[. ]$/.test(part))
  );
}

function checkNames(names: readonly string[]): void {
  if (names.length > mostFiles) throw new BundleError(`A bundle has at most ${mostFiles} files.`);
  const seen = new Set([manifestName, timestampName]);
  for (const name of names) {
    if (!isBundleName(name))
      throw new BundleError(`${JSON.stringify(name)} is no name for a file of a bundle.`);
    const folded = name.normalize('NFC').toLowerCase();
    if (seen.has(folded)) throw new BundleError(`The name ${name} stands twice.`);
    seen.add(folded);
  }
}
