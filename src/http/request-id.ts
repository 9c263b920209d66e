import { randomUUID } from 'node:crypto';

/** The header that carries a request's id, both ways. */
export const requestIdHeader = 'x-request-id';

// What a proxy sends is echoed in headers and logs: only short, harmless text is taken over.
const sane = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/;

/** The id that the caller sent if it is fit to be logged and echoed, else a new one. */
export function requestIdFrom(header: unknown): string {
  return typeof header === 'string' && sane.test(header) ? header : randomUUID();
}
