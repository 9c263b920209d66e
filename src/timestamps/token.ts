/** What stands in a timestamp (RFC 3161 with RFC 5816, on RFC 5652): read strictly, judged elsewhere. */
import { type Algorithm, hashOf, readAlgorithm } from './algorithms.ts';
import { type Certificate, readCertificate, readExtensions } from './certificates.ts';
import {
  assertDer,
  context,
  DerError,
  DerReader,
  instantOf,
  integerHex,
  primitiveContext,
  sequenceOf,
  tag,
} from './der.ts';

/** TSTInfo: what the authority states. */
export interface Statement {
  /** The policy's object identifier. */
  readonly policy: string;
  readonly imprintAlgorithm: Algorithm;
  readonly imprint: Buffer;
  /** Hexadecimal, as the nonce. */
  readonly serial: string;
  readonly genTime: Date;
  /** How far the time may be off, to both sides, in µs; null where the policy alone says so. */
  readonly accuracy: number | null;
  readonly nonce: string | null;
  /** The name of the authority, a GeneralName in DER. */
  readonly authority: Buffer | null;
}

/** Identifies the signer's certificate: ESSCertID (RFC 2634) or ESSCertIDv2 (RFC 5035). */
export interface SignerBinding {
  /** Null for the first version, whose hash is SHA-1 by its definition. */
  readonly hashAlgorithm: Algorithm | null;
  readonly hash: Buffer;
  readonly issuer: Buffer | null;
  readonly serial: string | null;
}

/** Who signed, as the signature's wrapping says: it is not signed. */
export type SignerName =
  | { readonly issuer: Buffer; readonly serial: string }
  | { readonly keyIdentifier: Buffer };

/** A token, taken apart. */
export interface Token {
  readonly statement: Statement;
  /** The bytes that `messageDigest` is of. */
  readonly content: Buffer;
  readonly certificates: readonly Certificate[];
  readonly signer: SignerName;
  readonly digestAlgorithm: Algorithm;
  /** The bytes that are signed: the attributes as a SET. */
  readonly signedBytes: Buffer;
  readonly messageDigest: Buffer;
  /** At least one; all must be of the signer. */
  readonly bindings: readonly SignerBinding[];
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Buffer;
}

const oids = {
  signedData: '1.2.840.113549.1.7.2',
  statement: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

const mostCertificates = 32;

/**
 * Reads a token: a ContentInfo in DER.
 *
 * @throws DerError
 */
export function readToken(der: Uint8Array): Token {
  assertDer(der);
  const info = new DerReader(der).sequence();
  demand(info.oid() === oids.signedData, 'It is no signed content.');
  const wrapped = info.inside(context(0));
  info.end();
  const signed = wrapped.sequence();
  wrapped.end();
  demand(signed.smallInteger() === 3, 'Its version is not that of a timestamp.');
  const digests = signed.inside(tag.set).rest();
  const encapsulated = signed.sequence();
  demand(encapsulated.oid() === oids.statement, 'What is signed is no timestamp.');
  const octets = encapsulated.inside(context(0));
  encapsulated.end();
  const { content } = octets.element(tag.octetString);
  octets.end();
  const certificates = signed.optional(context(0));
  signed.optional(context(1));
  const signers = signed.inside(tag.set);
  signed.end();
  const signerInfo = signers.sequence();
  signers.end();
  const signer = readSigner(signerInfo);
  const hash = hashOf(signer.digestAlgorithm);
  const isNamed = digests.some(
    (each) => hashOf(readAlgorithm(new DerReader(each.whole).sequence())) === hash,
  );
  demand(isNamed, 'The hash of the signer is not among those that are named.');
  return {
    statement: readStatement(content),
    content,
    certificates: readCertificates(certificates),
    ...signer,
  };
}

function readCertificates(set: { content: Buffer } | null): Certificate[] {
  const members = set ? new DerReader(set.content).rest() : [];
  demand(members.length <= mostCertificates, `It holds more than ${mostCertificates} certificates.`);
  return members.map((member) => {
    demand(member.tag === tag.sequence, 'It holds a certificate of an unknown kind.');
    return readCertificate(member.whole);
  });
}

function readStatement(der: Buffer): Statement {
  assertDer(der);
  const info = new DerReader(der).sequence();
  demand(info.smallInteger() === 1, 'Its statement is of an unknown version.');
  const policy = info.oid();
  const messageImprint = info.sequence();
  const imprintAlgorithm = readAlgorithm(messageImprint.sequence());
  const imprint = messageImprint.element(tag.octetString).content;
  messageImprint.end();
  const serial = integerHex(info.element(tag.integer));
  const genTime = instantOf(info.element(tag.generalizedTime));
  const accuracy = info.optional(tag.sequence);
  info.optional(tag.boolean);
  const nonce = info.optional(tag.integer);
  const authority = info.optional(context(0));
  const extensions = info.optional(context(1));
  info.end();
  // `[1] IMPLICIT Extensions`: its content is that of the sequence.
  if (extensions) {
    const sequence = Buffer.from(extensions.whole);
    sequence[0] = tag.sequence;
    for (const { critical } of readExtensions(new DerReader(sequence)).values())
      demand(!critical, 'It has a critical extension that is unknown.');
  }
  return {
    policy,
    imprintAlgorithm,
    imprint,
    serial,
    genTime,
    accuracy: accuracy && readAccuracy(new DerReader(accuracy.content)),
    nonce: nonce && integerHex(nonce),
    authority: authority?.content ?? null,
  };
}

function readAccuracy(reader: DerReader): number {
  const seconds = reader.next === tag.integer ? reader.smallInteger() : 0;
  const part = (number: number): number => {
    const element = reader.optional(primitiveContext(number));
    if (!element) return 0;
    demand(element.content.length > 0 && element.content.length <= 2, 'Its accuracy is malformed.');
    const value = element.content.readIntBE(0, element.content.length);
    demand(value >= 1 && value <= 999, 'Its accuracy is malformed.');
    return value;
  };
  const millis = part(0);
  const micros = part(1);
  reader.end();
  demand(seconds >= 0, 'Its accuracy is malformed.');
  return seconds * 1_000_000 + millis * 1_000 + micros;
}

function readSigner(info: DerReader): Omit<Token, 'statement' | 'content' | 'certificates'> {
  const version = info.smallInteger();
  const signer = readSignerName(info);
  demand(version === ('issuer' in signer ? 1 : 3), 'Its signer is of an unknown version.');
  const digestAlgorithm = readAlgorithm(info.sequence());
  const attributes = info.element(context(0)).whole;
  const signatureAlgorithm = readAlgorithm(info.sequence());
  const signature = info.element(tag.octetString).content;
  info.optional(context(1));
  info.end();
  // RFC 5652, 5.4: signed is the attributes' own SET, not the `[0]` that stands in its place.
  const signedBytes = Buffer.from(attributes);
  signedBytes[0] = tag.set;
  const values = readAttributes(new DerReader(signedBytes).inside(tag.set));
  const attribute = (oid: string): Buffer => {
    const value = values.get(oid);
    if (!value) throw new DerError(`The signed attribute ${oid} is missing.`);
    return value;
  };
  demand(
    new DerReader(attribute(oids.contentType)).oid() === oids.statement,
    'The signed attributes are of another kind of content.',
  );
  const messageDigest = new DerReader(attribute(oids.messageDigest)).element(tag.octetString).content;
  const first = values.get(oids.signingCertificate);
  const second = values.get(oids.signingCertificateV2);
  const bindings = [...(first ? [readBinding(first, 1)] : []), ...(second ? [readBinding(second, 2)] : [])];
  demand(bindings.length > 0, 'No signed attribute identifies the certificate of the signer.');
  return { signer, digestAlgorithm, signedBytes, messageDigest, bindings, signatureAlgorithm, signature };
}

function readSignerName(info: DerReader): SignerName {
  if (info.next !== tag.sequence) return { keyIdentifier: info.element(primitiveContext(0)).content };
  const name = info.sequence();
  const issuer = name.element(tag.sequence).whole;
  const serial = integerHex(name.element(tag.integer));
  name.end();
  return { issuer, serial };
}

/** The values of the attributes by their types, of which each may stand once and have one value. */
function readAttributes(set: DerReader): Map<string, Buffer> {
  const values = new Map<string, Buffer>();
  while (set.next !== undefined) {
    const attribute = set.sequence();
    const oid = attribute.oid();
    const members = attribute.inside(tag.set).rest();
    attribute.end();
    const [value] = members;
    demand(
      members.length === 1 && !values.has(oid),
      'A signed attribute stands twice or has several values.',
    );
    if (value) values.set(oid, value.whole);
  }
  return values;
}

/** The first of the identifiers is the signer's; the others are of the certificates above it. */
function readBinding(der: Buffer, version: 1 | 2): SignerBinding {
  const attribute = new DerReader(der).sequence();
  const identifiers = attribute.sequence();
  const identifier = identifiers.sequence();
  let hashAlgorithm: Algorithm | null = null;
  if (version === 2) {
    const named = identifier.optional(tag.sequence);
    // SHA-256 is what is meant where none is named.
    hashAlgorithm = named
      ? readAlgorithm(new DerReader(named.content))
      : { oid: '2.16.840.1.101.3.4.2.1', parameters: Buffer.alloc(0) };
  }
  const hash = identifier.element(tag.octetString).content;
  let issuer: Buffer | null = null;
  let serial: string | null = null;
  if (identifier.next !== undefined) {
    const issuerSerial = identifier.sequence();
    // GeneralNames with the one directory name: `[4] EXPLICIT Name`.
    const names = issuerSerial.sequence();
    const name = names.inside(context(4));
    issuer = name.element(tag.sequence).whole;
    name.end();
    names.end();
    serial = integerHex(issuerSerial.element(tag.integer));
    issuerSerial.end();
    identifier.end();
  }
  return { hashAlgorithm, hash, issuer, serial };
}

/** An authority's answer: a TimeStampResp. */
export interface Answer {
  /** PKIStatus: 0 granted, 1 granted with modifications; all others refuse. */
  readonly status: number;
  /** What the authority says about it; empty where it says nothing. */
  readonly text: string;
  /** The token in DER; null where it was refused. */
  readonly token: Buffer | null;
}

/**
 * Reads an answer in DER. Its status is not signed: what counts is the token.
 *
 * @throws DerError
 */
export function readAnswer(der: Uint8Array): Answer {
  assertDer(der);
  const answer = new DerReader(der).sequence();
  const info = answer.sequence();
  const status = info.smallInteger();
  const texts = info.optional(tag.sequence);
  info.optional(tag.bitString);
  info.end();
  const token = answer.optional(tag.sequence);
  answer.end();
  const isGranted = status === 0 || status === 1;
  demand(isGranted === (token !== null), 'Its status and its token do not go together.');
  const lines = texts
    ? new DerReader(texts.content).rest().map(({ content }) => content.toString('utf8'))
    : [];
  return { status, text: lines.join(' '), token: token?.whole ?? null };
}

/** The answer that grants a token: the form in which files with the ending `.tsr` hold one. */
export function grantedAnswer(token: Uint8Array): Buffer {
  const granted = Buffer.from([tag.integer, 1, 0]);
  return sequenceOf(sequenceOf(granted), token);
}

function demand(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new DerError(otherwise);
}
