import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { create } from '../api/support.ts';
import { unique, useApp } from '../support/app.ts';
import { makeShop } from '../support/factories.ts';
import { subscribe } from '../support/stream.ts';
import { cursorOf, headOf } from './acts.ts';
import { ingest, makeSensor, moveSensor } from './machine-acts.ts';

const app = useApp({ follower: { ring: 100, page: 600 } });

const Readings = graphql(`
  subscription ReadingsOfSensors($sensorIds: [ID!], $machineId: ID, $subLocationId: ID, $locationId: ID, $after: Cursor) {
    sensorReadings(sensorIds: $sensorIds, machineId: $machineId, subLocationId: $subLocationId, locationId: $locationId, after: $after) {
      __typename
      ... on SensorReadings { cursor readings { value sensorId } }
      ... on Position { cursor }
      ... on Gap { fromCursor toCursor reason }
    }
  }
`);

type Message = { __typename: string; readings?: { value?: number | null | undefined }[] };

const valuesOf = (messages: Message[]) =>
  messages.flatMap((message) => (message.readings ?? []).map((reading) => reading.value));
const upTo = (count: number) => Array.from({ length: count }, (_, place) => place);

describe('the stream of readings', () => {
  it('carries what is stored together in one message, in the order of its arrival', async () => {
    const { ours } = await app().organizations();
    const sensor = await makeSensor(ours.client);
    const stream = await subscribe(ours.client, Readings, {});
    await stream.expectNext((message) => message.__typename === 'Position');
    await ingest(ours.client, sensor, [3, 1, 2]);
    await ingest(ours.client, sensor, [7]);
    const messages = await stream.take(2);
    expect(messages.map((message) => valuesOf([message]))).toEqual([[3, 1, 2], [7]]);
    await stream.close();
  });

  it('replays from its own cursor, then goes on live', async () => {
    const { ours } = await app().organizations();
    const sensor = await makeSensor(ours.client);
    const first = await subscribe(ours.client, Readings, {});
    await first.expectNext((message) => message.__typename === 'Position');
    await ingest(ours.client, sensor, [1]);
    const after = cursorOf(await first.next());
    first.drop();
    await ingest(ours.client, sensor, [2]);
    await ingest(ours.client, sensor, [3]);
    const resumed = await subscribe(ours.client, Readings, { after });
    const missed = [...valuesOf([await resumed.next()])];
    while (missed.length < 2) missed.push(...valuesOf([await resumed.next()]));
    await ingest(ours.client, sensor, [4]);
    expect([...missed, ...valuesOf([await resumed.next()])]).toEqual([2, 3, 4]);
    await resumed.close();
  });

  it('splits what is many into messages of at most 500', async () => {
    const { ours } = await app().organizations();
    const sensor = await makeSensor(ours.client);
    const stream = await subscribe(ours.client, Readings, { after: 'START' });
    await ingest(ours.client, sensor, upTo(1_000));
    const messages: Message[] = [];
    while (valuesOf(messages).length < 1_000) messages.push(await stream.next());
    expect(valuesOf(messages)).toEqual(upTo(1_000));
    expect(Math.max(...messages.map((message) => valuesOf([message]).length))).toBeLessThanOrEqual(500);
    await stream.close();
  });

  it('carries the sensors that were asked for, and no others', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const [ofMachine, alone] = [await makeSensor(ours.client, shop.machineId), await makeSensor(ours.client)];
    const byName = await subscribe(ours.client, Readings, { sensorIds: [alone] });
    const byMachine = await subscribe(ours.client, Readings, { machineId: shop.machineId });
    await Promise.all([byName.next(), byMachine.next()]);
    await ingest(ours.client, [ofMachine, alone], [1, 2, 3, 4]);
    expect(valuesOf([await byName.next()])).toEqual([2, 4]);
    expect(valuesOf([await byMachine.next()])).toEqual([1, 3]);
    await Promise.all([byName.close(), byMachine.close()]);
  });

  it('carries the sensors of an area, and those of a location with its machines', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { locationId } = shop;
    const subLocationId = await create(ours.client, 'SubLocation', { locationId, name: unique('Store') });
    const watching = { name: unique('Sensor'), quantity: 'humidity', unit: '%', subLocationId };
    const inArea = await create(ours.client, 'Sensor', watching);
    const [ofMachine, alone] = [await makeSensor(ours.client, shop.machineId), await makeSensor(ours.client)];
    const area = await subscribe(ours.client, Readings, { subLocationId });
    const location = await subscribe(ours.client, Readings, { locationId });
    const both = await subscribe(ours.client, Readings, { locationId, sensorIds: [inArea, alone] });
    await Promise.all([area.next(), location.next(), both.next()]);
    await ingest(ours.client, [inArea, ofMachine, alone], [1, 2, 3]);
    expect(valuesOf([await area.next()])).toEqual([1]);
    expect(valuesOf([await location.next()])).toEqual([1, 2]);
    expect(valuesOf([await both.next()])).toEqual([1]);
    await Promise.all([area.close(), location.close(), both.close()]);
  });

  it('keeps apart two displays of a machine that began when it had other sensors', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const a = await makeSensor(ours.client, shop.machineId);
    const [b, c] = [await makeSensor(ours.client), await makeSensor(ours.client, shop.machineId)];
    const before = await subscribe(ours.client, Readings, { machineId: shop.machineId });
    await before.next();
    await moveSensor(ours.client, b, shop.machineId);
    const since = await subscribe(ours.client, Readings, { machineId: shop.machineId });
    await since.next();
    // First and last are of sensors that both see; only the second sees what lies between.
    await ingest(ours.client, [a, b, c], [1, 2, 3]);
    expect(valuesOf([await before.next()])).toEqual([1, 3]);
    expect(valuesOf([await since.next()])).toEqual([1, 2, 3]);
    await Promise.all([before.close(), since.close()]);
  });

  it('gives a display that is far behind a Gap and then the newest', async () => {
    const { ours } = await app().organizations();
    const sensor = await makeSensor(ours.client);
    for (let batch = 0; batch < 3; batch++) await ingest(ours.client, sensor, upTo(7_000));
    const stream = await subscribe(ours.client, Readings, { after: 'START' });
    const gap = await stream.next();
    expect(gap).toMatchObject({ __typename: 'Gap', reason: 'SKIPPED' });
    await ingest(ours.client, sensor, [42]);
    expect(valuesOf([await stream.next()])).toEqual([42]);
    await stream.close();
  });

  it('answers a cursor beyond its head with a Gap', async () => {
    const { ours } = await app().organizations();
    // A cursor of events: the log of events is longer than that of readings.
    const stream = await subscribe(ours.client, Readings, { after: await headOf(ours.client) });
    expect(await stream.next()).toMatchObject({ __typename: 'Gap', reason: 'UNKNOWN_CURSOR' });
    await stream.close();
  });

  it('does not make the log of events grow', async () => {
    const { ours } = await app().organizations();
    const sensor = await makeSensor(ours.client);
    const head = await headOf(ours.client);
    await ingest(ours.client, sensor, [1, 2, 3]);
    expect(await headOf(ours.client)).toBe(head);
  });
});
