/** What people enter of parser templates and their instructions. */
import { z } from 'zod';
import { line, text } from '../commands/input.ts';
import { patternFlags } from './parsing/patterns.ts';

/** How many instructions a template may have in use: a document is read for all of them at once. */
export const mostInstructions = 100;
const mostLabels = 20;
const longestPattern = 500;

/** Whether a text is a regular expression as the reading uses it. */
function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, patternFlags);
    return true;
  } catch {
    return false;
  }
}

/** What stands before or above a value. */
export const labels = () =>
  z
    .array(line().regex(/[\p{L}\p{N}]/u, 'must have a letter or a digit: labels are compared by their words'))
    .max(mostLabels, `must have at most ${mostLabels} labels`)
    .describe(
      `What stands before or above the value in the document, in any language: at most ${mostLabels}. Case, accents and punctuation make no difference. Its name where there are none.`,
    );

/** The members of an instruction, as they are entered. */
export const instructionFields = {
  name: line().describe('What is read: `Net weight`. Unique in its template.'),
  labels: labels().default([]),
  pattern: z
    .string()
    .min(1, 'must not be empty')
    .max(longestPattern, `must be at most ${longestPattern} characters`)
    .refine((value) => !value.includes('\0'), 'must not contain NUL characters')
    .refine(compiles, 'is no regular expression of ECMAScript')
    .nullish()
    .describe(
      `A regular expression of ECMAScript that the value must match, at most ${longestPattern} characters; its first group is the value where it has one. Case makes a difference; ^ and $ stand for the ends of a line (flags m, u). Any text unless given.`,
    ),
  unit: line(64)
    .nullish()
    .describe(
      'The unit that the value is expected in: a UCUM code where it is one (`kg`, `Cel`), else any text. A number without a unit is taken to be in it.',
    ),
};

export const instructionInput = z.object(instructionFields).meta({
  input: 'DocumentParserInstructionInput',
  description: 'One value to read, and how it is found.',
});
export type InstructionInput = z.output<typeof instructionInput>;

/** The members of a template itself. */
export const templateFields = {
  name: line().describe(
    'What it is called. Unique among those in use, other than those that were made for one document.',
  ),
  description: text(2_000).nullish().describe('Which documents it is for.'),
};
