import { around, type Box, type TextPage, type Word } from './pages.ts';

/** Words that stand together: what a person sees as one entry of a form or of a table. */
export interface Cell extends Box {
  words: Word[];
  text: string;
  confidence: number;
}

/** The cells at one height, from left to right. */
export interface Line extends Box {
  /** The page's place in the list of pages, and the line's on its page. */
  page: number;
  index: number;
  cells: Cell[];
  words: Word[];
  text: string;
  /** Height of most letters. */
  fontSize: number;
}

/** Gaps wider than so many heights of letters divide cells: a blank has a quarter, a column at least one. */
const cellGap = 0.85;

export const rightOf = (box: Box) => box.x + box.width;
export const bottomOf = (box: Box) => box.y + box.height;
export const centerOf = (box: Box) => box.x + box.width / 2;
export const middleOf = (box: Box) => box.y + box.height / 2;

/** Length that two boxes share across; negative: the gap between them. */
export function sharedWidth(a: Box, b: Box): number {
  return Math.min(rightOf(a), rightOf(b)) - Math.max(a.x, b.x);
}

/** The lines of a page from top to bottom. */
export function linesOf(page: TextPage): Line[] {
  const sorted = page.words.flatMap(withoutRules).sort((a, b) => middleOf(a) - middleOf(b));
  const groups: Word[][] = [];
  for (const word of sorted) {
    const group = groups.at(-1);
    const first = group?.[0];
    // The first word of a group anchors it: chains of slightly lower words would join a whole page.
    if (
      group &&
      first &&
      Math.abs(middleOf(word) - middleOf(first)) < 0.45 * Math.min(size(word), size(first))
    ) {
      group.push(word);
    } else groups.push([word]);
  }
  return groups.map((words, index) => lineOf(words, page.number, index));
}

/** Strokes and dashes that line printers draw tables with are no text: `|` goes, `+-----+` too. */
function withoutRules(word: Word): Word[] {
  if (/^[|¦│┃║+]+$/u.test(word.text) || /^[-=_+.|*~─═]{4,}$/u.test(word.text)) return [];
  const text = word.text.replace(/^[|¦│┃║]+|[|¦│┃║]+$/gu, '');
  if (text === word.text) return [word];
  const before = word.text.indexOf(text);
  const letter = word.width / word.text.length;
  return [{ ...word, text, x: word.x + before * letter, width: text.length * letter }];
}

/** OCR gives the height of letters without the parts below, so the larger of both is taken. */
const size = (word: Word) => Math.max(word.fontSize, word.height);

function lineOf(words: Word[], page: number, index: number): Line {
  words.sort((a, b) => a.x - b.x);
  const sizes = words.map((word) => word.fontSize).sort((a, b) => a - b);
  const fontSize = sizes[Math.floor(sizes.length / 2)] ?? 8;
  const cells: Cell[] = [];
  let current: Word[] = [];
  for (const word of words) {
    const last = current.at(-1);
    // A label and its value are often in two fonts, and then closer than columns are.
    const sameFont = !last || last.font === word.font || last.font === null || word.font === null;
    // Boxes of recognised words are cut at the letters' edges, so that the gaps between them seem wider.
    const recognised = word.font === null ? 1.3 : 1;
    const gap = (sameFont ? cellGap : 0.6 * cellGap) * recognised;
    if (last && word.x - rightOf(last) > gap * Math.min(size(last), size(word))) {
      cells.push(cellOf(current));
      current = [];
    }
    current.push(word);
  }
  if (current.length) cells.push(cellOf(current));
  return {
    ...around(words),
    page,
    index,
    cells,
    words,
    text: cells.map((cell) => cell.text).join('  '),
    fontSize,
  };
}

/** One cell of words that follow each other. */
export function cellOf(words: readonly Word[]): Cell {
  return {
    ...around(words),
    words: [...words],
    text: words.map((word) => word.text).join(' '),
    confidence: Math.min(...words.map((word) => word.confidence)),
  };
}

/** The part of a cell that begins with a character of its text: the words from there on. */
export function cellFrom(cell: Cell, start: number): Cell | null {
  let at = 0;
  for (const [index, word] of cell.words.entries()) {
    if (at >= start) return cellOf(cell.words.slice(index));
    if (at + word.text.length > start) {
      // Within a word: "No.:4711". The rest of it is placed by its share of the letters.
      const share = (start - at) / word.text.length;
      const rest: Word = {
        ...word,
        text: word.text.slice(start - at),
        x: word.x + word.width * share,
        width: word.width * (1 - share),
      };
      return cellOf([rest, ...cell.words.slice(index + 1)]);
    }
    at += word.text.length + 1;
  }
  return null;
}

/** Lines that several pages repeat at one height, such as letterheads; page numbers count as the same. */
export function repeatedLines(pages: readonly Line[][]): Set<Line> {
  const seen = new Map<string, Line[]>();
  for (const lines of pages) {
    for (const line of lines) {
      const key = `${Math.round(line.y / 3)} ${line.text.replace(/\d+(?=\s*(?:\/|of|von|de|di|z)\s*\d+)|(?<=(?:page|seite|pagina|página|strona)\s*)\d+/giu, '#')}`;
      seen.set(key, [...(seen.get(key) ?? []), line]);
    }
  }
  const repeated = new Set<Line>();
  for (const lines of seen.values()) {
    if (new Set(lines.map((line) => line.page)).size < 2) continue;
    for (const line of lines) repeated.add(line);
  }
  return repeated;
}
