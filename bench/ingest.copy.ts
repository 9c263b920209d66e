/** COPY … FROM STDIN by pg, which has no method for it: a submittable of its own, as the protocol has it. */
import type { Buffer } from 'node:buffer';
import type pg from 'pg';

interface CopyConnection {
  query(text: string): void;
  stream: { write(data: Buffer | string): void };
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

class Copy {
  readonly #text: string;
  readonly #data: Buffer;
  readonly #done: (error: Error | null) => void;

  constructor(text: string, data: Buffer, done: (error: Error | null) => void) {
    this.#text = text;
    this.#data = data;
    this.#done = done;
  }

  submit(connection: CopyConnection): void {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#data);
    connection.endCopyFrom();
  }

  handleError(error: Error): void {
    this.#done(error);
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#done(null);
  }
}

/** Sends rows, as COPY's own text, in one statement. */
export function copy(client: pg.Client, text: string, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let failed: Error | null = null;
    const submittable = new Copy(text, data, (error) => {
      failed ??= error;
      if (failed) reject(failed);
      else resolve();
    });
    client.query(submittable as unknown as pg.Submittable);
  });
}
