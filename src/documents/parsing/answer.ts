/** What the process that reads a document is told, and what it answers: plain data on both ways. */
import type { Box } from '../../certificates/reading/pages.ts';

/** One value to read. */
export interface Instruction {
  readonly id: string;
  readonly name: string;
  /** What stands before or above the value; none: its name. */
  readonly labels: readonly string[];
  /** A regular expression that the value must match. */
  readonly pattern: string | null;
  /** The unit that it is expected in. */
  readonly unit: string | null;
}

export interface ParsingTask {
  readonly mediaType: string;
  readonly instructions: readonly Instruction[];
}

/** Where in a document something stands. */
export interface Place {
  /** From 1; null where the document has no pages. */
  readonly page: number | null;
  /** In points from the upper left corner of the page; null where it has none. */
  readonly box: Box | null;
  /** Where there are no pages: `line 3`, `row 2, column 4`, `$.part.weight`. */
  readonly place: string | null;
}

/** How a value was read: what is kept beside it. */
export interface Reading extends Place {
  /** The value as it stands in the document, with its unit. */
  readonly text: string;
  /** 0 to 1. */
  readonly confidence: number;
}

/** One value that was found. */
export interface FoundValue {
  readonly instructionId: string;
  readonly value: string;
  readonly unit: string | null;
  readonly reading: Reading;
}

export interface ParsingAnswer {
  readonly found: readonly FoundValue[];
  /** Why instructions found nothing, where that is more than that there was nothing. */
  readonly reasons: readonly { readonly instructionId: string; readonly reason: string }[];
}
