import type { Readable } from 'node:stream';
import { newId } from '../ids.ts';

/** Bytes of a content, the first and the last of them, both included and counted from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the contents of files lie, each under a key that is written once. A folder or a bucket: see
 * `disk-storage.ts` and `s3-storage.ts`.
 */
export interface FileStorage {
  /**
   * Writes a content and returns once it would survive a loss of power. What `content` throws, and what fails,
   * leaves nothing under the key. Never holds more than a few MiB of it.
   * @throws StorageError, and what `content` throws
   */
  write(key: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /**
   * A content, or that range of it.
   * @throws ContentMissingError, StorageError
   */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** Removes a content. Nothing happens where there is none. */
  remove(key: string): Promise<void>;
  /** Removes what writes left behind that began before that instant and never ended. */
  removeUnfinished(before: Date): Promise<void>;
  /** The keys of the contents that were written before that instant. */
  keys(before: Date): AsyncIterable<string>;
}

/** The storage failed. `full`: it has no room left. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly full: boolean;
  constructor(message: string, options: { full?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.full = options.full ?? false;
  }
}

/** A content that a row names is not in the storage: it was removed by hand, or a backup lacks it. */
export class ContentMissingError extends Error {
  override readonly name = 'ContentMissingError';
  constructor(key: string, cause?: unknown) {
    super(`The storage has no content ${key}.`, { cause });
  }
}

/**
 * A key that nobody has used: `organization/shard/file.attempt`. Every attempt to upload writes to a key of its own, so
 * that two at once never touch each other's bytes; the row names the one that won. The shard is the end of the id:
 * its beginning is a time, the same for all files of years.
 */
export function newContentKey(organizationId: string, fileId: string): string {
  return `${organizationId}/${fileId.slice(-2)}/${fileId}.${newId().slice(-12)}`;
}

const keyShape = /^([0-9a-f-]{36})\/[0-9a-f]{2}\/([0-9a-f-]{36})\.[0-9a-f]{12}$/;

/** Whose content a key holds; null for a key of another program. */
export function ownerOf(key: string): { organizationId: string; fileId: string } | null {
  const parts = keyShape.exec(key);
  return parts ? { organizationId: parts[1] as string, fileId: parts[2] as string } : null;
}
