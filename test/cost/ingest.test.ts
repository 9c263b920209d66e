import { expect, it } from 'vitest';
import { act, create } from '../api/support.ts';
import { unique, useApp } from '../support/app.ts';
import { countingCalls, type DatabaseCalls } from '../support/database-calls.ts';

let calls: DatabaseCalls | null = null;
const app = useApp({
  through: (database) => {
    calls = countingCalls(database);
    return calls.database;
  },
});

it('storing and judging readings costs the same for one and for many', async () => {
  const { ours } = await app().organizations();
  const sensors: string[] = [];
  for (let place = 0; place < 5; place++) {
    const made = { name: unique('Oven'), quantity: 'temperature', unit: 'Cel' };
    const sensorId = await create(ours.client, 'Sensor', made);
    sensors.push(sensorId);
    await create(ours.client, 'SensorThreshold', { sensorId, name: 'Limit', high: 80 });
    const readings = [{ sensorId, value: 20, observedAt: '2026-03-01T07:00:00Z' }];
    await act(ours.client, 'ingestReadings', { readings }, '__typename');
  }
  let sequence = 0;
  const cost = async (readings: object[]) => {
    sequence += readings.length;
    const source = { name: 'Connector', sequence: String(sequence) };
    const work = () => act(ours.client, 'ingestReadings', { source, readings }, 'stored');
    return (await calls?.during(work))?.statements ?? [];
  };
  const at = (second: number) => new Date(Date.parse('2026-03-01T08:00:00Z') + second * 1_000).toISOString();
  await cost([{ sensorId: sensors[0], value: 20, observedAt: at(0) }]);
  // Both begin excursions and end them; the second does so many times, of five sensors, late ones too.
  const one = await cost([
    { sensorId: sensors[0], value: 90, observedAt: at(1) },
    { sensorId: sensors[0], value: 20, observedAt: at(2) },
    { sensorId: sensors[0], value: 90, observedAt: at(3) },
  ]);
  const ending = await cost([
    { sensorId: sensors[0], value: 20, observedAt: at(4) },
    { sensorId: sensors[0], value: 90, observedAt: at(5) },
  ]);
  const many = await cost(
    Array.from({ length: 500 }, (_, place) => ({
      sensorId: sensors[place % 5],
      value: (place / 5) % 2 < 1 ? 90 : 20,
      observedAt: at(place % 7 === 0 ? 600 - place : 10 + place),
    })),
  );
  expect(many.length, many.join('\n')).toBe(ending.length);
  expect(one.length).toBeLessThanOrEqual(ending.length);
});
