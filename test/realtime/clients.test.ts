import {
  cacheExchange,
  type ExecutionResult,
  fetchExchange,
  type OperationResult,
  subscriptionExchange,
  Client as UrqlClient,
} from '@urql/core';
import { print } from 'graphql';
import { createClient as createSocketClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { graphql } from '../../client/generated/gql.ts';
import { unique, useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { Inbox } from '../support/inbox.ts';
import { cursorOf, makeLocation } from './acts.ts';

const app = useApp();

const Locations = graphql(`
  query ClientsLocations($first: Int) { locations(first: $first) { totalCount nodes { id name version } } }
`);
const CreateLocation = graphql(`
  mutation ClientsCreateLocation($input: CreateLocationInput!) {
    createLocation(input: $input) {
      __typename
      ... on CreateLocationSuccess { location { id name } }
      ... on UserError { message }
    }
  }
`);
const LocationEvents = graphql(`
  subscription ClientsLocationEvents($after: Cursor) {
    events(after: $after, filter: { kinds: [LocationCreated] }) {
      __typename
      ... on LocationCreated { cursor location { id name } }
      ... on Position { cursor }
    }
  }
`);

/** A front end as its developer would set it up. */
function frontEnd({ url, token }: Client) {
  const sockets = createSocketClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const urql = new UrqlClient({
    url: `${url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: ({ next, error, complete }) => ({
            unsubscribe: sockets.subscribe(
              { query, variables },
              { next: (result) => next(result as ExecutionResult), error, complete },
            ),
          }),
        }),
      }),
    ],
  });
  return { urql, sockets };
}

describe('urql', () => {
  it('queries, changes and queries again over HTTP', async () => {
    const { ours } = await app().organizations();
    const { urql, sockets } = frontEnd(ours.client);
    const before = await urql.query(Locations, { first: 10 });
    expect(before.error).toBeUndefined();
    expect(before.data?.locations.totalCount).toBe(0);
    const name = unique('Hall');
    const made = await urql.mutation(CreateLocation, { input: { name } });
    expect(made.data?.createLocation).toMatchObject({
      __typename: 'CreateLocationSuccess',
      location: { name },
    });
    const after = await urql.query(Locations, { first: 10 }, { requestPolicy: 'network-only' });
    expect(after.data?.locations.nodes).toMatchObject([{ name, version: 1 }]);
    await sockets.dispose();
  });

  it('queries with GET, as it does unless told otherwise', async () => {
    const { ours } = await app().organizations();
    const { urql, sockets } = frontEnd(ours.client);
    const answer = await urql.query(Locations, { first: 10 }, { preferGetMethod: true });
    expect(answer.error).toBeUndefined();
    expect(answer.data?.locations.nodes).toEqual([]);
    await sockets.dispose();
  });

  it('reads a refusal as data, and a failure as an error with its code', async () => {
    const { ours } = await app().organizations();
    const { urql, sockets } = frontEnd(ours.client);
    const refused = await urql.mutation(CreateLocation, { input: { name: '' } });
    expect(refused.data?.createLocation.__typename).toBe('InvalidInputError');
    const failed = await urql.query(Locations, { first: 1_000 });
    expect(failed.error?.graphQLErrors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    await sockets.dispose();
  });

  it('subscribes over graphql-ws', async () => {
    const { ours } = await app().organizations();
    const { urql, sockets } = frontEnd(ours.client);
    const inbox = new Inbox<OperationResult>();
    const { unsubscribe } = urql.subscription(LocationEvents, {}).subscribe((result) => inbox.push(result));
    expect((await inbox.next()).data).toMatchObject({ events: { __typename: 'Position' } });
    const { cursor, name } = await makeLocation(ours.client);
    expect((await inbox.next()).data).toMatchObject({ events: { cursor, location: { name } } });
    unsubscribe();
    await sockets.dispose();
  });
});

describe('graphql-ws', () => {
  it('iterates over a stream and resumes it at its cursor after a lost connection', async () => {
    const { ours } = await app().organizations();
    const { sockets } = frontEnd(ours.client);
    const query = print(LocationEvents);
    const follow = (after: string) =>
      sockets.iterate<{ events: { __typename: string; cursor: string } }>({ query, variables: { after } });
    const made = [];
    const seen: string[] = [];
    for (let round = 0; round < 3; round++) {
      made.push(await makeLocation(ours.client), await makeLocation(ours.client));
      const stream = follow(seen.at(-1) ?? 'START');
      while (seen.length < made.length) {
        const { value } = await stream.next();
        seen.push(cursorOf(value?.data?.events ?? {}));
      }
      await stream.return?.();
      sockets.terminate();
    }
    expect(seen).toEqual(made.map(({ cursor }) => cursor));
    await sockets.dispose();
  });
});
