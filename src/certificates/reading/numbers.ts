/** `<` and its like before a printed number; null where the number stands alone. */
export type Operator = '<' | '<=' | '>' | '>=' | '~';

/** A printed number: exact, with the digits that are printed ("0.150" stays "0.150"). */
export interface PrintedNumber {
  /** A decimal with a point and no grouping, `-0.0470`. */
  value: string;
  operator: Operator | null;
  /** A comma or point that may group thousands or divide decimals: it was read as the context suggests. */
  ambiguous: boolean;
}

/** Which sign divides decimals in a document, or null where nothing tells. */
export type DecimalMark = '.' | ',' | null;

const operators: [RegExp, Operator][] = [
  [/^(?:<\s?=|=\s?<|≤|⩽|≦|max\.?|maxi\.?|máx\.?)\s*/iu, '<='],
  [/^(?:>\s?=|=\s?>|≥|⩾|≧|min\.?|mini\.?|mín\.?)\s*/iu, '>='],
  [/^(?:<|‹|lt\.?\s)\s*/iu, '<'],
  [/^(?:>|›|gt\.?\s)\s*/iu, '>'],
  [/^(?:~|≈|approx\.?|ca\.?|env\.?)\s*/iu, '~'],
];

/** Splits a leading operator off; `max.` and `min.` count as ≤ and ≥. */
export function splitOperator(text: string): { operator: Operator | null; rest: string } {
  for (const [pattern, operator] of operators) {
    if (pattern.test(text)) return { operator, rest: text.replace(pattern, '') };
  }
  return { operator: null, rest: text };
}

/**
 * Reads a text that is a number and nothing else (a footnote sign after it aside); null for all other texts.
 * `0,150` is a decimal, `66,100` a decimal too unless `mark` is a point; exponents are worked in.
 */
export function parseNumber(text: string, mark: DecimalMark = null): PrintedNumber | null {
  const { operator, rest } = splitOperator(text.trim());
  const cleaned = rest
    .replace(/[−–]/gu, '-')
    .replace(/[*†‡)#]+$/u, '')
    .trim();
  const match = /^([+-]?)(\d[\d.,'’ \u00A0\u202F]*|[.,]\d+)(?:[eE]([+-]?\d{1,2}))?$/u.exec(cleaned);
  if (!match) return null;
  const [, sign = '', digits = '', exponent] = match;
  const read = readDigits(digits.trim(), mark);
  if (!read) return null;
  let value = (sign === '-' ? '-' : '') + read.value;
  if (exponent !== undefined) value = shiftDecimal(value, Number(exponent));
  return { value, operator, ambiguous: read.ambiguous };
}

function readDigits(digits: string, mark: DecimalMark): { value: string; ambiguous: boolean } | null {
  const exact = (whole: string, decimals = '') => ({
    value: decimals === '' ? whole : `${whole || '0'}.${decimals}`,
    ambiguous: false,
  });
  let match = /^(\d+)$/u.exec(digits);
  if (match) return exact(match[1] ?? '');
  // 1.234,5 and 1,234.5: the last sign divides the decimals.
  match = /^(\d{1,3}(?:\.\d{3})+),(\d+)$/u.exec(digits) ?? /^(\d{1,3}(?:,\d{3})+)\.(\d+)$/u.exec(digits);
  if (match) return exact((match[1] ?? '').replace(/[.,]/gu, ''), match[2]);
  // Several groups: nothing else than thousands.
  if (/^\d{1,3}(?:(?:\.\d{3}){2,}|(?:,\d{3}){2,})$/u.test(digits)) return exact(digits.replace(/[.,]/gu, ''));
  match = /^(\d{1,3}(?:[ '’\u00A0\u202F]\d{3})+)(?:[.,](\d+))?$/u.exec(digits);
  if (match) return exact((match[1] ?? '').replace(/\D/gu, ''), match[2]);
  match = /^(\d*)([.,])(\d+)$/u.exec(digits);
  if (!match) return null;
  const [, whole = '', sign, decimals = ''] = match;
  const couldGroup = decimals.length === 3 && whole.length >= 1 && whole.length <= 3 && !/^0/u.test(whole);
  if (couldGroup && mark !== null && sign !== mark) return { ...exact(whole + decimals), ambiguous: true };
  return { ...exact(whole, decimals), ambiguous: couldGroup && mark === null };
}

/** Moves the decimal point: by -2 makes `15` `0.15` and `4` `0.04`; digits are neither lost nor added. */
export function shiftDecimal(value: string, by: number): string {
  const negative = value.startsWith('-');
  const [whole = '0', decimals = ''] = (negative ? value.slice(1) : value).split('.');
  let digits = whole + decimals;
  let point = whole.length + by;
  if (point <= 0) {
    digits = '0'.repeat(1 - point) + digits;
    point = 1;
  }
  if (point > digits.length) digits = digits.padEnd(point, '0');
  const left = digits.slice(0, point).replace(/^0+(?=\d)/u, '');
  const right = digits.slice(point);
  return (negative ? '-' : '') + left + (right ? `.${right}` : '');
}

/** Which sign the unmistakable decimals of a document use: a zero or two figures before, no three after. */
export function decimalMarkOf(texts: Iterable<string>): DecimalMark {
  let points = 0;
  let commas = 0;
  for (const text of texts) {
    const match = /^[<>≤≥]?\s?(\d{1,4})([.,])(\d+)[%*)]?$/u.exec(text);
    if (!match) continue;
    const [, whole = '', sign, decimals = ''] = match;
    if (decimals.length === 3 && whole !== '0') continue;
    // Dates and numbers of norms have points too, never commas.
    if (sign === ',') commas++;
    else points++;
  }
  if (commas === points) return null;
  return commas > points ? ',' : '.';
}

/** True for a cell that says "nothing here": a dash, n/a, not determined. */
export function isBlank(text: string): boolean {
  return /^(?:[-–—−_.=*]+|\/+|n\.?\s?[ad]\.?|n\/a|nil|none|k\.?\s?a\.?|\(-+\)|-\/-)$/iu.test(text.trim());
}

/** True for the word that stands for the remainder of an alloy. */
export function isBalance(text: string): boolean {
  return /^(?:bal(?:\.|ance)?|rem(?:\.|ainder)?|rest|reste|resto|balans|basis|base)\.?$/iu.test(text.trim());
}
