import type { Meaning } from './headings.ts';
import type { Cell, Line } from './layout.ts';
import type { Box } from './pages.ts';
import type { PropertyLabel } from './properties.ts';

export interface Column {
  /** All of its headings from top to bottom, those that span several columns included. */
  header: string;
  meaning: Meaning | null;
  /** What a heading over several columns says of them, `Impact test KV2 -20 °C`. */
  group: string;
  parent: PropertyLabel | null;
  code: string | null;
  unit: string | null;
  scale: number | null;
  /** Where its heading and its values stand. */
  spans: Box[];
}

export type RowKind = 'VALUES' | 'MINIMUM' | 'MAXIMUM' | 'RANGE' | 'AIM';

export interface Row {
  kind: RowKind;
  line: Line;
  /** One for each column; several where a column holds individual values. */
  cells: Cell[][];
  /** What stands left of the columns or in none. */
  label: string;
  labelCells: Cell[];
  /** A heat that a line of its own names above this row. */
  heat: string | null;
}

/** A table whose first lines are headings. */
export interface Table {
  page: number;
  title: string;
  columns: Column[];
  rows: Row[];
  /** Its first line's place in the reading order. */
  lines: Line[];
}
