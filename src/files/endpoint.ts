/**
 * Contents over plain HTTP, beside GraphQL: `PUT` sends that of an upload, `GET` and `HEAD` read a stored one. The link is
 * all the authority there is: no token is asked for, and what is wrong with a link is not told.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { File } from '../../prisma/generated/client/client.ts';
import { isUnavailable } from '../database/errors.ts';
import { encodeId } from '../ids.ts';
import { requestLogger } from '../logger.ts';
import type { Runtime } from '../runtime.ts';
import { downloadsPath, readDownloadLink } from './downloads.ts';
import { ContentTooLargeError } from './examination.ts';
import { FileNotStoredError, type StoredFile, type UploadOutcome } from './files.ts';
import { readLink } from './links.ts';
import { requestedRange } from './range.ts';
import { StorageError } from './storage.ts';

export interface FilesEndpointOptions {
  readonly runtime: Runtime;
  /** Web origins that may use links from a browser. */
  readonly allowedOrigins: readonly string[];
  /** A peer that sends or takes less than a KiB in this time is cut off; a minute unless told. */
  readonly stallMs?: number | undefined;
}

export type FilesEndpoint = (
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
) => Promise<void>;

/** The peer sent nothing for too long. */
class StalledError extends Error {
  override readonly name = 'StalledError';
}

const leastProgress = 1_024;

/** How much of a body is read and thrown away after a refusal, so that the peer reads the answer and not a reset. */
const lingering = { bytes: 16 * 1024 * 1024, ms: 2_000 };

/** Answers the requests below `/files/`. */
export function createFilesEndpoint({
  runtime,
  allowedOrigins,
  stallMs = 60_000,
}: FilesEndpointOptions): FilesEndpoint {
  const { files, log } = runtime;

  return async (request, response, requestId) => {
    allowOrigin(request, response, allowedOrigins);
    const { method = '' } = request;
    if (method === 'OPTIONS') {
      response.writeHead(204, { allow: allowed, ...preflight });
      response.end();
      return;
    }
    const reading = method === 'GET' || method === 'HEAD';
    if (!reading && method !== 'PUT') {
      response.setHeader('allow', allowed);
      await answer(request, response, 405, { error: 'A file is sent with PUT and read with GET.' });
      return;
    }
    if (request.url?.startsWith(downloadsPath)) {
      await sendDownload(request, response, reading, requestId);
      return;
    }
    const link = readLink(runtime.secrets, reading ? 'GET' : 'PUT', request.url ?? '', runtime.now());
    try {
      if (!link) return await answer(request, response, 403, badLink);
      if (reading) {
        const { file, key } = await files.locate(link.organizationId, link.fileId);
        await sendContent(request, response, file, key, link.inline);
        return;
      }
      const file = await files.find(link.organizationId, link.fileId);
      if (!file) return await answer(request, response, 403, badLink);
      await takeContent(request, response, file);
    } catch (error) {
      if (error instanceof FileNotStoredError) return await answer(request, response, 403, badLink);
      await fail(request, response, error, requestId);
    }
  };

  /** What is made as it is read: its length is not known before, and no part of it can be asked for. */
  async function sendDownload(
    request: IncomingMessage,
    response: ServerResponse,
    reading: boolean,
    requestId: string,
  ): Promise<void> {
    try {
      const link = reading ? readDownloadLink(runtime.secrets, request.url ?? '', runtime.now()) : null;
      const download = link && (await link.make(runtime, link.request));
      if (!download) return await answer(request, response, 403, badLink);
      response.writeHead(200, {
        'content-type': download.mediaType,
        'content-disposition': disposition(download.name, false),
        'cache-control': 'private, no-store',
        'content-security-policy': sandboxed,
      });
      if (request.method === 'HEAD') {
        download.content.destroy();
        response.end();
        return;
      }
      const watch = watchReader(response, stallMs);
      try {
        await pipeline(download.content, response);
      } finally {
        watch.stop();
      }
    } catch (error) {
      if (error instanceof FileNotStoredError) return await answer(request, response, 403, badLink);
      await fail(request, response, error, requestId);
    }
  }

  async function takeContent(request: IncomingMessage, response: ServerResponse, file: File): Promise<void> {
    const refusal = unacceptable(request, file);
    if (refusal) return answer(request, response, refusal.status, { error: refusal.error });
    if (expectsContinue(request)) response.writeContinue();
    const outcome = await files.take(file, arriving(request, stallMs));
    const { status, body } = answerTo(outcome);
    await answer(request, response, status, body);
  }

  /** What the headers say already: nothing of the body needs to come then. */
  function unacceptable(request: IncomingMessage, file: File): { status: number; error: string } | null {
    const { headers } = request;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      return { status: 415, error: 'Send the content as it is, without a Content-Encoding.' };
    }
    if (headers['content-range'] !== undefined) {
      return { status: 400, error: 'Send all of the content in one request, without a Content-Range.' };
    }
    if (file.status !== 'EXPECTED' || headers['content-length'] === undefined) return null;
    const limit = Math.min(files.maxUploadBytes, Number(file.expectedSize ?? files.maxUploadBytes));
    if (Number(headers['content-length']) <= limit) return null;
    return { status: 413, error: new ContentTooLargeError(limit).message };
  }

  async function sendContent(
    request: IncomingMessage,
    response: ServerResponse,
    file: StoredFile,
    key: string,
    inline: boolean,
  ): Promise<void> {
    const etag = `"${file.sha256}"`;
    const common = {
      etag,
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=3600, immutable',
      'last-modified': file.storedAt.toUTCString(),
    };
    if (listed(request.headers['if-none-match'], etag)) {
      response.writeHead(304, common);
      response.end();
      return;
    }
    const range = requestedRange(request.headers, file.size, etag, file.storedAt);
    if (range === 'UNSATISFIABLE') {
      response.setHeader('content-range', `bytes */${file.size}`);
      return answer(request, response, 416, { error: `The file has ${file.size} bytes.` });
    }
    const headers = {
      ...common,
      'content-type': file.mediaType,
      'content-length': range ? range.end - range.start + 1 : file.size,
      'content-disposition': disposition(file.name, inline),
      'content-security-policy': sandboxed,
      ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${file.size}` } : {}),
    };
    const status = range ? 206 : 200;
    if (request.method === 'HEAD') {
      response.writeHead(status, headers);
      response.end();
      return;
    }
    const content = await files.storage.read(key, range ?? undefined);
    response.writeHead(status, headers);
    const watch = watchReader(response, stallMs);
    try {
      await pipeline(content, response);
    } finally {
      watch.stop();
    }
  }

  async function fail(
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    requestId: string,
  ): Promise<void> {
    // The peer went away: there is nobody to tell, and nothing of its content is left.
    if (response.destroyed || (request.destroyed && !request.complete)) return;
    if (response.headersSent) {
      requestLogger(log, requestId).error({ err: error }, 'a download broke off');
      response.destroy();
      return;
    }
    if (error instanceof ContentTooLargeError)
      return answer(request, response, 413, { error: error.message });
    if (error instanceof StalledError) return answer(request, response, 408, { error: error.message });
    if (error instanceof StorageError && error.full) {
      requestLogger(log, requestId).error({ err: error }, 'the storage of files is full');
      return answer(request, response, 507, { error: 'There is no room for this file. Tell the operator.' });
    }
    if (error instanceof StorageError || isUnavailable(error)) {
      requestLogger(log, requestId).error({ err: error }, 'the storage of files is not available');
      response.setHeader('retry-after', '5');
      return answer(request, response, 503, { error: 'Files are not available now. Try again in a moment.' });
    }
    requestLogger(log, requestId).error({ err: error }, 'a request for a file failed');
    return answer(request, response, 500, { error: 'internal server error', requestId });
  }
}

const allowed = 'GET, HEAD, PUT, OPTIONS';

/** Whatever a file says, it runs nothing here and loads nothing. */
const sandboxed = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/** The one answer to a link that is forged, expired, of another method or organization, or names no file. */
const badLink = { error: 'The link is not valid, or not any more. Ask for a new one.' };

const preflight = {
  'access-control-allow-methods': 'GET, HEAD, PUT',
  'access-control-allow-headers': 'content-type, range, if-range, if-none-match, x-request-id',
  'access-control-max-age': '600',
};

function allowOrigin(request: IncomingMessage, response: ServerResponse, origins: readonly string[]): void {
  response.setHeader('vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !origins.includes(origin)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader(
    'access-control-expose-headers',
    'content-disposition, content-length, content-range, etag, x-request-id',
  );
}

const expectsContinue = (request: IncomingMessage): boolean =>
  /(?:^|\W)100-continue(?:$|\W)/i.test(request.headers.expect ?? '');

/** The body as it comes. Time that the server takes to store a chunk is not the peer's. */
async function* arriving(request: IncomingMessage, stallMs: number): AsyncGenerator<Uint8Array> {
  // The connection must live on after a refusal: the answer goes over it.
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  let left = stallMs;
  let outstanding = leastProgress;
  for (;;) {
    const asked = performance.now();
    const next = await inTime(chunks.next(), left);
    if (next.done) return;
    left -= performance.now() - asked;
    outstanding -= next.value.length;
    // Single bytes gain no time.
    if (outstanding <= 0) {
      left = stallMs;
      outstanding = leastProgress;
    }
    yield next.value;
  }
}

async function inTime<T>(act: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StalledError('Nothing came for too long. Send the file again.')),
      Math.max(0, ms),
    );
  });
  try {
    return await Promise.race([act, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Cuts off who takes nothing of an answer for too long. */
function watchReader(response: ServerResponse, stallMs: number): { stop(): void } {
  const { socket } = response;
  let before = socket?.bytesWritten ?? 0;
  const timer = setInterval(() => {
    const now = socket?.bytesWritten ?? 0;
    if (now - before < leastProgress) socket?.destroy();
    before = now;
  }, stallMs);
  return { stop: () => clearInterval(timer) };
}

function answerTo(outcome: UploadOutcome): { status: number; body: object } {
  switch (outcome.kind) {
    case 'STORED':
    case 'SAME': {
      const { id, mediaType, size, sha256 } = outcome.file;
      const body = { id: encodeId('File', id), status: 'STORED', mediaType, size, sha256 };
      return { status: outcome.kind === 'STORED' ? 201 : 200, body };
    }
    case 'DIFFERENT':
      return {
        status: 409,
        body: { error: 'The file is stored already, with other content. Create another upload.' },
      };
    case 'REFUSED':
      return { status: 422, body: { error: outcome.reason, status: 'REFUSED' } };
  }
}

/** Answers in full. Where the peer is still sending, the connection ends, but only after it could read the answer. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: object,
): Promise<void> {
  const text = JSON.stringify(body);
  const sending = !request.complete && hasBody(request);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(sending ? { connection: 'close' } : {}),
  });
  if (!sending || request.destroyed) {
    response.end(request.method === 'HEAD' ? undefined : text);
    return;
  }
  response.write(text);
  await linger(request);
  response.end();
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Throws away what still comes, for a moment. */
function linger(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let left = lingering.bytes;
    const done = (): void => {
      clearTimeout(timer);
      request.pause();
      resolve();
    };
    const timer = setTimeout(done, lingering.ms);
    request.once('end', done).once('close', done).once('error', done);
    request.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left <= 0) done();
    });
  });
}

/** Whether a list of entity tags has this one, or is `*`. */
const listed = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag));

/** `Content-Disposition` with the name twice: for old readers in ASCII, for all others as RFC 5987 writes it. */
function disposition(name: string, inline: boolean): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const full = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${inline ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${full}`;
}
