/** The mutations of sensors, thresholds and excursions, as the tests that hold for every mutation know them. */
import type { Noun } from '../../src/ids.ts';
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import type { MutationCase } from './mutations.ts';
import { absentId, act, create } from './support.ts';

const subject = (noun: Noun, field: string) => ({ noun, field });
const onThreshold = subject('SensorThreshold', 'sensorThresholdId');

const sensor = (client: Client) =>
  create(client, 'Sensor', { name: unique('Oven'), quantity: 'temperature', unit: 'Cel' });
const threshold = async (client: Client) =>
  create(client, 'SensorThreshold', { sensorId: await sensor(client), name: unique('Limit'), high: 80 });

/** The excursion of a sensor that was too hot. */
async function excursion(client: Client): Promise<string> {
  const sensorId = await sensor(client);
  await create(client, 'SensorThreshold', { sensorId, name: unique('Limit'), high: 80 });
  const readings = [{ sensorId, value: 90, observedAt: '2026-03-01T08:00:00Z' }];
  await act(client, 'ingestReadings', { readings }, '__typename');
  const found = await client.sendText('query($id: ID!) { sensor(id: $id) { excursions { nodes { id } } } }', {
    id: sensorId,
  });
  const { nodes } = (found.data().sensor as { excursions: { nodes: { id: string }[] } }).excursions;
  return nodes[0]?.id ?? '';
}

export const sensorCases: MutationCase[] = [
  {
    mutation: 'reportSensor',
    right: 'report',
    subject: subject('Sensor', 'sensorId'),
    rest: () => ({ state: 'ERROR' }),
    input: async (client) => ({ sensorId: await sensor(client), state: 'ERROR', note: 'Broken wire' }),
  },
  {
    mutation: 'createSensorThreshold',
    right: 'administer',
    subject: null,
    rest: () => ({ sensorId: absentId('Sensor'), name: 'Limit', high: 80 }),
    input: async (client) => ({ sensorId: await sensor(client), name: unique('Limit'), high: 80 }),
  },
  {
    mutation: 'updateSensorThreshold',
    right: 'administer',
    subject: onThreshold,
    rest: () => ({ high: 90 }),
    input: async (client) => ({ sensorThresholdId: await threshold(client), high: 90 }),
  },
  {
    mutation: 'archiveSensorThreshold',
    right: 'administer',
    subject: onThreshold,
    rest: () => ({}),
    input: async (client) => ({ sensorThresholdId: await threshold(client) }),
  },
  {
    mutation: 'acknowledgeExcursion',
    right: 'work',
    subject: subject('Excursion', 'excursionId'),
    rest: () => ({ note: 'Door was open' }),
    input: async (client) => ({ excursionId: await excursion(client) }),
  },
];
