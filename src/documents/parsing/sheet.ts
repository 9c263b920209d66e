/** A document as rows of cells, whatever it was: where values stand beside and below their labels is the same then. */
import { cellFrom, linesOf, type Cell as PrintedCell } from '../../certificates/reading/layout.ts';
import { type Box, onShownPage, type TextPage } from '../../certificates/reading/pages.ts';
import type { Place } from './answer.ts';

/** What a person sees as one entry. */
export interface Cell {
  readonly text: string;
  /** How sure its letters are: 0 to 1. */
  readonly confidence: number;
  /** Where it begins and ends across, in a measure that all cells of its sheet share. */
  readonly left: number;
  readonly right: number;
  /** Where in the document its text stands, from that character on. */
  readonly placeFrom: (start: number) => Place;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** How far below the row before it is, in heights of letters. */
  readonly gap: number;
}

/** One page, or all of a document without pages. */
export interface Sheet {
  /** `KEYS` are names with a value each, as in JSON: nothing stands below a label. */
  readonly kind: 'PAGE' | 'TEXT' | 'GRID' | 'KEYS';
  readonly rows: readonly Row[];
}

/** The text of a row; its cells are divided as {@link cellAt} expects. */
export const textOfRow = ({ cells }: Row): string => cells.map(({ text }) => text).join(divider);
const divider = '  ';

/** The cell of a row in whose part of the row's text that character stands, and the character's place in it. */
export function cellAt(row: Row, character: number): { cell: Cell; start: number } | null {
  let start = 0;
  for (const cell of row.cells) {
    if (character < start + cell.text.length + divider.length)
      return { cell, start: Math.min(Math.max(character - start, 0), cell.text.length) };
    start += cell.text.length + divider.length;
  }
  return null;
}

const rounded = ({ x, y, width, height }: Box): Box => {
  const [left, top] = [Math.round(x * 100) / 100, Math.round(y * 100) / 100];
  return { x: left, y: top, width: Math.round(width * 100) / 100, height: Math.round(height * 100) / 100 };
};

/** A page of a PDF, or a picture. */
export function pageSheet(page: TextPage): Sheet {
  const lines = linesOf(page);
  const placeOf = (printed: PrintedCell, start: number): Place => ({
    page: page.number,
    box: rounded(onShownPage(page, start > 0 ? (cellFrom(printed, start) ?? printed) : printed)),
    place: null,
  });
  return {
    kind: 'PAGE',
    rows: lines.map((line, index) => {
      const above = lines[index - 1];
      return {
        gap: above ? (line.y - above.y) / Math.max(line.fontSize, 1) : 0,
        cells: line.cells.map((printed) => ({
          text: printed.text,
          confidence: printed.confidence,
          left: printed.x,
          right: printed.x + printed.width,
          placeFrom: (start: number) => placeOf(printed, start),
        })),
      };
    }),
  };
}

const without = (place: string): Place => ({ page: null, box: null, place });

/** Columns of a text are divided by tabs, or by two blanks or more. */
export function textSheet(text: string): Sheet {
  const rows: Row[] = [];
  let empty = 0;
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const written = untabbed(line);
    const cells = [...written.matchAll(/\S+(?: \S+)*/gu)].map((match) => ({
      text: match[0],
      confidence: 1,
      left: match.index,
      right: match.index + match[0].length,
      placeFrom: () => without(`line ${index + 1}`),
    }));
    if (cells.length === 0) {
      empty++;
      continue;
    }
    rows.push({ cells, gap: rows.length === 0 ? 0 : 1 + empty });
    empty = 0;
  }
  return { kind: 'TEXT', rows };
}

const tab = 8;

/** A line whose tabs are blanks: two at least, as a tab divides columns. */
function untabbed(line: string): string {
  if (!line.includes('\t')) return line;
  let written = '';
  for (const letter of line) {
    if (letter === '\t') written += ' '.repeat(Math.max(2, tab - (written.length % tab)));
    else written += letter;
  }
  return written;
}

/** A table of texts; empty ones are no cells. */
export function gridSheet(table: readonly (readonly string[])[]): Sheet {
  return {
    kind: 'GRID',
    rows: table.map((entries, row) => ({
      gap: 1,
      cells: entries.flatMap((entry, column) => {
        const text = entry.replace(/\s+/gu, ' ').trim();
        const place = without(`row ${row + 1}, column ${column + 1}`);
        return text === ''
          ? []
          : [{ text, confidence: 1, left: column, right: column + 0.9, placeFrom: () => place }];
      }),
    })),
  };
}

/** Names with a value each. */
export function keysSheet(entries: readonly { key: string; value: string; path: string }[]): Sheet {
  return {
    kind: 'KEYS',
    rows: entries.map(({ key, value, path }) => ({
      gap: 1,
      cells: [`${key}:`, value].map((text, column) => ({
        text,
        confidence: 1,
        left: column,
        right: column + 0.9,
        placeFrom: () => without(path),
      })),
    })),
  };
}
