/** Takes a value apart: the number as it is computed with, and its unit. */
import { type DecimalMark, parseNumber } from '../../certificates/reading/numbers.ts';
import { folded } from '../../certificates/reading/text-forms.ts';
import { parseUnit } from '../../certificates/reading/units.ts';
import { ucumSpelling } from './units.ts';

export interface Value {
  readonly value: string;
  readonly unit: string | null;
  readonly isNumber: boolean;
  /** It can be read as two numbers: `1,234`. */
  readonly isAmbiguous: boolean;
}

const number =
  /^((?:(?:<=?|>=?|≤|≥|~|≈|±|max\.?|min\.?|ca\.?)\s*)?[+−–-]?(?:\d[\d.,'’ \u00A0\u202F]*\d|\d)(?:[eE][+-]?\d{1,3})?)(\s*)(.*)$/su;

/** What a unit looks like that nobody has told of: one word that begins with a letter or a sign of units. */
const unitLike = /^[\p{L}°º%‰℃℉"″'′µμΩ][\p{L}\p{N}°%µμΩ/·.*^²³⁻¹()-]{0,19}$/u;

/** Whether two texts mean the same unit. */
export function isSameUnit(one: string, other: string): boolean {
  const known = (text: string) => folded(ucumSpelling(parseUnit(text) ?? text));
  return one === other || known(one) === known(other);
}

/** The unit that a text behind a number is; null where it is none. `316L` is a grade: only known units stand so close. */
function unitOf(text: string, isApart: boolean, expected: string | null): string | null {
  const bare = text.replace(/^[([{]\s*|\s*[)\]}]$|[,;]$/gu, '').trim();
  if (bare === '') return null;
  if (parseUnit(bare) !== null || (expected !== null && isSameUnit(bare, expected))) return bare;
  return isApart && unitLike.test(bare) ? bare : null;
}

/** What else is known of a value. */
export interface ValueHints {
  /** The unit that it is expected in. */
  readonly expected: string | null;
  /** What stands in brackets behind its label. */
  readonly bracket: string | null;
  /** What follows it. */
  readonly next: string | null;
  /** Which sign divides decimals in the document. */
  readonly mark: DecimalMark;
}

/**
 * A value with its unit split off. A number is written with a decimal point and without groups where it plainly is one:
 * it has a unit, or a decimal comma. All else stays as it stands: whole numbers without a unit are often names.
 */
export function takeApart(text: string, { expected, bracket, next, mark }: ValueHints): Value {
  const written = text.trim();
  const [, digits = '', gap = '', rest = ''] = number.exec(written) ?? [];
  const behind = digits === '' ? null : unitOf(rest, gap !== '', expected);
  if (digits === '' || (rest !== '' && behind === null))
    return { value: written, unit: null, isNumber: false, isAmbiguous: false };
  const follows = next !== null && /^\S{1,12}$/u.test(next) ? unitOf(next, false, expected) : null;
  const inBracket = bracket === null ? null : unitOf(bracket, true, expected);
  const unit = behind ?? follows ?? inBracket;
  const spelled = unit !== null && expected !== null && isSameUnit(unit, expected) ? expected : unit;
  const read = parseNumber(digits, mark);
  const isPlain = read !== null && read.operator === null && !read.ambiguous;
  const isTelling = spelled !== null || expected !== null || /^[+−-]?\d+,\d+$/u.test(digits);
  return {
    value: isPlain && isTelling ? read.value : digits,
    unit: spelled ?? expected,
    isNumber: true,
    isAmbiguous: read?.ambiguous === true && isTelling,
  };
}
