import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as pause } from 'node:timers/promises';
import { S3mini, S3ServiceError } from 's3mini';
import type { S3Config } from '../config.ts';
import { ContentMissingError, type FileStorage, ownerOf, StorageError } from './storage.ts';

/** The most parts that the protocol allows. */
const mostParts = 10_000;
const smallestPart = 8 * 1024 * 1024;

export interface S3StorageOptions {
  /** The bytes that a content may have: what is larger needs larger parts, of which each is held in memory. */
  readonly maxUploadBytes: number;
  /** How long the storage may take to begin an answer; a minute unless told. */
  readonly timeoutMs?: number;
}

/**
 * Contents as objects of an S3-compatible bucket, under the prefix `files/`. They pass through this server in parts of
 * 8 MiB: an object appears when its last part has come, so that nothing half-written is ever seen.
 */
export function s3Storage(config: S3Config, options: S3StorageOptions): FileStorage {
  const partBytes = Math.max(smallestPart, Math.ceil(options.maxUploadBytes / mostParts));
  const client = new S3mini({
    endpoint: `${config.endpoint}/${config.bucket}`,
    region: config.region,
    accessKeyId: config.accessKeyId,
    secretAccessKey: config.secretAccessKey,
    fetch: patientFetch(options.timeoutMs ?? 60_000),
  });
  const prefix = 'files/';

  async function writeParts(name: string, parts: AsyncIterable<Buffer>): Promise<void> {
    const sent: { partNumber: number; etag: string }[] = [];
    let upload: string | null = null;
    let held: Buffer | null = null;
    const send = async (id: string, part: Buffer): Promise<void> => {
      const number = sent.length + 1;
      sent.push(await insist('written', () => client.uploadPart(name, id, part, number)));
    };
    try {
      for await (const part of parts) {
        if (held) {
          upload ??= await insist('written', () => client.getMultipartUploadId(name));
          await send(upload, held);
        }
        held = part;
      }
      const last = held ?? Buffer.alloc(0);
      if (upload === null) {
        await insist('written', () => client.putObject(name, last));
        return;
      }
      const id = upload;
      await send(id, last);
      const done = await insist('written', () => client.completeMultipartUpload(name, id, sent));
      // The storage may say 200 before it knows, and put the failure into the body.
      if (!done.etag) throw new StorageError('A content could not be put together by the storage.');
    } catch (error) {
      if (upload !== null) await client.abortMultipartUpload(name, upload).catch(() => {});
      throw error;
    }
  }

  return {
    async write(key, content) {
      try {
        await writeParts(prefix + key, inParts(content, partBytes));
      } catch (error) {
        await client.deleteObject(prefix + key).catch(() => {});
        throw error;
      }
    },

    async read(key, range) {
      try {
        const answer = await attempt('read', () =>
          client.getObjectRaw(prefix + key, !range, range?.start, range && range.end + 1),
        );
        if (!answer.body) return Readable.from([]);
        return Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
      } catch (error) {
        if (error instanceof StorageError && isMissing(error.cause))
          throw new ContentMissingError(key, error);
        throw error;
      }
    },

    async remove(key) {
      await insist('removed', () => client.deleteObject(prefix + key));
    },

    async removeUnfinished(before) {
      const listed = (await insist('listed', () => client.listMultipartUploads('/', prefix))) as Listing;
      for (const { Key, UploadId, Initiated } of uploadsOf(listed)) {
        if (!Key || !UploadId || !Initiated || new Date(Initiated) >= before) continue;
        await attempt('removed', () => client.abortMultipartUpload(Key, UploadId)).catch(
          (error: StorageError) => {
            // Another process has removed it meanwhile.
            if (!isMissing(error.cause)) throw error;
          },
        );
      }
    },

    async *keys(before) {
      let next: string | undefined;
      do {
        const page = await insist('listed', () => client.listObjectsPaged('/', prefix, 1_000, next));
        for (const { Key, LastModified } of page?.objects ?? []) {
          const key = Key.slice(prefix.length);
          if (LastModified < before && ownerOf(key)) yield key;
        }
        next = page?.nextContinuationToken;
      } while (next);
    },
  };
}

interface Unfinished {
  Key?: string;
  UploadId?: string;
  Initiated?: string;
}

interface Listing {
  ListMultipartUploadsResult?: { Upload?: Unfinished | Unfinished[] };
}

const uploadsOf = (listing: Listing): Unfinished[] =>
  [listing.ListMultipartUploadsResult?.Upload ?? []].flat();

/** A fetch that waits so long for the beginning of an answer. Its body may take longer: it is a download. */
function patientFetch(timeoutMs: number): typeof fetch {
  return async (input, init) => {
    const control = new AbortController();
    const timer = setTimeout(
      () => control.abort(new Error('The storage did not answer in time.')),
      timeoutMs,
    );
    try {
      return await fetch(input, { ...init, signal: control.signal });
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The chunks as buffers of that size, the last one smaller. Holds one of them. */
async function* inParts(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let part = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let taken = 0; taken < chunk.length; ) {
      const more = chunk.subarray(taken, taken + size - filled);
      part.set(more, filled);
      filled += more.length;
      taken += more.length;
      if (filled < size) continue;
      yield part;
      part = Buffer.allocUnsafe(size);
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}

const statusOf = (error: unknown): number | null => (error instanceof S3ServiceError ? error.status : null);

const isMissing = (error: unknown): boolean => statusOf(error) === 404;

/** What fails in the storage, as the storage tells it. */
async function attempt<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const status = statusOf(cause);
    // 507, or the code of storages that have a quota.
    const full =
      status === 507 ||
      (cause instanceof S3ServiceError && /quota|storagefull/i.test(cause.serviceCode ?? ''));
    throw new StorageError(`A content could not be ${what}${status ? ` (status ${status})` : ''}.`, {
      full,
      cause,
    });
  }
}

/** The same, tried three times where the failure may pass: each of these acts may be done twice. */
async function insist<T>(what: string, act: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt(what, act);
    } catch (error) {
      const status = statusOf((error as StorageError).cause);
      const mayPass = status === null || status === 408 || status === 429 || status >= 500;
      if (!mayPass || tried === 3 || (error as StorageError).full) throw error;
      await pause(2 ** tried * 100 * (0.5 + Math.random()));
    }
  }
}
