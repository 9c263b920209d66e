/** Timestamps taken apart and put together otherwise, with other libraries than those that check them. */
import * as asn1js from 'asn1js';
import { AlgorithmIdentifier, Extension, GeneralName, MessageImprint, TSTInfo } from 'pkijs';

export const hashOids = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;

export interface StatementOptions {
  readonly imprint: Uint8Array;
  readonly hash?: keyof typeof hashOids;
  readonly genTime?: Date;
  readonly version?: number;
  /** The directory name of the authority: a common name. */
  readonly authority?: string;
  readonly criticalExtension?: string;
}

/** What an authority would state (TSTInfo in DER). */
export function statementOf(options: StatementOptions): Buffer {
  const {
    imprint,
    hash = 'sha256',
    genTime = new Date(),
    version = 1,
    authority,
    criticalExtension,
  } = options;
  const info = new TSTInfo({
    version,
    policy: '1.2.3.4',
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({
        algorithmId: hashOids[hash],
        algorithmParams: new asn1js.Null(),
      }),
      hashedMessage: new asn1js.OctetString({ valueHex: Uint8Array.from(imprint) }),
    }),
    serialNumber: new asn1js.Integer({ value: 7 }),
    genTime,
    ...(authority && { tsa: new GeneralName({ type: 2, value: authority }) }),
    ...(criticalExtension && {
      extensions: [
        new Extension({ extnID: criticalExtension, critical: true, extnValue: Uint8Array.of(5, 0).buffer }),
      ],
    }),
  });
  return Buffer.from(info.toSchema().toBER());
}

function membersOf(element: asn1js.BaseBlock | undefined): asn1js.BaseBlock[] {
  if (
    element instanceof asn1js.Sequence ||
    element instanceof asn1js.Set ||
    element instanceof asn1js.Constructed
  )
    return element.valueBlock.value as asn1js.BaseBlock[];
  throw new Error('It has no members.');
}

const parse = (der: Uint8Array): asn1js.BaseBlock => asn1js.fromBER(Uint8Array.from(der)).result;

/** The members of a token's SignedData: version, digests, content, certificates where there are any, signers. */
function signedDataOf(token: asn1js.BaseBlock): asn1js.BaseBlock[] {
  return membersOf(membersOf(membersOf(token)[1])[0]);
}

/** The token with other certificates in it; nothing that is signed changes. */
export function withCertificates(token: Uint8Array, certificates: readonly Uint8Array[]): Buffer {
  const whole = parse(token);
  const members = signedDataOf(whole);
  members.splice(
    3,
    members.length - 4,
    new asn1js.Constructed({
      idBlock: { tagClass: 3, tagNumber: 0 },
      value: certificates.map((each) => parse(each)),
    } as never),
  );
  return Buffer.from(whole.toBER());
}

/** The token with a further unsigned attribute. */
export function withUnsignedAttribute(token: Uint8Array, attribute: Uint8Array): Buffer {
  const whole = parse(token);
  const signer = membersOf(membersOf(signedDataOf(whole).at(-1))[0]);
  signer.push(
    new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber: 1 }, value: [parse(attribute)] } as never),
  );
  return Buffer.from(whole.toBER());
}

/** The token with its statement replaced; signatures stay as they are. */
export function withStatement(token: Uint8Array, statement: Uint8Array): Buffer {
  const whole = parse(token);
  const members = signedDataOf(whole);
  const [kind] = membersOf(members[2]);
  const octets = new asn1js.OctetString({ valueHex: Uint8Array.from(statement) });
  // Made anew: the library keeps lengths as long as they once were.
  const content = new asn1js.Constructed({
    idBlock: { tagClass: 3, tagNumber: 0 },
    value: [octets],
  } as never);
  members[2] = new asn1js.Sequence({ value: kind ? [kind, content] : [content] });
  return Buffer.from(whole.toBER());
}

/** The token with its signers twice. */
export function withSignersTwice(token: Uint8Array): Buffer {
  const whole = parse(token);
  const signers = membersOf(signedDataOf(whole).at(-1));
  const [signer] = signers;
  if (signer) signers.push(signer);
  return Buffer.from(whole.toBER());
}

/** The token with nothing but the signature of its signer's attributes changed to another's. */
export function withSignatureOf(token: Uint8Array, other: Uint8Array): Buffer {
  const [whole, donor] = [parse(token), parse(other)];
  const signerOf = (each: asn1js.BaseBlock) => membersOf(membersOf(signedDataOf(each).at(-1))[0]);
  const signature = signerOf(donor)[5];
  if (signature) signerOf(whole)[5] = signature;
  return Buffer.from(whole.toBER());
}
