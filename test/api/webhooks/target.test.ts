import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post } from '../../../src/webhooks/post.ts';
import { isPublicAddress, TargetRefusedError, Targets } from '../../../src/webhooks/target.ts';
import { type Sink, startSink } from '../../support/webhook-sink.ts';

const address = (text: string): LookupAddress => ({ address: text, family: text.includes(':') ? 6 : 4 });

/** A resolver that gives one list of addresses after the other, and counts. */
function resolving(...answers: string[][]) {
  const asked: string[] = [];
  return {
    asked,
    resolve: async (host: string) => {
      asked.push(host);
      return (answers[Math.min(asked.length, answers.length) - 1] ?? []).map(address);
    },
  };
}

const publicly = new Targets([], resolving(['93.184.216.34']).resolve);

const forms = [
  // Addresses inside, plainly.
  'https://127.0.0.1/',
  'https://127.8.9.10/',
  'https://0.0.0.0/',
  'https://0.1.2.3/',
  'https://10.0.0.1/',
  'https://100.64.0.1/',
  'https://100.100.100.200/',
  'https://169.254.169.254/latest/meta-data/',
  'https://168.63.129.16/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.0.0.192/',
  'https://192.168.1.1/',
  'https://198.18.0.1/',
  'https://224.0.0.1/',
  'https://240.0.0.1/',
  'https://255.255.255.255/',
  'https://[::1]/',
  'https://[::]/',
  'https://[fe80::1]/',
  'https://[fc00::1]/',
  'https://[fd00:ec2::254]/',
  'https://[ff02::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b:1::a00:1]/',
  'https://[2001::1]/',
  'https://[2001:db8::1]/',
  'https://[2002:7f00:1::]/',
  'https://[fec0::1]/',
  // Written so that a parser makes them of something else.
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://127.1/',
  'https://127.0.0.1./',
  'https://①②⑦.⓪.⓪.①/',
  'https://１２７.0.0.1/',
  'https://%31%32%37.0.0.1/',
  'https://127。0。0。1/',
  // Names inside.
  'https://localhost/',
  'https://LOCALHOST/',
  'https://localhost./',
  'https://a.localhost/',
  'https://db/',
  'https://db.internal/',
  'https://printer.local/',
  'https://nas.lan/',
  // Accounts, other schemes, other ports, other alphabets.
  'https://user@example.com/',
  'https://user:password@example.com/',
  'https://@example.com/',
  'https://example.com@127.0.0.1/',
  'https://127.0.0.1\\@example.com/',
  'https:\\\\example.com/',
  'https:example.com',
  'https:///example.com',
  'http://example.com/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'gopher://example.com:70/',
  'javascript:alert(1)',
  '//example.com/',
  'https://example.com:22/',
  'https://example.com:25/',
  'https://example.com:99999/',
  'https://example.com:0443/',
  'https://example.com./',
  'https://exämple.com/',
  'https://example.com/#fragment',
  'https://example.com/a b',
  ' https://example.com/',
  'https://example.com/\n',
  'https://exam\tple.com/',
  'https://',
  '',
  'example.com',
  `https://example.com/${'x'.repeat(2_000)}`,
];

describe('a URL that must not be sent to', () => {
  it.each(forms)('%j is refused by its form, before anything is resolved', async (url) => {
    const { asked, resolve } = resolving(['93.184.216.34']);
    const targets = new Targets([], resolve);
    expect(() => targets.read(url)).toThrow(TargetRefusedError);
    await expect(targets.check(url)).rejects.toThrow(TargetRefusedError);
    expect(asked).toEqual([]);
  });

  it.each([
    'https://example.com/',
    'https://erp.example.com/hook?token=1',
    'https://example.com:8443/hook',
    'https://xn--exmple-cua.com/',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/',
    'HTTPS://Example.COM/Hook',
  ])('%j is none of them', async (url) => {
    await publicly.check(url);
    expect(publicly.read(url).protocol).toBe('https:');
  });
});

describe('a name', () => {
  it.each([
    [['127.0.0.1']],
    [['10.1.2.3']],
    [['169.254.169.254']],
    [['::1']],
    [['::ffff:10.0.0.1']],
    [['fd00::1']],
    // One of many is enough: each may be connected to.
    [['93.184.216.34', '192.168.0.1']],
    [['2606:2800:220:1:248:1893:25c8:1946', 'fe80::1%eth0']],
    [[]],
  ])('that resolves to %j is refused when it is saved', async (addresses) => {
    const targets = new Targets([], resolving(addresses).resolve);
    await expect(targets.check('https://example.com/')).rejects.toThrow(TargetRefusedError);
  });

  it('that is unknown is refused with the same words as one that leads inside', async () => {
    const inside = new Targets([], resolving(['10.0.0.1']).resolve);
    const unknown = new Targets([], async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND db.corp.example'), { code: 'ENOTFOUND' });
    });
    const said = (targets: Targets) =>
      targets.check('https://db.corp.example/').catch((error: Error) => error.message);
    expect(await said(inside)).toBe(await said(unknown));
    expect(await said(inside)).not.toMatch(/\d/);
  });
});

describe('addresses', () => {
  it.each([
    '8.8.8.8',
    '93.184.216.34',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '2606:4700::1111',
  ])('%s is public', (text) => expect(isPublicAddress(text)).toBe(true));
  it.each(['', 'example.com', '::ffff:8.8.8.8', '2606:4700::1%1', '3fff::1', '4000::1', '1.2.3'])(
    '%j is not',
    (text) => expect(isPublicAddress(text)).toBe(false),
  );
});

describe('a connection', () => {
  let trap: Sink;
  beforeAll(async () => {
    trap = await startSink();
  });
  afterAll(() => trap.close());

  const attempt = (targets: Targets, url: string) =>
    post(targets, {
      url: new URL(url),
      headers: {},
      body: '{}',
      timeout: 5_000,
      mayStillSend: () => true,
      signal: new AbortController().signal,
    });
  const told = 'The host has no public address, or its name cannot be resolved now.';

  it('to a name that has been rebound to an address inside since it was saved is not made', async () => {
    const { port } = new URL(trap.url);
    const { resolve, asked } = resolving(['93.184.216.34'], ['127.0.0.1']);
    const targets = new Targets([], resolve);
    const url = `https://rebind.example.com:${port}/`;
    await targets.check(url);
    expect(await attempt(targets, url)).toEqual({ kind: 'failed', error: told });
    expect(asked).toHaveLength(2);
    expect(trap.connections).toBe(0);
  });

  it('is made with the address that was checked: the name is resolved once', async () => {
    const { port } = new URL(trap.url);
    const { resolve, asked } = resolving(['127.0.0.1'], ['93.184.216.34']);
    const targets = new Targets(['inside.example.com'], resolve);
    expect(await attempt(targets, `http://inside.example.com:${port}/`)).toMatchObject({ status: 204 });
    expect(asked).toEqual(['inside.example.com']);
    expect(trap.received).toHaveLength(1);
  });

  it('to an address inside is not made, even where the form was never looked at', async () => {
    const before = trap.connections;
    const { port } = new URL(trap.url);
    const nowhere = new Targets();
    for (const host of ['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0.0.0.0', '[::ffff:127.0.0.1]']) {
      expect(await attempt(nowhere, `http://${host}:${port}/`)).toEqual({
        kind: 'failed',
        error: 'The host has no public address.',
      });
    }
    expect(trap.connections).toBe(before);
  });

  it('to a host that the operator allows is made, and to no other port of it', async () => {
    const { host, port } = new URL(trap.url);
    expect(await attempt(new Targets([host]), trap.url)).toMatchObject({ status: 204 });
    const other = new Targets([`127.0.0.1:${Number(port) + 1}`]);
    expect(() => other.read(trap.url)).toThrow(TargetRefusedError);
    expect(new Targets(['127.0.0.1']).read(trap.url).href).toBe(trap.url);
  });
});
