import { addOnce } from './book.ts';
import type { ElementLabel, FormulaLabel } from './elements.ts';
import type { Cell } from './layout.ts';
import type { DecimalMark } from './numbers.ts';
import type { Analysis, Place, ReadHeat } from './result.ts';
import type { Column, Row, Table } from './table.ts';
import { folded } from './text-forms.ts';
import { cellValue, type Limits, limitsOf, shareValue } from './values.ts';

/** What the readers of tables need to know of the document around. */
export interface Surroundings {
  mark: DecimalMark;
  place: (page: number, cells: readonly Cell[]) => Place;
}

/** Ladle or product analysis, as far as a text says. */
export function analysisOf(text: string): Analysis | null {
  const low = folded(text).trim();
  if (/^(?:l|h|s|c|heat|ladle|cast|schmelze|coulee|colata|colada|wytop)$/u.test(low)) return 'LADLE';
  if (/^(?:p|pr|product|check|stuck|produit|prodotto|producto|wyrob)$/u.test(low)) return 'PRODUCT';
  if (
    /ladle|heat analys|cast analys|schmelz\w*analys|analyse (?:de |sur )?coulee|analisi (?:di )?colata|analiza wytop|analisis de colada/u.test(
      low,
    )
  ) {
    return 'LADLE';
  }
  if (
    /product analys|check analys|stuckanalys|analyse (?:sur |de )?produit|analisi (?:di |sul )?prodotto|analiza wyrob|analisis de producto/u.test(
      low,
    )
  ) {
    return 'PRODUCT';
  }
  return null;
}

/** Puts the chemical values of a table with its heats. `heatOf` tells the heat of a row, and how sure. */
export function readChemistry(
  table: Table,
  around: Surroundings,
  heatOf: (row: Row) => { heat: ReadHeat; sure: number },
): void {
  const columns = [...table.columns.entries()].filter(([, column]) => isShare(column));
  if (columns.length === 0) return;
  const limits = new Map(
    columns.map(([index, column]) => [index, columnLimits(table, index, column, around.mark)]),
  );
  const titled =
    analysisOf(table.title) ?? table.columns.map((column) => analysisOf(column.group)).find(Boolean) ?? null;
  const whole = /%/u.test(table.title) ? '%' : null;
  for (const row of table.rows) {
    if (row.kind !== 'VALUES') continue;
    const { heat, sure } = heatOf(row);
    const analysis = rowAnalysis(table, row) ?? titled;
    for (const [index, column] of columns) {
      const cell = row.cells[index]?.[0];
      const label = column.meaning as ElementLabel | FormulaLabel;
      const scale = label.type === 'ELEMENT' || column.scale !== null ? (column.scale ?? 0) : 0;
      const read = cell ? shareValue(cell.text, scale) : null;
      if (!cell || !read) continue;
      const exact = label.type === 'FORMULA' || label.exact ? 0.98 : 0.93;
      const stated =
        read.unit ?? column.unit ?? (/%/u.test(row.label) || hasShareCell(table, row) ? '%' : whole);
      const base = {
        ...around.place(table.page, [cell]),
        value: read.value,
        operator: read.operator,
        text: read.text,
        minimum: limits.get(index)?.minimum ?? null,
        maximum: limits.get(index)?.maximum ?? null,
        confidence: cell.confidence * exact * sure * read.sure * (lacksPoint(table, row, cell) ? 0.5 : 1),
        code: column.code,
        analysis,
      };
      if (label.type === 'FORMULA') addOnce(heat.formulas, { ...base, symbol: label.symbol, unit: stated });
      else {
        const unit = stated === 'ppm' ? 'ppm' : '%';
        addOnce(heat.elements, {
          ...base,
          symbol: label.symbol,
          part: label.part,
          unit,
          unitStated: stated !== null,
          scale,
        });
      }
    }
  }
}

/** A scan loses points: `21` among `.19` and `.048` is more often .21. */
function lacksPoint(table: Table, row: Row, cell: Cell): boolean {
  if (cell.confidence === 1 || /[.,]/u.test(cell.text)) return false;
  const shares = row.cells.filter((_, index) => isShare(table.columns[index] as Column)).flat();
  const pointed = shares.filter(({ text }) => /[.,]\d/u.test(text)).length;
  return pointed >= 3 && pointed >= shares.length / 2;
}

export function isShare(column: Column): boolean {
  return column.meaning?.type === 'ELEMENT' || column.meaning?.type === 'FORMULA';
}

function hasShareCell(table: Table, row: Row): boolean {
  return row.cells.some(
    (cells, index) =>
      !isShare(table.columns[index] as Column) && cells.some((cell) => /\[?%\]?/u.test(cell.text)),
  );
}

function rowAnalysis(table: Table, row: Row): Analysis | null {
  for (const [index, column] of table.columns.entries()) {
    const text = row.cells[index]?.[0]?.text;
    if (text === undefined || isShare(column)) continue;
    const field = column.meaning?.type === 'FIELD' ? column.meaning.field : null;
    if (field === 'ANALYSIS' || (field === null && column.meaning === null)) {
      const found = analysisOf(text);
      if (found) return found;
    }
  }
  return row.label ? analysisOf(row.label) : null;
}

/** The limits that rows of a table state for one of its columns. */
export function columnLimits(table: Table, index: number, column: Column, mark: DecimalMark): Limits {
  const limits: Limits = { minimum: null, maximum: null };
  for (const row of table.rows) {
    const text = row.cells[index]?.[0]?.text;
    if (text === undefined || row.kind === 'VALUES' || row.kind === 'AIM') continue;
    const scale = isShare(column) ? (column.scale ?? 0) : 0;
    const stated = limitsOf(text, mark, scale);
    const value = cellValue(text, mark, scale)?.value ?? null;
    if (row.kind === 'MINIMUM') limits.minimum ??= stated.minimum ?? value;
    else if (row.kind === 'MAXIMUM') limits.maximum ??= stated.maximum ?? value;
    else {
      limits.minimum ??= stated.minimum;
      limits.maximum ??= stated.maximum;
    }
  }
  return limits;
}
