/** Finds the values of instructions in a document. */
import { type DecimalMark, decimalMarkOf } from '../../certificates/reading/numbers.ts';
import type { FoundValue, Instruction, ParsingAnswer } from './answer.ts';
import { type Candidate, candidatesIn } from './candidates.ts';
import { wordsOf } from './labels.ts';
import { Pattern, PatternError, type PatternMatch } from './patterns.ts';
import { cellAt, type Row, type Sheet, textOfRow } from './sheet.ts';
import { takeApart, type Value } from './values.ts';

/** How much surer or less sure a value is. */
const factors = {
  /** Letters where a unit, hence a number, is expected. */
  noNumber: 0.5,
  /** Another value stands as near to a label. */
  rivals: 0.8,
  ambiguousNumber: 0.7,
  /** Its pattern alone found it: the label is nowhere. */
  patternAlone: 0.5,
  /** Its pattern alone found it, although the label is there. */
  patternElsewhere: 0.35,
};

/** Values that are so near to the surest are its rivals. */
const rival = 0.9;
/** The characters of a value that are kept. */
const longest = 2_000;

/** A value that may be the one, with how sure it is. */
interface Guess {
  readonly candidate: Candidate;
  /** Where in the candidate's text it begins. */
  readonly offset: number;
  readonly text: string;
  readonly value: Value;
  readonly score: number;
}

/** What a database keeps: no control characters, no halves of characters. */
const kept = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Surrogate}]+/gu, ' ')
    .trim()
    .slice(0, longest);

const labelsOf = ({ name, labels }: Instruction) =>
  (labels.length > 0 ? labels : [name]).map(wordsOf).filter((words) => words.length > 0);

/** Looks for the values of all instructions. */
export function findValues(sheets: readonly Sheet[], instructions: readonly Instruction[]): ParsingAnswer {
  const found: FoundValue[] = [];
  const reasons: { instructionId: string; reason: string }[] = [];
  const mark = decimalMarkOf(wordsIn(sheets));
  for (const instruction of instructions) {
    const others = instructions.filter((each) => each !== instruction).flatMap(labelsOf);
    try {
      const value = findValue(sheets, instruction, others, mark);
      if (value) found.push(value);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      reasons.push({ instructionId: instruction.id, reason: error.message });
    }
  }
  return { found, reasons };
}

function* wordsIn(sheets: readonly Sheet[]): Generator<string> {
  for (const { rows } of sheets) {
    for (const { cells } of rows) for (const { text } of cells) yield* text.split(' ');
  }
}

/** @throws PatternError */
function findValue(
  sheets: readonly Sheet[],
  instruction: Instruction,
  others: readonly (readonly string[])[],
  mark: DecimalMark,
): FoundValue | null {
  const labels = labelsOf(instruction);
  const candidates = sheets.flatMap((sheet) => candidatesIn(sheet, labels, others));
  const pattern = instruction.pattern === null ? null : new Pattern(instruction.pattern);
  const guesses = pattern
    ? matched(pattern, candidates, instruction, mark)
    : candidates.map((candidate) => guess(candidate, candidate, instruction, mark));
  const best = surest(guesses);
  if (best) return told(instruction, best);
  if (!pattern) return null;
  const factor = candidates.length > 0 ? factors.patternElsewhere : factors.patternAlone;
  const anywhere = surest(everywhere(pattern, sheets, instruction, mark));
  return anywhere && told(instruction, { ...anywhere, score: anywhere.score * factor });
}

function guess(
  candidate: Candidate,
  { text, next, offset = 0 }: { text: string; next: string | null; offset?: number },
  { unit }: Instruction,
  mark: DecimalMark,
): Guess {
  const value = takeApart(text, { expected: unit, bracket: candidate.bracket, next, mark });
  const score =
    candidate.score *
    candidate.cell.confidence *
    (unit !== null && !value.isNumber ? factors.noNumber : 1) *
    (value.isAmbiguous ? factors.ambiguousNumber : 1);
  return { candidate, offset, text, value, score };
}

/** What follows a match in its text, if it is one word: its unit, perhaps. */
const wordBehind = (text: string): string | null => /^\s*(\S+)/u.exec(text)?.[1] ?? null;

/** Those candidates that the pattern matches, alone or with what follows them on their row. */
function matched(
  pattern: Pattern,
  candidates: readonly Candidate[],
  instruction: Instruction,
  mark: DecimalMark,
): Guess[] {
  const texts = candidates.flatMap(({ text, next }) => [text, next === null ? '' : `${text}  ${next}`]);
  const first = new Map<number, PatternMatch>();
  for (const match of pattern.inEach(texts)) {
    const place = Math.floor(match.text / 2);
    if (!first.has(place)) first.set(place, match);
  }
  return [...first].map(([place, { text, start, end }]) => {
    const candidate = candidates[place] as Candidate;
    const whole = texts[text] as string;
    const behind = wordBehind(whole.slice(end)) ?? candidate.next;
    // That the pattern matches makes up for half of the doubt.
    const surer = { ...candidate, score: 1 - (1 - candidate.score) / 2 };
    return guess(surer, { text: whole.slice(start, end), next: behind, offset: start }, instruction, mark);
  });
}

/** What the pattern matches in the whole text. */
function everywhere(
  pattern: Pattern,
  sheets: readonly Sheet[],
  instruction: Instruction,
  mark: DecimalMark,
): Guess[] {
  return sheets.flatMap(({ rows }) => {
    const lines = rows.map(textOfRow);
    const text = lines.join('\n');
    return pattern.in(text).flatMap(({ start, end }) => {
      const at = rowAt(rows, lines, start);
      if (!at) return [];
      const candidate: Candidate = {
        ...at,
        text: text.slice(start, end),
        next: null,
        bracket: null,
        score: 1,
      };
      const behind = wordBehind(text.slice(end, end + longest).split('\n', 1)[0] ?? '');
      return [guess(candidate, { text: candidate.text, next: behind }, instruction, mark)];
    });
  });
}

function rowAt(rows: readonly Row[], lines: readonly string[], character: number) {
  let start = 0;
  for (const [index, line] of lines.entries()) {
    if (character <= start + line.length) return cellAt(rows[index] as Row, character - start);
    start += line.length + 1;
  }
  return null;
}

/** The surest, the first of equals; less sure where another value is as sure. */
function surest(guesses: readonly Guess[]): Guess | null {
  const [first, ...rest] = guesses.filter(({ value }) => kept(value.value) !== '');
  if (!first) return null;
  const best = rest.reduce((surer, each) => (each.score > surer.score ? each : surer), first);
  const hasRival = guesses.some(
    ({ score, value }) => score >= rival * best.score && value.value !== best.value.value,
  );
  return hasRival ? { ...best, score: best.score * factors.rivals } : best;
}

function told({ id }: Instruction, { candidate, offset, text, value, score }: Guess): FoundValue {
  return {
    instructionId: id,
    value: kept(value.value),
    unit: value.unit === null ? null : kept(value.unit),
    reading: {
      ...candidate.cell.placeFrom(Math.min(candidate.start + offset, candidate.cell.text.length - 1)),
      text: kept(text),
      confidence: Math.round(score * 100) / 100,
    },
  };
}
