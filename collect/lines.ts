/** Characters of a line; an asset in one line may be long. */
export const longestLine = 1_048_576;

/**
 * Cuts a stream of chunks into lines, whatever their borders. A line that is too long is dropped and counted: what
 * has no end must not fill the memory.
 */
export class Lines {
  readonly #longest: number;
  readonly #decoder = new TextDecoder();
  #rest = '';
  #isDropping = false;
  /** Lines that were too long. */
  dropped = 0;

  constructor(longest = longestLine) {
    this.#longest = longest;
  }

  push(chunk: Uint8Array): string[] {
    return this.#cut(this.#decoder.decode(chunk, { stream: true }));
  }

  /** The last line, where it has no end. */
  end(): string[] {
    const lines = this.#cut(this.#decoder.decode());
    const last = this.#rest;
    this.#rest = '';
    return last === '' || this.#isDropping ? lines : [...lines, last];
  }

  #cut(text: string): string[] {
    const parts = (this.#rest + text).split('\n');
    this.#rest = parts.pop() ?? '';
    const lines: string[] = [];
    for (const part of parts) {
      // The end of a line whose beginning was dropped.
      if (this.#isDropping) this.#isDropping = false;
      else if (part.length > this.#longest) this.dropped++;
      else lines.push(part.endsWith('\r') ? part.slice(0, -1) : part);
    }
    if (this.#rest.length > this.#longest) {
      if (!this.#isDropping) this.dropped++;
      this.#isDropping = true;
    }
    if (this.#isDropping) this.#rest = '';
    return lines;
  }
}
