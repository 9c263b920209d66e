/** What several pages read of machines and builds. */
import { graphql } from '../generated/gql.ts';

export const DisplayMachine = graphql(/* GraphQL */ `
  fragment DisplayMachine on Machine {
    id
    name
    status
    statusSince
    error
    isConnected
    staleSince
    alwaysShown
    archivedAt
    workstation { id name kind location { id name } }
  }
`);

export const DisplayBuild = graphql(/* GraphQL */ `
  fragment DisplayBuild on Build {
    id
    name
    status
    currentLayer
    layers
    startedAt
    updatedAt
    run { id number }
    anomalies(first: 1, filter: { status: { equals: UNADDRESSED } }) { totalCount }
  }
`);

/** That something happened to some objects, or to what belongs to them. */
export const AboutEvents = graphql(/* GraphQL */ `
  subscription AboutEvents($about: [ID!]!, $after: Cursor) {
    events(after: $after, filter: { about: $about }) {
      __typename
      ... on Event { cursor }
      ... on Position { cursor }
      ... on Gap { toCursor }
    }
  }
`);

/** Layers tick without a version: the later of two is the one that was written later. */
export function newer<Row extends { updatedAt: string }>(known: Row, told: Row): Row {
  return told.updatedAt >= known.updatedAt ? told : known;
}

/** What is told of a build that may be known better already; another build, or none, is what is told. */
export function sameOrNewer<Row extends { id: string; updatedAt: string }>(
  known: Row | null | undefined,
  told: Row | null,
): Row | null {
  return known && told && known.id === told.id ? newer(known, told) : told;
}

/** A map with one more entry. */
export const withEntry = <Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, value: Value) =>
  new Map(map).set(key, value);

/** A map without an entry; the same one where it has none. */
export function withoutEntry<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): ReadonlyMap<Key, Value> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
