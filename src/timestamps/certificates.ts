/** Certificates of time-stamping authorities (RFC 5280): what they say, and whether a trust anchor vouches for them. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import { type Algorithm, isStrong, mayBindCertificates, readAlgorithm } from './algorithms.ts';
import { assertDer, context, DerError, DerReader, instantOf, integerHex, tag } from './der.ts';

/** What is read of a certificate. */
export interface Certificate {
  readonly der: Buffer;
  /** Hexadecimal. */
  readonly serial: string;
  /** Names in DER, which is what they are compared by. */
  readonly issuer: Buffer;
  readonly subject: Buffer;
  /** The subject as people read it: `C=DE, O=Example, CN=TSA`. */
  readonly subjectText: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly signatureAlgorithm: Algorithm;
  readonly key: KeyObject;
  readonly x509: X509Certificate;
  /** By object identifier. */
  readonly extensions: ReadonlyMap<string, Extension>;
}

interface Extension {
  readonly critical: boolean;
  /** DER */
  readonly value: Buffer;
}

const oids = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  extendedKeyUsage: '2.5.29.37',
  subjectKeyIdentifier: '2.5.29.14',
} as const;
const timeStamping = '1.3.6.1.5.5.7.3.8';
const anyPurpose = '2.5.29.37.0';

// What may be critical: others, such as constraints of names, would have to be understood to be obeyed.
const understood = new Set<string>(Object.values(oids));

/**
 * Reads a certificate in DER.
 *
 * @throws DerError
 */
export function readCertificate(der: Buffer): Certificate {
  assertDer(der);
  const whole = new DerReader(der).sequence();
  const body = whole.sequence();
  body.optional(context(0));
  const serial = integerHex(body.element(tag.integer));
  readAlgorithm(body.sequence());
  const issuer = body.element(tag.sequence).whole;
  const validity = body.sequence();
  const notBefore = instantOf(validity.element());
  const notAfter = instantOf(validity.element());
  validity.end();
  const subject = body.element(tag.sequence).whole;
  const last = body.rest().find((element) => element.tag === context(3));
  const signatureAlgorithm = readAlgorithm(whole.sequence());
  const x509 = parsed(der);
  return {
    der,
    serial,
    issuer,
    subject,
    subjectText: x509.subject.replaceAll('\n', ', '),
    notBefore,
    notAfter,
    signatureAlgorithm,
    key: x509.publicKey,
    x509,
    extensions: last ? readExtensions(new DerReader(last.content)) : new Map(),
  };
}

function parsed(der: Buffer): X509Certificate {
  try {
    const x509 = new X509Certificate(der);
    // Its key is decoded when it is first asked for, and may be of a kind that is unknown here.
    void x509.publicKey;
    return x509;
  } catch (error) {
    throw new DerError('A certificate cannot be read.', { cause: error });
  }
}

/** Reads Extensions, of which each may stand once. Throws DerError. */
export function readExtensions(reader: DerReader): Map<string, Extension> {
  const extensions = new Map<string, Extension>();
  for (const { content } of reader.sequence().rest()) {
    const extension = new DerReader(content);
    const oid = extension.oid();
    const critical = extension.optional(tag.boolean)?.content[0] === 0xff;
    const value = extension.element(tag.octetString).content;
    extension.end();
    if (extensions.has(oid)) throw new DerError('An extension stands twice.');
    extensions.set(oid, { critical, value });
  }
  reader.end();
  return extensions;
}

/** The names that a certificate's subject goes by besides its own, as GeneralNames in DER. Throws DerError. */
export function otherNames({ extensions }: Certificate): Buffer[] {
  const names = extensions.get(oids.subjectAltName);
  return names
    ? new DerReader(names.value)
        .sequence()
        .rest()
        .map(({ whole }) => whole)
    : [];
}

/** The key identifier of a certificate; null where it has none. Throws DerError. */
export function keyIdentifier({ extensions }: Certificate): Buffer | null {
  const identifier = extensions.get(oids.subjectKeyIdentifier);
  return identifier ? new DerReader(identifier.value).element(tag.octetString).content : null;
}

function purposes({ extensions }: Certificate): string[] | null {
  const extension = extensions.get(oids.extendedKeyUsage);
  if (!extension) return null;
  const reader = new DerReader(extension.value).sequence();
  const found: string[] = [];
  while (reader.next !== undefined) found.push(reader.oid());
  return found;
}

/** The bits of the key usage, from digitalSignature (0) on; null where it is not limited. */
function usages({ extensions }: Certificate): ReadonlySet<number> | null {
  const extension = extensions.get(oids.keyUsage);
  if (!extension) return null;
  const [, ...octets] = new DerReader(extension.value).element(tag.bitString).content;
  const bits = octets.flatMap((octet, place) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (octet >> (7 - bit)) & 1).map((bit) => place * 8 + bit),
  );
  return new Set(bits);
}

const digitalSignature = 0;
const nonRepudiation = 1;
const keyCertSign = 5;

/**
 * Why a certificate is none to sign timestamps with (RFC 3161, 2.3: one purpose, critical); null where it is one.
 *
 * @throws DerError
 */
export function purposeProblem(certificate: Certificate): string | null {
  const found = purposes(certificate);
  if (!found?.includes(timeStamping)) return 'The signer’s certificate is not for time-stamping.';
  if (found.length !== 1) return 'The signer’s certificate has other purposes besides time-stamping.';
  if (!certificate.extensions.get(oids.extendedKeyUsage)?.critical)
    return 'The purpose of the signer’s certificate is not marked as critical.';
  const bits = usages(certificate);
  if (
    bits &&
    (bits.size === 0 || [...bits].some((bit) => bit !== digitalSignature && bit !== nonRepudiation))
  )
    return 'The key usage of the signer’s certificate is not, or not only, to sign.';
  return null;
}

/** How many authorities may stand below one; null where it is none that may issue certificates, or not these. */
function roomBelow(certificate: Certificate): number | null {
  const extension = certificate.extensions.get(oids.basicConstraints);
  if (!extension) return null;
  const reader = new DerReader(extension.value).sequence();
  if (reader.optional(tag.boolean)?.content[0] !== 0xff) return null;
  const limit = reader.next === undefined ? Number.POSITIVE_INFINITY : reader.smallInteger();
  reader.end();
  const bits = usages(certificate);
  if (bits && !bits.has(keyCertSign)) return null;
  const found = purposes(certificate);
  if (found && !found.includes(timeStamping) && !found.includes(anyPurpose)) return null;
  return limit;
}

const isKnown = ({ extensions }: Certificate): boolean =>
  [...extensions].every(([oid, { critical }]) => !critical || understood.has(oid));

/** Whether it is valid at an instant, both ends included. */
export const isValidAt = ({ notBefore, notAfter }: Certificate, at: Date): boolean =>
  notBefore <= at && at <= notAfter;

/**
 * Trust anchors from a PEM text; what stands between the certificates is not looked at.
 *
 * @throws DerError where there is none, or one that cannot be read
 */
export function readAnchors(pem: string): Certificate[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g);
  const found = [...blocks].map(([, base64 = '']) => readCertificate(Buffer.from(base64, 'base64')));
  if (found.length === 0) throw new DerError('The text holds no certificate in PEM form.');
  return found;
}

const longestChain = 8;
const mostChecks = 200;

/**
 * Looks for a chain from a certificate to one of the anchors through the others. Anchors are trusted as they are;
 * whether something was revoked is not asked, as a proof has to hold without the network.
 *
 * @returns `trusted`; `expired` where there are chains, but in each a certificate that is not valid at `at`; `untrusted`
 */
export function judgeChain(
  certificate: Certificate,
  others: readonly Certificate[],
  anchors: readonly Certificate[],
  at: Date,
): 'trusted' | 'expired' | 'untrusted' {
  let checks = 0;
  let isExpired = false;
  /** `below`: the chain so far, from the signer up. */
  const reaches = (last: Certificate, below: readonly Certificate[]): boolean => {
    if (!isKnown(last) || !isStrong(last.key)) return false;
    const chain = [...below, last];
    if (anchors.some(({ der }) => der.equals(last.der))) {
      if (chain.every((each) => isValidAt(each, at))) return true;
      isExpired = true;
      return false;
    }
    if (chain.length >= longestChain || !mayBindCertificates(last.signatureAlgorithm)) return false;
    return [...anchors, ...others].some((issuer) => {
      if (!issuer.subject.equals(last.issuer) || chain.includes(issuer)) return false;
      // Those that issue for themselves, as when they change keys, do not count (RFC 5280, 4.2.1.9).
      const authorities = chain.slice(1).filter((each) => !each.issuer.equals(each.subject));
      const room = roomBelow(issuer);
      if (room === null || authorities.length > room) return false;
      if (checks++ >= mostChecks) return false;
      return last.x509.checkIssued(issuer.x509) && last.x509.verify(issuer.key) && reaches(issuer, chain);
    });
  };
  return reaches(certificate, []) ? 'trusted' : isExpired ? 'expired' : 'untrusted';
}
