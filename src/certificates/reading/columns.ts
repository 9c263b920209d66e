import { parseElementLabel, parseScaleCell } from './elements.ts';
import { codePattern, headingCells, isMeasure, isTwofold, type Meaning, meaningOf } from './headings.ts';
import { type Cell, centerOf, type Line, sharedWidth } from './layout.ts';
import { around, type Box } from './pages.ts';
import { type PropertyLabel, parsePropertyLabel } from './properties.ts';
import type { Column } from './table.ts';
import { parseUnit } from './units.ts';

/** Columns out of lines of headings: the line with the most meanings gives their places. */
export function columnsOf(head: readonly Line[]): Column[] {
  const rows = head.map(headingCells);
  const weight = (cells: Cell[]) =>
    cells.filter((cell) => isMeasure(meaningOf(cell.text))).length * 3 +
    cells.filter((cell) => meaningOf(cell.text)).length +
    cells.length * 0.5;
  let base = 0;
  for (const [index, cells] of rows.entries()) if (weight(cells) > weight(rows[base] ?? [])) base = index;
  const slots: { cells: { row: number; cell: Cell; shared: boolean }[]; box: Box }[] = (rows[base] ?? []).map(
    (cell) => ({
      cells: [{ row: base, cell, shared: false }],
      box: cell,
    }),
  );
  // Nearest lines first: a wide heading far above must not swallow columns before they are known.
  const order = [...rows.keys()]
    .filter((row) => row !== base)
    .sort((a, b) => Math.abs(a - base) - Math.abs(b - base));
  for (const row of order) {
    for (const cell of rows[row] ?? []) {
      const over = slots.filter(
        (slot) => sharedWidth(slot.box, cell) > Math.min(2, 0.3 * Math.min(slot.box.width, cell.width)),
      );
      if (over.length === 0) slots.push({ cells: [{ row, cell, shared: false }], box: cell });
      for (const slot of over) {
        slot.cells.push({ row, cell, shared: over.length > 1 });
        if (over.length === 1) slot.box = around([slot.box, cell]);
      }
    }
  }
  slots.sort((a, b) => a.box.x - b.box.x);
  const columns = slots.map(({ cells, box }) => {
    cells.sort((a, b) => a.row - b.row);
    const own = cells.filter((entry) => !entry.shared).map((entry) => entry.cell);
    const group = cells
      .filter((entry) => entry.shared)
      .map((entry) => entry.cell.text)
      .join(' ');
    return columnOf(own, group, box);
  });
  rareElements(columns);
  numberedImpact(columns);
  adoptParents(columns, rows);
  return columns;
}

function columnOf(own: readonly Cell[], group: string, box: Box): Column {
  const texts = own.map((cell) => cell.text);
  const header = texts.join(' ');
  let code: string | null = null;
  let unit: string | null = null;
  let scale: number | null = null;
  let meaning: Meaning | null = null;
  let weak: Meaning | null = null;
  for (const text of [...texts].reverse()) {
    const bare = text.replace(codePattern, (_, found: string) => {
      code ??= found;
      return '';
    });
    if (!bare.trim()) continue;
    unit ??= parseUnit(bare.trim());
    const power = /^\d$/u.test(bare.trim()) ? null : parseScaleCell(bare);
    if (power !== null) {
      scale ??= power;
      continue;
    }
    const found = meaningOf(bare);
    if (isMeasure(found) && (found.type !== 'PROPERTY' || found.symbol !== null)) meaning ??= found;
    else weak ??= found;
  }
  const last = texts.at(-1) ?? '';
  const whole = meaningOf(texts.filter((text) => !/^[A-Z]\d{2,3}$/u.test(text)).join(' '));
  if (!meaning && isMeasure(whole)) meaning = whole;
  meaning ??= weak ?? whole;
  if (meaning?.type === 'PROPERTY') {
    const full = parsePropertyLabel(header);
    if (full?.kind === meaning.kind) meaning = { ...full, symbol: meaning.symbol ?? full.symbol };
    unit = meaning.unit ?? unit;
  } else if (meaning?.type === 'ELEMENT' || meaning?.type === 'FORMULA') {
    unit = meaning.unit ?? unit;
    scale = meaning.scale ?? scale;
  }
  // "KV2 (J)" over "1": the first of its individual values.
  const numbered = meaningOf(last);
  let parent = parsePropertyLabel(group);
  if (texts.length > 1 && meaning?.type === 'PROPERTY' && isRepeated(meaning) && isTestMeaning(numbered)) {
    parent = meaning;
    meaning = numbered;
  }
  return { header, meaning, group, parent, code, unit, scale, spans: [box] };
}

function isRepeated({ kind }: PropertyLabel): boolean {
  return kind === 'IMPACT_ENERGY' || kind === 'HARDNESS';
}

export function isTestMeaning(meaning: Meaning | null): boolean {
  return meaning?.type === 'INDEX' || meaning?.type === 'MEAN';
}

/** Individual values whose test only the title above the table names. */
export function adoptTitle(columns: readonly Column[], title: string): void {
  const orphans = columns.filter((column) => isTestMeaning(column.meaning) && !column.parent);
  const test = orphans.length >= 2 ? parsePropertyLabel(title) : null;
  if (!test || !isRepeated(test)) return;
  for (const column of orphans) column.parent = test;
}

/** Re among elements is rhenium, Ag silver; beside strengths they are what tensile tests give. */
function rareElements(columns: Column[]): void {
  for (const [index, column] of columns.entries()) {
    if (column.meaning?.type !== 'PROPERTY' || !isTwofold(column.meaning.symbol ?? '')) continue;
    const beside = [columns[index - 1], columns[index + 1]];
    const among = beside.every((other) => !other || other.meaning?.type === 'ELEMENT');
    if (
      among &&
      !columns.some(({ meaning }) => meaning?.type === 'PROPERTY' && meaning.kind === 'TENSILE_STRENGTH')
    ) {
      column.meaning = parseElementLabel(column.meaning.symbol ?? '') ?? column.meaning;
    }
  }
}

/** KV1, KV2, KV3 are three values, though KV2 alone names the radius of the striker. */
function numberedImpact(columns: Column[]): void {
  const numbered = columns.filter((column) =>
    /^(?:KV|CV|Av|E|J)\s?[1-6]$/u.test(column.header.split(' ')[0] ?? ''),
  );
  const numbers = new Set(numbered.map((column) => column.header.match(/[1-6]/u)?.[0]));
  if (numbered.length < 2 || numbers.size !== numbered.length || !numbers.has('1')) return;
  for (const column of numbered) {
    column.parent ??= parsePropertyLabel('KV');
    column.meaning = { type: 'INDEX' };
  }
}

/** Individual values and means get the test whose heading is above or nearest before them. */
function adoptParents(columns: Column[], rows: readonly Cell[][]): void {
  const tests = rows.flat().flatMap((cell) => {
    const property = parsePropertyLabel(cell.text);
    return property?.kind === 'IMPACT_ENERGY' || property?.kind === 'HARDNESS' ? [{ cell, property }] : [];
  });
  let before: PropertyLabel | null = null;
  for (const column of columns) {
    const { meaning } = column;
    if (meaning?.type === 'PROPERTY')
      before = meaning.kind === 'IMPACT_ENERGY' || meaning.kind === 'HARDNESS' ? meaning : null;
    else if (meaning?.type === 'ELEMENT') before = null;
    if ((meaning?.type !== 'INDEX' && meaning?.type !== 'MEAN') || column.parent) continue;
    const span = column.spans[0];
    const above = span
      ? tests.sort(
          (a, b) => Math.abs(centerOf(a.cell) - centerOf(span)) - Math.abs(centerOf(b.cell) - centerOf(span)),
        )[0]
      : undefined;
    column.parent = above?.property ?? before;
    if (above && !column.group) column.group = above.cell.text;
  }
}
