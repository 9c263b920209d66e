/** One text, and one hash, for one JSON value: what is signed, stamped or compared must not depend on the order of keys. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** The hexadecimal SHA-256 of bytes, or of a text in UTF-8. */
export const sha256 = (content: Uint8Array | string): string =>
  createHash('sha256').update(content).digest('hex');

/**
 * The canonical JSON text of a value (RFC 8785): keys sorted by their UTF-16 units, no spaces, numbers as ECMAScript
 * writes them. Values with `toJSON`, such as dates, are written by it.
 *
 * @throws TypeError for what JSON cannot say: undefined, functions and bigints, NaN and infinities, lone surrogates,
 *   cycles
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (error) {
    throw new TypeError(`The value has no canonical JSON: ${(error as Error).message}.`, { cause: error });
  }
  if (text === undefined) throw new TypeError('The value has no canonical JSON: it is no JSON value.');
  return text;
}

/** The hexadecimal SHA-256 of a value's canonical JSON in UTF-8. */
export const canonicalHash = (value: unknown): string => sha256(canonicalJson(value));
