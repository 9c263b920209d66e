import { type ElementLabel, type FormulaLabel, parseElementLabel } from './elements.ts';
import { type FieldKind, fieldOfHeading, limitOf } from './labels.ts';
import { type Cell, cellOf, type Line } from './layout.ts';
import { isBlank, parseNumber } from './numbers.ts';
import { type PropertyLabel, parsePropertyLabel } from './properties.ts';
import { folded } from './text-forms.ts';
import { parseUnit, splitUnit } from './units.ts';

/** What the column under a heading holds. */
export type Meaning =
  | ElementLabel
  | FormulaLabel
  | PropertyLabel
  | { type: 'FIELD'; field: FieldKind }
  | { type: 'LIMIT'; limit: 'MINIMUM' | 'MAXIMUM' | 'RANGE' | 'ACTUAL' | 'AIM' }
  /** One of several individual values, and their mean. */
  | { type: 'INDEX' }
  | { type: 'MEAN' }
  | { type: 'UNIT' };

/** A field code of EN 10168. */
export const codePattern = /^[([]?([ABCDZ]\d{2,3}(?:\.\d)?)[)\]]?[:.]?(?=\s|$)/u;

/** True for a meaning that stands for measured values. */
export function isMeasure(meaning: Meaning | null): meaning is ElementLabel | FormulaLabel | PropertyLabel {
  return meaning?.type === 'ELEMENT' || meaning?.type === 'FORMULA' || meaning?.type === 'PROPERTY';
}

/** Symbols of elements that are symbols of properties too. */
export function isTwofold(symbol: string): boolean {
  return symbol === 'Re' || symbol === 'Ag';
}

/** What one heading says; null for a text that is none. */
export function meaningOf(text: string): Meaning | null {
  const bare = text.replace(codePattern, '').trim() || text;
  if (isIndex(bare)) return { type: 'INDEX' };
  if (isMean(bare)) return { type: 'MEAN' };
  const element = parseElementLabel(bare);
  // Re and Ag are strengths and elongations before they are rhenium and silver: the columns beside may tell.
  if (element && !isTwofold(element.symbol)) return element;
  if (/^(?:units?|einheit|unite|unita|jednostka|unidad)\.?$/u.test(folded(bare))) return { type: 'UNIT' };
  const limit = limitOf(bare);
  const property = parsePropertyLabel(bare);
  if (property && property.kind !== 'YIELD_RATIO' && limit === 'ACTUAL') return property;
  if (limit) return { type: 'LIMIT', limit };
  if (property) return property;
  const field = fieldOfHeading(bare);
  return field ? { type: 'FIELD', field } : element;
}

function isIndex(text: string): boolean {
  return /^(?:#|no\.?|nr\.?|n°|(?:single|individual|einzel|value|wert|val\.?|spec(?:imen)?\.?)\s?)?\s?[1-6](?:st|nd|rd|th|\.)?$/iu.test(
    text,
  );
}

export function isMean(text: string): boolean {
  return /^(?:[øØ∅]|x\u0304?|a?mean(?: value)?|average|avg?\.?|ave\.?|mittel(?:wert)?|mw\.?|moyenne|moy\.?|valeur moyenne|srednia|media|med\.?|promedio|valor(?:e)? medi[oa])$/u.test(
    folded(text.trim()),
  );
}

/** True for what can stand in a column of numbers: a number with operator or unit, a range, a dash. */
export function isValueText(text: string): boolean {
  const trimmed = text.trim();
  if (isBlank(trimmed)) return true;
  return parseNumber(splitUnit(trimmed).number) !== null || parseRange(trimmed) !== null;
}

/** `0.15-0.22`, `0,15 ÷ 0,22`, `470 to 630`, `470/630`: both ends as printed. */
export function parseRange(text: string): [string, string] | null {
  const match =
    /^\(?(\d[\d.,]*)\s*(?:-|–|—|÷|\/|\.\.+|…|~|to|bis|à|do|a)\s*(\d[\d.,]*)\)?\s*(?:\p{L}.*|%)?$/u.exec(
      text.replace(/[[\]]/gu, '').trim(),
    );
  if (!match) return null;
  const [low, high] = [parseNumber(match[1] ?? ''), parseNumber(match[2] ?? '')];
  if (!low || !high || !(Number(low.value) <= Number(high.value))) return null;
  return [match[1] ?? '', match[2] ?? ''];
}

/**
 * The cells of a line of headings. Symbols that stand close, `C Si Mn`, become cells of their own; `Al tot` and
 * `Rm MPa` stay together.
 */
export function headingCells(line: Line): Cell[] {
  return line.cells.flatMap((cell) => splitSymbols(cell) ?? [cell]);
}

function splitSymbols(cell: Cell): Cell[] | null {
  if (cell.words.length < 2) return null;
  const parts: Cell[] = [];
  let at = 0;
  while (at < cell.words.length) {
    let taken = 0;
    for (let count = Math.min(4, cell.words.length - at); count > 0 && !taken; count--) {
      const part = cellOf(cell.words.slice(at, at + count));
      if (isSymbol(part.text)) {
        parts.push(part);
        taken = count;
      }
    }
    if (!taken) return null;
    at += taken;
  }
  return parts.length > 1 ? parts : null;
}

/** A symbol that needs no words around it. */
function isSymbol(text: string): boolean {
  if (/^C\d{2,3}$/u.test(text)) return true;
  if (parseElementLabel(text)) return true;
  if (text.length > 8 || parseUnit(text)) return false;
  const property = parsePropertyLabel(text);
  return property !== null && property.symbol !== null;
}

/** True for a line that holds headings only: no numbers but those of symbols and of individual values. */
export function isHeadingLine(line: Line): boolean {
  if (countValues(line) > 0) return false;
  return line.cells.length > 0;
}

/** How many entries of a line are values and not parts of headings. */
export function countValues(line: Line): number {
  if (isCounting(line)) return 0;
  // A line of units may tell a temperature or a gauge length beside them.
  const units = line.cells.filter((cell) => parseUnit(cell.text) !== null).length;
  let count = 0;
  let within = 0;
  for (const cell of line.cells) {
    const meaning = isValueText(cell.text) ? null : meaningOf(cell.text);
    const numbers = cell.words.filter((word) => parseNumber(splitUnit(word.text).number));
    if (isMeasure(meaning) && numbers.length <= 1) continue;
    for (const word of cell.words) {
      if (isBlank(word.text)) count += 0.5;
      else if (isValueText(word.text)) count += 1;
    }
    if (cell.words.length > 1 && numbers.length === 1 && /\p{L}/u.test(cell.words[0]?.text ?? ''))
      within += 1;
  }
  // A single number in words, `in 2"`, is a part of a heading.
  if (count === 1 && within === 1 && line.cells.length > 1) return 0;
  return units >= 2 && count <= units ? 0 : count;
}

/** `1 2 3`, once or several times, among headings: the numbers of individual values. */
function isCounting(line: Line): boolean {
  const cells: { text: string }[] = line.cells.flatMap((cell): { text: string }[] =>
    cell.words.every((word) => isIndex(word.text)) ? cell.words : [cell],
  );
  const numbers = cells.flatMap(({ text }) => (/^[1-6]\.?$/u.test(text) ? [Number.parseInt(text, 10)] : []));
  const counts = numbers.every((number, at) => number === 1 || number === (numbers[at - 1] ?? 0) + 1);
  if (numbers.length < 2 || !counts) return false;
  return cells.every(({ text }) => {
    if (/^[1-6]\.?$/u.test(text)) return true;
    return !isValueText(text) && meaningOf(text) !== null;
  });
}
