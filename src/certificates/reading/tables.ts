import { adoptTitle, columnsOf, isTestMeaning } from './columns.ts';
import { countValues, headingCells, isHeadingLine, isMeasure, isValueText, meaningOf } from './headings.ts';
import type { FieldKind } from './labels.ts';
import type { Line } from './layout.ts';
import type { Column, Table } from './table.ts';
import { assign, tokensOf } from './table-cells.ts';
import { headAbove, titleAbove } from './table-heads.ts';
import { addRow, readRows } from './table-rows.ts';

/** Columns that a table needs before its values are believed. */
const fewestColumns = 2;

/**
 * The tables of a page, and the lines that they use. `open` is the last table of the page before: rows without
 * headings at the top continue it.
 */
export function findTables(lines: readonly Line[], skip: ReadonlySet<Line>, open: Table | null): Table[] {
  const tables: Table[] = [];
  const used = new Set<Line>();
  let last: Table | null = null;
  let belowTop = false;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (!line || used.has(line) || skip.has(line)) continue;
    if (countValues(line) < 1) {
      if (!isHeadingLine(line)) belowTop = true;
      continue;
    }
    const head = headAbove(lines, at, used, skip);
    const decks = decksOf(head);
    if (decks.length > 1) {
      const stacked = readDecks(decks, lines, at, skip, titleAbove(lines, head, used));
      for (const table of stacked) {
        for (const each of table.lines) used.add(each);
        tables.push(table);
      }
      for (const each of head) used.add(each);
      belowTop = true;
      continue;
    }
    const columns = head.length ? columnsOf(head) : [];
    const title = titleAbove(lines, head, used);
    adoptTitle(columns, title);
    const measured = columns.filter(
      ({ meaning, parent }) => isMeasure(meaning) || (isTestMeaning(meaning) && parent),
    ).length;
    const isTable =
      measured >= fewestColumns || (measured >= 1 && fieldsOf(columns).size >= 1) || listsItems(columns);
    if (isTable) {
      const table: Table = {
        page: line.page,
        title,
        columns,
        rows: [],
        lines: [...head],
      };
      readRows(table, lines, at, skip);
      if (table.rows.length) {
        for (const each of table.lines) used.add(each);
        tables.push(table);
        last = table;
        belowTop = true;
      }
    } else if (!last && open && !belowTop && continues(open, line)) {
      const table: Table = { ...open, page: line.page, rows: [], lines: [] };
      readRows(table, lines, at, skip);
      if (table.rows.length) {
        for (const each of table.lines) used.add(each);
        tables.push(table);
        last = table;
      }
      belowTop = true;
    } else if (line.cells.length > 1) belowTop = true;
  }
  return tables;
}

function fieldsOf(columns: readonly Column[]): Set<FieldKind> {
  return new Set(columns.flatMap(({ meaning }) => (meaning?.type === 'FIELD' ? [meaning.field] : [])));
}

const countsItems: FieldKind[] = ['HEAT', 'PIECES', 'MASS', 'ITEM', 'PIECE', 'BATCH'];
const describesItems: FieldKind[] = [
  'DIMENSIONS',
  'LENGTH',
  'WIDTH',
  'THICKNESS',
  'DIAMETER',
  'QUALITY',
  'PRODUCT',
  'MARKING',
];

/** Headings of a list of what was delivered; labels of a form side by side are none. */
function listsItems(columns: readonly Column[]): boolean {
  const fields = fieldsOf(columns);
  const counting = countsItems.filter((field) => fields.has(field)).length;
  const describing = describesItems.filter((field) => fields.has(field)).length;
  return counting >= 1 && counting + describing >= 3;
}

/**
 * Headings of elements in several lines over each other, as where each heat takes as many lines of values: the
 * headings of each line by itself. One set where the lines of headings belong to the same columns.
 */
function decksOf(head: readonly Line[]): Line[][] {
  const symbols = (line: Line) =>
    headingCells(line).flatMap((cell) => {
      const meaning = meaningOf(cell.text);
      return meaning?.type === 'ELEMENT' ? [meaning.symbol] : [];
    });
  const full = head.filter((line) => symbols(line).length >= 3);
  const first = new Set(full[0] ? symbols(full[0]) : []);
  const others = full.slice(1).filter((line) => symbols(line).every((symbol) => !first.has(symbol)));
  if (others.length === 0 || others.length !== full.length - 1) return [[...head]];
  return full.map((line) => head.filter((each) => each === line || !full.includes(each)));
}

/**
 * Tables whose rows take turns. They are only read where every first line names its heat and no other does: a
 * line that is left out would give all others to the wrong elements.
 */
function readDecks(
  decks: readonly Line[][],
  lines: readonly Line[],
  from: number,
  skip: ReadonlySet<Line>,
  title: string,
): Table[] {
  const first = lines[from];
  if (!first) return [];
  const tables: Table[] = decks.map((head) => ({
    page: first.page,
    title,
    columns: columnsOf(head),
    rows: [],
    lines: [...head],
  }));
  const [top] = tables;
  const probe: Table = { page: first.page, title, columns: top?.columns ?? [], rows: [], lines: [] };
  readRows(probe, lines, from, skip);
  const index = probe.columns.findIndex(
    ({ meaning }) => meaning?.type === 'FIELD' && meaning.field === 'HEAT',
  );
  const heats = probe.rows.map((row) => row.cells[index]?.map((cell) => cell.text).join(' ') ?? '');
  const takeTurns = heats.every((heat, row) => (heat !== '') === (row % decks.length === 0));
  if (index < 0 || !takeTurns || heats.length % decks.length !== 0) return [];
  for (const [at, { line }] of probe.rows.entries()) {
    const table = tables[at % decks.length];
    if (!table) continue;
    const heat = heats[at - (at % decks.length)] ?? null;
    addRow(table, line, tokensOf(line, table.columns), at % decks.length === 0 ? null : heat);
    table.lines.push(line);
  }
  return tables;
}

/** A first row without headings fits the columns of the page before in places and kinds. */
function continues(table: Table, line: Line): boolean {
  const { cells } = assign(table.columns, tokensOf(line, table.columns));
  const filled = cells.filter(
    (list, index) => list.length && isMeasure(table.columns[index]?.meaning ?? null),
  );
  const measured = table.columns.filter((column) => isMeasure(column.meaning)).length;
  return (
    filled.length >= Math.max(2, measured * 0.5) && filled.every((list) => isValueText(list[0]?.text ?? ''))
  );
}
