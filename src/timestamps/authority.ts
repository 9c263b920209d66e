/** Asks a time-stamping authority (RFC 3161 over HTTP, section 3.4). Which one is the operator's choice. */
import { randomBytes } from 'node:crypto';
import * as asn1js from 'asn1js';
import { AlgorithmIdentifier, MessageImprint, TimeStampReq } from 'pkijs';
import type { Certificate } from './certificates.ts';
import { DerError } from './der.ts';
import { readAnswer } from './token.ts';
import { type TimestampVerdict, verifyTimestamp } from './verdict.ts';

/** An authority to ask, and whom to trust in its answers. */
export interface TimestampAuthority {
  /** An http or https URL. It is asked as it stands: redirects are not followed. */
  readonly url: string;
  readonly anchors: readonly Certificate[];
  /** How long an answer may take in all, in ms; 15 s unless told. */
  readonly timeoutMs?: number;
  /** How many bytes an answer may have; 256 KiB unless told. */
  readonly maxBytes?: number;
}

/** The authority gave no timestamp. */
export class AuthorityError extends Error {
  override readonly name = 'AuthorityError';
  /** Whether asking again later may help. */
  readonly isTemporary: boolean;
  constructor(message: string, isTemporary: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isTemporary = isTemporary;
  }
}

/** A timestamp that an authority gave, and what its check found. */
export interface Stamp {
  /** The whole token, a ContentInfo in DER: this is what to keep. */
  readonly token: Buffer;
  /** Not always VALID: a token that nobody vouches for is an answer, too. */
  readonly verdict: TimestampVerdict;
}

const sha256Oid = '2.16.840.1.101.3.4.2.1';

/**
 * A TimeStampReq in DER for a SHA-256, asking for the certificates too, with a nonce of 127 random bits.
 *
 * @param sha256 hexadecimal
 */
export function timestampRequest(sha256: string): { der: Buffer; nonce: string } {
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new TypeError('The imprint must be a SHA-256 in small hexadecimal digits.');
  const nonce = randomBytes(16);
  // A positive integer whose first octet is no padding: its digits are its content.
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: sha256Oid, algorithmParams: new asn1js.Null() }),
      hashedMessage: new asn1js.OctetString({ valueHex: Buffer.from(sha256, 'hex') }),
    }),
    nonce: new asn1js.Integer({ valueHex: Uint8Array.from(nonce) }),
    certReq: true,
  });
  return { der: Buffer.from(request.toSchema().toBER()), nonce: nonce.toString('hex') };
}

/**
 * Has a SHA-256 stamped, and checks the answer: imprint, nonce, signature, signer and chain.
 *
 * @param sha256 hexadecimal
 * @param signal ends it before its time
 * @throws AuthorityError where there is no token
 */
export async function stamp(
  sha256: string,
  authority: TimestampAuthority,
  signal?: AbortSignal,
): Promise<Stamp> {
  const { der, nonce } = timestampRequest(sha256);
  const bytes = await exchange(der, authority, signal);
  const token = tokenOf(bytes);
  return { token, verdict: verifyTimestamp(token, { sha256 }, { anchors: authority.anchors, nonce }) };
}

function tokenOf(bytes: Buffer): Buffer {
  try {
    const { status, text, token } = readAnswer(bytes);
    if (token) return token;
    const why = text === '' ? '' : `: ${text}`;
    throw new AuthorityError(`The authority refuses (status ${status})${why}.`, false);
  } catch (error) {
    if (error instanceof DerError)
      throw new AuthorityError(`The answer of the authority is malformed. ${error.message}`, true, {
        cause: error,
      });
    throw error;
  }
}

async function exchange(
  request: Buffer,
  { url, timeoutMs = 15_000, maxBytes = 256 * 1024 }: TimestampAuthority,
  signal?: AbortSignal,
): Promise<Buffer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body: new Uint8Array(request),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      const isTemporary = response.status >= 500 || response.status === 429 || response.status === 408;
      throw new AuthorityError(`The authority answered with HTTP status ${response.status}.`, isTemporary);
    }
    return await limited(response, maxBytes);
  } catch (error) {
    if (error instanceof AuthorityError) throw error;
    const message = timeout.aborted ? `did not answer within ${timeoutMs} ms` : 'cannot be reached';
    throw new AuthorityError(`The authority ${message}.`, true, { cause: error });
  }
}

async function limited({ body }: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes)
      throw new AuthorityError(`The answer of the authority has more than ${maxBytes} bytes.`, false);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
