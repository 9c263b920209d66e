import { timeWithSeconds, valueText, wordsOfKind } from '../format.ts';
import type { LogEntryFragment } from '../generated/graphql.ts';
import type { Log } from '../pages/log.ts';

export function LogView({ state: { entries }, now }: { state: Log; now: number }) {
  return (
    <>
      <div class="title">
        <h1>Log</h1>
        <p>The last {entries.length} events</p>
      </div>
      {entries.length === 0 ? (
        <p class="empty">Nothing has happened yet.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">What</th>
              <th scope="col">Of</th>
              <th scope="col">Changes</th>
              <th scope="col">By</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.cursor} data-kind={entry.kind}>
                <td>
                  <time dateTime={entry.occurredAt}>{timeWithSeconds(entry.occurredAt, now)}</time>
                </td>
                <th scope="row">{wordsOfKind(entry.kind)}</th>
                <td>{labelOf(entry)}</td>
                <td>
                  {entry.reason && `“${entry.reason}” `}
                  {changesOf(entry)}
                </td>
                <td>{entry.actor.name ?? entry.actor.kind.toLowerCase()}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function labelOf({ subject }: LogEntryFragment): string {
  if (!subject) return '–';
  if ('number' in subject) return subject.number;
  if ('serial' in subject) return subject.serial;
  return 'label' in subject ? subject.label : '–';
}

const mostChanges = 3;

// The columns of a new object are no changes that tell something.
function changesOf({ changes }: LogEntryFragment): string {
  const told = changes.filter(({ before }) => before !== null && before !== undefined);
  const texts = told
    .slice(0, mostChanges)
    .map(({ field, before, after }) => `${field} ${valueText(before)} → ${valueText(after)}`);
  return [...texts, ...(told.length > mostChanges ? ['…'] : [])].join(', ');
}
