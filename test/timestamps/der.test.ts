import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  assertDer,
  DerError,
  DerReader,
  instantOf,
  integerHex,
  sequenceOf,
  tag,
} from '../../src/timestamps/der.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const isDer = (hex: string): boolean => {
  try {
    assertDer(bytes(hex));
    return true;
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
};

describe('DER', () => {
  it.each([
    ['an empty sequence', '30 00'],
    [
      'a sequence of all that is looked into',
      '30 13 01 01 ff 02 01 00 02 02 00 80 03 02 07 80 05 00 06 01 2a',
    ],
    ['a negative integer', '02 01 80'],
    ['an empty bit string', '03 01 00'],
    ['a length of two octets', `04 81 80 ${'00'.repeat(128)}`],
    ['a context-specific value', 'a0 03 80 01 05'],
  ])('is %s', (_, hex) => {
    expect(isDer(hex)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['half a header', '30'],
    ['bytes behind the end', '30 00 00'],
    ['a value that ends too early', '30 03 02 01'],
    ['a length that ends too early', '30 82 01'],
    ['an indefinite length', '30 80 00 00'],
    ['a length in more octets than need be', '04 81 01 00'],
    ['a length with a leading zero', `04 82 00 80 ${'00'.repeat(128)}`],
    ['a length of five octets', '04 85 00 00 00 00 01 00'],
    ['a tag of several octets', '1f 81 00 00'],
    ['an integer that is padded', '02 02 00 01'],
    ['a negative integer that is padded', '02 02 ff 80'],
    ['an empty integer', '02 00'],
    ['a boolean that is neither', '01 01 01'],
    ['a null with a content', '05 01 00'],
    ['a bit string without its first octet', '03 00'],
    ['a bit string with eight unused bits', '03 02 08 00'],
    ['a bit string whose unused bits are set', '03 02 07 81'],
    ['an object identifier that goes on', '06 01 86'],
    ['an empty object identifier', '06 00'],
    ['an octet string in pieces', '24 04 04 02 01 02'],
    ['a sequence in one piece', '10 00'],
    ['one that is malformed inside', '30 04 31 02 05 01'],
    ['one that is nested too deep', '30 02'.repeat(50)],
  ])('is not %s', (_, hex) => {
    expect(isDer(hex)).toBe(false);
  });

  property.prop([fc.uint8Array({ maxLength: 200 })])(
    'is read or refused, and nothing else, whatever it is',
    (any) => {
      isDer(Buffer.from(any).toString('hex'));
    },
  );
});

describe('a reader', () => {
  it('reads in the order of the definition, and refuses what is not in it', () => {
    const reader = new DerReader(bytes('30 08 02 01 05 06 03 2a 03 04')).sequence();
    expect(reader.smallInteger()).toBe(5);
    expect(reader.optional(tag.null)).toBeNull();
    expect(() => reader.end()).toThrow(DerError);
    expect(() => reader.sequence()).toThrow(DerError);
    expect(reader.oid()).toBe('1.2.3.4');
    reader.end();
    expect(() => reader.element()).toThrow(DerError);
  });

  it.each([
    ['06 09 60 86 48 01 65 03 04 02 01', '2.16.840.1.101.3.4.2.1'],
    ['06 03 88 37 03', '2.999.3'],
    ['06 01 00', '0.0'],
    ['06 01 4f', '1.39'],
    ['06 01 50', '2.0'],
  ])('reads the object identifier %s', (hex, oid) => {
    expect(new DerReader(bytes(hex)).oid()).toBe(oid);
  });

  it('refuses object identifiers and numbers that are longer than need be', () => {
    expect(() => new DerReader(bytes('06 02 80 01')).oid()).toThrow(DerError);
    expect(() => new DerReader(bytes('02 05 01 00 00 00 00')).smallInteger()).toThrow(DerError);
  });

  it('tells integers of any size by their digits', () => {
    const digits = (hex: string) => integerHex(new DerReader(bytes(hex)).element(tag.integer));
    expect(digits('02 01 00')).toBe('00');
    expect(digits('02 02 00 ff')).toBe('ff');
    expect(digits('02 01 ff')).toBe('-ff');
    expect(digits('02 03 01 00 00')).toBe('010000');
  });
});

describe('a sequence that is written', () => {
  property.prop([fc.integer({ min: 0, max: 70_000 })])('is DER, whatever its length', (length) => {
    const content = Buffer.concat([
      Buffer.of(tag.octetString, 0x83),
      bytes(length.toString(16).padStart(6, '0')),
      Buffer.alloc(length),
    ]);
    const member =
      length >= 65_536 ? content : sequenceOf(...Array.from({ length: length % 600 }, () => bytes('05 00')));
    const whole = sequenceOf(member, bytes('05 00'));
    assertDer(whole);
    expect(new DerReader(whole).sequence().element().whole.equals(member)).toBe(true);
  });
});

describe('a time', () => {
  const read = (identifier: number, text: string) =>
    instantOf({ tag: identifier, content: Buffer.from(text), whole: Buffer.alloc(0) });
  it('is read to the millisecond', () => {
    expect(read(tag.generalizedTime, '20260228235959Z')).toEqual(new Date('2026-02-28T23:59:59Z'));
    expect(read(tag.generalizedTime, '20260228235959.1239Z')).toEqual(new Date('2026-02-28T23:59:59.123Z'));
    expect(read(tag.utcTime, '491231235959Z')).toEqual(new Date('2049-12-31T23:59:59Z'));
    expect(read(tag.utcTime, '500101000000Z')).toEqual(new Date('1950-01-01T00:00:00Z'));
  });

  it.each([
    '20260229000000Z',
    '20261301000000Z',
    '20260101240000Z',
    '20260101000000',
    '20260101000000+0100',
    '202601010000Z',
    '20260101000000.Z',
    '260101000000Z',
  ])('is not %s', (text) => {
    expect(() => read(tag.generalizedTime, text)).toThrow(DerError);
  });
});
