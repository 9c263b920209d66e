import type { ResultOf } from '@graphql-typed-document-node/core';
import { graphql } from '../../client/generated/gql.ts';
import { decodeCursor } from '../../src/events/cursor.ts';
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';

/** Every event, and what a stream says besides. */
export const AllEvents = graphql(`
  subscription RealtimeEvents($after: Cursor, $filter: EventFilter) {
    events(after: $after, filter: $filter) {
      __typename
      ... on Event { cursor kind subjectId version cause }
      ... on Position { cursor }
      ... on Gap { fromCursor toCursor reason }
    }
  }
`);

const LogPage = graphql(`
  query RealtimeLogPage($after: Cursor) {
    events(first: 100, after: $after) {
      nodes { cursor kind subjectId version cause }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export type LogEntry = ResultOf<typeof LogPage>['events']['nodes'][number];

/** The organization's log after a cursor, by paging through the query: what streams are compared with. */
export async function logAfter(client: Client, after: string = 'START'): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (let cursor = after; ; ) {
    const { events } = await client.query(LogPage, { after: cursor });
    entries.push(...events.nodes);
    if (!events.pageInfo.hasNextPage) return entries;
    cursor = events.pageInfo.endCursor ?? cursor;
  }
}

/** The cursor of a message of a stream. Throws for one that has none. */
export function cursorOf(message: object): string {
  if (!('cursor' in message) || typeof message.cursor !== 'string') {
    throw new Error(`A message without a cursor: ${JSON.stringify(message)}`);
  }
  return message.cursor;
}

/** The cursors of messages or of log entries, in their order. */
export const cursorsOf = (messages: readonly object[]): string[] => messages.map(cursorOf);

/** The position in the log that a cursor names. */
export const positionOf = (cursor: string): number => decodeCursor(cursor, '').position;

/** The cursor of the same log at another position. */
export const cursorAt = (cursor: string, position: number): string =>
  Buffer.from(`${decodeCursor(cursor, '').epoch}.${position}`).toString('base64url');

const CreateLocation = graphql(`
  mutation RealtimeCreateLocation($input: CreateLocationInput!) {
    createLocation(input: $input) {
      __typename
      ... on CreateLocationSuccess { cursor location { id version name } }
      ... on InvalidInputError { message }
    }
  }
`);

const RenameLocation = graphql(`
  mutation RealtimeRenameLocation($input: UpdateLocationInput!) {
    updateLocation(input: $input) {
      __typename
      ... on UpdateLocationSuccess { cursor location { id version name } }
      ... on ConflictError { currentVersion }
    }
  }
`);

const EventCursor = graphql(`query RealtimeEventCursor { eventCursor }`);

/** The head of the log. */
export const headOf = async (client: Client): Promise<string> =>
  (await client.query(EventCursor, {})).eventCursor;

/** One commit with one event, LocationCreated. */
export async function makeLocation(
  client: Client,
  name = unique('Place'),
): Promise<{ id: string; name: string; cursor: string }> {
  const made = await client.success(CreateLocation, { input: { name } }, 'CreateLocationSuccess');
  if (!made.cursor) throw new Error('The mutation gave no cursor.');
  return { id: made.location.id, name, cursor: made.cursor };
}

/** One commit with one event, LocationChanged. */
export async function renameLocation(
  client: Client,
  locationId: string,
  name = unique('Renamed place'),
): Promise<{ name: string; cursor: string; version: number }> {
  const made = await client.success(RenameLocation, { input: { locationId, name } }, 'UpdateLocationSuccess');
  if (!made.cursor) throw new Error('The mutation gave no cursor.');
  return { name, cursor: made.cursor, version: made.location.version };
}

/** A mutation that is refused, and changes nothing: the name is taken. */
export async function refusedLocation(client: Client, takenName: string): Promise<void> {
  await client.refused(CreateLocation, { input: { name: takenName } }, 'InvalidInputError');
}

/** A mutation that is refused, and changes nothing: somebody else has changed the object. */
export async function staleRename(client: Client, locationId: string): Promise<void> {
  await client.refused(
    RenameLocation,
    { input: { locationId, name: unique('Never'), expectedVersion: 1_000 } },
    'ConflictError',
  );
}
