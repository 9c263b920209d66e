import type { Score } from '../test/support/certificate-scores.ts';

/** By group: facts read rightly, not read, and read though they are not there. */
export type Counts = Map<string, { right: number; missed: number; wrong: number }>;

export function addCounts(total: Counts, found: readonly Score[]): void {
  for (const { group, right, missed, wrong } of found) {
    const counts = total.get(group) ?? { right: 0, missed: 0, wrong: 0 };
    counts.right += right;
    counts.missed += missed.length;
    counts.wrong += wrong.length;
    total.set(group, counts);
  }
}

/** What went wrong, a line each. */
export function missesOf(name: string, found: readonly Score[]): string[] {
  return found.flatMap(({ group, missed, wrong }) => [
    ...missed.map(({ key, value }) => `  ${name}, ${group}: missed ${key} = ${value}`),
    ...wrong.map(({ key, value }) => `  ${name}, ${group}: wrongly ${key} = ${value}`),
  ]);
}

/** Recall: of what is there, how much was read. Precision: of what was read, how much is there. */
export function scoreTable(title: string, total: Counts): string {
  const percent = (part: number, whole: number) =>
    whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
  const rows = [...total].map(([group, { right, missed, wrong }]) => [
    group,
    String(right + missed),
    percent(right, right + missed),
    percent(right, right + wrong),
  ]);
  const table = [['field', 'facts', 'recall', 'precision'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  return `${title}\n${lines.join('\n')}\n`;
}
