import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/canonical.ts';
import { timestampRequest } from '../../src/timestamps/authority.ts';
import { type Certificate, readAnchors } from '../../src/timestamps/certificates.ts';
import { readAnswer, readToken } from '../../src/timestamps/token.ts';
import { type TimestampVerdict, verifyTimestamp } from '../../src/timestamps/verdict.ts';
import { type Identity, type Pki, startPki } from '../support/timestamp-authority.ts';
import {
  statementOf,
  withCertificates,
  withSignatureOf,
  withSignersTwice,
  withStatement,
  withUnsignedAttribute,
} from '../support/tokens.ts';

const content = Buffer.from('What the camera saw.');
const imprint = createHash('sha256').update(content).digest();

let pki: Pki;
let root: Identity;
let signer: Identity;
let anchors: Certificate[];
/** By RSA with the signer's certificate alone, and by a curve with that of the root besides. */
let plain: Buffer;
let chained: Buffer;

beforeAll(async () => {
  pki = await startPki();
  root = await pki.root({ name: 'Root' });
  const curve = await pki.issue(root, { name: 'Stamps', kind: 'ec' });
  signer = await pki.issue(root, { name: 'Stamps' });
  anchors = readAnchors(root.pem);
  plain = await tokenBy(signer, []);
  chained = await tokenBy(curve, [root]);
});
afterAll(() => pki.close());

async function tokenBy(identity: Identity, chain: Identity[]): Promise<Buffer> {
  const authority = await pki.authority(identity, { chain, named: true });
  const { token } = readAnswer(await authority.answer(timestampRequest(sha256(content)).der));
  if (!token) throw new Error('It was not granted.');
  return token;
}

const judge = (token: Uint8Array): TimestampVerdict => verifyTimestamp(token, { content }, { anchors });
const certificateOf = ({ pem }: Identity): Buffer => readAnchors(pem)[0]?.der ?? Buffer.alloc(0);

/** The places at which a change of one byte leaves a token valid; throws where its meaning changes. */
function harmlessPlaces(token: Buffer, changes: readonly number[]): number[] {
  const meaning = judge(token);
  expect(meaning.status).toBe('VALID');
  const places = new Set<number>();
  for (let at = 0; at < token.length; at++) {
    for (const change of changes) {
      const altered = Buffer.from(token);
      altered[at] = (altered[at] ?? 0) ^ change;
      const verdict = judge(altered);
      if (verdict.status !== 'VALID') continue;
      expect(verdict).toEqual(meaning);
      places.add(at);
    }
  }
  return [...places];
}

describe('a byte of a timestamp that is changed', () => {
  it('is found wherever it stands, where nothing is in it but what was signed and by whom', () => {
    expect(harmlessPlaces(plain, [0x01, 0x80, 0xff])).toEqual([]);
  }, 60_000);

  it('is found but for those of a certificate that the chain does not need, and these change no meaning', () => {
    const superfluous = certificateOf(root);
    const start = chained.indexOf(superfluous);
    expect(start).toBeGreaterThan(0);
    const places = harmlessPlaces(chained, [0x01, 0xff]);
    expect(places.filter((place) => place < start || place >= start + superfluous.length)).toEqual([]);
  }, 60_000);

  it('is found where it is missing or one too many', () => {
    for (let length = 0; length < plain.length; length++)
      expect(judge(plain.subarray(0, length)).status).toBe('MALFORMED');
    expect(judge(Buffer.concat([plain, Buffer.of(0)])).status).toBe('MALFORMED');
    expect(judge(Buffer.concat([plain, plain])).status).toBe('MALFORMED');
  });
});

describe('a forged timestamp', () => {
  it('is refused where somebody made an authority of their own, with the same names', async () => {
    const forgedRoot = await pki.root({ name: 'Root' });
    const forged = await pki.issue(forgedRoot, { name: 'Stamps' });
    const token = await tokenBy(forged, [forgedRoot]);
    expect(verifyTimestamp(token, { content }, { anchors: readAnchors(forgedRoot.pem) }).status).toBe(
      'VALID',
    );
    expect(judge(token)).toMatchObject({
      status: 'CHAIN_INVALID',
      tsaSubject: 'O=Heatmark tests, CN=Stamps',
    });
    // The real certificates beside the forged ones change nothing.
    const mixed = withCertificates(token, [forged, forgedRoot, signer, root].map(certificateOf));
    expect(judge(mixed).status).toBe('CHAIN_INVALID');
  });

  it('is refused where the signer’s certificate was swapped for one with its name and number', async () => {
    const forgedRoot = await pki.root({ name: 'Root' });
    const serial = readAnchors(signer.pem)[0]?.serial ?? '';
    const twin = await pki.issue(forgedRoot, { name: 'Stamps', serial });
    const [real, forged] = [signer, twin].map(certificateOf) as [Buffer, Buffer];
    const twinRead = readAnchors(twin.pem)[0];
    expect(twinRead?.serial).toBe(serial);

    expect(judge(withCertificates(plain, [forged])).status).toBe('SIGNER_MISMATCH');
    // Injected beside the real one, in front of it too, it is not taken for it.
    expect(judge(withCertificates(plain, [forged, real]))).toEqual(judge(plain));
    const forgedToken = await pki.sign(statementOf({ imprint }), twin);
    expect(judge(withCertificates(forgedToken, [real])).status).toBe('SIGNER_MISMATCH');
    expect(judge(withCertificates(forgedToken, [real, forged])).status).toBe('CHAIN_INVALID');
  });

  it('is refused where the real signer is named, and another has signed', async () => {
    const other = await pki.sign(statementOf({ imprint }), await pki.issue(await pki.root(), {}));
    expect(judge(withSignatureOf(plain, other)).status).toBe('SIGNATURE_INVALID');
  });

  it('is refused where it was signed by somebody whom the same authority certified for something else', async () => {
    const mailer = await pki.issue(root, { name: 'Stamps', purpose: 'critical, emailProtection' });
    expect(judge(await pki.sign(statementOf({ imprint }), mailer)).status).toBe('EKU_MISSING');
    // A certificate that a signer of timestamps issued himself.
    const sub = await pki.issue(signer, { name: 'Below' });
    const token = withCertificates(
      await pki.sign(statementOf({ imprint }), sub),
      [sub, signer].map(certificateOf),
    );
    expect(judge(token).status).toBe('CHAIN_INVALID');
  });

  it('is refused where its statement was replaced', () => {
    const earlier = statementOf({ imprint, genTime: new Date('2020-01-01T00:00:00Z') });
    expect(judge(withStatement(plain, earlier)).status).toBe('SIGNATURE_INVALID');
    expect(judge(withStatement(plain, readToken(plain).content))).toEqual(judge(plain));
  });

  it('is refused where the signer signed something that is no timestamp, or has no attributes that bind it', async () => {
    const statement = statementOf({ imprint });
    const asData = await pki.sign(statement, signer, ['-econtent_type', 'pkcs7-data']);
    expect(judge(asData).status).toBe('MALFORMED');
    const bare = await pki.sign(statement, signer, ['-noattr']);
    expect(judge(bare).status).toBe('MALFORMED');
  });

  it('is refused where it has two signers, or none of its certificates is the signer’s', () => {
    expect(judge(withSignersTwice(plain)).status).toBe('MALFORMED');
    expect(judge(withCertificates(plain, [])).status).toBe('SIGNER_MISMATCH');
    expect(judge(withCertificates(plain, [certificateOf(root)])).status).toBe('SIGNER_MISMATCH');
  });

  it('is refused where it is no token at all, without an exception', () => {
    const answers = ['', '30', '3000', '3080', '0500', 'ff'.repeat(50), '30'.repeat(4000)];
    for (const hex of answers) expect(judge(Buffer.from(hex, 'hex')).status).toBe('MALFORMED');
  });
});

describe('what is not signed', () => {
  it('may be in a token, and means nothing', () => {
    // 1.2.3 with an empty set.
    const attribute = Buffer.from('300606022a033100', 'hex');
    expect(judge(withUnsignedAttribute(plain, attribute))).toEqual(judge(plain));
  });

  it('cannot make the check long: certificates are limited in number', () => {
    const many = Array.from({ length: 33 }, () => certificateOf(root));
    expect(judge(withCertificates(plain, [certificateOf(signer), ...many])).status).toBe('MALFORMED');
    expect(judge(withCertificates(plain, [certificateOf(signer), ...many.slice(2)])).status).toBe('VALID');
  });
});
