import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { headBytes, type Look, mediaTypeOf, refusedAtSight, type TextKind } from './media-type.ts';

/** What was found in a content that was accepted. */
export interface Found {
  readonly size: number;
  readonly sha256: string;
  readonly mediaType: string;
}

/** What a content must be. */
export interface Expected {
  readonly name: string;
  readonly mediaType: string | null;
  readonly size: number | null;
  readonly sha256: string | null;
}

/** The content is not one that may be kept; the message says why. The file is refused for good. */
export class ContentRefusedError extends Error {
  override readonly name = 'ContentRefusedError';
}

/** More bytes came than were announced, or than are allowed. The upload can be tried again. */
export class ContentTooLargeError extends Error {
  override readonly name = 'ContentTooLargeError';
  constructor(limit: number) {
    super(`The content is larger than the ${limit} bytes that it may have.`);
  }
}

/** Measures and hashes a content as it passes. */
export class Meter {
  readonly #limit: number;
  readonly #hash = createHash('sha256');
  #size = 0;
  #sha256: string | null = null;

  /** @param limit the bytes that the content may have */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The size and the hash, once all of the content has passed. */
  get measured(): { size: number; sha256: string } {
    if (this.#sha256 === null) throw new Error('The content has not passed yet.');
    return { size: this.#size, sha256: this.#sha256 };
  }

  /**
   * The same chunks.
   * @throws ContentTooLargeError
   */
  async *through(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      this.#size += chunk.byteLength;
      if (this.#size > this.#limit) throw new ContentTooLargeError(this.#limit);
      this.#hash.update(chunk);
      yield chunk;
    }
    this.#sha256 = this.#hash.digest('hex');
  }
}

/** Examines a content as it passes: whether it is what was announced, and what it is. Keeps its beginning only. */
export class Examination {
  readonly #expected: Expected;
  readonly #meter: Meter;
  readonly #text = new TextProbe();
  #head = Buffer.alloc(0);
  #found: Found | null = null;

  /** @param limit the bytes that any content may have */
  constructor(expected: Expected, limit: number) {
    this.#expected = expected;
    this.#meter = new Meter(Math.min(limit, expected.size ?? limit));
  }

  /** What was found, once all of the content has passed. */
  get found(): Found {
    if (!this.#found) throw new Error('The content has not passed yet.');
    return this.#found;
  }

  /**
   * The same chunks. What is thrown comes before the end: whoever writes them keeps nothing then.
   * @throws ContentTooLargeError, ContentRefusedError
   */
  async *through(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#meter.through(content)) {
      this.#text.take(chunk);
      if (this.#head.length < headBytes) this.#keep(chunk);
      yield chunk;
    }
    this.#found = await this.#judge();
  }

  #keep(chunk: Uint8Array): void {
    this.#head = Buffer.concat([this.#head, chunk.subarray(0, headBytes - this.#head.length)]);
    const reason = refusedAtSight(this.#head);
    if (reason) throw new ContentRefusedError(reason);
  }

  async #judge(): Promise<Found> {
    const { name, mediaType: declared, size: announced, sha256: announcedHash } = this.#expected;
    const { size, sha256 } = this.#meter.measured;
    if (announced !== null && size !== announced) {
      throw new ContentRefusedError(`${announced} bytes were announced, ${size} came.`);
    }
    if (announcedHash !== null && sha256 !== announcedHash) {
      throw new ContentRefusedError(`The SHA-256 ${announcedHash} was announced, the content has ${sha256}.`);
    }
    const text = this.#text.end(this.#head);
    const look: Look = { head: this.#head, whole: size === this.#head.length, text };
    const verdict = await mediaTypeOf(look, { name, declared });
    if ('refusal' in verdict) throw new ContentRefusedError(verdict.refusal);
    return { size, sha256, mediaType: verdict.mediaType };
  }
}

/** Whether a content is text, found out chunk by chunk. */
class TextProbe {
  #utf8 = true;
  #nul = false;
  /** The beginning of a character that the next chunk ends. */
  #rest = Buffer.alloc(0);

  take(chunk: Uint8Array): void {
    if (!this.#nul && chunk.includes(0)) this.#nul = true;
    if (!this.#utf8 || this.#nul) return;
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const cut = bytes.length - openCharacter(bytes);
    this.#utf8 = isUtf8(bytes.subarray(0, cut));
    this.#rest = Buffer.from(bytes.subarray(cut));
  }

  end(head: Buffer): TextKind {
    const mark = head.length >= 2 ? head.readUInt16BE(0) : 0;
    if (mark === 0xfffe || mark === 0xfeff) return 'utf-16';
    if (this.#nul) return 'none';
    return this.#utf8 && this.#rest.length === 0 ? 'utf-8' : 'other';
  }
}

/** How many bytes at the end begin a UTF-8 character that is not complete: 0 to 3. */
function openCharacter(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
