import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/canonical.ts';
import { timestampRequest } from '../../src/timestamps/authority.ts';
import { readAnchors } from '../../src/timestamps/certificates.ts';
import { readAnswer } from '../../src/timestamps/token.ts';
import { verifyTimestamp } from '../../src/timestamps/verdict.ts';
import { type AuthorityOptions, type Identity, type Pki, startPki } from '../support/timestamp-authority.ts';
import { statementOf } from '../support/tokens.ts';

const content = Buffer.from('What the camera saw.');
const imprint = createHash('sha256').update(content).digest();

let pki: Pki;
let root: Identity;
let rsa: Identity;
let ec: Identity;

beforeAll(async () => {
  pki = await startPki();
  root = await pki.root({ name: 'Root' });
  [rsa, ec] = await Promise.all([
    pki.issue(root, { name: 'RSA' }),
    pki.issue(root, { name: 'EC', kind: 'ec' }),
  ]);
});
afterAll(() => pki.close());

/** A token of a content by `openssl ts`. */
async function tokenBy(signer: Identity, options: AuthorityOptions = {}) {
  const { der, nonce } = timestampRequest(sha256(content));
  const authority = await pki.authority(signer, options);
  const { token } = readAnswer(await authority.answer(der));
  if (!token) throw new Error('It was not granted.');
  return { token, nonce };
}

const judge = (token: Uint8Array, anchors: readonly Identity[] = [root]) =>
  verifyTimestamp(token, { content }, { anchors: anchors.flatMap(({ pem }) => readAnchors(pem)) });

describe('a timestamp', () => {
  it('says what was stamped, when, by whom and under which policy', async () => {
    const before = Date.now();
    const { token, nonce } = await tokenBy(rsa, { named: true });
    const verdict = judge(token);
    expect(verdict).toEqual({
      status: 'VALID',
      reason: null,
      imprintAlgorithm: 'SHA-256',
      imprint: sha256(content),
      genTime: expect.any(Date),
      accuracy: 1_500_100,
      serial: '01',
      policy: '1.3.6.1.4.1.55555.1.1',
      tsaSubject: 'O=Heatmark tests, CN=RSA',
      nonce,
    });
    const instant = verdict.genTime?.getTime() ?? 0;
    expect(instant).toBeGreaterThanOrEqual(before - 1_000);
    expect(instant).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  it.each([
    ['rsa', 'sha1', 'sha256'],
    ['rsa', 'sha256', 'sha512'],
    ['rsa', 'sha512', 'sha384'],
    ['ec', 'sha1', 'sha384'],
    ['ec', 'sha256', 'sha256'],
    ['ec', 'sha384', 'sha512'],
  ] as const)(
    'is valid by a key of %s that is bound by %s and signs with %s',
    async (kind, binding, digest) => {
      const { token } = await tokenBy(kind === 'rsa' ? rsa : ec, { binding, digest });
      expect(judge(token)).toMatchObject({ status: 'VALID', reason: null });
    },
  );

  it('is checked by the SHA-256 alone as well', async () => {
    const { token } = await tokenBy(ec);
    const anchors = readAnchors(root.pem);
    expect(verifyTimestamp(token, { sha256: sha256(content) }, { anchors }).status).toBe('VALID');
    expect(verifyTimestamp(token, { sha256: sha256('another') }, { anchors }).status).toBe(
      'IMPRINT_MISMATCH',
    );
  });

  it.each(['sha384', 'sha512'] as const)('may have an imprint of %s', async (hash) => {
    const statement = statementOf({ imprint: createHash(hash).update(content).digest(), hash });
    const token = await pki.sign(statement, rsa);
    expect(judge(token)).toMatchObject({
      status: 'VALID',
      imprintAlgorithm: hash === 'sha384' ? 'SHA-384' : 'SHA-512',
    });
    const known = verifyTimestamp(token, { sha256: sha256(content) }, { anchors: readAnchors(root.pem) });
    expect(known.status).toBe('IMPRINT_MISMATCH');
  });

  it('may be signed with RSASSA-PSS', async () => {
    const statement = statementOf({ imprint });
    const pss = (salt: string) =>
      pki.sign(statement, rsa, ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', `rsa_pss_saltlen:${salt}`]);
    expect(judge(await pss('32'))).toMatchObject({ status: 'VALID', reason: null });
    expect(judge(await pss('20'))).toMatchObject({ status: 'VALID', reason: null });
  });

  it('may name its signer by a key identifier', async () => {
    const token = await pki.sign(statementOf({ imprint }), rsa, ['-keyid']);
    expect(judge(token)).toMatchObject({ status: 'VALID', reason: null });
  });

  it('is trusted through an authority in between that comes with it', async () => {
    const between = await pki.issue(root, {
      name: 'Between',
      purpose: null,
      usage: 'critical, keyCertSign',
      basicConstraints: 'critical, CA:true, pathlen:0',
    });
    const signer = await pki.issue(between, { name: 'Below' });
    const whole = await tokenBy(signer, { chain: [between] });
    expect(judge(whole.token)).toMatchObject({ status: 'VALID', reason: null });
    const without = await tokenBy(signer);
    expect(judge(without.token)).toMatchObject({ status: 'CHAIN_INVALID' });
    expect(judge(without.token, [between]).status).toBe('VALID');
  });

  it('is trusted where its own certificate is the anchor', async () => {
    const { token } = await tokenBy(ec);
    expect(judge(token, [ec]).status).toBe('VALID');
  });
});

describe('refused is', () => {
  it('a timestamp of another content', async () => {
    const { token } = await tokenBy(rsa);
    const other = verifyTimestamp(
      token,
      { content: Buffer.from('Another.') },
      { anchors: readAnchors(root.pem) },
    );
    expect(other).toMatchObject({ status: 'IMPRINT_MISMATCH', imprint: sha256(content) });
  });

  it('an answer to another request', async () => {
    const { token, nonce } = await tokenBy(rsa);
    const anchors = readAnchors(root.pem);
    expect(verifyTimestamp(token, { content }, { anchors, nonce }).status).toBe('VALID');
    expect(verifyTimestamp(token, { content }, { anchors, nonce: '4001' }).status).toBe('NONCE_MISMATCH');
  });

  it('an answer without the nonce that was sent', async () => {
    const token = await pki.sign(statementOf({ imprint }), rsa);
    const verdict = verifyTimestamp(token, { content }, { anchors: readAnchors(root.pem), nonce: '4001' });
    expect(verdict).toMatchObject({ status: 'NONCE_MISMATCH', nonce: null });
  });

  it.each([
    ['without a purpose', null, 'critical, digitalSignature', 'EKU_MISSING'],
    ['with a purpose that is not critical', 'timeStamping', 'critical, digitalSignature', 'EKU_MISSING'],
    ['with two purposes', 'critical, timeStamping, codeSigning', 'critical, digitalSignature', 'EKU_MISSING'],
    ['with another purpose', 'critical, codeSigning', 'critical, digitalSignature', 'EKU_MISSING'],
    ['of a key that must not sign', 'critical, timeStamping', 'critical, keyEncipherment', 'EKU_MISSING'],
    [
      'of a key that may do more',
      'critical, timeStamping',
      'critical, digitalSignature, keyCertSign',
      'EKU_MISSING',
    ],
  ])('a signer with a certificate %s', async (_, purpose, usage, status) => {
    const signer = await pki.issue(root, { purpose, usage });
    const token = await pki.sign(statementOf({ imprint }), signer);
    expect(judge(token)).toMatchObject({ status, reason: expect.stringMatching(/certificate/) });
  });

  it('a certificate that was not valid at the time of the stamp, before or after', async () => {
    const year = 365 * 86_400_000;
    const past = { validFrom: new Date(Date.now() - 3 * year), validUntil: new Date(Date.now() - year) };
    const future = { validFrom: new Date(Date.now() + year), validUntil: new Date(Date.now() + 2 * year) };
    const oldRoot = await pki.root({ ...past, validUntil: new Date(Date.now() + year), name: 'Old root' });
    const expired = await pki.issue(oldRoot, past);
    const notYet = await pki.issue(root, future);
    const now = statementOf({ imprint });
    const then = statementOf({ imprint, genTime: new Date(Date.now() - 2 * year) });
    expect(judge(await pki.sign(now, expired), [oldRoot])).toMatchObject({ status: 'EXPIRED_CERTIFICATE' });
    expect(judge(await pki.sign(now, notYet))).toMatchObject({ status: 'EXPIRED_CERTIFICATE' });
    // What was stamped while it was valid stays valid.
    expect(judge(await pki.sign(then, expired), [oldRoot])).toMatchObject({ status: 'VALID', reason: null });
  });

  it('a chain of which only the authority above had expired', async () => {
    const lapsed = await pki.root({
      name: 'Lapsed root',
      validFrom: new Date(Date.now() - 3 * 86_400_000),
      validUntil: new Date(Date.now() - 86_400_000),
    });
    const token = await pki.sign(statementOf({ imprint }), await pki.issue(lapsed));
    expect(judge(token, [lapsed])).toMatchObject({ status: 'EXPIRED_CERTIFICATE' });
  });

  it('a signer that another authority vouches for, and everyone where no anchor is configured', async () => {
    const other = await pki.root({ name: 'Root' });
    const { token } = await tokenBy(rsa);
    expect(judge(token, [other])).toMatchObject({ status: 'CHAIN_INVALID' });
    expect(judge(token, [])).toMatchObject({
      status: 'CHAIN_INVALID',
      reason: 'No trust anchor is configured.',
    });
    expect(judge(token, [other, root]).status).toBe('VALID');
  });

  it.each([
    ['that is no authority', { basicConstraints: 'critical, CA:false', usage: 'critical, digitalSignature' }],
    ['that says nothing of being one', { usage: 'critical, keyCertSign' }],
    [
      'that must not sign certificates',
      { basicConstraints: 'critical, CA:true', usage: 'critical, cRLSign' },
    ],
    [
      'for another purpose',
      { basicConstraints: 'critical, CA:true', usage: 'critical, keyCertSign', purpose: 'codeSigning' },
    ],
    [
      'with constraints of names, which are not understood here',
      {
        basicConstraints: 'critical, CA:true',
        usage: 'critical, keyCertSign',
        extensions: ['nameConstraints = critical, permitted;DNS:example.com'],
      },
    ],
    [
      'signed with SHA-1',
      { basicConstraints: 'critical, CA:true', usage: 'critical, keyCertSign', digest: 'sha1' },
    ],
    ['of 1024 bits', { basicConstraints: 'critical, CA:true', usage: 'critical, keyCertSign', bits: 1024 }],
  ])('a chain through a certificate %s', async (_, options) => {
    const between = await pki.issue(root, { name: 'Between', purpose: null, ...options });
    const { token } = await tokenBy(await pki.issue(between), { chain: [between] });
    expect(judge(token)).toMatchObject({ status: 'CHAIN_INVALID' });
  });

  it('a chain that is longer than an authority above it allows', async () => {
    const options = { purpose: null, usage: 'critical, keyCertSign' };
    const upper = await pki.issue(root, { ...options, basicConstraints: 'critical, CA:true, pathlen:0' });
    const lower = await pki.issue(upper, { ...options, basicConstraints: 'critical, CA:true' });
    const chain = [upper, lower];
    const { token } = await tokenBy(await pki.issue(lower), { chain });
    expect(judge(token)).toMatchObject({ status: 'CHAIN_INVALID' });
    const direct = await tokenBy(await pki.issue(upper), { chain });
    expect(judge(direct.token).status).toBe('VALID');
  });

  it('an imprint of SHA-1', async () => {
    const sha1 = createHash('sha1').update(content).digest();
    const token = await pki.sign(statementOf({ imprint: sha1, hash: 'sha1' }), rsa);
    expect(judge(token)).toMatchObject({ status: 'MALFORMED', reason: expect.stringContaining('SHA-256') });
  });

  it('a signature with SHA-1', async () => {
    const token = await pki.sign(statementOf({ imprint }), rsa, ['-md', 'sha1']);
    expect(judge(token)).toMatchObject({
      status: 'SIGNATURE_INVALID',
      reason: expect.stringContaining('SHA-256'),
    });
  });

  it('a signer with a key of 1024 bits', async () => {
    const weak = await pki.issue(root, { bits: 1024 });
    expect(judge(await pki.sign(statementOf({ imprint }), weak)).status).toBe('SIGNATURE_INVALID');
  });

  it('a statement of another version, with a critical extension, or of an authority of another name', async () => {
    const verdictOn = async (options: object) =>
      judge(await pki.sign(statementOf({ imprint, ...options }), rsa));
    expect(await verdictOn({})).toMatchObject({ status: 'VALID' });
    expect(await verdictOn({ version: 2 })).toMatchObject({ status: 'MALFORMED' });
    expect(await verdictOn({ criticalExtension: '1.2.3' })).toMatchObject({ status: 'MALFORMED' });
    expect(await verdictOn({ authority: 'tsa.example.com' })).toMatchObject({ status: 'SIGNER_MISMATCH' });
  });
});
