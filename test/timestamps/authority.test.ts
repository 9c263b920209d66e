import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/canonical.ts';
import {
  AuthorityError,
  stamp,
  type TimestampAuthority,
  timestampRequest,
} from '../../src/timestamps/authority.ts';
import { readAnchors } from '../../src/timestamps/certificates.ts';
import { grantedAnswer, readAnswer } from '../../src/timestamps/token.ts';
import { verifyTimestamp } from '../../src/timestamps/verdict.ts';
import {
  type Identity,
  type Pki,
  type Reply,
  type ServedAuthority,
  startPki,
} from '../support/timestamp-authority.ts';

const hash = sha256('What the camera saw.');

let pki: Pki;
let root: Identity;
let served: ServedAuthority;
let authority: TimestampAuthority;

beforeAll(async () => {
  pki = await startPki();
  root = await pki.root();
  served = await (await pki.authority(await pki.issue(root, { kind: 'ec' }))).serve();
  authority = { url: served.url, anchors: readAnchors(root.pem) };
});
afterAll(() => pki.close());

/** What comes of asking while the authority answers otherwise. */
async function outcomeOf(reply: ServedAuthority['reply'], options: Partial<TimestampAuthority> = {}) {
  served.reply = reply;
  try {
    return await stamp(hash, { ...authority, ...options });
  } catch (error) {
    if (error instanceof AuthorityError) return error;
    throw error;
  } finally {
    served.reply = undefined;
  }
}
const outcome = (reply: Reply, options?: Partial<TimestampAuthority>) => outcomeOf(() => reply, options);

describe('an authority', () => {
  it('is asked over HTTP for a SHA-256 with a nonce of its own each time, and its answer is checked', async () => {
    const before = served.requests.length;
    const first = await stamp(hash, authority);
    const second = await stamp(hash, authority);
    expect(first.verdict).toMatchObject({ status: 'VALID', imprint: hash });
    expect(second.verdict).toMatchObject({ status: 'VALID', imprint: hash });
    expect(first.verdict.nonce).toMatch(/^[4-7][0-9a-f]{31}$/);
    expect(first.verdict.nonce).not.toBe(second.verdict.nonce);
    expect(served.requests.slice(before).map(({ contentType }) => contentType)).toEqual([
      'application/timestamp-query',
      'application/timestamp-query',
    ]);
    // What is kept is enough to check it again.
    const again = verifyTimestamp(first.token, { sha256: hash }, { anchors: authority.anchors });
    expect(again).toEqual(first.verdict);
  });

  it('whose token nobody vouches for has answered all the same: the verdict says it', async () => {
    const other = readAnchors((await pki.root()).pem);
    const { token, verdict } = await stamp(hash, { ...authority, anchors: other });
    expect(verdict.status).toBe('CHAIN_INVALID');
    expect(token.length).toBeGreaterThan(500);
  });

  it('that answers with an old token is found out', async () => {
    const old = await stamp(hash, authority);
    const got = await outcome({ body: grantedAnswer(old.token) });
    expect(got).toMatchObject({ verdict: { status: 'NONCE_MISMATCH' } });
  });

  it('that answers with a token of another content is found out', async () => {
    const other = await stamp(sha256('Another.'), authority);
    expect(await outcome({ body: grantedAnswer(other.token) })).toMatchObject({
      verdict: { status: 'IMPRINT_MISMATCH' },
    });
  });

  it('may refuse, and its reason is passed on', async () => {
    // openssl refuses what it cannot read with a status, a text and a failure.
    const refusal = await (await pki.authority(await pki.issue(root))).answer(Buffer.from('no request'));
    expect(readAnswer(refusal)).toMatchObject({ status: 2, token: null });
    expect(await outcome({ body: refusal })).toMatchObject({
      name: 'AuthorityError',
      isTemporary: false,
      message: expect.stringMatching(/^The authority refuses \(status 2\): .+/),
    });
  });

  it('with an HTTP error gives no timestamp; whether to ask again follows from the status', async () => {
    const refused = { name: 'AuthorityError', isTemporary: false };
    const later = { name: 'AuthorityError', isTemporary: true };
    expect(await outcome({ status: 404 })).toMatchObject({
      ...refused,
      message: expect.stringContaining('404'),
    });
    expect(await outcome({ status: 401 })).toMatchObject(refused);
    expect(await outcome({ status: 503 })).toMatchObject(later);
    expect(await outcome({ status: 429 })).toMatchObject(later);
  });

  it('is not followed elsewhere', async () => {
    const before = served.requests.length;
    for (const status of [301, 302, 307, 308])
      expect(await outcome({ status, headers: { location: served.url } })).toMatchObject({
        name: 'AuthorityError',
        message: expect.stringContaining(String(status)),
      });
    expect(served.requests.length - before).toBe(4);
  });

  it('that does not answer is given up', async () => {
    expect(await outcome({ silent: true }, { timeoutMs: 50 })).toMatchObject({
      isTemporary: true,
      message: 'The authority did not answer within 50 ms.',
    });
  });

  it('that cannot be reached is one to ask later, and a caller may stop waiting', async () => {
    const nobody = await outcomeOf(undefined, { url: 'http://127.0.0.1:1/' });
    expect(nobody).toMatchObject({ isTemporary: true, message: 'The authority cannot be reached.' });
    await expect(stamp(hash, authority, AbortSignal.abort())).rejects.toBeInstanceOf(AuthorityError);
  });

  it('cannot make an answer longer than is read', async () => {
    const { token } = await stamp(hash, authority);
    const size = grantedAnswer(token).length;
    const answer = { body: grantedAnswer(token) };
    expect(await outcome(answer, { maxBytes: size - 1 })).toMatchObject({
      name: 'AuthorityError',
      message: expect.stringContaining(`${size - 1} bytes`),
    });
    expect(await outcome(answer, { maxBytes: size })).toMatchObject({ token });
  });

  it('whose answer is malformed has given none', async () => {
    const { token } = await stamp(hash, authority);
    const whole = grantedAnswer(token);
    for (const body of [
      Buffer.alloc(0),
      Buffer.from('<html>'),
      token,
      whole.subarray(1),
      Buffer.concat([whole, whole]),
    ])
      expect(await outcome({ body })).toMatchObject({
        name: 'AuthorityError',
        message: expect.stringContaining('malformed'),
      });
    // Refused, with a token; granted, without one.
    const refused = Buffer.from(whole);
    refused[whole.indexOf(Buffer.from('3003020100', 'hex')) + 4] = 2;
    expect(await outcome({ body: refused })).toMatchObject({ message: expect.stringContaining('malformed') });
    expect(await outcome({ body: Buffer.from('30053003020100', 'hex') })).toMatchObject({
      message: expect.stringContaining('malformed'),
    });
  });
});

describe('a request', () => {
  it('is of a SHA-256 and nothing else', () => {
    expect(timestampRequest(hash).der.toString('hex')).toContain(hash);
    expect(() => timestampRequest('00')).toThrow(TypeError);
    expect(() => timestampRequest(hash.toUpperCase())).toThrow(TypeError);
  });
});
