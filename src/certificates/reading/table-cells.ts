import { parseScaleCell } from './elements.ts';
import { isMeasure, isValueText } from './headings.ts';
import { limitOf } from './labels.ts';
import { type Cell, cellOf, centerOf, type Line, rightOf, sharedWidth } from './layout.ts';
import { isBalance, parseNumber } from './numbers.ts';
import type { Word } from './pages.ts';
import type { Column } from './table.ts';
import { isTestColumn } from './table-rows.ts';
import { parseUnit, splitUnit } from './units.ts';

/** The entries of a line of values: numbers one by one, with their operators and units; texts as cells. */
export function tokensOf(line: Line, columns: readonly Column[] = []): Cell[] {
  return line.cells.flatMap((cell) => {
    // 20 x 2500 x 12000 is one dimension.
    if (/\d\s*[xX×]\s+\d/u.test(cell.text)) return [cell];
    const parts: Word[][] = [];
    for (const word of cell.words) {
      const last = parts.at(-1);
      const text = last?.map((each) => each.text).join(' ') ?? '';
      const before = last?.at(-1);
      const gap = before ? (word.x - rightOf(before)) / word.fontSize : 0;
      if (last && staysTogether(text, word.text, gap)) last.push(word);
      else parts.push([word]);
    }
    // A dash that no second number follows is an empty cell of its own.
    for (const [index, part] of [...parts.entries()].reverse()) {
      const dash = part.length > 1 && /^[-–÷~/]$/u.test(part.at(-1)?.text ?? '') ? part.pop() : undefined;
      if (dash) parts.splice(index + 1, 0, [dash]);
    }
    const merged = mergeTexts(parts.map(cellOf));
    const numbers = merged.filter((part) => isValueText(part.text));
    // A text with one number in it is a text: "S355 2", "Lot 7".
    if (merged.length > 1 && numbers.length < 2 && !isSplit(merged, columns)) return [cell];
    if (merged.length === numbers.length && isGrouped(cell.text)) return [cell];
    return merged;
  });
}

/** A limit word and a number, or a heat and its first value, read as one cell because they stand close. */
function isSplit(parts: readonly Cell[], columns: readonly Column[]): boolean {
  const [first, second] = parts;
  if (parts.length !== 2 || !first || !second || !isValueText(second.text)) return false;
  if (limitOf(first.text) !== null) return true;
  return columns.some(
    ({ meaning, spans: [span] }) =>
      isMeasure(meaning) && span && sharedWidth(span, second) > 0 && sharedWidth(span, first) <= 0,
  );
}

function isGrouped(text: string): boolean {
  return /^\d{1,3}(?: \d{3})+(?:[.,]\d+)?$/u.test(text);
}

/** @param gap between them in heights of letters: a range is written closer than columns are. */
function staysTogether(before: string, word: string, gap: number): boolean {
  if (/^(?:[<>≤≥~≈=]|max\.?|min\.?)+$/iu.test(before)) return true;
  if (/[,;/]$/u.test(before) && /^\d/u.test(word)) return true;
  if (/\d$/u.test(before) && /^[-–÷~/]$/u.test(word)) return gap < 0.6;
  if (/\d\s?[-–÷~/]$/u.test(before) && /^\d/u.test(word)) return gap < 0.6;
  return /\d$/u.test(before) && parseUnit(word) !== null && parseNumber(before) !== null;
}

function mergeTexts(parts: readonly Cell[]): Cell[] {
  const result: Cell[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last && !isValueText(last.text) && !isValueText(part.text))
      result[result.length - 1] = cellOf([...last.words, ...part.words]);
    else result.push(part);
  }
  return result;
}

/** An entry could be a value of that column. */
export function suits(token: Cell, column: Column | undefined): boolean {
  if (!column) return false;
  if (!isMeasure(column.meaning) && !isTestColumn(column)) return true;
  return (
    isValueText(token.text) ||
    isBalance(token.text) ||
    parseScaleCell(token.text) !== null ||
    parseUnit(token.text) !== null ||
    isList(token.text)
  );
}

export function isList(text: string): boolean {
  const parts = splitUnit(text).number.split(/\s*[,;/|]\s+|\s*[;/|]\s*|\s-\s/u);
  return parts.length > 1 && parts.every((part) => parseNumber(part) !== null);
}

/** Points, in heights of letters, that leaving an entry without column costs: more than any near column does. */
const leftOut = 6;

/**
 * Gives the entries of a line to the columns: order is kept, what overlaps a heading or values above goes there,
 * gaps stay gaps. What suits no column is left over.
 */
export function assign(
  columns: readonly Column[],
  tokens: readonly Cell[],
): { cells: Cell[][]; left: Cell[] } {
  const count = tokens.length;
  const width = columns.length;
  const best: number[][] = Array.from({ length: count + 1 }, () => new Array<number>(width + 1).fill(0));
  const choice: (0 | 1 | 2)[][] = Array.from({ length: count + 1 }, () =>
    new Array<0 | 1 | 2>(width + 1).fill(0),
  );
  for (let i = 1; i <= count; i++) {
    const first = best[i];
    if (first) first[0] = i * leftOut;
  }
  for (let i = 1; i <= count; i++) {
    for (let j = 1; j <= width; j++) {
      const token = tokens[i - 1];
      const column = columns[j - 1];
      const row = best[i];
      const pick = choice[i];
      if (!token || !column || !row || !pick) continue;
      const skipToken = (best[i - 1]?.[j] ?? 0) + leftOut;
      const skipColumn = row[j - 1] ?? 0;
      const match = (best[i - 1]?.[j - 1] ?? 0) + costOf(token, column);
      const least = Math.min(skipToken, skipColumn, match);
      row[j] = least;
      pick[j] = least === match ? 0 : least === skipColumn ? 2 : 1;
    }
  }
  const cells: Cell[][] = columns.map(() => []);
  const left: Cell[] = [];
  let [i, j] = [count, width];
  while (i > 0) {
    const token = tokens[i - 1];
    const step = j === 0 ? 1 : choice[i]?.[j];
    if (step === 2) j--;
    else {
      if (step === 0 && token) cells[--j]?.unshift(token);
      else if (token) left.unshift(token);
      i--;
    }
  }
  return { cells: addIndividuals(columns, cells, left), left };
}

/** Heights of letters that an entry without overlap may stand off its heading. */
const farthest = 3;

function costOf(token: Cell, column: Column): number {
  const size = Math.max(4, token.words[0]?.fontSize ?? 8);
  let least = Number.POSITIVE_INFINITY;
  for (const span of column.spans) {
    const edges = Math.min(
      Math.abs(token.x - span.x),
      Math.abs(centerOf(token) - centerOf(span)),
      Math.abs(rightOf(token) - rightOf(span)),
    );
    const overlap = sharedWidth(token, span) > 0;
    // What neither stands under a heading nor near one belongs to none: a heading may be missing.
    if (!overlap && edges > farthest * size) continue;
    least = Math.min(least, edges / size + (overlap ? 0 : 1));
  }
  return least + (suits(token, column) ? 0 : leftOut);
}

/** Three numbers under one heading of impact or hardness are its individual values. */
function addIndividuals(columns: readonly Column[], cells: Cell[][], left: Cell[]): Cell[][] {
  for (const token of [...left]) {
    if (!isValueText(token.text)) continue;
    const near = columns
      .map((column, index) => ({ column, index, cost: costOf(token, column) }))
      .filter(({ column }) => {
        const { meaning } = column;
        return (
          meaning?.type === 'PROPERTY' && (meaning.kind === 'IMPACT_ENERGY' || meaning.kind === 'HARDNESS')
        );
      })
      .sort((a, b) => a.cost - b.cost)[0];
    if (!near || near.cost > 2 * leftOut) continue;
    cells[near.index]?.push(token);
    cells[near.index]?.sort((a, b) => a.x - b.x);
    left.splice(left.indexOf(token), 1);
  }
  return cells;
}
