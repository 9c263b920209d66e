/** A report as data, and as what its PDF shows. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical.ts';
import type { Database } from '../database/open.ts';
import { encodeId } from '../ids.ts';
import { JobRefusedError } from '../jobs/job.ts';
import { type ReportedEvent, reportedEvents, stateOf } from './report.events.ts';
import type { EventGroup } from './report.groups.ts';
import { type ReportRow, shown, words } from './report.pdf.ts';
import { type ReportSubject, scopeOf } from './report.scope.ts';

/** The most events that one report tells. */
export const mostEvents = 20_000;

/** The most events that its PDF prints: laying them out takes its time. The data have all. */
export const mostPrinted = 2_000;

/** The form of the data, by its name. A change of the form is another name. */
export const reportFormat = 'heatmark-traceability-report/1';

/** A report as it was made. */
export interface MadeReport {
  /** The canonical JSON (RFC 8785) in pieces, in UTF-8. */
  readonly data: readonly Uint8Array[];
  /** Hexadecimal SHA-256 of the data. */
  readonly sha256: string;
  readonly state: Readonly<Record<string, unknown>>;
  readonly totals: Readonly<Record<string, number>>;
  readonly count: number;
  /** The first events, as the PDF shows them. */
  readonly rows: readonly ReportRow[];
}

/**
 * Makes the data of a report. The same subject, position and groups give the same bytes, whatever is recorded later.
 * Its events are read a page at a time; what is kept of them are the bytes and the rows of the PDF.
 *
 * @throws JobRefusedError for more than {@link mostEvents} events
 */
export async function makeReport(
  database: Database,
  subject: ReportSubject,
  groups: readonly EventGroup[],
  signal: AbortSignal,
): Promise<MadeReport> {
  const scope = await scopeOf(database, subject);
  const state = await stateOf(database, subject);
  const hash = createHash('sha256');
  const data: Uint8Array[] = [];
  const write = (text: string) => {
    const bytes = Buffer.from(text, 'utf8');
    hash.update(bytes);
    data.push(bytes);
  };
  const totals: Record<string, number> = {};
  const rows: ReportRow[] = [];
  let count = 0;
  // The members stand in the order of the canonical form, so that the events never have to be one text.
  write('{"events":[');
  for await (const page of reportedEvents(database, subject, scope, groups)) {
    signal.throwIfAborted();
    if (count + page.length > mostEvents) {
      throw new JobRefusedError(
        `There are more than ${mostEvents} events. Limit the report to some groups, or make one of a part of it.`,
      );
    }
    if (page.length > 0) write((count > 0 ? ',' : '') + page.map(canonicalJson).join(','));
    for (const event of page) {
      totals[event.group] = (totals[event.group] ?? 0) + 1;
      if (rows.length < mostPrinted) rows.push(rowOf(event));
    }
    count += page.length;
  }
  const rest = canonicalJson({
    format: reportFormat,
    groups: [...groups].sort(),
    organizationId: encodeId('Organization', subject.organizationId),
    position: subject.position,
    subject: { id: encodeId(subject.noun, subject.id), state },
    totals,
  });
  write(`],${rest.slice(1)}`);
  return { data, sha256: hash.digest('hex'), state, totals, count, rows };
}

const mostChanges = 8;

/** An empty list or object, which tells a person nothing. */
const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

function rowOf(event: ReportedEvent): ReportRow {
  const told = event.changes.filter(({ before, after }) => before !== null || !isEmpty(after));
  const changes = told
    .slice(0, mostChanges)
    .map(({ field, before, after }) =>
      before === null ? `${field}: ${shown(after)}` : `${field}: ${shown(before)} → ${shown(after)}`,
    );
  if (told.length > mostChanges) changes.push(`and ${told.length - mostChanges} more`);
  return [
    event.occurredAt.slice(0, 10),
    [
      `${event.occurredAt.slice(11, 19)}\n#${event.position}`,
      `${words(event.kind)}\n${event.subjectId}`,
      event.actor.user ?? event.actor.token ?? (event.actor.kind === 'SYSTEM' ? 'Heatmark' : 'unknown'),
      [...(event.reason ? [event.reason] : []), ...changes].join('\n'),
    ],
  ];
}
