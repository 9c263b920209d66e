import { graphql } from '../generated/gql.ts';
import type { LogEntryFragment } from '../generated/graphql.ts';
import { type Page, stream } from '../live/page.ts';

/** What is older goes. */
export const mostEntries = 100;

export const LogEntry = graphql(/* GraphQL */ `
  fragment LogEntry on Event {
    cursor
    kind
    occurredAt
    reason
    actor { kind name }
    changes { field before after }
    subjectId
    subject {
      __typename
      ... on Order { number }
      ... on Run { number }
      ... on Piece { serial }
      ... on Build { label: name }
      ... on Machine { label: name }
      ... on Workstation { label: name }
      ... on Location { label: name }
      ... on Sensor { label: name }
      ... on Material { label: name }
      ... on MaterialBatch { label: name }
      ... on MaterialContainer { label: name }
      ... on MaterialLot { label: name }
      ... on User { label: name }
    }
  }
`);

const ReadLog = graphql(/* GraphQL */ `
  query ReadLog {
    eventCursor
    events(last: 100) { nodes { ...LogEntry } }
  }
`);

const LogPageEvents = graphql(/* GraphQL */ `
  subscription LogPageEvents($after: Cursor) {
    events(after: $after) {
      __typename
      ... on Event { ...LogEntry }
      ... on Position { cursor }
      ... on Gap { toCursor }
    }
  }
`);

/** The newest events, the newest first. */
export interface Log {
  readonly entries: readonly LogEntryFragment[];
}

/** The log with one more event, which it may have read already. */
export function withEvent(log: Log, entry: LogEntryFragment): Log {
  if (log.entries.some(({ cursor }) => cursor === entry.cursor)) return log;
  return { entries: [entry, ...log.entries].slice(0, mostEntries) };
}

/** The page of what happens. */
export const logPage: Page<Log> = {
  async read(request) {
    const { events, eventCursor } = await request(ReadLog, {});
    return { state: { entries: [...events.nodes].reverse() }, cursor: eventCursor };
  },
  streams: [
    stream(LogPageEvents, {}, (log: Log, message) => ('kind' in message ? withEvent(log, message) : log)),
  ],
};
