import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { unique, useApp } from '../support/app.ts';
import { subscribe } from '../support/stream.ts';
import { act, codeOf, create } from './support.ts';

const app = useApp();

const One = graphql(`
  query EventOne($cursor: Cursor!) {
    event(cursor: $cursor) {
      cursor kind subjectId recordedAt changes { field before after } actor { kind name user { id name } }
    }
  }
`);
const List = graphql(`
  query EventList($filter: EventFilter) { events(first: 50, filter: $filter) { nodes { cursor kind actor { user { name } } } } }
`);
const Follow = graphql(`
  subscription EventFollow($filter: EventFilter) { events(filter: $filter) { __typename ... on Event { kind actor { user { name } } } } }
`);

/** A user with a token of their own. */
async function person(client: Parameters<typeof create>[0], name: string) {
  const email = `${name.toLowerCase()}@example.com`;
  const userId = await create(client, 'User', { name, email, role: 'ADMINISTRATOR' });
  const token = async () =>
    client.as(
      (
        await act<{ token: string }>(
          client,
          'createApiToken',
          { name: `${name}'s`, role: 'ADMINISTRATOR', userId },
          'token',
        )
      ).token,
    );
  return { userId, token };
}

describe('an event', () => {
  it('is found by its cursor, with what changed and who did it', async () => {
    const { ours } = await app().organizations();
    const ada = await person(ours.client, 'Ada');
    const client = await ada.token();
    const locationId = await create(client, 'Location', { name: 'Hall' });
    const { cursor } = await act<{ cursor: string }>(
      client,
      'updateLocation',
      { locationId, name: 'Hall 2' },
      'cursor',
    );
    const { event } = await ours.client.query(One, { cursor });
    expect(event).toMatchObject({
      cursor,
      kind: 'LocationChanged',
      subjectId: locationId,
      changes: [{ field: 'name', before: 'Hall', after: 'Hall 2' }],
      actor: { kind: 'TOKEN', name: "Ada's", user: { id: ada.userId, name: 'Ada' } },
    });
  });

  it('is null where the log has none; another organization finds none of ours', async () => {
    const { ours, theirs } = await app().organizations();
    const { cursor } = await act<{ cursor: string }>(
      ours.client,
      'createLocation',
      { name: 'Hall' },
      'cursor',
    );
    expect((await ours.client.query(One, { cursor })).event?.kind).toBe('LocationCreated');
    expect(await theirs.client.query(One, { cursor })).toEqual({ event: null });
    expect(await ours.client.query(One, { cursor: 'START' })).toEqual({ event: null });
    const code = await codeOf(ours.client, '{ event(cursor: "nonsense") { kind } }');
    expect(code).toBe('BAD_USER_INPUT');
  });
});

describe('events of a user', () => {
  it('are those that any of their tokens caused', async () => {
    const { ours } = await app().organizations();
    const [ada, bob] = [await person(ours.client, 'Ada'), await person(ours.client, 'Bob')];
    for (const client of [await ada.token(), await bob.token(), await ada.token()])
      await create(client, 'Location', { name: unique('Hall') });
    const { events } = await ours.client.query(List, { filter: { userIds: [ada.userId] } });
    expect(events.nodes.map(({ kind, actor }) => [kind, actor.user?.name])).toEqual([
      ['LocationCreated', 'Ada'],
      ['LocationCreated', 'Ada'],
    ]);
    const narrowed = { userIds: [ada.userId], kinds: ['UserCreated' as const] };
    expect((await ours.client.query(List, { filter: narrowed })).events.nodes).toEqual([]);
    expect((await ours.client.query(List, { filter: { userIds: [] } })).events.nodes).toEqual([]);
  });

  it('are followed, also by a token that they get while the stream lasts', async () => {
    const { ours } = await app().organizations();
    const [ada, bob] = [await person(ours.client, 'Ada'), await person(ours.client, 'Bob')];
    const stream = await subscribe(ours.client, Follow, { filter: { userIds: [ada.userId] } });
    await stream.expectNext((message) => message.__typename === 'Position');
    await create(await bob.token(), 'Location', { name: 'Hall 1' });
    await create(await ada.token(), 'Location', { name: 'Hall 2' });
    expect(await stream.next()).toMatchObject({
      kind: 'LocationCreated',
      actor: { user: { name: 'Ada' } },
    });
    await stream.close();
  });
});
