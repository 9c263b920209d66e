import { addOnce, type HeatBook } from './book.ts';
import { analysisOf, type Surroundings } from './chemistry.ts';
import type { MeasureLine } from './entries.ts';
import { isMeasure, isValueText, meaningOf } from './headings.ts';
import { findLabel, limitOf } from './labels.ts';
import { bottomOf, type Cell, centerOf, type Line, sharedWidth } from './layout.ts';
import { isBalance, isBlank } from './numbers.ts';
import type { Box } from './pages.ts';
import { directionOf, type PropertyLabel, temperatureIn } from './properties.ts';
import type { ReadField, ReadHeat } from './result.ts';
import { parseUnit, splitUnit } from './units.ts';
import { cellValue, limitsOf, listOf, shareValue } from './values.ts';

/** What a column of values beside labels holds. */
interface DownColumn {
  box: Box;
  kind: 'MINIMUM' | 'MAXIMUM' | 'RANGE' | 'VALUE' | 'UNIT' | 'OTHER';
  heat: ReadField | null;
  header: string;
  headings: { cell: Cell; page: number }[];
}

/** Lines of measured values, label first, that stand together under the same headings. */
export interface DownTable {
  rows: MeasureLine[];
  /** Which of the labels, left to right, where a line has several. */
  columns: DownColumn[];
  page: number;
  first: Line;
}

/**
 * Puts lines of measured values together to tables with labels down the side. Elements are believed where three or
 * more stand under each other or in one line; one property is enough.
 */
export function downTables(
  found: readonly MeasureLine[],
  lines: readonly Line[],
  around: Surroundings,
): DownTable[] {
  const groups: MeasureLine[][] = [];
  for (const row of found) {
    const group = groups.find((each) => {
      const last = each.at(-1);
      if (!last) return false;
      const sameColumn = Math.abs(last.label.x - row.label.x) < 8;
      // Lines without values may lie between: dashes, remarks.
      return (
        sameColumn &&
        row.line.index > last.line.index &&
        row.line.y - bottomOf(last.line) < 5 * row.line.fontSize
      );
    });
    if (group) group.push(row);
    else groups.push([row]);
  }
  const elements = found.filter((row) => isElement(row)).length;
  return groups.flatMap((rows) => {
    const believed = rows.filter((row) => !isElement(row) || elements >= 3);
    const first = believed[0];
    if (!first) return [];
    return [
      {
        rows: believed,
        columns: columnsOver(believed, lines, around),
        page: first.line.page,
        first: first.line,
      },
    ];
  });
}

function isElement(row: MeasureLine): boolean {
  const meaning = meaningOf(bare(row.label.text));
  return meaning?.type === 'ELEMENT' || meaning?.type === 'FORMULA';
}

const bare = (text: string) => text.replace(/\s*[:=]$/u, '');

/** The columns of the values, told by what stands above the first line. */
function columnsOver(
  rows: readonly MeasureLine[],
  lines: readonly Line[],
  around: Surroundings,
): DownColumn[] {
  const first = rows[0];
  if (!first) return [];
  const boxes: Box[] = [];
  for (const { values } of rows) {
    for (const value of values) {
      const known = boxes.find((box) => sharedWidth(box, value) > 0);
      if (known) {
        const right = Math.max(known.x + known.width, value.x + value.width);
        known.x = Math.min(known.x, value.x);
        known.width = right - known.x;
      } else boxes.push({ x: value.x, y: value.y, width: value.width, height: value.height });
    }
  }
  boxes.sort((a, b) => a.x - b.x);
  const columns: DownColumn[] = boxes.map((box) => ({
    box,
    kind: 'VALUE',
    heat: null,
    header: '',
    headings: [],
  }));
  let below: Line = first.line;
  for (let index = first.line.index - 1; index >= Math.max(0, first.line.index - 6); index--) {
    const line = lines[index];
    if (!line || below.y - bottomOf(line) > 2.6 * Math.max(below.fontSize, line.fontSize)) break;
    if (/:\s*\S/u.test(line.cells[0]?.text ?? '') && line.cells.length <= 2) break;
    below = line;
    readHeader(line, columns, around);
  }
  for (const column of columns) {
    if (column.kind !== 'VALUE' || column.heat || limitOf(column.header) === 'ACTUAL') continue;
    const texts = rows.flatMap(({ values }) => values.filter((value) => sharedWidth(column.box, value) > 0));
    if (texts.length > 0 && texts.every((cell) => parseUnit(cell.text) !== null)) column.kind = 'UNIT';
    else if (texts.length > 0 && texts.every((cell) => isLimitText(cell.text))) column.kind = 'RANGE';
    else if (
      texts.every((cell) => !isValueText(cell.text) && !isBalance(cell.text) && !listOf(cell.text, null))
    )
      column.kind = 'OTHER';
  }
  return columns;
}

function isLimitText(text: string): boolean {
  if (isBlank(text)) return true;
  const limits = limitsOf(text, null);
  const range = /\d\s*(?:-|–|÷|~|\.\.)\s*\d/u.test(text);
  return (limits.minimum !== null || limits.maximum !== null) && (range || /min|max|[≤≥]|<=|>=/iu.test(text));
}

function readHeader(line: Line, columns: DownColumn[], around: Surroundings): void {
  const [labelCell] = line.cells;
  const rowLabel = labelCell ? findLabel(labelCell.text) : null;
  for (const cell of line.cells) {
    const column = nearest(columns, cell, line.fontSize);
    if (!column) continue;
    const own = findLabel(cell.text);
    const text =
      own?.kind === 'HEAT' ? own.rest : rowLabel?.kind === 'HEAT' && cell !== labelCell ? cell.text : '';
    if (text && /\d/u.test(text)) {
      column.heat ??= {
        ...around.place(line.page, [cell]),
        value: text,
        text,
        confidence: cell.confidence * 0.95,
        code: null,
      };
      continue;
    }
    const limit = limitOf(cell.text);
    if (column.header === '' && limit && limit !== 'ACTUAL' && limit !== 'AIM') column.kind = limit;
    if (column.header === '' && /^units?$|^einheit$|^unité$|^unità$|^jednostka$|^unidad$/iu.test(cell.text))
      column.kind = 'UNIT';
    column.headings.push({ cell, page: line.page });
    column.header = `${cell.text} ${column.header}`.trim();
  }
}

function nearest(columns: DownColumn[], cell: Cell, size: number): DownColumn | null {
  const over = columns.filter((column) => sharedWidth(column.box, cell) > 0);
  const [only] = over;
  if (over.length === 1 && only) return only;
  const sorted = [...(over.length ? over : columns)].sort(
    (a, b) => Math.abs(centerOf(a.box) - centerOf(cell)) - Math.abs(centerOf(b.box) - centerOf(cell)),
  );
  const [best] = sorted;
  return best && Math.abs(centerOf(best.box) - centerOf(cell)) < 4 * size ? best : null;
}

/** Reads such a table into the heats that its headings name, or the heat that is being spoken of. */
export function readDownTable(table: DownTable, title: string, book: HeatBook, around: Surroundings): void {
  for (const column of table.columns) {
    // A heading that is the number of a known heat needs no word for it.
    const found = column.headings.find(({ cell }) => book.known(cell.text));
    if (!found || column.heat) continue;
    const { text, confidence } = found.cell;
    column.heat = {
      ...around.place(found.page, [found.cell]),
      value: text,
      text,
      confidence: confidence * 0.9,
      code: null,
    };
  }
  const named = table.columns.filter((column) => column.heat);
  for (const row of table.rows) {
    const meaning = meaningOf(bare(row.label.text));
    if (!isMeasure(meaning)) continue;
    const limits = { minimum: null as string | null, maximum: null as string | null };
    let unit = meaning.unit;
    const results: { cell: Cell; heat: ReadHeat; sure: number }[] = [];
    const scale = meaning.type === 'PROPERTY' ? 0 : (meaning.scale ?? 0);
    for (const cell of row.values) {
      const column = table.columns.find((each) => sharedWidth(each.box, cell) > 0);
      const parsedUnit = parseUnit(cell.text);
      if (column?.kind === 'UNIT' || (parsedUnit && !/\d/u.test(cell.text))) unit ??= parsedUnit;
      else if (column?.kind === 'OTHER' || isBlank(cell.text)) continue;
      else if (
        column?.kind === 'MINIMUM' ||
        column?.kind === 'MAXIMUM' ||
        column?.kind === 'RANGE' ||
        isLimitText(cell.text)
      ) {
        const value = cellValue(cell.text, around.mark, scale)?.value ?? null;
        const stated = limitsOf(cell.text, around.mark, scale);
        if (column?.kind === 'MINIMUM') limits.minimum ??= stated.minimum ?? value;
        else if (column?.kind === 'MAXIMUM') limits.maximum ??= stated.maximum ?? value;
        else {
          limits.minimum ??= stated.minimum;
          limits.maximum ??= stated.maximum;
        }
      } else {
        const heat = column?.heat ? book.named(column.heat) : book.here();
        results.push({ cell, heat, sure: column?.heat || named.length === 0 ? 0.95 : 0.6 });
      }
    }
    if (meaning.type === 'PROPERTY') addProperty(row, meaning, results, { ...limits, unit }, title, around);
    else {
      // Two numbers without headings could be limits or two heats: neither is guessed.
      if (results.length > 1 && named.length === 0) continue;
      for (const { cell, heat, sure } of results) {
        const read = shareValue(cell.text, scale);
        if (!read) continue;
        const stated = read.unit ?? unit ?? (/%/u.test(title) ? '%' : null);
        const base = {
          ...around.place(table.page, [cell]),
          value: read.value,
          operator: read.operator,
          text: read.text,
          ...limits,
          confidence: Math.min(cell.confidence, row.label.confidence) * 0.95 * sure * read.sure,
          code: null,
          analysis: analysisOf(title),
        };
        if (meaning.type === 'FORMULA')
          addOnce(heat.formulas, { ...base, symbol: meaning.symbol, unit: stated });
        else {
          addOnce(heat.elements, {
            ...base,
            symbol: meaning.symbol,
            part: meaning.part,
            unit: stated === 'ppm' ? 'ppm' : '%',
            unitStated: stated !== null,
            scale,
          });
        }
      }
    }
  }
}

function addProperty(
  row: MeasureLine,
  label: PropertyLabel,
  results: { cell: Cell; heat: ReadHeat; sure: number }[],
  stated: { minimum: string | null; maximum: string | null; unit: string | null },
  title: string,
  around: Surroundings,
): void {
  const heats = [...new Set(results.map((result) => result.heat))];
  for (const heat of heats) {
    const cells = results.filter((result) => result.heat === heat).map((result) => result.cell);
    const lists = cells.map((cell) => listOf(cell.text, around.mark));
    const values = cells.map(
      (cell) => cellValue(withUnit(cell.text, stated.unit), around.mark) ?? cellValue(cell.text, around.mark),
    );
    const individuals = lists.flatMap((list) => list?.values ?? []);
    const numbers = values.filter((value) => value !== null);
    const several = numbers.length > 1 && (label.kind === 'IMPACT_ENERGY' || label.kind === 'HARDNESS');
    if (several) individuals.push(...numbers.flatMap((number) => number.value ?? []));
    const base = {
      kind: label.kind,
      symbol: label.symbol,
      minimum: stated.minimum,
      maximum: stated.maximum,
      temperature:
        temperatureIn(row.label.text) ?? (label.kind === 'IMPACT_ENERGY' ? temperatureIn(title) : null),
      direction: directionOf(`${row.label.text} ${title}`),
      directionText: null,
      location: null,
      specimen: null,
      specimenWidth: null,
      method: label.method,
      code: null,
    };
    const sure = results.find((result) => result.heat === heat)?.sure ?? 0.6;
    const confidence =
      Math.min(row.label.confidence, ...cells.map((cell) => cell.confidence)) *
      (label.exact ? 0.94 : 0.85) *
      sure;
    if (individuals.length) {
      heat.properties.push({
        ...base,
        ...around.place(row.line.page, cells),
        value: null,
        operator: null,
        text: cells.map((cell) => cell.text).join(' '),
        unit: lists.find((list) => list?.unit)?.unit ?? numbers[0]?.unit ?? stated.unit,
        individualValues: individuals,
        confidence,
      });
      continue;
    }
    // Several results of one property are several specimens.
    for (const [index, cell] of cells.entries()) {
      const read = values[index];
      if (!read) continue;
      heat.properties.push({
        ...base,
        ...around.place(row.line.page, [cell]),
        value: read.value,
        operator: read.operator,
        text: cell.text,
        unit: read.unit ?? stated.unit,
        individualValues: [],
        confidence: confidence * read.sure * (numbers.length > 1 ? 0.8 : 1),
      });
    }
  }
}

/** `66,100` is told from `66.100` by its unit, which may stand in the label. */
function withUnit(text: string, unit: string | null): string {
  return unit && splitUnit(text).unit === null && /\d$/u.test(text.trim()) ? `${text.trim()} ${unit}` : text;
}
