import { expect, it } from 'vitest';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { countingCalls, type DatabaseCalls } from '../../support/database-calls.ts';
import { kg, makeBatch, makePowder, type Powder } from '../../support/materials.ts';
import { makeContainer, makeOrderedLot, makeReceivedLot, makeStock } from '../../support/stores.ts';
import { act } from '../support.ts';

let calls: DatabaseCalls | null = null;
const app = useApp({
  through: (database) => {
    calls = countingCalls(database);
    return calls.database;
  },
});

async function cost(work: () => Promise<unknown>): Promise<number> {
  if (!calls) throw new Error('The server has not started.');
  const { statements } = await calls.during(work);
  return statements.length;
}

/** What each step of a lot's life costs, with so many containers. */
async function journey(client: Client, powder: Powder, count: number): Promise<Record<string, number>> {
  const costs: Record<string, number> = {};
  const step = async (mutation: string, input: object) => {
    costs[mutation] = await cost(() => act(client, mutation, input, '__typename'));
  };
  const containers = { count, size: kg(1) };
  const ordered = await makeOrderedLot(client, powder, { containers });
  const lotId = ordered.id;
  await step('addLotContainers', { lotId, containers });
  await step('receiveMaterialLot', { lotId, notes: 'All well.' });
  const edited = ordered.containerIds.map((containerId) => ({ containerId, quantity: kg(2) }));
  await step('editLotContainers', { lotId, containers: edited, reason: 'Weighed.' });
  await step('removeLotContainers', { lotId, containerIds: ordered.containerIds, reason: 'Never came.' });
  const { id } = await makeReceivedLot(client, powder, { containers });
  await step('returnMaterialLot', { lotId: id, reason: 'Moist.' });
  await step('scrapMaterialLot', { lotId, reason: 'Moist.' });
  return costs;
}

it('the statements of what is done to a lot do not grow with its containers', async () => {
  const { ours } = await app().organizations();
  const powder = await makePowder(ours.client);
  await makeStock(ours.client, powder, { minimum: kg(1) });
  const one = await journey(ours.client, powder, 1);
  const many = await journey(ours.client, powder, 20);
  expect(many).toEqual(one);
  expect(Math.max(...Object.values(one))).toBeLessThan(40);
});

const Lots = `query Q($first: Int!) { materialLots(first: $first) { nodes { quantity { value } unopenedQuantity { value }
  initialBatches { totalCount nodes { id } } batches { totalCount nodes { id } }
  containersAvailableForInitialBatches(first: 2) { totalCount nodes { id } } } } }`;
const Stocks = `query Q($first: Int!) { stocks(first: $first) { nodes { status isBelowMinimum quantity { value }
  reservedQuantity { value } onOrderQuantity { value } lots(first: 2) { totalCount nodes { id } }
  batches(first: 2) { totalCount nodes { id } } bySubLocation { subLocation { name } lotQuantity { value } } } } }`;

it('the statements of a page of lots, or of stocks, are the same for one and for many', async () => {
  const { ours } = await app().organizations();
  const { client } = ours;
  for (let n = 0; n < 5; n++) {
    const powder = await makePowder(client);
    await makeStock(client, powder, { minimum: kg(1) });
    const lot = await makeReceivedLot(client, powder);
    await act(client, 'releaseMaterialLot', { lotId: lot.id }, '__typename');
    await makeBatch(client, lot, 1);
    await makeContainer(client, powder);
  }
  for (const query of [Lots, Stocks]) {
    const one = await cost(async () => (await client.sendText(query, { first: 1 })).data());
    const many = await cost(async () => (await client.sendText(query, { first: 5 })).data());
    expect(many).toBe(one);
  }
});
