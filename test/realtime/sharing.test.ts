import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { createOrganization } from '../../src/identity/organization.setup.ts';
import { startApp, type TestApp, type TestOrganization, unique } from '../support/app.ts';
import { type Client, createClient } from '../support/client.ts';
import { countingCalls, type DatabaseCalls } from '../support/database-calls.ts';
import { type Stream, subscribe } from '../support/stream.ts';
import { makeLocation, renameLocation } from './acts.ts';

const Places = graphql(`
  subscription SharingPlaces($after: Cursor) {
    events(after: $after, filter: { kinds: [LocationCreated, LocationChanged] }) {
      __typename
      ... on LocationCreated { cursor location { name } }
      ... on LocationChanged { cursor location { name } }
      ... on Position { cursor }
    }
  }
`);

const PlacesOtherwise = graphql(`
  subscription SharingPlacesOtherwise($after: Cursor) {
    events(after: $after, filter: { kinds: [LocationCreated, LocationChanged] }) {
      __typename
      ... on LocationCreated { cursor location { version } }
      ... on LocationChanged { cursor location { version } }
      ... on Position { cursor }
    }
  }
`);

const Rename = graphql(`
  mutation SharingRename($input: UpdateLocationInput!) {
    updateLocation(input: $input) { __typename ... on UpdateLocationSuccess { __typename } }
  }
`);

const CreateToken = graphql(`
  mutation SharingToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) { __typename ... on CreateApiTokenSuccess { token } }
  }
`);

let storage: TestApp;
let app: TestApp;
let calls: DatabaseCalls;
let later = 0;

beforeAll(async () => {
  storage = await startApp();
  calls = countingCalls(storage.database);
  app = await startApp({
    shares: { ...storage, database: calls.database },
    // A clock that a test can move on.
    now: () => new Date(Date.now() + later),
  });
});
afterAll(async () => {
  await app.stop();
  await storage.stop();
});

/** How often the places were read for subscriptions while a place was renamed and everybody heard of it. */
async function readsDuringRename(
  client: Client,
  streams: Stream<object>[],
  locationId: string,
): Promise<number> {
  const { statements } = await calls.during(async () => {
    await client.success(Rename, { input: { locationId, name: unique('Place') } }, 'UpdateLocationSuccess');
    await Promise.all(
      streams.map((stream) =>
        stream.expectNext((message) => JSON.stringify(message).includes('LocationChanged')),
      ),
    );
  });
  return statements.filter((sql) => sql.startsWith('SELECT') && sql.includes('FROM "public"."Location"'))
    .length;
}

async function subscribed(count: number, client: Client): Promise<Stream<object>[]> {
  const streams: Stream<object>[] = await Promise.all(
    Array.from({ length: count }, () => subscribe(client, Places, {})),
  );
  for (const stream of streams) await stream.next();
  return streams;
}

const closeAll = (streams: Stream<object>[]) => Promise.all(streams.map((stream) => stream.close()));

describe('the execution of one event', () => {
  it('is shared by all subscribers with the same document and rights', async () => {
    const { ours } = await app.organizations();
    const place = await makeLocation(ours.client);
    const one = await subscribed(1, ours.client);
    const forOne = await readsDuringRename(ours.client, one, place.id);
    const more = await subscribed(14, ours.client);
    const forAll = await readsDuringRename(ours.client, [...one, ...more], place.id);
    expect(forOne).toBeGreaterThan(0);
    expect(forAll).toBe(forOne);
    await closeAll([...one, ...more]);
  });

  it('is shared by subscribers who have begun at different cursors', async () => {
    const { ours } = await app.organizations();
    const place = await makeLocation(ours.client);
    const live = await subscribed(1, ours.client);
    const forOne = await readsDuringRename(ours.client, live, place.id);
    const fromStart = await subscribe(ours.client, Places, { after: 'START' });
    const fromPlace = await subscribe(ours.client, Places, { after: place.cursor });
    await fromStart.take(2);
    await fromPlace.take(1);
    const streams: Stream<object>[] = [...live, fromStart, fromPlace];
    expect(await readsDuringRename(ours.client, streams, place.id)).toBe(forOne);
    await closeAll(streams);
  });

  it('is made for each document', async () => {
    const { ours } = await app.organizations();
    const place = await makeLocation(ours.client);
    const commandAlone = await readsDuringRename(ours.client, [], place.id);
    const one = await subscribed(1, ours.client);
    const forOne = await readsDuringRename(ours.client, one, place.id);
    const other = await subscribe(ours.client, PlacesOtherwise, {});
    await other.next();
    const forBoth = await readsDuringRename(ours.client, [...one, other], place.id);
    expect(forBoth - commandAlone).toBe(2 * (forOne - commandAlone));
    await closeAll([...one, other]);
  });

  it('is made for each role', async () => {
    const { ours } = await app.organizations();
    const place = await makeLocation(ours.client);
    const made = await ours.client.success(
      CreateToken,
      { input: { name: 'Display', role: 'VIEWER' } },
      'CreateApiTokenSuccess',
    );
    const commandAlone = await readsDuringRename(ours.client, [], place.id);
    const one = await subscribed(1, ours.client);
    const forOne = await readsDuringRename(ours.client, one, place.id);
    const viewer = await subscribed(1, ours.client.as(made.token ?? null));
    const forBoth = await readsDuringRename(ours.client, [...one, ...viewer], place.id);
    expect(forBoth - commandAlone).toBe(2 * (forOne - commandAlone));
    await closeAll([...one, ...viewer]);
  });

  it('is never shared between organizations, whatever they have in common', async () => {
    const { ours, theirs } = await app.organizations();
    const streams = {
      ours: await subscribe(ours.client, Places, { after: 'START' }),
      theirs: await subscribe(theirs.client, Places, { after: 'START' }),
    };
    // What there was before is nothing of places.
    await Promise.all([streams.ours.next(), streams.theirs.next()]);
    // The same kind of event at the same position of both logs.
    const [a, b] = [await makeLocation(ours.client, 'Ours'), await makeLocation(theirs.client, 'Theirs')];
    expect(await streams.ours.next()).toMatchObject({ cursor: a.cursor, location: { name: 'Ours' } });
    expect(await streams.theirs.next()).toMatchObject({ cursor: b.cursor, location: { name: 'Theirs' } });
    await closeAll([streams.ours, streams.theirs]);
  });

  it('begins with fresh loaders: what has changed between two events is shown as it is now', async () => {
    const { ours } = await app.organizations();
    const stream = await subscribe(ours.client, Places, {});
    await stream.next();
    const place = await makeLocation(ours.client, 'Before');
    expect(await stream.next()).toMatchObject({ location: { name: 'Before' } });
    await renameLocation(ours.client, place.id, 'After');
    expect(await stream.next()).toMatchObject({ location: { name: 'After' } });
    await stream.close();
  });

  it('is made anew for a display that comes later: it sees the object as it is, not as others saw it', async () => {
    const { ours } = await app.organizations();
    const place = await makeLocation(ours.client, 'Then');
    const [first] = [await subscribe(ours.client, Places, { after: 'START' })];
    expect(await first.next()).toMatchObject({ location: { name: 'Then' } });
    await renameLocation(ours.client, place.id, 'Now');
    later += 60_000;
    const second = await subscribe(ours.client, Places, { after: 'START' });
    expect(await second.next()).toMatchObject({ __typename: 'LocationCreated', location: { name: 'Now' } });
    await closeAll([first, second]);
  });
});

describe('a small organization', () => {
  it('is heard by its own subscribers on another application of the same database', async () => {
    const code = unique('shared');
    const made: Omit<TestOrganization, 'client'> = await createOrganization(
      storage.app.prisma,
      { code, name: code },
      new Date(),
    );
    const stream = await subscribe(createClient(app.url, made.token), Places, {});
    await stream.next();
    const place = await makeLocation(createClient(storage.url, made.token));
    // No bus between the two: the poll finds it.
    expect(await stream.next()).toMatchObject({ cursor: place.cursor });
    await stream.close();
  });
});
