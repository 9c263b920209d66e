/** Whether a timestamp proves that a content existed at an instant, by an authority that is trusted. */
import { createHash } from 'node:crypto';
import { hashLengths, hashOf, type ImprintAlgorithm, isSignedBy, isStrong, nodeName } from './algorithms.ts';
import { type Certificate, judgeChain, keyIdentifier, otherNames, purposeProblem } from './certificates.ts';
import { context, DerError, DerReader } from './der.ts';
import { readToken, type SignerBinding, type Token } from './token.ts';

/** How a check ends. All but VALID prove nothing. */
export type VerdictStatus =
  | 'VALID'
  /** It is of another content. */
  | 'IMPRINT_MISMATCH'
  /** Its signature, or the hash that the signature is about, is wrong, or of an algorithm that is not accepted. */
  | 'SIGNATURE_INVALID'
  /** The certificate that the signature names is not in it, or is another than the one that came with it. */
  | 'SIGNER_MISMATCH'
  /** No trust anchor vouches for its signer. */
  | 'CHAIN_INVALID'
  /** Its signer's certificate is not one for time-stamping alone. */
  | 'EKU_MISSING'
  /** At its time, a certificate of the chain was not valid. */
  | 'EXPIRED_CERTIFICATE'
  /** It does not answer what was asked. */
  | 'NONCE_MISMATCH'
  /** It is no timestamp in DER, or one with parts that are not accepted. */
  | 'MALFORMED';

/** What a check found. Unless `status` is VALID, the rest is what the token says, and nobody vouches for it. */
export interface TimestampVerdict {
  readonly status: VerdictStatus;
  /** Why it is not valid, in a sentence; null where it is. */
  readonly reason: string | null;
  readonly imprintAlgorithm: ImprintAlgorithm | null;
  /** Hexadecimal, as serial and nonce. */
  readonly imprint: string | null;
  readonly genTime: Date | null;
  /** How far `genTime` may be off, to both sides, in µs; null where the policy alone says so. */
  readonly accuracy: number | null;
  readonly serial: string | null;
  /** The object identifier of the policy that it was made under. */
  readonly policy: string | null;
  /** Who signed: `C=DE, O=Example, CN=TSA`. */
  readonly tsaSubject: string | null;
  readonly nonce: string | null;
}

/** What is claimed to be stamped: the content itself, or its SHA-256 in hexadecimal. */
export type Stamped = { readonly content: Uint8Array } | { readonly sha256: string };

export interface Trust {
  /** Whom to trust, see `readAnchors`. */
  readonly anchors: readonly Certificate[];
  /** The nonce that was sent, in hexadecimal, while the answer to it is checked. */
  readonly nonce?: string;
}

class Refusal extends Error {
  readonly status: VerdictStatus;
  constructor(status: VerdictStatus, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Checks a token (a ContentInfo in DER, as it is stored) of RFC 3161 with RFC 5816. It is judged as of its own time:
 * certificates may have expired since. Certificates in the token that are not part of the chain, unsigned attributes and
 * revocation lists are not looked at. Never throws for what is in the token.
 */
export function verifyTimestamp(token: Uint8Array, stamped: Stamped, trust: Trust): TimestampVerdict {
  let read: Token | null = null;
  let signer: Certificate | null = null;
  try {
    read = readToken(token);
    checkImprint(read, stamped);
    if (trust.nonce !== undefined && read.statement.nonce !== trust.nonce)
      throw new Refusal('NONCE_MISMATCH', 'The answer is not to this request: its nonce is another.');
    signer = signerOf(read);
    checkSignature(read, signer);
    const problem = purposeProblem(signer);
    if (problem) throw new Refusal('EKU_MISSING', problem);
    checkChain(read, signer, trust.anchors);
    return verdictOf('VALID', null, read, signer);
  } catch (error) {
    if (error instanceof Refusal) return verdictOf(error.status, error.message, read, signer);
    if (error instanceof DerError) return verdictOf('MALFORMED', error.message, read, signer);
    throw error;
  }
}

function verdictOf(
  status: VerdictStatus,
  reason: string | null,
  token: Token | null,
  signer: Certificate | null,
): TimestampVerdict {
  const statement = token?.statement;
  return {
    status,
    reason,
    imprintAlgorithm: statement ? hashOf(statement.imprintAlgorithm) : null,
    imprint: statement?.imprint.toString('hex') ?? null,
    genTime: statement?.genTime ?? null,
    accuracy: statement?.accuracy ?? null,
    serial: statement?.serial ?? null,
    policy: statement?.policy ?? null,
    tsaSubject: signer?.subjectText ?? null,
    nonce: statement?.nonce ?? null,
  };
}

function checkImprint({ statement }: Token, stamped: Stamped): void {
  const algorithm = hashOf(statement.imprintAlgorithm);
  if (!algorithm || statement.imprint.length !== hashLengths[algorithm])
    throw new Refusal('MALFORMED', 'The imprint is none of SHA-256, SHA-384 or SHA-512.');
  if ('sha256' in stamped && algorithm !== 'SHA-256')
    throw new Refusal(
      'IMPRINT_MISMATCH',
      `The imprint is one of ${algorithm}, and the content is known by SHA-256.`,
    );
  const expected =
    'sha256' in stamped ? Buffer.from(stamped.sha256, 'hex') : digest(algorithm, stamped.content);
  if (!statement.imprint.equals(expected))
    throw new Refusal('IMPRINT_MISMATCH', 'The timestamp is of another content.');
}

const digest = (algorithm: ImprintAlgorithm, content: Uint8Array): Buffer =>
  createHash(nodeName(algorithm)).update(content).digest();

/**
 * The certificate that the signed attributes identify by its hash: whatever other certificates were put into the token,
 * one of the same name and number too, is not the signer's.
 */
function signerOf({ certificates, bindings, signer, statement }: Token): Certificate {
  const found = certificates.find((certificate) =>
    bindings.every((binding) => isBound(certificate, binding)),
  );
  if (!found)
    throw new Refusal(
      'SIGNER_MISMATCH',
      'The certificate that the signed attributes identify is not in the token.',
    );
  const isNamed =
    'issuer' in signer
      ? signer.issuer.equals(found.issuer) && signer.serial === found.serial
      : (keyIdentifier(found)?.equals(signer.keyIdentifier) ?? false);
  if (!isNamed)
    throw new Refusal('SIGNER_MISMATCH', 'The signature names another signer than its attributes.');
  const { authority } = statement;
  const isAuthority =
    !authority || isSubject(authority, found) || otherNames(found).some((name) => name.equals(authority));
  if (!isAuthority)
    throw new Refusal(
      'SIGNER_MISMATCH',
      'The authority that is named has another name than its certificate.',
    );
  return found;
}

/** Whether a GeneralName is the directory name of a certificate's subject: `[4] EXPLICIT Name`. */
function isSubject(name: Buffer, { subject }: Certificate): boolean {
  const reader = new DerReader(name);
  return reader.next === context(4) && reader.inside(context(4)).element().whole.equals(subject);
}

function isBound(certificate: Certificate, { hashAlgorithm, hash, issuer, serial }: SignerBinding): boolean {
  const accepted = hashAlgorithm && hashOf(hashAlgorithm);
  // ESSCertID knows SHA-1 only. It only picks one of the certificates, and what it picks must have signed; to put
  // another in its place takes a second preimage.
  if (hashAlgorithm && !accepted) return false;
  const actual = createHash(accepted ? nodeName(accepted) : 'sha1')
    .update(certificate.der)
    .digest();
  return (
    actual.equals(hash) &&
    (issuer === null || issuer.equals(certificate.issuer)) &&
    (serial === null || serial === certificate.serial)
  );
}

function checkSignature(token: Token, { key }: Certificate): void {
  const algorithm = hashOf(token.digestAlgorithm);
  if (!algorithm)
    throw new Refusal(
      'SIGNATURE_INVALID',
      'It is signed with a hash that is none of SHA-256, SHA-384 or SHA-512.',
    );
  if (!digest(algorithm, token.content).equals(token.messageDigest))
    throw new Refusal('SIGNATURE_INVALID', 'What is signed is another statement than the one in it.');
  if (!isStrong(key)) throw new Refusal('SIGNATURE_INVALID', 'The key of the signer is too weak.');
  if (!isSignedBy(key, token.signatureAlgorithm, algorithm, token.signedBytes, token.signature))
    throw new Refusal('SIGNATURE_INVALID', 'The signature is not one of the signer.');
}

function checkChain(token: Token, signer: Certificate, anchors: readonly Certificate[]): void {
  if (anchors.length === 0) throw new Refusal('CHAIN_INVALID', 'No trust anchor is configured.');
  switch (judgeChain(signer, token.certificates, anchors, token.statement.genTime)) {
    case 'trusted':
      return;
    case 'expired':
      throw new Refusal(
        'EXPIRED_CERTIFICATE',
        'A certificate of the signer was not valid at the time of the stamp.',
      );
    case 'untrusted':
      throw new Refusal('CHAIN_INVALID', 'No trust anchor vouches for the signer.');
  }
}
