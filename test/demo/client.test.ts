import { describe, expect, it, onTestFinished } from 'vitest';
import { act } from '../../client/act.ts';
import { waitBefore } from '../../client/backoff.ts';
import { type Client, createClient } from '../../client/client.ts';
import { graphql } from '../../client/generated/gql.ts';
import { CreateManufacturer } from '../../demo/mutations.ts';
import { useApp } from '../support/app.ts';
import { wire } from '../support/wire.ts';

const app = useApp();

const Following = graphql(/* GraphQL */ `
  subscription ClientFollowing($after: Cursor) {
    events(after: $after) {
      __typename
      ... on Event { cursor kind }
      ... on ManufacturerCreated { manufacturer { name } }
      ... on Position { cursor }
      ... on Gap { toCursor }
    }
  }
`);

const CountManufacturers = graphql(/* GraphQL */ `
  query ClientCount {
    manufacturers { totalCount }
  }
`);

function clientOf(url: string, token: string): Client {
  const client = createClient({ url, token, backoff: { first: 5, longest: 20 } });
  onTestFinished(() => client.close());
  return client;
}

const nameIn = (data: { events: object }): string | null => {
  const { events: message } = data;
  return 'manufacturer' in message ? ((message.manufacturer as { name: string } | null)?.name ?? null) : null;
};

describe('a subscription', () => {
  it('goes on behind its last message when the connection was cut: nothing lost, nothing twice', async () => {
    const { ours } = await app().organizations();
    const { url, cut } = await wire(app().url);
    const direct = clientOf(`${app().url}/graphql`, ours.token);
    const stream = clientOf(url, ours.token).subscribe(Following, { after: 'START' });
    const names: (string | null)[] = [];
    const cursors = new Set<string>();
    const read = async (until: string) => {
      for (;;) {
        const { value } = await stream.next();
        const name = value ? nameIn(value) : null;
        if (stream.cursor) cursors.add(stream.cursor);
        if (name) names.push(name);
        if (name === until) return;
      }
    };
    await act(direct, CreateManufacturer, { name: 'One' });
    await read('One');
    cut();
    await act(direct, CreateManufacturer, { name: 'Two' });
    await act(direct, CreateManufacturer, { name: 'Three' });
    await read('Three');
    cut();
    await act(direct, CreateManufacturer, { name: 'Four' });
    await read('Four');
    expect(names).toEqual(['One', 'Two', 'Three', 'Four']);
    // The organization, its token and the four.
    expect(cursors.size).toBe(6);
  });

  it('tells what was lost and where it goes on', async () => {
    const { ours } = await app().organizations();
    const { url, cut } = await wire(app().url);
    const lost: (string | null)[] = [];
    const stream = clientOf(url, ours.token).subscribe(
      Following,
      {},
      { onLost: ({ cursor }) => lost.push(cursor) },
    );
    const first = await stream.next();
    expect(first.value?.events.__typename).toBe('Position');
    const { cursor } = stream;
    cut();
    await act(clientOf(`${app().url}/graphql`, ours.token), CreateManufacturer, { name: 'Later' });
    const next = await stream.next();
    expect(next.value && nameIn(next.value)).toBe('Later');
    expect(lost[0]).toBe(cursor);
  });

  it('ends when it is closed, also while somebody waits for a message', async () => {
    const { ours } = await app().organizations();
    const stream = clientOf(`${app().url}/graphql`, ours.token).subscribe(Following, {});
    await stream.next();
    const waiting = stream.next();
    await stream.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('fails with what no other attempt would mend', async () => {
    const { ours } = await app().organizations();
    const url = `${app().url}/graphql`;
    await expect(clientOf(url, 'hm_nobody').subscribe(Following, {}).next()).rejects.toThrow('4401');
    await expect(
      clientOf(url, ours.token).subscribe(Following, { after: 'no cursor' }).next(),
    ).rejects.toThrow('is no cursor');
  });
});

describe('a request', () => {
  it('that got no answer is sent again, and a mutation has its effect once', async () => {
    const { ours } = await app().organizations();
    const { url, loseAnswer } = await wire(app().url);
    const retries: string[] = [];
    const backoff = { first: 5, longest: 20 };
    const client = createClient({
      url,
      token: ours.token,
      backoff,
      onRetry: (reason) => retries.push(reason),
    });
    onTestFinished(() => client.close());
    loseAnswer();
    const { manufacturer } = await act(client, CreateManufacturer, { name: 'Once' });
    expect(retries).toHaveLength(1);
    expect(manufacturer.id).toMatch(/^mfr_/);
    expect((await client.request(CountManufacturers, {})).manufacturers.totalCount).toBe(1);
  });

  it('fails with a ConnectionError when the server stays away', async () => {
    const { url, close } = await wire(app().url);
    close();
    const client = clientOf(url, 'hm_any');
    await expect(client.request(CountManufacturers, {})).rejects.toMatchObject({ name: 'ConnectionError' });
  });

  it('that is refused at its top level fails with the code', async () => {
    const client = clientOf(`${app().url}/graphql`, 'hm_nobody');
    await expect(client.request(CountManufacturers, {})).rejects.toMatchObject({
      name: 'AnswerError',
      code: 'UNAUTHENTICATED',
    });
  });

  it('that the rules refuse fails with the name of the refusal', async () => {
    const { ours } = await app().organizations();
    const client = clientOf(`${app().url}/graphql`, ours.token);
    await act(client, CreateManufacturer, { name: 'Taken' });
    await expect(act(client, CreateManufacturer, { name: 'Taken' })).rejects.toMatchObject({
      name: 'RefusedError',
      refusal: 'InvalidInputError',
    });
  });
});

describe('the wait before another attempt', () => {
  it('doubles up to its longest, and is at least half of that', () => {
    const backoff = { first: 100, longest: 1_000 };
    const most = [0, 1, 2, 3, 4, 50].map((attempt) => waitBefore(attempt, backoff, () => 1));
    const least = [0, 1, 2, 3, 4, 50].map((attempt) => waitBefore(attempt, backoff, () => 0));
    expect(most).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    expect(least).toEqual([50, 100, 200, 400, 500, 500]);
  });
});
