/** The PDF of a report. Drawn in a process apart: laying out thousands of rows would hold everybody else up. */
import type { ApartWork } from '../apart/apart.ts';
import { instantText, Paper } from '../pdf/paper.ts';

/** One event as the PDF shows it. */
export type ReportRow = readonly [day: string, cells: readonly string[]];

/** What stands in a PDF besides its events. */
export interface ReportPaper {
  /** How people call the subject, its public id, and who gives the report out. */
  label: string;
  subjectId: string;
  organization: string;
  position: number;
  asOf: string;
  groups: readonly string[];
  sha256: string;
  state: Readonly<Record<string, unknown>>;
  totals: Readonly<Record<string, number>>;
  /** Events of the report in all. */
  count: number;
  /** ISO 8601 */
  at: string;
}

/** A name of the code in words. */
export const words = (name: string): string =>
  name
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/^./, (first) => first.toUpperCase());

/** A value in so few letters that a table can show it. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** A summary, and the events by day. Times are in UTC. */
export function drawReport(about: ReportPaper, rows: readonly ReportRow[]): Promise<Buffer> {
  const { label, subjectId, sha256, count } = about;
  const paper = new Paper({
    title: 'Traceability report',
    subtitle: label,
    author: about.organization,
    footer: `${subjectId} · SHA-256 ${sha256}`,
    landscape: true,
    at: new Date(about.at),
  });
  paper.section('Summary');
  paper.facts([
    ['Subject', `${label} (${subjectId})`],
    ['As of', `position ${about.position} of the log (cursor ${about.asOf})`],
    ['Groups', about.groups.length === 0 ? 'all' : about.groups.map(words).join(', ')],
    [
      'Events',
      rows.length < count
        ? `${count}, of which the first ${rows.length} are printed; the data have all`
        : `${count}`,
    ],
    ['Made at', instantText(new Date(about.at))],
    ['SHA-256 of the data', sha256],
  ]);
  paper.section('What was known of it');
  paper.facts(
    Object.entries(about.state)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([field, value]) => [words(field), value === null ? null : shown(value)]),
  );
  paper.section('Events by group');
  paper.facts(
    Object.entries(about.totals)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([group, number]) => [words(group), String(number)]),
    4,
  );
  for (const day of new Set(rows.map(([each]) => each))) {
    paper.section(day);
    paper.table(
      [
        { title: 'Time (UTC)', weight: 1 },
        { title: 'What', weight: 3 },
        { title: 'Who', weight: 1.5 },
        { title: 'Reason and changes', weight: 5 },
      ],
      rows.flatMap(([each, cells]) => (each === day ? [cells] : [])),
    );
  }
  return paper.finish();
}

/** The name of the part that is the PDF. */
export const pdfPart = 'pdf';

const work: ApartWork<ReportPaper, null> = async (about, content, part) => {
  const rows = JSON.parse(Buffer.from(content).toString('utf8')) as readonly ReportRow[];
  await part(pdfPart, await drawReport(about, rows));
  return null;
};

export default work;
