import { codePattern, isMeasure, isValueText, meaningOf } from './headings.ts';
import { type FieldKind, findLabel } from './labels.ts';
import { bottomOf, type Cell, cellFrom, cellOf, type Line, rightOf, sharedWidth } from './layout.ts';
import { isBalance } from './numbers.ts';
import { around, type Box } from './pages.ts';

/** A label with what stands beside or below it. */
export interface Entry {
  code: string | null;
  kind: FieldKind | null;
  /** The label's text without its code, over several lines where it is wrapped. */
  label: string;
  /** The texts of the value, one a line; those of one line that stand apart are `more`. */
  lines: Cell[];
  /** Further cells on the line of the value, such as `min 78 J`. */
  more: Cell[];
  page: number;
  /** Place in the reading order. */
  line: Line;
  box: Box;
  /** How sure the label and its value belong together. */
  confidence: number;
}

/** The text of an entry's value, its lines joined. */
export function textOf(entry: Entry): string {
  return entry.lines.map((cell) => cell.text).join(' ');
}

/** A field code and a label behind it; a code alone heads a column. */
export function codeOf(text: string): { code: string; label: string } | null {
  const match = codePattern.exec(text);
  if (!match?.[1]) return null;
  return { code: match[1], label: text.slice(match[0].length).trim() };
}

/** True where a document labels its fields by the codes of EN 10168. */
export function isCoded(pages: readonly Line[][]): boolean {
  const codes = new Set<string>();
  for (const line of pages.flat()) {
    for (const cell of line.cells) {
      const found = codeOf(cell.text);
      if (found?.label) codes.add(found.code);
    }
  }
  return codes.size >= 5;
}

/** Where a form has its parts' titles: larger letters than all around. */
export function isTitleLine(line: Line, usual: number): boolean {
  return line.cells.length === 1 && line.fontSize > 1.15 * usual;
}

/** The height of letters of most words. */
export function usualSize(lines: readonly Line[]): number {
  const sizes = lines.flatMap((line) => line.words.map((word) => word.fontSize)).sort((a, b) => a - b);
  return sizes[Math.floor(sizes.length / 2)] ?? 8;
}

/**
 * The entries of a coded form. A label and its value may each take several lines; a label ends at the next code
 * of its column, a title or a table. Lines of other tables are left out by `skip`.
 */
export function codedEntries(lines: readonly Line[], skip: ReadonlySet<Line>): Entry[] {
  const usual = usualSize(lines);
  const starts = lines.flatMap((line) =>
    skip.has(line)
      ? []
      : line.cells.flatMap((cell) => {
          const found = codeOf(cell.text);
          return found?.label ? [{ line, cell, ...found }] : [];
        }),
  );
  return starts.map(({ line, cell, code, label }) => {
    const sameLine = starts.filter((start) => start.line === line && start.cell.x > cell.x);
    const limit = Math.min(...sameLine.map((start) => start.cell.x), Number.POSITIVE_INFINITY);
    const beside = line.cells.filter((other) => other.x > cell.x && other.x < limit - 1);
    // Values are printed in boxes below where the columns of the form have a code each, or nothing stands beside.
    const below = beside.length === 0;
    const valueLeft = beside[0]?.x ?? cell.x;
    const labels = [label];
    const values: Cell[] = [];
    if (beside[0]) values.push(beside[0]);
    let previous: Line = line;
    let labelEnded = false;
    let labelCell = cell;
    for (let index = line.index + 1; index < lines.length; index++) {
      const next = lines[index];
      if (!next || skip.has(next) || isTitleLine(next, usual)) break;
      if (next.y - bottomOf(previous) > 2.2 * next.fontSize) break;
      const within = next.cells.filter((other) => other.x > cell.x - 3 && other.x < limit - 3);
      if (
        starts.some(
          (start) => start.line === next && start.cell.x < limit - 3 && rightOf(start.cell) > cell.x,
        )
      )
        break;
      if (!within.length) continue;
      // A line with a label and a value of its own is an entry of its own.
      if (below && within.length > 1 && findLabel(within[0]?.text ?? '')?.rest === '') break;
      previous = next;
      if (below) {
        for (const other of within) {
          const wraps =
            !labelEnded &&
            other.words[0]?.font === labelCell.words[0]?.font &&
            next.y - bottomOf(labelCell) < 0.35 * next.fontSize &&
            sameStart(other, labelCell);
          if (wraps) {
            labels.push(other.text);
            labelCell = other;
          } else {
            labelEnded = true;
            values.push(other);
          }
        }
        continue;
      }
      // Lines without a code under a pair: what starts under the value goes on with it, the rest with the label.
      for (const other of within) {
        if (Math.abs(other.x - valueLeft) < 0.6 * next.fontSize && within[0] === other) values.push(other);
        else if (
          sameStart(other, cell) &&
          within.length === 1 &&
          next.y - bottomOf(labelCell) < 0.6 * next.fontSize
        ) {
          labels.push(other.text);
          labelCell = other;
        }
      }
      if (within.length > 1 && within[0] && sameStart(within[0], cell)) break;
    }
    return {
      code,
      kind: wholeLabel(labels.join(' ')),
      label: labels.join(' '),
      lines: values,
      more: beside.slice(1),
      page: line.page,
      line,
      box: around(values.length ? values : [cell]),
      confidence: values.length ? Math.min(...values.map((value) => value.confidence)) * 0.98 : 0.5,
    };
  });
}

/** A label that begins with another's words, "Buyer Reference Number", is not that. */
function wholeLabel(label: string): FieldKind | null {
  const found = findLabel(label);
  return found?.rest === '' ? found.kind : null;
}

function sameStart(a: Box, b: Box): boolean {
  return Math.abs(a.x - b.x) < 3;
}

/** Kinds whose value is a block of lines. */
const blocks = new Set<FieldKind>(['MILL', 'SUPPLIER', 'CUSTOMER', 'CONSIGNEE', 'RECIPIENT', 'STATEMENT']);

/**
 * Labelled values of forms without codes: `Label: value`, a value in the next cell, or below where labels stand
 * side by side. Measured values have labels of their own and are not read here.
 */
export function labelledEntries(
  lines: readonly Line[],
  skip: ReadonlySet<Line>,
  values: ReadonlySet<Cell>,
): Entry[] {
  const entries: Entry[] = [];
  const taken = new Set<Cell>(values);
  for (const line of lines) {
    if (skip.has(line)) continue;
    for (const [index, cell] of line.cells.entries()) {
      if (taken.has(cell) || codeOf(cell.text)?.label) continue;
      const found = findLabel(cell.text);
      if (!found || isMeasure(plainMeaning(cell.text))) continue;
      const next = line.cells[index + 1];
      const value = findValue(lines, line, cell, next, found, skip, taken);
      if (!value) continue;
      // Numbers of heats have figures; a heading beside the label has none.
      if (found.kind === 'HEAT' && !/\d/u.test(value.cells[0]?.text ?? '')) continue;
      for (const each of value.cells) taken.add(each);
      entries.push({
        code: null,
        kind: found.kind,
        label: found.label,
        lines: value.cells,
        more: value.more,
        page: line.page,
        line,
        box: around(value.cells),
        confidence: Math.min(...value.cells.map((each) => each.confidence)) * value.sure,
      });
    }
  }
  return entries;
}

function plainMeaning(text: string) {
  return findLabel(text)?.kind === 'TEST_TEMPERATURE' ? null : meaningOf(text);
}

const tableWords = new Set<FieldKind>([
  'MEAN',
  'ITEM',
  'ANALYSIS',
  'DIRECTION',
  'LOCATION',
  'FORM',
  'REMARKS',
]);

type Found = NonNullable<ReturnType<typeof findLabel>>;

function findValue(
  lines: readonly Line[],
  line: Line,
  cell: Cell,
  next: Cell | undefined,
  found: Found,
  skip: ReadonlySet<Line>,
  taken: ReadonlySet<Cell>,
): { cells: Cell[]; more: Cell[]; sure: number } | null {
  if (found.rest) {
    // Without a colon a label of one common word is as likely the begin of a sentence.
    const words = found.rest.split(/\s+/u).length;
    if (!found.colon && found.strength < 2 && !(words <= 3 && /\d/u.test(found.rest))) return null;
    // Words of tables are no labels in running text.
    if (!found.colon && tableWords.has(found.kind)) return null;
    if (!found.colon && words > 12 && found.kind !== 'STATEMENT') return null;
    const start = cell.text.length - found.rest.length;
    const first = cellFrom(cell, start) ?? cell;
    return {
      cells: blockBelow(lines, line, first, found.kind, skip, taken),
      more: [],
      sure: found.colon ? 0.93 : 0.75,
    };
  }
  const isLabel = next ? isOtherLabel(next.text) : false;
  // Alone on its line a pair may stand far apart; among others the next cell may be another's.
  const reach = line.cells.length === 2 ? 50 : 25;
  const closeBy = next && next.x - rightOf(cell) < reach * line.fontSize;
  if (next && closeBy && !isLabel) {
    const value = splitNested(next);
    return {
      cells: blockBelow(lines, line, value, found.kind, skip, taken),
      more: [],
      sure: found.colon ? 0.93 : 0.88,
    };
  }
  const under = cellBelow(lines, line, cell, skip, taken);
  if (!under) return null;
  return {
    cells: blockBelow(lines, under.line, under.cell, found.kind, skip, taken),
    more: [],
    sure: found.strength > 1 || next ? 0.85 : 0.7,
  };
}

/** `: 4711` in a cell of its own. */
function splitNested(cell: Cell): Cell {
  return /^[:=]\s*\S/u.test(cell.text) ? (cellFrom(cell, cell.text.search(/[^:=\s]/u)) ?? cell) : cell;
}

function isOtherLabel(text: string): boolean {
  const found = findLabel(text);
  if (!found) return false;
  return found.rest === '' || found.colon;
}

function cellBelow(
  lines: readonly Line[],
  line: Line,
  cell: Cell,
  skip: ReadonlySet<Line>,
  taken: ReadonlySet<Cell>,
): { line: Line; cell: Cell } | null {
  for (let index = line.index + 1; index < Math.min(lines.length, line.index + 4); index++) {
    const next = lines[index];
    if (!next || skip.has(next) || next.y - bottomOf(line) > 2.6 * line.fontSize) return null;
    const under = next.cells.find(
      (other) => sharedWidth(other, cell) > 0 && other.x > cell.x - 2 * line.fontSize,
    );
    if (!under) continue;
    if (taken.has(under) || isOtherLabel(under.text)) return null;
    return { line: next, cell: under };
  }
  return null;
}

/** A party's or a statement's further lines, which start where the first does. */
function blockBelow(
  lines: readonly Line[],
  line: Line,
  first: Cell,
  kind: FieldKind,
  skip: ReadonlySet<Line>,
  taken: ReadonlySet<Cell>,
): Cell[] {
  const block = [first];
  if (!blocks.has(kind)) return block;
  let previous: Box = first;
  for (let index = line.index + 1; index < lines.length && block.length < 9; index++) {
    const next = lines[index];
    if (!next || skip.has(next) || next.y - bottomOf(previous) > 1.1 * line.fontSize) break;
    const cell = next.cells.find((other) => Math.abs(other.x - first.x) < 1.2 * next.fontSize);
    if (!cell) continue;
    if (codeOf(cell.text) || next.fontSize > 1.15 * line.fontSize) break;
    if (taken.has(cell) || isOtherLabel(cell.text) || (findLabel(cell.text)?.colon ?? false)) break;
    block.push(cell);
    previous = cell;
  }
  return block;
}

/** A label and numbers beside it: `Tensile strength Rm  MPa  456`. */
export interface MeasureLine {
  line: Line;
  label: Cell;
  values: Cell[];
}

/** The measured values that stand in lines of their own, label first; `C 0.15  Si 0.20` gives two. */
export function measureLines(lines: readonly Line[], skip: ReadonlySet<Line>): MeasureLine[] {
  const found: MeasureLine[] = [];
  for (const line of lines) {
    if (skip.has(line)) continue;
    let current: MeasureLine | null = null;
    for (const cell of line.cells.flatMap(splitPair)) {
      const meaning = isValueText(cell.text) ? null : meaningOf(cell.text.replace(/\s*[:=]$/u, ''));
      if (
        isMeasure(meaning) &&
        !(current && meaning.type === 'PROPERTY' && /^\s*(?:min|max)/iu.test(cell.text))
      ) {
        current = { line, label: cell, values: [] };
        found.push(current);
      } else current?.values.push(cell);
    }
  }
  return found.filter(({ values }) =>
    values.some((value) => /\d/u.test(value.text) || isBalance(value.text)),
  );
}

/** `C: 0.15`, `Mn=1.20`, `Rm 520 MPa` in one cell become label and value. */
function splitPair(cell: Cell): Cell[] {
  const parts: Cell[] = [];
  let label: Cell['words'] = [];
  let value: Cell['words'] = [];
  const flush = () => {
    if (label.length) parts.push(cellOf(label));
    if (value.length) parts.push(cellOf(value));
    label = [];
    value = [];
  };
  const words = cell.words.flatMap((word) => {
    const match = /^([\p{L}][\p{L}\d.]{0,5})[:=]([<≤]?\d[\d.,]*%?[;,]?)$/u.exec(word.text);
    if (!match) return [word];
    const share = (match[1]?.length ?? 0) / word.text.length;
    return [
      { ...word, text: match[1] ?? '', width: word.width * share },
      { ...word, text: match[2] ?? '', x: word.x + word.width * share, width: word.width * (1 - share) },
    ];
  });
  for (const word of words) {
    const bare = word.text.replace(/[;,]$/u, '');
    if (
      (isValueText(bare) || isBalance(bare)) &&
      !/^[-–—]$/u.test(bare) &&
      label.length &&
      isMeasure(meaningOf(cellOf(label).text.replace(/\s*[:=]$/u, '')))
    ) {
      value.push({ ...word, text: bare });
    } else if (value.length && !/^[\p{L}]/u.test(bare)) value.push({ ...word, text: bare });
    else if (value.length && meaningOf(bare) && isMeasure(meaningOf(bare))) {
      flush();
      label.push(word);
    } else if (value.length) value.push({ ...word, text: bare });
    else label.push(word);
  }
  flush();
  return parts.length > 1 ? parts : [cell];
}
