import { UserError } from '../errors.ts';

/** Numbers of a source are missing between what was stored last and what this message begins with. */
export class SequenceGapError extends UserError {
  /** The number that has to come next. */
  readonly expected: string;
  constructor(source: string, expected: bigint, first: bigint) {
    super(
      `The source ${source} goes on at ${expected}; this message begins at ${first}. Send what lies between first, or send allowGap if it is lost.`,
    );
    this.expected = expected.toString();
  }
}
