import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { canonicalHash, canonicalJson, sha256 } from '../../src/canonical.ts';

/** The same value with its keys in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reordered(each)]),
  );
}

describe('canonical JSON', () => {
  it('sorts keys by their UTF-16 units, and has no spaces', () => {
    // RFC 8785, 3.2.3: a surrogate pair sorts before U+FB33.
    const value = {
      '\u20ac': 1,
      '\r': 2,
      '\ufb33': 3,
      '1': 4,
      '\u{1f600}': 5,
      '\u0080': 6,
      ö: [7, { b: 1, a: null }],
    };
    expect(canonicalJson(value)).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"ö":[7,{"a":null,"b":1}],"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
    );
  });

  it('writes numbers as ECMAScript does, and texts with as few escapes as can be', () => {
    expect(canonicalJson([1e30, 4.5, 0.002, 1e-27, -0, Number('333333333.33333329')])).toBe(
      '[1e+30,4.5,0.002,1e-27,0,333333333.3333333]',
    );
    expect(canonicalJson('€$\u000f\nA\'B"\\/')).toBe('"€$\\u000f\\nA\'B\\"\\\\/"');
  });

  property.prop([fc.jsonValue({ noUnicodeString: false })])(
    'is the same for any order of keys, and reads back',
    (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(reordered(value))).toBe(text);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    },
  );

  it('is refused for what JSON cannot say', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    for (const value of [
      undefined,
      () => 1,
      1n,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '\ud800',
      { a: [1n] },
      cycle,
    ])
      expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});

describe('the hash of a value', () => {
  it('is that of its canonical text in UTF-8', () => {
    expect(canonicalHash({ b: 'ö', a: 1 })).toBe(sha256('{"a":1,"b":"ö"}'));
    expect(canonicalHash({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });
});
