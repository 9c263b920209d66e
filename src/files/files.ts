import { Readable } from 'node:stream';
import type { File } from '../../prisma/generated/client/client.ts';
import { CommandContext } from '../commands/context.ts';
import { runAsSystem } from '../commands/runner.ts';
import { newId } from '../ids.ts';
import type { Runtime } from '../runtime.ts';
import { ContentRefusedError, ContentTooLargeError, Examination, type Found, Meter } from './examination.ts';
import { recordFile } from './file.service.ts';
import { writeLink } from './links.ts';
import { tellSettled } from './settled.ts';
import { type ByteRange, ContentMissingError, type FileStorage, newContentKey } from './storage.ts';

/** A file whose content is there. */
export interface StoredFile {
  readonly organizationId: string;
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** bytes */
  readonly size: number;
  readonly sha256: string;
  readonly storedAt: Date;
}

/** There is no content to read: the file is unknown in that organization, expected still, or was refused. */
export class FileNotStoredError extends Error {
  override readonly name = 'FileNotStoredError';
}

/** What became of a content that was sent to an upload. */
export type UploadOutcome =
  | { readonly kind: 'STORED' | 'SAME'; readonly file: StoredFile }
  | { readonly kind: 'DIFFERENT' }
  | { readonly kind: 'REFUSED'; readonly reason: string };

export interface FilesOptions {
  readonly runtime: () => Runtime;
  readonly storage: FileStorage;
  /** The URL that clients reach the server by, or null. */
  readonly publicUrl: string | null;
  /** The bytes that a content may have. */
  readonly maxUploadBytes: number;
}

/** The files of all organizations: what other domains, and the server itself, do with their contents. */
export class Files {
  readonly storage: FileStorage;
  readonly maxUploadBytes: number;
  /** The URL that clients reach the server by, or null. */
  readonly publicUrl: string | null;
  readonly #runtime: () => Runtime;
  readonly #listeners: ((file: StoredFile) => void)[] = [];

  constructor({ runtime, storage, publicUrl, maxUploadBytes }: FilesOptions) {
    this.storage = storage;
    this.maxUploadBytes = maxUploadBytes;
    this.publicUrl = publicUrl;
    this.#runtime = runtime;
  }

  /**
   * The content of a file of that organization, or that range of its bytes.
   * @throws FileNotStoredError, ContentMissingError, StorageError
   */
  async read(organizationId: string, fileId: string, range?: ByteRange): Promise<Readable> {
    const { key } = await this.locate(organizationId, fileId);
    return this.storage.read(key, range);
  }

  /**
   * The content of a file whose row was read before: in a command, whose transaction may have the one connection.
   * @throws FileNotStoredError, ContentMissingError, StorageError
   */
  async readRow(row: File): Promise<Readable> {
    if (!storedFile(row)) throw new FileNotStoredError('The file has no content.');
    if (row.contentKey === null) throw new ContentMissingError(`of the file ${row.id}`);
    return this.storage.read(row.contentKey);
  }

  /**
   * A stored file, and where its content lies.
   * @throws FileNotStoredError
   */
  async locate(organizationId: string, fileId: string): Promise<{ file: StoredFile; key: string }> {
    const row = await this.find(organizationId, fileId);
    const file = row && storedFile(row);
    if (!row || !file) throw new FileNotStoredError('The file is unknown, or has no content.');
    // A row without a key cannot be told from one whose content was lost.
    if (row.contentKey === null) throw new ContentMissingError(`of the file ${fileId}`);
    return { file, key: row.contentKey };
  }

  /** The row of a file, or null. */
  async find(organizationId: string, fileId: string): Promise<File | null> {
    const [row] = await this.#runtime().database.query<File>(
      `SELECT * FROM "File" WHERE "organizationId" = $1 AND id = $2`,
      [organizationId, fileId],
    );
    return row ?? null;
  }

  /**
   * Writes a content that the server made itself, and answers how to keep it: in a command, whose commit the file comes
   * with. What is never kept is removed by the housekeeping. For contents that take their time.
   *
   * @throws StorageError, and what the content throws
   */
  async write(
    organizationId: string,
    { name, mediaType }: { name: string; mediaType: string },
    content: Readable | Uint8Array,
  ): Promise<(context: CommandContext) => Promise<File>> {
    const fileId = newId();
    const key = newContentKey(organizationId, fileId);
    const meter = new Meter(Number.MAX_SAFE_INTEGER);
    const chunks: Readable = content instanceof Uint8Array ? Readable.from([content]) : content;
    await this.storage.write(key, meter.through(chunks));
    const found = { ...meter.measured, mediaType };
    return async (context) => {
      const row = await context.tx.file.create({
        data: { ...context.fresh(fileId), name, ...storedColumns(context, key, found) },
      });
      recordFile(context, 'FileStored', null, row);
      return row;
    };
  }

  /**
   * Keeps a content that the server made itself: it is trusted to be what it is said to be. With a command's context
   * the file comes with the command's commit, or not at all; with an organization's id at once, as the system's act.
   * The content is written first: in a command, keep it small or write it before.
   *
   * @returns the file's id
   * @throws StorageError, and what the content throws
   */
  async store(
    where: CommandContext | string,
    about: { name: string; mediaType: string },
    content: Readable | Uint8Array,
  ): Promise<string> {
    const organizationId = typeof where === 'string' ? where : where.organizationId;
    const keep = await this.write(organizationId, about, content);
    if (where instanceof CommandContext) return (await keep(where)).id;
    const row = await runAsSystem(this.#runtime(), where, keep);
    this.#tell(row);
    return row.id;
  }

  /**
   * Calls `listener` after the commit that stored a file: an upload, or what the server stored by itself with an
   * organization's id. A wake-up and no more: it is lost where the process dies, and other processes do not hear it.
   * Whoever must act on every file also looks for stored files that it has not handled, at its start and now and then.
   */
  onStored(listener: (file: StoredFile) => void): void {
    this.#listeners.push(listener);
  }

  /** The link that the content of an expected file is sent to. */
  uploadUrl(organizationId: string, fileId: string, until: Date): string {
    return this.#link({ organizationId, fileId, until, method: 'PUT', inline: false });
  }

  /** A link that downloads a stored file; `inline` where a browser may show it. */
  downloadUrl(organizationId: string, fileId: string, until: Date, inline: boolean): string {
    return this.#link({ organizationId, fileId, until, method: 'GET', inline });
  }

  #link(link: Parameters<typeof writeLink>[2]): string {
    return writeLink(this.#runtime().secrets, this.publicUrl, link);
  }

  /**
   * Takes the content of an upload: writes it, and makes the file STORED or REFUSED. Of several at once one wins;
   * the same content again is no change, other content is told apart and leaves no trace.
   *
   * @param file the row as it was read before
   * @throws ContentTooLargeError, StorageError, and what the content throws: the file is expected still
   */
  async take(file: File, content: AsyncIterable<Uint8Array>): Promise<UploadOutcome> {
    const { organizationId, id } = file;
    if (file.status === 'REFUSED') return refused(file);
    if (file.status === 'STORED') return compare(file, content);
    const examination = new Examination(
      {
        name: file.name,
        mediaType: file.mediaType,
        size: file.expectedSize === null ? null : Number(file.expectedSize),
        sha256: file.expectedSha256,
      },
      this.maxUploadBytes,
    );
    const key = newContentKey(organizationId, id);
    try {
      await this.storage.write(key, examination.through(content));
    } catch (error) {
      if (!(error instanceof ContentRefusedError)) throw error;
      return this.#refuse(file, error.message);
    }
    return this.#settle(file, key, examination.found);
  }

  /** Makes an expected file stored, unless another upload was faster. */
  async #settle(file: File, key: string, found: Found): Promise<UploadOutcome> {
    const { outcome, won } = await runAsSystem(this.#runtime(), file.organizationId, async (context) => {
      const before = await lockedFile(context, file.id);
      if (before.status !== 'EXPECTED') return { outcome: outcomeOf(before, found.sha256), won: false };
      const after = await context.tx.file.update({
        where: context.key(file.id),
        data: { ...storedColumns(context, key, found), ...context.touched() },
      });
      recordFile(context, 'FileStored', before, after);
      await tellSettled(context, [after]);
      return { outcome: outcomeOf(after, found.sha256, 'STORED'), won: true };
    });
    if (!won) await this.storage.remove(key);
    if (outcome.kind === 'STORED') this.#tell(outcome.file);
    return outcome;
  }

  async #refuse(file: File, reason: string): Promise<UploadOutcome> {
    return runAsSystem(this.#runtime(), file.organizationId, async (context) => {
      const before = await lockedFile(context, file.id);
      if (before.status === 'STORED') return { kind: 'DIFFERENT' };
      if (before.status === 'REFUSED') return refused(before);
      await refuseExpected(context, [before], reason);
      return { kind: 'REFUSED', reason };
    });
  }

  #tell(stored: File | StoredFile): void {
    const file = 'status' in stored ? storedFile(stored) : stored;
    if (!file) return;
    for (const listener of this.#listeners) {
      try {
        listener(file);
      } catch (error) {
        this.#runtime().log.error({ err: error, fileId: file.id }, 'a listener of stored files failed');
      }
    }
  }
}

/** Refuses files that are locked and expected: for good, with the reason that people read. */
export async function refuseExpected(
  context: CommandContext,
  files: readonly File[],
  reason: string,
): Promise<void> {
  const refusal = { status: 'REFUSED' as const, refusal: reason };
  await context.tx.file.updateMany({
    where: { id: { in: files.map((file) => file.id) } },
    data: { ...refusal, ...context.touched() },
  });
  const settled = files.map((before) => {
    const after = { ...before, ...refusal, version: before.version + 1, updatedAt: context.now };
    recordFile(context, 'FileRefused', before, after);
    return after;
  });
  await tellSettled(context, settled);
}

async function lockedFile(context: CommandContext, id: string): Promise<File> {
  await context.lock({ File: [id] });
  return context.tx.file.findUniqueOrThrow({ where: context.key(id) });
}

const storedColumns = (context: CommandContext, contentKey: string, { size, sha256, mediaType }: Found) => ({
  status: 'STORED' as const,
  contentKey,
  size: BigInt(size),
  sha256,
  mediaType,
  storedAt: context.now,
});

/** A row as what others read of a stored file; null where it has no content. */
function storedFile(row: File): StoredFile | null {
  const { organizationId, id, name, status, mediaType, size, sha256, storedAt } = row;
  if (status !== 'STORED' || mediaType === null || size === null || sha256 === null || storedAt === null)
    return null;
  return { organizationId, id, name, mediaType, size: Number(size), sha256, storedAt };
}

const refused = (row: File): UploadOutcome => ({ kind: 'REFUSED', reason: row.refusal ?? 'It was refused.' });

/** What it means for a content with that hash that the file is as it is. */
function outcomeOf(row: File, sha256: string, kind: 'STORED' | 'SAME' = 'SAME'): UploadOutcome {
  if (row.status === 'REFUSED') return refused(row);
  const file = storedFile(row);
  return file && file.sha256 === sha256 ? { kind, file } : { kind: 'DIFFERENT' };
}

/** Holds a content that comes once more against the one that is stored. */
async function compare(row: File, content: AsyncIterable<Uint8Array>): Promise<UploadOutcome> {
  const meter = new Meter(Number(row.size ?? 0));
  try {
    for await (const _chunk of meter.through(content)) {
      // Only its hash is wanted.
    }
  } catch (error) {
    if (error instanceof ContentTooLargeError) return { kind: 'DIFFERENT' };
    throw error;
  }
  return outcomeOf(row, meter.measured.sha256);
}
