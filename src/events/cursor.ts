import { MalformedInputError } from '../errors.ts';

/** A place in a log, and the log it belongs to: a database restored from a backup begins another epoch. */
export interface LogCursor {
  readonly epoch: string;
  readonly position: number;
}

/** The cursor as clients see it. Opaque to them; the same for all streams of one log. */
export function encodeCursor({ epoch, position }: LogCursor): string {
  return Buffer.from(`${epoch}.${position}`, 'utf8').toString('base64url');
}

/**
 * The place that a client's cursor names; the word `START` is the beginning of the log.
 * Throws {@link MalformedInputError} for what no stream has given.
 */
export function decodeCursor(text: string, epoch: string): LogCursor {
  if (text === 'START') return { epoch, position: 0 };
  const parts = /^([0-9a-f]{8})\.(\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString('utf8'));
  if (!parts?.[1] || !parts[2]) {
    throw new MalformedInputError(
      `"${text.slice(0, 60)}" is no cursor. Use one that a stream gave, or START.`,
    );
  }
  return { epoch: parts[1], position: Number(parts[2]) };
}
