import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newWebhookSecret, signedHeaders, verifyWebhook } from '../../../src/webhooks/signature.ts';

const now = new Date('2026-11-22T12:00:00Z');
const secret = newWebhookSecret();
const body = '{"type":"RunCreated"}';
const headers = signedHeaders([secret], 'whd_1', now, body);

describe('a signature', () => {
  it('is the HMAC-SHA256 over id, timestamp and body that any library computes', () => {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const seconds = now.getTime() / 1_000;
    const expected = createHmac('sha256', key).update(`whd_1.${seconds}.${body}`).digest('base64');
    expect(key).toHaveLength(32);
    expect(headers).toEqual({
      'webhook-id': 'whd_1',
      'webhook-timestamp': String(seconds),
      'webhook-signature': `v1,${expected}`,
    });
  });

  it('is the one of the documented example', () => {
    // The example of the convention's specification.
    const known = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const given = signedHeaders(
      [known],
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      new Date(1_614_265_330_000),
      '{"test": 2432232314}',
    );
    expect(given['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is accepted', () => {
    expect(verifyWebhook(secret, headers, body, { now })).toBe(true);
  });

  it('by two secrets is accepted with either, and with no other', () => {
    const other = newWebhookSecret();
    const both = signedHeaders([secret, other], 'whd_1', now, body);
    expect(verifyWebhook(secret, both, body, { now })).toBe(true);
    expect(verifyWebhook(other, both, body, { now })).toBe(true);
    expect(verifyWebhook(newWebhookSecret(), both, body, { now })).toBe(false);
  });

  it.each([
    ['another body', headers, `${body} `],
    ['another id', { ...headers, 'webhook-id': 'whd_2' }, body],
    ['another timestamp', { ...headers, 'webhook-timestamp': String(now.getTime() / 1_000 + 1) }, body],
    ['a timestamp that is none', { ...headers, 'webhook-timestamp': 'now' }, body],
    [
      'another version',
      { ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1', 'v2') },
      body,
    ],
    [
      'half a signature',
      { ...headers, 'webhook-signature': headers['webhook-signature'].slice(0, 20) },
      body,
    ],
    ['no signature', { 'webhook-id': 'whd_1', 'webhook-timestamp': headers['webhook-timestamp'] }, body],
    ['no headers', {}, body],
  ])('is refused for %s', (_what, given, text) => {
    expect(verifyWebhook(secret, given, text, { now })).toBe(false);
  });

  it.each([-301, 301])('is refused %d s away, although it is right', (seconds) => {
    const later = new Date(now.getTime() + seconds * 1_000);
    expect(verifyWebhook(secret, headers, body, { now: later })).toBe(false);
  });

  it('is accepted within the tolerance', () => {
    const later = new Date(now.getTime() + 299_000);
    expect(verifyWebhook(secret, headers, body, { now: later })).toBe(true);
  });
});
