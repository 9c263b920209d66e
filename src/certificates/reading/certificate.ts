import type { Surroundings } from './chemistry.ts';
import { codesOf, itemsOf } from './codes.ts';
import { type DownTable, downTables } from './down-tables.ts';
import { codedEntries, codeOf, type Entry, isCoded, labelledEntries, measureLines } from './entries.ts';
import { readFields } from './fields.ts';
import { headingCells, isMeasure, isValueText, meaningOf } from './headings.ts';
import { readHeats } from './heats.ts';
import { languagesOf } from './languages.ts';
import { type Cell, type Line, linesOf, repeatedLines } from './layout.ts';
import { decimalMarkOf } from './numbers.ts';
import { readOtherTests } from './other-tests.ts';
import { around, onShownPage, type TextPage } from './pages.ts';
import type { Place, ReadCertificate, ReadHeat } from './result.ts';
import type { Table } from './table.ts';
import { findTables } from './tables.ts';

/**
 * Reads a certificate out of the words of its pages: pure, the same pages always give the same result. Nothing is
 * made up: what is not printed is null or missing, what is doubtful has a low confidence.
 */
export function readCertificate(pages: readonly TextPage[]): ReadCertificate {
  const lines = pages.map(linesOf);
  const byNumber = new Map(pages.map((page) => [page.number, page]));
  const locate = (page: number, cells: readonly Cell[]): Place => {
    const box = around(cells);
    const shown = byNumber.get(page);
    return { page, box: rounded(shown ? onShownPage(shown, box) : box) };
  };
  const surroundings: Surroundings = {
    mark: decimalMarkOf(pages.flatMap((page) => page.words.map((word) => word.text))),
    place: locate,
  };
  const repeated = repeatedLines(lines);
  const coded = isCoded(lines);
  const tables: Table[] = [];
  const down: DownTable[] = [];
  const entries: Entry[] = [];
  for (const page of lines) {
    // Letterheads that come again would part a table from its next page.
    const skip = new Set(page.filter((line) => repeated.has(line) && line.page !== lines[0]?.[0]?.page));
    const found = findTables(
      page,
      new Set([...skip].filter((line) => !isWorthReading(line))),
      tables.at(-1) ?? null,
    );
    tables.push(...found);
    const used = new Set(found.flatMap((table) => table.lines));
    const codedHere = coded ? codedEntries(page, used) : [];
    entries.push(...codedHere);
    const values = new Set(codedHere.flatMap((entry) => [...entry.lines, ...entry.more]));
    const codedLines = new Set(
      codedHere
        .filter((entry) => entry.code?.startsWith('C') && entry.lines.length)
        .map((entry) => entry.line),
    );
    const measures = measureLines(
      page,
      new Set([
        ...used,
        ...codedLines,
        ...page.filter((line) => line.cells.some((cell) => codeOf(cell.text)?.label)),
      ]),
    );
    const downHere = downTables(measures, page, surroundings);
    down.push(...downHere);
    const measured = new Set(downHere.flatMap((table) => table.rows.map((row) => row.line)));
    const skipped = new Set([...used, ...page.filter((line) => measured.has(line) && !hasLabelBeside(line))]);
    entries.push(...labelledEntries(page, skipped, values));
  }
  const heats = readHeats({ lines, tables, down, entries, surroundings });
  const sentences = entries.filter((entry) => !isOfHeat(entry));
  const fields = readFields(
    sentences,
    lines,
    pages.flatMap((page) => page.links),
    locate,
  );
  return {
    pages: pages.map((page) => ({
      number: page.number,
      width: page.turned % 180 ? page.height : page.width,
      height: page.turned % 180 ? page.width : page.height,
      source: page.source,
      confidence: page.words.length ? mean(page.words.map((word) => word.confidence)) : null,
    })),
    languages: languagesOf(pages),
    ...fields,
    process: fields.process ?? heats.find((heat) => heat.process)?.process ?? null,
    heats,
    items: tables.flatMap((table) => itemsOf(table, locate)),
    otherTests: readOtherTests(entries, lines, tables, locate),
    codes: codesOf(entries, lines, locate),
    warnings: warningsOf(pages, heats, tables),
  };
}

/** A repeated line that is more than a letterhead: headings of a table, or values that happen to be the same. */
function isWorthReading(line: Line): boolean {
  if (/^(?:page|seite|p[aá]gina|strona)?\s*\d+\s*(?:\/|of|von|de|di|z)\s*\d+$/iu.test(line.text))
    return false;
  const values = line.cells.filter((cell) => isValueText(cell.text));
  return values.length > 1 || headingCells(line).some((cell) => isMeasure(meaningOf(cell.text)));
}

/** A form may have a label and a value left of measured values: `Heat 4711   Rm 512 MPa`. */
function hasLabelBeside(line: Line): boolean {
  return /heat|charge|schmelz|coul|colat|colad|wytop/iu.test(line.text);
}

function isOfHeat(entry: Entry): boolean {
  return /^C(?:0[0-9]|[1-6]\d)$/u.test(entry.code ?? '');
}

function warningsOf(
  pages: readonly TextPage[],
  heats: readonly ReadHeat[],
  tables: readonly Table[],
): ReadCertificate['warnings'] {
  const warnings: ReadCertificate['warnings'] = [];
  for (const page of pages) {
    if (page.source === 'NONE') {
      warnings.push({ page: page.number, message: 'No text was found on this page: look at its picture.' });
    }
    const sure = page.words.length ? mean(page.words.map((word) => word.confidence)) : 1;
    if (page.source === 'OCR' && sure < 0.75) {
      warnings.push({
        page: page.number,
        message: 'The scan of this page is hard to read: compare every value.',
      });
    }
  }
  if (heats.some((heat) => heat.number === null)) {
    warnings.push({
      page: null,
      message: 'Some values could not be given to a heat: say which heat they belong to.',
    });
  }
  for (const table of tables) {
    const missing = table.rows.filter(
      (row) =>
        row.kind === 'VALUES' && row.labelCells.filter((cell) => /^\d+[.,]\d+$/u.test(cell.text)).length > 0,
    );
    if (missing.length) {
      warnings.push({
        page: table.page,
        message: `A table has numbers that stand under no heading (${missing.length} lines): compare it.`,
      });
    }
  }
  for (const table of tables) {
    if (!table.columns.some(({ meaning }) => isMeasure(meaning))) continue;
    for (const [index, { meaning, header }] of table.columns.entries()) {
      if (
        meaning ||
        !header ||
        !table.rows.some((row) => /^[<≤]?\d*[.,]\d+$/u.test(row.cells[index]?.[0]?.text ?? ''))
      )
        continue;
      warnings.push({
        page: table.page,
        message: `The heading "${header}" was not understood: the values under it were not read.`,
      });
    }
  }
  return warnings;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rounded(box: Place['box']): Place['box'] {
  const round = (value: number) => Math.round(value * 100) / 100;
  return { x: round(box.x), y: round(box.y), width: round(box.width), height: round(box.height) };
}
