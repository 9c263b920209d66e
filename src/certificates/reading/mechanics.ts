import { columnLimits, type Surroundings } from './chemistry.ts';
import type { FieldKind } from './labels.ts';
import type { Cell } from './layout.ts';
import { isBlank } from './numbers.ts';
import { directionOf, methodOf, type PropertyLabel, temperatureIn } from './properties.ts';
import type { ReadHeat, ReadProperty } from './result.ts';
import type { Column, Row, Table } from './table.ts';
import { cellValue, listOf } from './values.ts';

/** Puts the mechanical values of a table with its heats: one property for each test of a row. */
export function readMechanics(
  table: Table,
  around: Surroundings,
  heatOf: (row: Row) => { heat: ReadHeat; sure: number },
): void {
  const tests = testsOf(table);
  if (tests.length === 0) return;
  for (const row of table.rows) {
    if (row.kind !== 'VALUES') continue;
    const { heat, sure } = heatOf(row);
    const field = (kind: FieldKind) => fieldText(table, row, kind);
    for (const test of tests) {
      const property = readTest(table, row, test, around, sure);
      if (!property) continue;
      const directionText = field('DIRECTION') ?? null;
      const written = field('TEST_TEMPERATURE');
      const stated = written ? (temperatureIn(written) ?? bareTemperature(table, written)) : null;
      const ofImpact =
        property.kind === 'IMPACT_ENERGY' || !tests.some((other) => other.label.kind === 'IMPACT_ENERGY');
      heat.properties.push({
        ...property,
        direction: directionText ? directionOf(directionText) : property.direction,
        directionText,
        temperature: property.temperature ?? (ofImpact ? stated : null),
        location: field('LOCATION') ?? null,
        specimen: field('SPECIMEN') ?? field('PIECE') ?? field('BATCH') ?? null,
        method: property.method ?? null,
      });
    }
  }
}

interface Test {
  label: PropertyLabel;
  value: number | null;
  individuals: number[];
}

/** The tests that the columns hold: a value each, or numbered individual values with their mean. */
function testsOf(table: Table): Test[] {
  const tests: Test[] = [];
  for (const [index, column] of table.columns.entries()) {
    const { meaning, parent } = column;
    if (meaning?.type === 'PROPERTY') {
      const last = tests.at(-1);
      // "KV2 1", "KV2 2", "KV2 3": headings that repeat the test are its individual values.
      const repeats =
        last &&
        last.label.kind === 'IMPACT_ENERGY' &&
        meaning.kind === 'IMPACT_ENERGY' &&
        /(?:^|\s)[2-6]$/u.test(column.header);
      if (repeats && last.value !== null) last.individuals.push(last.value);
      if (repeats) {
        last.value = null;
        last.individuals.push(index);
      } else tests.push({ label: meaning, value: index, individuals: [] });
    } else if (parent && (meaning?.type === 'INDEX' || meaning?.type === 'MEAN')) {
      let test = tests.at(-1);
      const free =
        test &&
        test.label.kind === parent.kind &&
        (test.individuals.length === 0 ? test.value === null || meaning.type === 'MEAN' : true);
      const closed = test && test.value !== null && meaning.type === 'INDEX';
      if (!test || !free || closed) {
        test = { label: parent, value: null, individuals: [] };
        tests.push(test);
      }
      if (meaning.type === 'INDEX') test.individuals.push(index);
      else if (test.value === null) test.value = index;
      else {
        test.individuals.push(test.value);
        test.value = index;
      }
    }
  }
  return tests;
}

function readTest(
  table: Table,
  row: Row,
  test: Test,
  around: Surroundings,
  sure: number,
): ReadProperty | null {
  const single = (index: number) => {
    const cell = row.cells[index]?.[0];
    return cell && !isBlank(cell.text) ? cell : null;
  };
  const individualCells = test.individuals.flatMap((index) => single(index) ?? []);
  const individuals = individualCells.flatMap((cell) => cellValue(cell.text, around.mark)?.value ?? []);
  const valueCells =
    test.value === null ? [] : (row.cells[test.value] ?? []).filter((cell) => !isBlank(cell.text));
  const columnIndex = test.value ?? test.individuals[0];
  const column = columnIndex === undefined ? undefined : table.columns[columnIndex];
  if (!column || columnIndex === undefined) return null;
  const unit = unitOf(test, table);
  const base = { label: test.label, unit, text: '', cells: [...individualCells, ...valueCells] as Cell[] };
  if (base.cells.length === 0) return null;
  let value: ReturnType<typeof cellValue> = null;
  if (valueCells.length === 1 && valueCells[0]) {
    const list = listOf(valueCells[0].text, around.mark);
    if (list) individuals.push(...list.values);
    else {
      const withUnit =
        /\d$/u.test(valueCells[0].text) && unit ? `${valueCells[0].text} ${unit}` : valueCells[0].text;
      value = cellValue(withUnit, around.mark) ?? cellValue(valueCells[0].text, around.mark);
    }
  } else individuals.push(...valueCells.flatMap((cell) => cellValue(cell.text, around.mark)?.value ?? []));
  if (!value && individuals.length === 0) return null;
  const limits = columnLimits(table, columnIndex, column, around.mark);
  const heading = `${column.group} ${column.header} ${table.title}`;
  return {
    ...around.place(table.page, base.cells),
    kind: test.label.kind,
    symbol: test.label.symbol ?? column.parent?.symbol ?? null,
    value: value?.value ?? null,
    operator: value?.operator ?? null,
    text: base.cells.map((cell) => cell.text).join(' '),
    unit: value?.unit ?? unit,
    minimum: limits.minimum,
    maximum: limits.maximum,
    individualValues: individuals,
    temperature:
      temperatureIn(`${column.group} ${column.header}`) ??
      (test.label.kind === 'IMPACT_ENERGY' ? temperatureIn(table.title) : null),
    direction: directionOf(heading),
    directionText: null,
    location: null,
    specimen: null,
    specimenWidth: null,
    method: test.label.method ?? methodOf(column.group),
    code: column.code,
    confidence:
      Math.min(...base.cells.map((cell) => cell.confidence)) *
      (test.label.exact ? 0.96 : 0.9) *
      sure *
      (value?.sure ?? 1),
  };
}

function unitOf(test: Test, table: Table): string | null {
  if (test.label.unit) return test.label.unit;
  for (const index of [test.value, ...test.individuals]) {
    const unit = index === null ? null : table.columns[index]?.unit;
    if (unit) return unit;
  }
  return null;
}

/** A column headed "Temp. °C" holds bare numbers. */
function bareTemperature(table: Table, text: string): ReadProperty['temperature'] {
  const column = table.columns.find(
    ({ meaning }) => meaning?.type === 'FIELD' && meaning.field === 'TEST_TEMPERATURE',
  );
  const unit =
    column?.unit ??
    (/°\s?F/u.test(column?.header ?? '') ? '[degF]' : /°\s?C/u.test(column?.header ?? '') ? 'Cel' : null);
  const value = cellValue(text, null)?.value ?? null;
  if (value === null) return null;
  return {
    value: unit ? value : null,
    unit: unit === 'Cel' || unit === '[degF]' || unit === 'K' ? unit : null,
    text,
  };
}

/** The text that a row has in the column of a field. */
export function fieldText(table: Table, row: Row, kind: FieldKind): string | undefined {
  const index = table.columns.findIndex(
    ({ meaning }: Column) => meaning?.type === 'FIELD' && meaning.field === kind,
  );
  const cells = row.cells[index];
  if (!cells?.length) return undefined;
  const text = cells.map((cell) => cell.text).join(' ');
  return isBlank(text) ? undefined : text;
}
