import type { IncomingHttpHeaders } from 'node:http';
import type { ByteRange } from './storage.ts';

/**
 * The range that a request asks for (RFC 9110): null for all of it, also where the header asks for several ranges or is
 * malformed, or where `If-Range` names another content.
 */
export function requestedRange(
  headers: IncomingHttpHeaders,
  size: number,
  etag: string,
  storedAt: Date,
): ByteRange | 'UNSATISFIABLE' | null {
  const parts = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range?.trim() ?? '');
  if (!parts || !sameContent(headers['if-range'], etag, storedAt)) return null;
  const [, first = '', last = ''] = parts;
  if (first === '' && last === '') return null;
  if (first === '') {
    const count = Math.min(Number(last), size);
    return count === 0 ? 'UNSATISFIABLE' : { start: size - count, end: size - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return null;
  if (start >= size) return 'UNSATISFIABLE';
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

/** Whether `If-Range` names the content that is stored; without it that is taken for granted. */
function sameContent(ifRange: string | string[] | undefined, etag: string, storedAt: Date): boolean {
  if (ifRange === undefined) return true;
  const value = String(ifRange).trim();
  return value === etag || value === storedAt.toUTCString();
}
