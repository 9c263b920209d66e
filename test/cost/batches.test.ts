import { expect, it } from 'vitest';
import { act } from '../api/support.ts';
import { useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { countingCalls, type DatabaseCalls } from '../support/database-calls.ts';
import { kg, makeBatch, makeLot, makePowder, makePrinting } from '../support/materials.ts';

let calls: DatabaseCalls | null = null;
const app = useApp({
  through: (database) => {
    calls = countingCalls(database);
    return calls.database;
  },
});

async function cost(work: () => Promise<unknown>): Promise<string[]> {
  if (!calls) throw new Error('The server has not started.');
  const { statements } = await calls.during(work);
  return statements;
}

/** What each step of a life costs with so many containers, sources and pieces. */
async function life(client: Client, count: number): Promise<Record<string, string[]>> {
  const costs: Record<string, string[]> = {};
  const step = async <T>(mutation: string, input: object, selection = '__typename'): Promise<T> => {
    let answer: T | null = null;
    costs[mutation] = await cost(async () => {
      answer = await act<T>(client, mutation, input, selection);
    });
    return answer as T;
  };
  const powder = await makePowder(client);
  const lot = await makeLot(client, powder, { count: 2 * count + 2 });
  const containerIds = lot.containerIds.splice(0, count);
  const { batch } = await step<{ batch: { id: string } }>(
    'createInitialBatch',
    { containerIds },
    'batch { id }',
  );
  const more = lot.containerIds.splice(0, count);
  await step('addContainerToBatch', { batchId: batch.id, containerIds: more });
  const parts = [batch.id];
  for (let made = 0; made <= count; made++) {
    const { newBatch } = await step<{ newBatch: { id: string } }>(
      'splitBatch',
      { batchId: batch.id, quantity: kg('0.1') },
      'newBatch { id }',
    );
    parts.push(newBatch.id);
  }
  const blend = await step<{ batch: { id: string } }>(
    'blendBatches',
    { sources: parts.map((batchId) => ({ batchId })) },
    'batch { id }',
  );
  const batchId = blend.batch.id;
  await step('loadBatch', { batchId, workstationId: powder.printerId });
  const { runId } = await makePrinting(client, powder, count);
  await step('consumeBatch', { runId, otherwise: kg('0.01') });
  const other = await makeBatch(client, lot, 1);
  await step('topOffMachine', { batchId: other, workstationId: powder.printerId });
  await step('unloadChamber', { workstationId: powder.printerId });
  return costs;
}

it('the statements of an action on batches do not grow with what it names', async () => {
  const { ours } = await app().organizations();
  const one = await life(ours.client, 1);
  const many = await life(ours.client, 12);
  const counts = (costs: Record<string, string[]>) =>
    Object.fromEntries(Object.entries(costs).map(([mutation, each]) => [mutation, each.length]));
  expect(counts(many), JSON.stringify({ one, many }, null, 1)).toEqual(counts(one));
  expect(counts(one)).toMatchSnapshot();
});
