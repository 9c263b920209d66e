import { HeatBook } from './book.ts';
import { analysisOf, readChemistry, type Surroundings } from './chemistry.ts';
import { readCodedTests } from './coded-tests.ts';
import { codeFrom } from './codes.ts';
import { type DownTable, readDownTable } from './down-tables.ts';
import { type Entry, textOf } from './entries.ts';
import { kindOf } from './fields.ts';
import { isMeasure } from './headings.ts';
import { limitOf } from './labels.ts';
import { bottomOf, type Cell, type Line } from './layout.ts';
import { fieldText, readMechanics } from './mechanics.ts';
import { isBlank } from './numbers.ts';
import type { ReadHeat } from './result.ts';
import type { Row, Table } from './table.ts';

/** What stands at a place of the document, in reading order. */
type Event =
  | { at: Line; heat: Entry }
  | { at: Line; table: Table }
  | { at: Line; down: DownTable }
  | { at: Line; inspection: Entry[] };

interface Found {
  lines: readonly Line[][];
  tables: readonly Table[];
  down: readonly DownTable[];
  entries: readonly Entry[];
  surroundings: Surroundings;
}

/** All heats with their values, in reading order: what names a heat holds for what comes after it. */
export function readHeats({ lines, tables, down, entries, surroundings }: Found): ReadHeat[] {
  const book = new HeatBook();
  for (const table of tables) learnPieces(table, book);
  const events: Event[] = [
    ...tables
      .map((table) => ({ at: table.lines[0] ?? table.rows[0]?.line ?? null, table }))
      .filter((event) => event.at !== null),
    ...down.map((table) => ({ at: table.first, down: table })),
    ...inspectionsOf(entries),
  ] as Event[];
  events.sort((a, b) => a.at.page - b.at.page || a.at.index - b.at.index || ('heat' in a ? -1 : 0));
  for (const event of events) {
    if ('heat' in event) turnToHeat(event.heat, book, surroundings);
    else if ('table' in event) readTable(event.table, book, surroundings);
    else if ('inspection' in event) readInspection(event.inspection, book, surroundings);
    else readDownTable(event.down, titleOver(lines, event.down.first), book, surroundings);
  }
  return book.close();
}

/** Heats by label, and the coded tests of each: those between one C00 and the next. */
function inspectionsOf(entries: readonly Entry[]): Event[] {
  const events: Event[] = [];
  let tests: Entry[] = [];
  for (const entry of entries) {
    const kind = kindOf(entry);
    const isHeat =
      entry.code === 'C00' ? kind !== 'SPECIMEN' : kind === 'HEAT' && (!entry.code || entry.code === 'B07');
    if (isHeat && entry.lines.length) {
      tests = [];
      events.push({ at: entry.line, heat: entry });
    } else if (entry.code && /^C(?:0[1-9]|[1-6]\d|70)$/u.test(entry.code)) {
      if (tests.length === 0) {
        tests = [];
        events.push({ at: entry.line, inspection: tests });
      }
      tests.push(entry);
    }
  }
  return events;
}

function turnToHeat(entry: Entry, book: HeatBook, around: Surroundings): void {
  const text = textOf(entry);
  const place = around.place(entry.page, entry.lines);
  const numbers = entry.code ? [text] : splitHeats(text);
  const heats = numbers.map((number) =>
    book.named({ ...place, value: number, text: number, confidence: entry.confidence, code: entry.code }),
  );
  book.turnTo(heats.length === 1 ? (heats[0] ?? null) : null);
  heats[0]?.codes.push(codeFrom(entry, around.place));
}

/** `4711, 4712` are two heats; `47/11` may be one. */
function splitHeats(text: string): string[] {
  const parts = text
    .split(/\s*[,;&]\s*|\s+(?:and|und|et|e|y|i)\s+|\s\/\s/u)
    .map((part) => part.trim())
    .filter(Boolean);
  if (parts.length > 1 && parts.every((part) => /\d{2}/u.test(part) && !/\s/u.test(part))) return parts;
  // What follows the number after a wide gap or a bracket is another matter.
  return [text.replace(/\s*[([].*$/u, '').trim() || text];
}

function readInspection(entries: readonly Entry[], book: HeatBook, around: Surroundings): void {
  const heat = book.here();
  for (const entry of entries) {
    if (entry.lines.length) heat.codes.push(codeFrom(entry, around.place));
    if (entry.code === 'C70' && entry.lines.length) {
      const text = textOf(entry);
      heat.process ??= {
        ...around.place(entry.page, entry.lines),
        value: text,
        text,
        confidence: entry.confidence,
        code: 'C70',
      };
    }
  }
  readCodedTests(entries, book, around);
}

function learnPieces(table: Table, book: HeatBook): void {
  for (const row of table.rows) {
    const heat = fieldText(table, row, 'HEAT');
    if (!heat || row.kind !== 'VALUES') continue;
    for (const kind of ['PIECE', 'BATCH', 'SPECIMEN', 'ITEM'] as const) {
      const piece = fieldText(table, row, kind);
      if (piece) book.learn(`${kind} ${piece}`, heat);
    }
  }
}

function readTable(table: Table, book: HeatBook, around: Surroundings): void {
  let last: ReadHeat | null = null;
  const named = new Set<ReadHeat>();
  const memory = new Map<Row, { heat: ReadHeat; sure: number }>();
  const heatOf = (row: Row) => {
    const known = memory.get(row);
    if (known) return known;
    const found = rowHeat(table, row, book, around, last);
    if (found.heat.number) named.add(found.heat);
    last = found.heat;
    memory.set(row, found);
    return found;
  };
  for (const row of table.rows) if (row.kind === 'VALUES') heatOf(row);
  readChemistry(table, around, heatOf);
  readMechanics(table, around, heatOf);
  const [only] = named;
  if (only && named.size === 1 && hasHeats(table)) book.turnTo(only);
  else if (named.size > 1) book.turnTo(null);
}

function hasHeats(table: Table): boolean {
  return table.columns.some(({ meaning }) => meaning?.type === 'FIELD' && meaning.field === 'HEAT');
}

function rowHeat(
  table: Table,
  row: Row,
  book: HeatBook,
  around: Surroundings,
  last: ReadHeat | null,
): { heat: ReadHeat; sure: number } {
  const name = (text: string, cells: readonly Cell[], sure: number) => ({
    heat: book.named({
      ...around.place(table.page, cells),
      value: text,
      text,
      confidence: sure * Math.min(...cells.map((cell) => cell.confidence)),
      code: null,
    }),
    sure,
  });
  const index = table.columns.findIndex(
    ({ meaning }) => meaning?.type === 'FIELD' && meaning.field === 'HEAT',
  );
  const cells = row.cells[index];
  const written = cells?.map((cell) => cell.text).join(' ');
  if (
    cells?.length &&
    written &&
    !isBlank(written) &&
    limitOf(written) === null &&
    analysisOf(written) === null
  ) {
    return name(written, cells, 0.99);
  }
  if (row.heat)
    return name(
      row.heat,
      [row.line.cells[0] ?? ({ ...row.line, text: row.heat, words: [], confidence: 0.9 } as Cell)],
      0.93,
    );
  for (const kind of ['PIECE', 'BATCH', 'SPECIMEN', 'ITEM'] as const) {
    const piece = fieldText(table, row, kind);
    const heat = piece ? (book.heatOfPiece(`${kind} ${piece}`) ?? book.known(piece)) : null;
    if (heat) return { heat, sure: 0.9 };
  }
  if (index >= 0 && last) return { heat: last, sure: 0.9 };
  for (const cell of [
    ...row.labelCells,
    ...row.cells.flatMap((list, at) => (isMeasure(table.columns[at]?.meaning ?? null) ? [] : list)),
  ]) {
    const heat = book.known(cell.text);
    if (heat) return { heat, sure: 0.93 };
  }
  const heat = book.here();
  return { heat, sure: heat.number ? 0.96 : 0.9 };
}

/** The title above a line: one cell without numbers of its own. */
function titleOver(lines: readonly Line[][], first: Line): string {
  const page = lines.find((each) => each[0]?.page === first.page) ?? [];
  const titles: string[] = [];
  let below = first;
  for (let index = first.index - 1; index >= Math.max(0, first.index - 6); index--) {
    const line = page[index];
    if (!line || below.y - bottomOf(line) > 6 * below.fontSize) break;
    below = line;
    if (line.cells.length <= 2 && line.words.length <= 14) titles.unshift(line.text);
  }
  return titles.join(' | ');
}
