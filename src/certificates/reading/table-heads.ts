import { codePattern, isHeadingLine, isMeasure, meaningOf } from './headings.ts';
import { findLabel } from './labels.ts';
import { bottomOf, type Line, sharedWidth } from './layout.ts';
import { parsePropertyLabel } from './properties.ts';

/** The lines of headings directly above a line of values, from top to bottom. */
export function headAbove(
  lines: readonly Line[],
  at: number,
  used: ReadonlySet<Line>,
  skip: ReadonlySet<Line>,
): Line[] {
  const head: Line[] = [];
  let below = lines[at];
  for (let index = at - 1; index >= 0 && below && head.length < 7; index--) {
    const line = lines[index];
    if (!line || used.has(line) || skip.has(line)) break;
    const gap = below.y - bottomOf(line);
    if (gap > 2.2 * Math.max(line.fontSize, below.fontSize)) break;
    if (!isHeadingLine(line) || isPair(line)) break;
    if (line.cells.length === 1 && head.length > 0 && !narrows(line, head)) break;
    head.unshift(line);
    below = line;
  }
  return head;
}

/** A line of one cell belongs to the headings where it continues one of them, not where it is their title. */
function narrows(line: Line, head: readonly Line[]): boolean {
  const cell = line.cells[0];
  const first = head[0];
  if (!cell || !first || line.fontSize > 1.15 * first.fontSize) return false;
  if (line.y + line.height < first.y - 1.2 * first.fontSize) return false;
  const under = head.flatMap((each) => each.cells).filter((each) => sharedWidth(each, cell) > 0);
  if (under.length > 2) return parsePropertyLabel(cell.text) !== null;
  return !(
    first.cells.length > 1 &&
    cell.x <= (first.cells[0]?.x ?? 0) + 1 &&
    under.length < 2 &&
    isTitle(cell.text)
  );
}

export function isTitle(text: string): boolean {
  return /compos|analys|analiz|test|prüf|versuch|essai|prova|ensayo|badani|properties|eigenschaften|sk[łl]ad|results|ergebn/iu.test(
    text,
  );
}

/** A label with its value beside it: no line of headings. */
function isPair(line: Line): boolean {
  const [first, second] = line.cells;
  if (first && codePattern.test(first.text) && first.words.length > 1 && !isMeasure(meaningOf(first.text))) {
    // Coded headings of a table stand side by side; a coded form has one code a line.
    if (line.cells.filter((cell) => codePattern.test(cell.text)).length < 2) return true;
  }
  for (const [index, cell] of line.cells.entries()) {
    if (/:\s*\S/u.test(cell.text) && findLabel(cell.text)?.colon && findLabel(cell.text)?.rest) return true;
    if (/:$/u.test(cell.text) && line.cells[index + 1] && !/:$/u.test(line.cells[index + 1]?.text ?? ':')) {
      return !isMeasure(meaningOf(cell.text));
    }
  }
  if (line.cells.length === 2 && first && second && findLabel(first.text)?.rest === '') {
    return /\d/u.test(second.text) && !meaningOf(second.text);
  }
  return false;
}

export function titleAbove(lines: readonly Line[], head: readonly Line[], used: ReadonlySet<Line>): string {
  const first = head[0];
  if (!first) return '';
  const titles: string[] = [];
  for (let index = first.index - 1; index >= Math.max(0, first.index - 3); index--) {
    const line = lines[index];
    if (!line || used.has(line) || first.y - bottomOf(line) > 6 * first.fontSize) break;
    if (line.cells.length <= 2) titles.unshift(line.text);
  }
  return titles.join(' | ');
}
