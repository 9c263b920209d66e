/** The results as Markdown. */
import type { PowderDatabase } from './materials.database.ts';
import type { Comparison } from './materials.reads.ts';
import type { StorageResult } from './materials.storage.ts';
import type { HoldResult, WriteResult } from './materials.writes.ts';
import { table } from './report.ts';

export function networkTable(databases: readonly PowderDatabase[]): string {
  return table(
    [
      'batches',
      'batch links',
      'actions',
      'all links',
      'pieces',
      'lots',
      'rows s',
      'indexes s',
      'GB',
      'largest tables GB',
    ],
    databases.map(({ summary, seconds, bytes, tables }) => [
      count(summary.batches),
      count(summary.batchLinks),
      count(summary.actions),
      count(summary.links),
      count(summary.pieces),
      count(summary.lots),
      seconds.rows.toFixed(0),
      seconds.indexes.toFixed(0),
      gigabytes(bytes),
      Object.entries(tables)
        .slice(0, 4)
        .map(([name, size]) => `${name} ${gigabytes(size)}`)
        .join(', '),
    ]),
  );
}

export function readTable(results: readonly Comparison[]): string {
  return table(
    ['read', 'nodes', 'p50 / p99 ms', 'bare SQL ms', 'ratio', 'CPU ms', 'SQL'],
    results.map((each) => [
      each.name,
      count(each.nodes),
      `${ms(each.api)} / ${ms(each.p99)}`,
      ms(each.bare),
      `${each.ratio.toFixed(1)}×`,
      ms(each.cpuMs),
      String(each.statements),
    ]),
  );
}

export function writeTable(results: readonly WriteResult[]): string {
  const sizes = Object.keys(results[0]?.ms ?? {}).map(Number);
  return table(
    ['one action', ...sizes.map((size) => `ms at ${count(size)}`), 'largest / smallest'],
    results.map((each) => [
      each.name,
      ...sizes.map((size) => ms(each.ms[size] ?? 0)),
      `${each.ratio.toFixed(2)}×`,
    ]),
  );
}

export function holdTable(results: readonly HoldResult[]): string {
  return table(
    ['is a batch held?', 'ancestors', 'open holds', 'ms'],
    results.flatMap((each) =>
      Object.entries(each.ms).map(([holds, value]) => [each.name, String(each.ancestors), holds, ms(value)]),
    ),
  );
}

export function storageTable(results: readonly StorageResult[]): string {
  return table(
    ['question', 'way', 'ms', 'rows'],
    results.map((each) => [each.question, each.way, ms(each.ms), count(Math.round(each.rows))]),
  );
}

const count = (value: number) => value.toLocaleString('en');
const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(2);
const ms = (value: number) =>
  value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
