/** The hash and signature algorithms that tokens and certificates may use. MD5 and SHA-1 are not among them. */
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { context, DerError, DerReader, tag } from './der.ts';

/** A hash that a timestamp may use. */
export type ImprintAlgorithm = 'SHA-256' | 'SHA-384' | 'SHA-512';

const hashes: Readonly<Record<string, ImprintAlgorithm>> = {
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
};

/** How many bytes each has. */
export const hashLengths: Readonly<Record<ImprintAlgorithm, number>> = {
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
};

/** What node:crypto calls it: `sha256`. */
export const nodeName = (algorithm: ImprintAlgorithm): string => algorithm.replace('-', '').toLowerCase();

/** An AlgorithmIdentifier: its identifier and its parameters in DER, empty where there are none. */
export interface Algorithm {
  readonly oid: string;
  readonly parameters: Buffer;
}

/** Reads an AlgorithmIdentifier. Throws DerError. */
export function readAlgorithm(sequence: DerReader): Algorithm {
  const oid = sequence.oid();
  const parameters = sequence.next === undefined ? Buffer.alloc(0) : sequence.element().whole;
  sequence.end();
  return { oid, parameters };
}

const withoutParameters = ({ parameters }: Algorithm): boolean =>
  parameters.length === 0 || (parameters.length === 2 && parameters[0] === tag.null);

/** The hash that is meant; null for all others, and for one with parameters. */
export function hashOf(algorithm: Algorithm): ImprintAlgorithm | null {
  return withoutParameters(algorithm) ? (hashes[algorithm.oid] ?? null) : null;
}

const pkcs1: Readonly<Record<string, ImprintAlgorithm>> = {
  '1.2.840.113549.1.1.11': 'SHA-256',
  '1.2.840.113549.1.1.12': 'SHA-384',
  '1.2.840.113549.1.1.13': 'SHA-512',
};
const ecdsa: Readonly<Record<string, ImprintAlgorithm>> = {
  '1.2.840.10045.4.3.2': 'SHA-256',
  '1.2.840.10045.4.3.3': 'SHA-384',
  '1.2.840.10045.4.3.4': 'SHA-512',
};
const plainRsa = '1.2.840.113549.1.1.1';
const pss = '1.2.840.113549.1.1.10';
const mgf1 = '1.2.840.113549.1.1.8';

/** Whether a certificate may be signed so. EdDSA has no parameters and no choice of a hash. */
export function mayBindCertificates(algorithm: Algorithm): boolean {
  if (algorithm.oid === pss) return pssOf(algorithm) !== null;
  return ['1.3.101.112', '1.3.101.113'].includes(algorithm.oid)
    ? algorithm.parameters.length === 0
    : withoutParameters(algorithm) && (algorithm.oid in pkcs1 || algorithm.oid in ecdsa);
}

/**
 * Whether the signature is one of the content by the key, as the algorithm says. `digest` is the hash that the signer
 * names beside it: one that names another is refused.
 */
export function isSignedBy(
  key: KeyObject,
  algorithm: Algorithm,
  digest: ImprintAlgorithm,
  content: Buffer,
  signature: Buffer,
): boolean {
  const { oid } = algorithm;
  const type = key.asymmetricKeyType;
  const name = nodeName(digest);
  if (oid === pss) {
    const parameters = pssOf(algorithm);
    if (parameters?.hash !== digest || (type !== 'rsa' && type !== 'rsa-pss')) return false;
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: parameters.saltLength };
    return verify(name, content, { key, ...padding }, signature);
  }
  if (!withoutParameters(algorithm)) return false;
  if (type === 'rsa') {
    if (oid !== plainRsa && pkcs1[oid] !== digest) return false;
    return verify(name, content, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
  }
  return type === 'ec' && ecdsa[oid] === digest && verify(name, content, key, signature);
}

/** The parameters of RSASSA-PSS (RFC 4055), of which both hashes must be the same; null for what is not accepted. */
function pssOf({ parameters }: Algorithm): { hash: ImprintAlgorithm; saltLength: number } | null {
  try {
    const outer = new DerReader(parameters);
    const reader = outer.sequence();
    outer.end();
    const hash = hashOf(readAlgorithm(reader.inside(context(0)).sequence()));
    const mask = readAlgorithm(reader.inside(context(1)).sequence());
    const maskHash = hashOf(readAlgorithm(new DerReader(mask.parameters).sequence()));
    const salt = reader.optional(context(2));
    const saltLength = salt ? new DerReader(salt.content).smallInteger() : 20;
    // The trailer has one value, which is its default and not written.
    reader.end();
    return hash && mask.oid === mgf1 && maskHash === hash ? { hash, saltLength } : null;
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

/** Whether a key is strong enough: RSA from 2048 bits on, curves from 256. */
export function isStrong(key: KeyObject): boolean {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return modulusLength >= 2048;
    case 'ec':
      return (
        ['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve) || namedCurve.startsWith('brainpoolP')
      );
    case 'ed25519':
    case 'ed448':
      return true;
    default:
      return false;
  }
}

/** The key of a SubjectPublicKeyInfo; null where it is none that can be used. */
export function keyOf(spki: Buffer): KeyObject | null {
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}
