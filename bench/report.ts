/** The results as Markdown. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import type { CommandResult } from './commands.ts';
import type { BenchDatabase } from './database.ts';
import type { Plan, ReadResult } from './reads.ts';

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly node: string;
  readonly postgres: string;
  readonly loadBefore: number;
}

export const machine = (postgres: string): Machine => ({
  cores: availableParallelism(),
  cpu: cpus()[0]?.model ?? 'unknown',
  node: process.version,
  postgres,
  loadBefore: loadavg()[0] ?? 0,
});

export function conditions(where: Machine, { counts }: BenchDatabase, plan: Plan, date: string): string {
  const rows = Object.entries(counts)
    .map(([table, count]) => `${count.toLocaleString('en')} ${table}`)
    .join(', ');
  return [
    `${date}: ${where.cores} cores (${where.cpu}) shared by load generator, server and PostgreSQL ${where.postgres};`,
    `Node ${where.node}; load average before the run ${where.loadBefore.toFixed(1)}.`,
    `Rows: ${rows}. Medians of ${plan.rounds} interleaved rounds of ${plan.roundMs / 1_000} s.`,
  ].join('\n');
}

export function readTable(results: readonly ReadResult[]): string {
  return table(
    [
      'read',
      'connections',
      'requests/s',
      'raw',
      'ratio',
      'p50 / p99 ms',
      'raw',
      'CPU ms',
      'raw',
      'SQL',
      'kB',
    ],
    results.map((result) => [
      result.operation,
      String(result.connections),
      perSecond(result.api.perSecond),
      perSecond(result.raw.perSecond),
      percent(result.ratio),
      `${ms(result.api.p50)} / ${ms(result.api.p99)}`,
      `${ms(result.raw.p50)} / ${ms(result.raw.p99)}`,
      ms(result.api.cpuMs),
      ms(result.raw.cpuMs),
      String(result.statements),
      (result.bytes / 1_000).toFixed(1),
    ]),
  );
}

export function commandTable(results: readonly CommandResult[]): string {
  return table(
    ['clients', 'commands/s', 'bare SQL', 'ratio', 'p50 / p99 ms', 'bare SQL', 'CPU ms', 'SQL'],
    results.map((result) => [
      String(result.connections),
      perSecond(result.api.perSecond),
      perSecond(result.raw.perSecond),
      percent(result.ratio),
      `${ms(result.api.p50)} / ${ms(result.api.p99)}`,
      `${ms(result.raw.p50)} / ${ms(result.raw.p99)}`,
      ms(result.api.cpuMs),
      String(result.statements),
    ]),
  );
}

const perSecond = (value: number) => (value < 100 ? value.toFixed(1) : value.toFixed(0));
const ms = (value: number) =>
  value < 1 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
const percent = (value: number) => `${(value * 100).toFixed(0)} %`;

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
