/**
 * A strict reader of DER (X.690). The libraries at hand read BER: they accept several encodings of one value, and bytes
 * behind it, so that two readers may see two things in one token. Here what is not the one encoding is refused.
 */

/** What is read is no DER, or not what stands there by its definition. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

/** Identifier octets: of universal types, and `context(n)` of constructed context-specific ones. */
export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The identifier octet of `[number]`, constructed. */
export const context = (number: number): number => 0xa0 | number;
/** The identifier octet of an implicit `[number]` of a primitive type. */
export const primitiveContext = (number: number): number => 0x80 | number;

/** One value: its identifier octet, its content, and both with the length between them. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly whole: Buffer;
}

const constructed = 0x20;
const deepest = 40;

function elementAt(bytes: Buffer, at: number): DerElement {
  const identifier = bytes[at];
  const first = bytes[at + 1];
  if (identifier === undefined || first === undefined) throw new DerError('It ends within a value.');
  if ((identifier & 0x1f) === 0x1f) throw new DerError('It has a tag of several octets.');
  let length = first;
  let start = at + 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0 || octets > 4) throw new DerError('A length is indefinite or too long.');
    if (start + octets > bytes.length) throw new DerError('It ends within a length.');
    length = bytes.readUIntBE(start, octets);
    if (length < 0x80 || length < 256 ** (octets - 1)) throw new DerError('A length is longer than need be.');
    start += octets;
  }
  const end = start + length;
  if (end > bytes.length) throw new DerError('It ends within a value.');
  return { tag: identifier, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) };
}

function checkPrimitive({ tag: identifier, content }: DerElement): void {
  const [first = 0, second = 0] = content;
  switch (identifier) {
    case tag.boolean:
      if (content.length !== 1 || (first !== 0 && first !== 0xff))
        throw new DerError('A boolean is not 00 or FF.');
      return;
    case tag.integer: {
      if (content.length === 0) throw new DerError('An integer is empty.');
      const padded = (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80);
      if (content.length > 1 && padded) throw new DerError('An integer is longer than need be.');
      return;
    }
    case tag.bitString:
      // The bits that are not used are zero.
      if (
        content.length === 0 ||
        first > 7 ||
        (content.length === 1 ? first : (content.at(-1) ?? 0) & (2 ** first - 1)) !== 0
      )
        throw new DerError('A bit string is malformed.');
      return;
    case tag.null:
      if (content.length !== 0) throw new DerError('A null has a content.');
      return;
    case tag.oid:
      if (content.length === 0 || ((content.at(-1) ?? 0) & 0x80) !== 0)
        throw new DerError('An object identifier is malformed.');
      return;
  }
}

/**
 * Throws unless the bytes are one value in DER with nothing behind it, in all its depth. The order of the members of a
 * SET is not looked at: widespread signers leave certificates in an order of their own.
 *
 * @throws DerError
 */
export function assertDer(bytes: Uint8Array): void {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const walk = (part: Buffer, depth: number): void => {
    if (depth > deepest) throw new DerError('It is nested too deep.');
    for (let at = 0; at < part.length; ) {
      const element = elementAt(part, at);
      const isConstructed = (element.tag & constructed) !== 0;
      const isUniversal = (element.tag & 0xc0) === 0;
      const mustBeConstructed = [tag.sequence, tag.set].some(
        (each) => element.tag === each || element.tag === (each & ~constructed),
      );
      if (isUniversal && isConstructed !== mustBeConstructed)
        throw new DerError('A value is constructed where it must not be, or the other way round.');
      if (isConstructed) walk(element.content, depth + 1);
      else checkPrimitive(element);
      at += element.whole.length;
    }
  };
  if (elementAt(whole, 0).whole.length !== whole.length) throw new DerError('Bytes stand behind its end.');
  walk(whole, 0);
}

/** A SEQUENCE of members that are DER already. */
export function sequenceOf(...members: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(members);
  const digits = content.length.toString(16);
  const octets = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  const length = content.length < 0x80 ? [content.length] : [0x80 | octets.length, ...octets];
  return Buffer.concat([Buffer.from([tag.sequence, ...length]), content]);
}

/** Reads values one after the other, in the order of a definition. Every method throws DerError. */
export class DerReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The identifier octet of the next value; undefined at the end. */
  get next(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** The next value, whatever it is, or of the tag that must stand here. */
  element(expected?: number): DerElement {
    const element = elementAt(this.#bytes, this.#at);
    if (expected !== undefined && element.tag !== expected)
      throw new DerError(
        `A value has the tag ${element.tag.toString(16)} instead of ${expected.toString(16)}.`,
      );
    if ((element.tag & constructed) === 0) checkPrimitive(element);
    this.#at += element.whole.length;
    return element;
  }

  /** The next value if it has that tag. */
  optional(expected: number): DerElement | null {
    return this.next === expected ? this.element() : null;
  }

  /** A reader of the members of a constructed value. */
  inside(expected: number): DerReader {
    return new DerReader(this.element(expected).content);
  }

  sequence(): DerReader {
    return this.inside(tag.sequence);
  }

  /** The remaining values. */
  rest(): DerElement[] {
    const elements: DerElement[] = [];
    while (this.next !== undefined) elements.push(this.element());
    return elements;
  }

  /** A number that is small by its definition: a version, a status, a length. */
  smallInteger(): number {
    const { content } = this.element(tag.integer);
    if (content.length > 4) throw new DerError('A number is too large.');
    return content.readIntBE(0, content.length);
  }

  /** An object identifier with dots. */
  oid(): string {
    return oidOf(this.element(tag.oid).content);
  }

  /** Throws where something is left that the definition does not know. */
  end(): void {
    if (this.next !== undefined) throw new DerError('A value has more members than its definition.');
  }
}

function oidOf(content: Buffer): string {
  const numbers: bigint[] = [];
  let value = 0n;
  let isFirst = true;
  for (const octet of content) {
    if (isFirst && octet === 0x80) throw new DerError('An object identifier is longer than need be.');
    value = (value << 7n) | BigInt(octet & 0x7f);
    isFirst = (octet & 0x80) === 0;
    if (!isFirst) continue;
    numbers.push(value);
    value = 0n;
  }
  const [first = 0n, ...others] = numbers;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...others].join('.');
}

/** The digits of an integer of any size in hexadecimal, in pairs: what two integers are compared by. */
export function integerHex({ content }: Pick<DerElement, 'content'>): string {
  const digits = content.toString('hex');
  if (((content[0] ?? 0) & 0x80) !== 0) return `-${digits}`;
  return content.length > 1 && content[0] === 0 ? digits.slice(2) : digits;
}

/**
 * The instant of a UTCTime or a GeneralizedTime in UTC, to the millisecond: finer fractions are cut off.
 *
 * @throws DerError for local times and dates that do not exist
 */
export function instantOf({ tag: identifier, content }: DerElement): Date {
  const text = content.toString('latin1');
  const pattern =
    identifier === tag.utcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
      : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/;
  const found = pattern.exec(text);
  if (!found || (identifier !== tag.utcTime && identifier !== tag.generalizedTime))
    throw new DerError('A time is malformed.');
  const [, year = '', month, day, hour, minute, second, fraction = ''] = found;
  // RFC 5280, 4.1.2.5.1: two digits from 50 on are of the last century.
  const century = year.length === 4 ? '' : Number(year) >= 50 ? '19' : '20';
  const iso = `${century}${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  const instant = new Date(iso);
  if (Number.isNaN(instant.getTime()) || instant.toISOString() !== iso)
    throw new DerError('A time is none that exists.');
  return instant;
}
