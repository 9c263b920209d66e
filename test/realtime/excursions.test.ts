import { expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { act, create } from '../api/support.ts';
import { unique, useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { makeShop } from '../support/factories.ts';
import { subscribe } from '../support/stream.ts';
import { ingest, makeSensor } from './machine-acts.ts';

const app = useApp();

const Excursions = graphql(`
  subscription Excursions($sensorIds: [ID!], $machineId: ID, $subLocationId: ID, $locationId: ID) {
    excursionEvents(sensorIds: $sensorIds, machineId: $machineId, subLocationId: $subLocationId, locationId: $locationId) {
      __typename
      ... on Event { kind reason }
      ... on ExcursionStarted { excursion { id extreme sensor { id } } }
    }
  }
`);

async function watched(client: Client, sensorId: string): Promise<string> {
  await create(client, 'SensorThreshold', { sensorId, name: unique('Limit'), high: 80 });
  return sensorId;
}

it('tells when a sensor leaves its limits, comes back, and who took note of it', async () => {
  const { ours } = await app().organizations();
  const sensorId = await watched(ours.client, await makeSensor(ours.client));
  const stream = await subscribe(ours.client, Excursions, {});
  await stream.expectNext(({ __typename }) => __typename === 'Position');
  await ingest(ours.client, sensorId, [70, 90]);
  const started = await stream.next();
  expect(started).toMatchObject({
    kind: 'ExcursionStarted',
    excursion: { extreme: 90, sensor: { id: sensorId } },
  });
  // A new extreme tells nobody.
  await ingest(ours.client, sensorId, [95]);
  const excursionId = started.__typename === 'ExcursionStarted' ? started.excursion?.id : '';
  await act(ours.client, 'acknowledgeExcursion', { excursionId, note: 'Door' }, '__typename');
  expect(await stream.next()).toMatchObject({ kind: 'ExcursionAcknowledged', reason: 'Door' });
  await ingest(ours.client, sensorId, [20]);
  expect(await stream.next()).toMatchObject({ kind: 'ExcursionEnded' });
  await stream.close();
});

it('is narrowed to sensors, a machine, an area or a location', async () => {
  const { ours } = await app().organizations();
  const shop = await makeShop(ours.client);
  const { locationId, machineId } = shop;
  const subLocationId = await create(ours.client, 'SubLocation', { locationId, name: unique('Store') });
  const made = { name: unique('Sensor'), quantity: 'humidity', unit: '%', subLocationId };
  const inArea = await watched(ours.client, await create(ours.client, 'Sensor', made));
  const ofMachine = await watched(ours.client, await makeSensor(ours.client, machineId));
  const elsewhere = await watched(ours.client, await makeSensor(ours.client));
  const heard = await Promise.all(
    [{ machineId }, { subLocationId }, { locationId }, { sensorIds: [elsewhere, inArea] }].map(
      async (narrowed) => {
        const stream = await subscribe(ours.client, Excursions, narrowed);
        await stream.next();
        return stream;
      },
    ),
  );
  const expected = [[ofMachine], [inArea], [inArea, ofMachine], [inArea, elsewhere]];
  for (const sensorId of [inArea, ofMachine, elsewhere]) await ingest(ours.client, sensorId, [90]);
  for (const [place, stream] of heard.entries()) {
    const sensors = [];
    for (const _ of expected[place] ?? []) {
      const message = await stream.next();
      sensors.push(message.__typename === 'ExcursionStarted' && message.excursion?.sensor.id);
    }
    expect(sensors).toEqual(expected[place]);
    await stream.close();
  }
});
