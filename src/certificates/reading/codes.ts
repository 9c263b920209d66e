import { isShare } from './chemistry.ts';
import { type Entry, textOf } from './entries.ts';
import { kindOf } from './fields.ts';
import { isMeasure } from './headings.ts';
import type { FieldKind } from './labels.ts';
import type { Cell, Line } from './layout.ts';
import { fieldText } from './mechanics.ts';
import type { Place, ReadCode, ReadItem } from './result.ts';
import type { Table } from './table.ts';

const itemKinds: ReadonlySet<FieldKind> = new Set<FieldKind>([
  'HEAT',
  'PIECES',
  'MASS',
  'ITEM',
  'PIECE',
  'BATCH',
  'DIMENSIONS',
  'LENGTH',
  'WIDTH',
  'HEIGHT',
  'THICKNESS',
  'DIAMETER',
  'QUALITY',
  'PRODUCT',
  'MARKING',
  'STANDARD',
  'SPECIFICATION',
  'DELIVERY_CONDITION',
  'PURCHASE_ORDER',
  'CUSTOMER_ARTICLE',
]);

/** Rows of a table that list what was delivered, without measured values. */
export function itemsOf(table: Table, locate: (page: number, cells: readonly Cell[]) => Place): ReadItem[] {
  if (table.columns.some(({ meaning }) => isMeasure(meaning)) || table.columns.some(isShare)) return [];
  return table.rows.flatMap((row) => {
    const cells = row.cells.flat();
    const values = table.columns.flatMap(({ meaning, header }, index) => {
      const text = row.cells[index]?.map((cell) => cell.text).join(' ');
      if (!text || meaning?.type !== 'FIELD' || !itemKinds.has(meaning.field)) return [];
      return [{ kind: meaning.field, label: header, text }];
    });
    if (row.kind !== 'VALUES' || values.length < 2) return [];
    const heat = fieldText(table, row, 'HEAT') ?? null;
    return [
      {
        ...locate(table.page, cells),
        heat,
        values,
        confidence: Math.min(...cells.map((cell) => cell.confidence)) * 0.9,
      },
    ];
  });
}

export function codeFrom(entry: Entry, locate: (page: number, cells: readonly Cell[]) => Place): ReadCode {
  return {
    ...locate(entry.page, entry.lines),
    code: entry.code,
    kind: kindOf(entry),
    label: entry.label,
    text: textOf(entry),
    more: entry.more.map((cell) => cell.text),
    confidence: entry.confidence,
  };
}

/** All labelled texts, and the CE mark, whose label is a picture. */
export function codesOf(
  entries: readonly Entry[],
  lines: readonly Line[][],
  locate: (page: number, cells: readonly Cell[]) => Place,
): ReadCode[] {
  const codes = entries.filter((entry) => entry.lines.length).map((entry) => codeFrom(entry, locate));
  for (const page of lines) {
    for (const line of page) {
      const cell = line.cells.find(({ text }) => /^\d{4}-CP[DR]-\S+$/u.test(text));
      if (!cell) continue;
      const above = page
        .filter((each) => each.index < line.index && line.y - each.y < 4 * line.fontSize)
        .flatMap((each) => each.cells);
      const body = above.find(({ text, x }) => /^\d{4}$/u.test(text) && Math.abs(x - cell.x) < 60);
      const year = above.find(({ text, x }) => /^\d{2}$/u.test(text) && Math.abs(x - cell.x) < 60);
      const more = [body?.text ?? '', year?.text ?? ''];
      codes.push({
        ...locate(line.page, [cell]),
        code: 'Z04',
        kind: null,
        label: 'CE',
        text: cell.text,
        more,
        confidence: 0.9 * cell.confidence,
      });
    }
  }
  return codes;
}
