import { beforeAll, describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { logAfter, makeLocation } from '../realtime/acts.ts';
import { type TestOrganization, useApp } from '../support/app.ts';

const Last = graphql(`
  query EventsLast($last: Int, $after: Cursor, $filter: EventFilter) {
    events(last: $last, after: $after, filter: $filter) {
      nodes { cursor }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

const app = useApp();
let ours: TestOrganization;
let cursors: string[];
beforeAll(async () => {
  ({ ours } = await app().organizations());
  for (let made = 0; made < 6; made++) await makeLocation(ours.client);
  cursors = (await logAfter(ours.client)).map(({ cursor }) => cursor);
});

describe('the newest events', () => {
  it('come oldest first, and say that there are older ones', async () => {
    const { events } = await ours.client.query(Last, { last: 3 });
    expect(events.nodes.map(({ cursor }) => cursor)).toEqual(cursors.slice(-3));
    expect(events.pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: true,
      startCursor: cursors.at(-3),
      endCursor: cursors.at(-1),
    });
  });

  it('are all of them where there are no more, and those behind a cursor', async () => {
    const whole = (await ours.client.query(Last, { last: 100 })).events;
    expect(whole.nodes.map(({ cursor }) => cursor)).toEqual(cursors);
    expect(whole.pageInfo.hasPreviousPage).toBe(false);
    const { events } = await ours.client.query(Last, { last: 100, after: cursors.at(-3) ?? null });
    expect(events.nodes.map(({ cursor }) => cursor)).toEqual(cursors.slice(-2));
  });

  it('are narrowed before they are counted', async () => {
    const filter = { kinds: ['OrganizationCreated' as const] };
    const { events } = await ours.client.query(Last, { last: 1, filter });
    expect(events.nodes.map(({ cursor }) => cursor)).toEqual(cursors.slice(0, 1));
  });

  it.each([0, 101])('are not %i', async (last) => {
    const [error] = (await ours.client.send(Last, { last })).graphqlErrors();
    expect(error?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
