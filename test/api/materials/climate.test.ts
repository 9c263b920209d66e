import { describe, expect, it } from 'vitest';
import { unique, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { kg, makeBatch, makeLot, makePowder } from '../../support/materials.ts';
import { act, codeOf, create } from '../support.ts';

let clock = Date.now();
const app = useApp({ now: () => new Date(clock) });

const sensor = (client: Client, place: { subLocationId: string } | { machineId: string }) =>
  create(client, 'Sensor', { name: unique('Humidity'), quantity: 'humidity', unit: '%', ...place });

/** Measured now, and a moment apart from what is done before and after. */
async function measure(client: Client, values: Record<string, number | null>): Promise<void> {
  clock += 1_000;
  const observedAt = new Date(clock).toISOString();
  const readings = Object.entries(values).map(([sensorId, value]) => ({ sensorId, value, observedAt }));
  await act(client, 'ingestReadings', { readings }, '__typename');
  clock += 1_000;
}

interface Climate {
  climate: { value: number | null; sensor: { id: string }; stay: { workstation: { id: string } | null } }[];
  climateSummary: { sensor: { id: string }; count: number; minimum: number; maximum: number; mean: number }[];
}

async function climateOf(client: Client, id: string, window = ''): Promise<Climate> {
  const answer = await client.sendText(
    `query Q($id: ID!) { materialBatch(id: $id) {
      climate${window} { value sensor { id } stay { workstation { id } } }
      climateSummary { sensor { id } count minimum maximum mean } } }`,
    { id },
  );
  return answer.data().materialBatch as Climate;
}

const values = ({ climate }: Climate) => climate.map((each) => [each.sensor.id, each.value]);

describe('the climate of a batch', () => {
  it('is what the sensors of its area measured while it stood there', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const powder = await makePowder(client);
    const oven = await create(client, 'SubLocation', { name: 'Oven', locationId: powder.locationId });
    const [here, there] = [
      await sensor(client, { subLocationId: powder.subLocationId }),
      await sensor(client, { subLocationId: oven }),
    ];
    await measure(client, { [here]: 99, [there]: 99 });
    const batchId = await makeBatch(client, await makeLot(client, powder), 1);
    await measure(client, { [here]: 40, [there]: 5 });
    await measure(client, { [here]: 42, [there]: 5 });
    await act(client, 'relocateBatch', { batchId, subLocationId: oven }, '__typename');
    await measure(client, { [here]: 50, [there]: 6 });
    await measure(client, { [there]: null });
    const climate = await climateOf(client, batchId);
    expect(values(climate)).toEqual([
      [there, null],
      [there, 6],
      [here, 42],
      [here, 40],
    ]);
    expect([...climate.climateSummary].sort((a, b) => a.count - b.count || b.mean - a.mean)).toEqual([
      { sensor: { id: here }, count: 2, minimum: 40, maximum: 42, mean: 41 },
      { sensor: { id: there }, count: 2, minimum: 6, maximum: 6, mean: 6 },
    ]);
    expect(values(await climateOf(client, batchId, '(last: 1)'))).toEqual([[there, null]]);
    const past = '(from: "2020-01-01T00:00:00Z", to: "2021-01-01T00:00:00Z")';
    expect(values(await climateOf(client, batchId, past))).toEqual([]);
    const many = `{ materialBatch(id: "${batchId}") { climate(last: 1001) { value } } }`;
    expect(await codeOf(client, many)).toBe('BAD_USER_INPUT');
  });

  it('follows it into a machine, and a sensor that is taken elsewhere', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const powder = await makePowder(client);
    const inside = await sensor(client, { machineId: powder.machineId });
    const moving = await sensor(client, { subLocationId: powder.subLocationId });
    const batchId = await makeBatch(client, await makeLot(client, powder), 1);
    await act(client, 'loadBatch', { batchId, workstationId: powder.printerId }, '__typename');
    await measure(client, { [inside]: 1, [moving]: 30 });
    await act(client, 'unloadHopper', { workstationId: powder.printerId, quantity: kg(10) }, '__typename');
    await measure(client, { [inside]: 2, [moving]: 31 });
    const elsewhere = await create(client, 'SubLocation', { name: 'Dock', locationId: powder.locationId });
    await act(client, 'updateSensor', { sensorId: moving, subLocationId: elsewhere }, '__typename');
    await measure(client, { [moving]: 32 });
    const climate = await climateOf(client, batchId);
    expect(values(climate)).toEqual([
      [moving, 31],
      [inside, 1],
    ]);
    expect(climate.climate.map((each) => each.stay.workstation?.id ?? null)).toEqual([
      null,
      powder.printerId,
    ]);
  });
});
