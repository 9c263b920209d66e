import { isTestMeaning } from './columns.ts';
import { parseScaleCell } from './elements.ts';
import { codePattern, countValues, headingCells, isMeasure, isValueText, meaningOf } from './headings.ts';
import { findLabel, limitOf } from './labels.ts';
import { bottomOf, type Cell, type Line } from './layout.ts';
import { isBalance, isBlank, parseNumber } from './numbers.ts';
import type { Column, RowKind, Table } from './table.ts';
import { assign, suits, tokensOf } from './table-cells.ts';
import { isTitle } from './table-heads.ts';
import { parseUnit } from './units.ts';

/** Values that show where a column stands; more of them tell nothing new and cost time. */
const enoughSpans = 8;

/** Reads rows from a line on until something else begins. */
export function readRows(table: Table, lines: readonly Line[], from: number, skip: ReadonlySet<Line>): void {
  let heat: string | null = null;
  let strange = 0;
  let previous = table.lines.at(-1) ?? lines[from];
  const pending: { line: Line; tokens: Cell[]; heat: string | null }[] = [];
  for (let index = from; index < lines.length; index++) {
    const line = lines[index];
    if (!line || !previous) break;
    if (skip.has(line)) continue;
    const gap = line.y - bottomOf(previous);
    if (gap > 4.5 * Math.max(line.fontSize, previous.fontSize)) break;
    const values = countValues(line);
    if (values === 0) {
      const label = line.cells.length <= 2 ? findLabel(line.text.replace(/\s+/gu, ' ')) : null;
      if (label?.kind === 'HEAT' && label.rest && /\d/u.test(label.rest)) {
        heat = label.rest;
        table.lines.push(line);
        previous = line;
        continue;
      }
      const [only] = line.cells;
      if (only && line.cells.length === 1 && (isTitle(only.text) || line.fontSize > 1.15 * previous.fontSize))
        break;
      const measures = headingCells(line).filter((cell) => isMeasure(meaningOf(cell.text))).length;
      if (measures >= 2 || codePattern.test(line.text) || isUnitsOrLimits(line) === false) {
        if (measures >= 2 || codePattern.test(line.text) || ++strange > 1) break;
        continue;
      }
    }
    if (values > 0 && isForeign(table, line)) break;
    strange = 0;
    pending.push({ line, tokens: tokensOf(line, table.columns), heat });
    table.lines.push(line);
    previous = line;
  }
  // Full rows first: they show where the values of each column stand.
  for (const { tokens } of pending) {
    if (tokens.length !== table.columns.length) continue;
    if (!tokens.every((token, index) => suits(token, table.columns[index]))) continue;
    for (const [index, token] of tokens.entries()) {
      const spans = table.columns[index]?.spans;
      if (spans && spans.length < enoughSpans) spans.push(token);
    }
  }
  for (const { line, tokens, heat: above } of pending) addRow(table, line, tokens, above);
  // Lines that gave nothing are left for others to read.
  const rows = new Set(table.rows.map((row) => row.line));
  table.lines = table.lines.filter(
    (line) =>
      !pending.some((each) => each.line === line) ||
      rows.has(line) ||
      pending.some((each) => each.line === line && consumed.has(line)),
  );
}

/** Lines of units and scales: used, and no rows. */
const consumed = new WeakSet<Line>();

function isUnitsOrLimits(line: Line): boolean {
  return line.cells.some(
    (cell) =>
      parseUnit(cell.text) !== null ||
      parseScaleCell(cell.text) !== null ||
      limitOf(cell.text) !== null ||
      isValueText(cell.text),
  );
}

/** A line that labels its own values: the next part of the form begins. */
function isForeign(table: Table, line: Line): boolean {
  const [first] = line.cells;
  if (!first) return true;
  const coded = codePattern.exec(first.text);
  if (coded && first.words.length > 1) return true;
  if (/:$/u.test(first.text) && !limitOf(first.text)) return findLabel(first.text)?.kind !== 'HEAT';
  const label = findLabel(first.text);
  const hasFields = table.columns.some((column) => column.meaning?.type === 'FIELD');
  return label?.colon === true && label.kind !== 'HEAT' && !hasFields;
}

export function addRow(table: Table, line: Line, tokens: Cell[], heat: string | null): void {
  const { cells, left } = assign(table.columns, tokens);
  const measured = cells.flatMap((list, index) =>
    isMeasure(table.columns[index]?.meaning ?? null) ? list : [],
  );
  const texts = cells.flat().filter((cell) => !isValueText(cell.text));
  const label = left.map((cell) => cell.text).join(' ');
  if (cells.flat().length === 0) return;
  // A row of units: what is no unit in it is its label.
  const units = cells.map((list) => (list[0] ? parseUnit(list[0].text) : null));
  const unitCount = units.filter(Boolean).length;
  if (
    unitCount > 0 &&
    unitCount >= measured.length * 0.6 &&
    measured.every((cell) => !parseNumber(cell.text))
  ) {
    for (const [index, unit] of units.entries()) {
      const column = table.columns[index];
      if (column && unit) column.unit = unit;
    }
    consumed.add(line);
    return;
  }
  const scales = measured.map((cell) => parseScaleCell(cell.text));
  const shares = table.columns.some((column) => column.meaning?.type === 'ELEMENT');
  if (
    shares &&
    measured.length > 0 &&
    scales.every((scale) => scale !== null) &&
    scales.some((scale) => scale !== 0)
  ) {
    spreadScales(table, cells);
    consumed.add(line);
    return;
  }
  if (shares && measured.length === 0 && parseScaleCell(label.replace(/%/gu, '')) !== null && label) {
    for (const column of table.columns) column.scale ??= parseScaleCell(label.replace(/%/gu, ''));
    consumed.add(line);
    return;
  }
  const limit =
    [label, ...texts.map((cell) => cell.text)].map(limitOf).find((found) => found !== null) ?? null;
  const ranges = measured.filter((cell) => !isBlank(cell.text) && isRangeOnly(cell.text)).length;
  const filled = measured.filter(
    (cell) => !isBlank(cell.text) && (/\d/u.test(cell.text) || isBalance(cell.text)),
  ).length;
  const kind: RowKind =
    limit !== null && limit !== 'ACTUAL'
      ? limit
      : filled > 0 && ranges > filled / 2 && ranges >= 2
        ? 'RANGE'
        : 'VALUES';
  if (filled === 0 && !table.columns.every((column) => !isMeasure(column.meaning))) {
    if (!cells.some((list, index) => list.length && isTestColumn(table.columns[index]))) return;
  }
  table.rows.push({ kind, line, cells, label, labelCells: left, heat });
}

export function isTestColumn(column: Column | undefined): boolean {
  return isTestMeaning(column?.meaning ?? null);
}

/** Limits written as such; `<0.01` alone could be a result below the limit of detection. */
function isRangeOnly(text: string): boolean {
  return /^\d[\d.,]*\s*(?:-|–|÷|~|\.\.)\s*\d/u.test(text) || /^(?:max|min)/iu.test(text);
}

/** Scales fewer than columns hold on to the right until the next. */
function spreadScales(table: Table, cells: Cell[][]): void {
  let current: number | null = null;
  for (const [index, column] of table.columns.entries()) {
    if (column.meaning?.type !== 'ELEMENT' && column.meaning?.type !== 'FORMULA') continue;
    const cell = cells[index]?.[0];
    if (cell) current = parseScaleCell(cell.text);
    if (current !== null) column.scale = current;
  }
}
