import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';
import { makeShop } from '../support/factories.ts';
import { subscribe } from '../support/stream.ts';
import { AllEvents, cursorOf, makeLocation, renameLocation } from './acts.ts';
import { ingest, makeSensor } from './machine-acts.ts';

// So short that a quiet stream tells its Position at once.
const app = useApp({ follower: { positionEvery: 1 } });

const Readings = graphql(`
  subscription PositionReadings($sensorIds: [ID!], $after: Cursor) {
    sensorReadings(sensorIds: $sensorIds, after: $after) {
      __typename
      ... on SensorReadings { cursor readings { value } }
      ... on Position { cursor }
      ... on Gap { reason }
    }
  }
`);

describe('a stream to whose filter nothing happens', () => {
  it('is told a Position when the log moves on, and resumes from there', async () => {
    const { ours } = await app().organizations();
    const place = await makeLocation(ours.client);
    const filter = { kinds: ['LocationChanged' as const] };
    const stream = await subscribe(ours.client, AllEvents, { filter });
    await stream.expectNext((message) => message.__typename === 'Position');
    const unwanted = await makeLocation(ours.client);
    const position = await stream.next();
    expect(position).toEqual({ __typename: 'Position', cursor: unwanted.cursor });
    stream.drop();
    const missed = await renameLocation(ours.client, place.id);
    const resumed = await subscribe(ours.client, AllEvents, { filter, after: cursorOf(position) });
    expect(await resumed.next()).toMatchObject({ __typename: 'LocationChanged', cursor: missed.cursor });
    await resumed.close();
  });

  it('is told a Position after a replay in which nothing was its own', async () => {
    const { ours } = await app().organizations();
    const { cursor } = await makeLocation(ours.client);
    const stream = await subscribe(ours.client, AllEvents, {
      after: 'START',
      filter: { kinds: ['LocationChanged'] },
    });
    expect(await stream.next()).toEqual({ __typename: 'Position', cursor });
    await stream.close();
  });

  it('is told no Position that its last event has told already', async () => {
    const { ours } = await app().organizations();
    const stream = await subscribe(ours.client, AllEvents, { after: 'START' });
    await stream.take(2);
    const first = await makeLocation(ours.client);
    expect(await stream.next()).toMatchObject({ __typename: 'LocationCreated', cursor: first.cursor });
    const second = await makeLocation(ours.client);
    expect(await stream.next()).toMatchObject({ __typename: 'LocationCreated', cursor: second.cursor });
    await stream.close();
  });

  it('is told where the readings stand while other sensors measure', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const [quiet, busy] = [await makeSensor(ours.client, shop.machineId), await makeSensor(ours.client)];
    const stream = await subscribe(ours.client, Readings, { sensorIds: [quiet] });
    const begun = await stream.next();
    await ingest(ours.client, busy, [1, 2, 3]);
    const position = await stream.next();
    expect(position.__typename).toBe('Position');
    expect(cursorOf(position)).not.toBe(cursorOf(begun));
    stream.drop();
    await ingest(ours.client, quiet, [4]);
    const resumed = await subscribe(ours.client, Readings, { sensorIds: [quiet], after: cursorOf(position) });
    expect(await resumed.next()).toMatchObject({ __typename: 'SensorReadings', readings: [{ value: 4 }] });
    await resumed.close();
  });
});
