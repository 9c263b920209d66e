/** Where the value of a label may stand: behind it, right of it, below it. */
import { isLabel, type LabelMatch, labelsIn } from './labels.ts';
import type { Cell, Row, Sheet } from './sheet.ts';

/** A place where a value may stand. */
export interface Candidate {
  readonly cell: Cell;
  /** Where in the cell it begins. */
  readonly start: number;
  readonly text: string;
  /** What follows it on its row: a unit, perhaps. */
  readonly next: string | null;
  /** What stands in brackets behind the label. */
  readonly bracket: string | null;
  /** How sure it is to be the value, by where it stands: 0 to 1. */
  readonly score: number;
}

/** How sure a value is, by where it stands. */
const scores = {
  /** `Weight: 12 kg` */
  behindMark: 1,
  /** `Weight 12 kg` */
  behindNumber: 0.85,
  /** `Weight unknown`: it may be a sentence. */
  behindText: 0.45,
  right: 0.9,
  /** Right of a label that ends with a colon. */
  rightOfMark: 0.95,
  /** Right of the head of a column. */
  rightOfHead: 0.35,
  below: 0.7,
  belowHead: 0.9,
  /** Of a column with several values: the first. */
  firstBelowHead: 0.7,
  /** Of a label that other words stand before: `Customer order` is another than `Order`. */
  notFirst: 0.6,
};

/** How far below a label a value may be, in heights of letters, and in rows. */
const furthest = { gap: 4, rows: 3 };

/** A cell without the sign that divides it from its label, and where its text begins then. */
function unmarked(cell: Cell): { start: number; text: string } {
  const [mark = ''] = /^[:=：\s]*/u.exec(cell.text) ?? [];
  return { start: mark.length, text: cell.text.slice(mark.length) };
}

/** All places in a sheet where the value of one of these labels may stand, in the order of reading. */
export function candidatesIn(
  sheet: Sheet,
  labels: readonly (readonly string[])[],
  others: readonly (readonly string[])[],
): Candidate[] {
  return sheet.rows.flatMap((row, index) =>
    row.cells.flatMap((cell, place) =>
      labels.flatMap((label) =>
        labelsIn(cell, label).flatMap((match) =>
          aroundLabel({ sheet, row, index, cell, place, match, others: [...labels, ...others] }),
        ),
      ),
    ),
  );
}

interface Labelled {
  sheet: Sheet;
  row: Row;
  index: number;
  cell: Cell;
  place: number;
  match: LabelMatch;
  /** The labels that are known: what is one of them is no value. */
  others: readonly (readonly string[])[];
}

function aroundLabel(at: Labelled): Candidate[] {
  const { row, cell, place, match } = at;
  const factor = match.isFirst ? 1 : scores.notFirst;
  const { bracket } = match;
  if (match.value !== '') {
    const isNumber = /^[<>≤≥±+−-]?\s*\d/u.test(match.value);
    const score = match.isMarked ? scores.behindMark : isNumber ? scores.behindNumber : scores.behindText;
    const next = row.cells[place + 1]?.text ?? null;
    return [{ cell, start: match.valueStart, text: match.value, next, bracket, score: score * factor }];
  }
  return [...rightOf(at), ...below(at)].map((candidate) => ({
    ...candidate,
    score: candidate.score * factor,
  }));
}

/** The next cell of the row, unless that is a label itself. */
function rightOf(at: Labelled): Candidate[] {
  const { row, place, match, others } = at;
  const rest = row.cells.slice(place + 1);
  const skipped = rest.findIndex((each) => unmarked(each).text !== '');
  const cell = rest[skipped];
  if (!cell || isLabel(cell, others)) return [];
  const { start, text } = unmarked(cell);
  const isMarked = match.isMarked || start > 0 || skipped > 0;
  const score = isMarked ? scores.rightOfMark : isHead(at) ? scores.rightOfHead : scores.right;
  return [{ cell, start, text, next: rest[skipped + 1]?.text ?? null, bracket: match.bracket, score }];
}

/** The cells that share some of the label's width. */
const sharing = (row: Row | undefined, { left, right }: Cell): Cell[] =>
  (row?.cells ?? []).filter((each) => {
    const shared = Math.min(each.right, right) - Math.max(each.left, left);
    return shared > 0.3 * Math.min(each.right - each.left, right - left);
  });

/** The first cell below the label. */
function below(at: Labelled): Candidate[] {
  const { sheet, index, cell: label, match, others } = at;
  if (sheet.kind === 'KEYS') return [];
  let gap = 0;
  for (let down = 1; down <= furthest.rows; down++) {
    const row = sheet.rows[index + down];
    gap += row?.gap ?? 0;
    if (!row || (sheet.kind === 'PAGE' && gap > furthest.gap)) return [];
    const [cell] = sharing(row, label);
    if (!cell) continue;
    if (isLabel(cell, others)) return [];
    const [again] = sharing(sheet.rows[index + down + 1], label);
    const isOneOfSeveral = again !== undefined && again.text !== cell.text;
    const score = !isHead(at) ? scores.below : isOneOfSeveral ? scores.firstBelowHead : scores.belowHead;
    const next = row.cells[row.cells.indexOf(cell) + 1]?.text ?? null;
    return [{ cell, start: 0, text: cell.text, next, bracket: match.bracket, score }];
  }
  return [];
}

const hasDigit = (text: string): boolean => /\d/u.test(text.replace(/[([{].*?[)\]}]/gu, ''));

/**
 * Whether a label is the head of a column rather than of a line: another label that is known stands in its row; or no
 * number does, and one is below it, or it is in the first row of a wide table.
 */
function isHead({ sheet, row, index, cell, match, others }: Labelled): boolean {
  if (match.isMarked || row.cells.length < 2 || sheet.kind === 'KEYS') return false;
  if (row.cells.some((each) => each !== cell && isLabel(each, others))) return true;
  if (row.cells.some(({ text }) => hasDigit(text))) return false;
  if (sheet.kind === 'GRID' && index === 0 && row.cells.length > 2) return true;
  const under = sharing(sheet.rows[index + 1], cell)[0];
  return under !== undefined && hasDigit(under.text);
}
