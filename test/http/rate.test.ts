import { describe, expect, it } from 'vitest';
import { networkOf, RateLimit } from '../../src/http/rate.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds));

describe('a rate limit', () => {
  it('gives each address so many a minute, and says when to come again', () => {
    const limit = new RateLimit(2);
    expect([limit.take('10.0.0.1', at(0)), limit.take('10.0.0.1', at(1))]).toEqual([null, null]);
    expect(limit.take('10.0.0.1', at(15))).toBe(45);
    expect(limit.take('10.0.0.2', at(15))).toBeNull();
    expect(limit.take('10.0.0.1', at(60))).toBeNull();
  });

  it('holds back those who ask from ever new addresses, and nobody who asked before them', () => {
    const limit = new RateLimit(3);
    limit.take('192.0.2.1', at(0));
    for (let count = 0; count < 49_999; count++)
      limit.take(`10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`, at(1));
    const late = Array.from({ length: 5 }, (_, count) => limit.take(`198.51.100.${count}`, at(2)));
    expect(late).toEqual([null, null, null, 58, 58]);
    expect(limit.take('192.0.2.1', at(3))).toBeNull();
  });
});

describe('the network of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2:ffff::1', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('of %j is %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
