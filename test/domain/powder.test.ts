import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { act, mutationText, type Reply } from '../api/support.ts';
import { unique, useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import {
  batchOf,
  kg,
  makeBatch,
  makeLot,
  makePowder,
  makePrinting,
  type Powder,
} from '../support/materials.ts';
import { powderViolations } from './powder.invariants.ts';

const app = useApp();

const step = fc.record({
  what: fc.constantFrom(
    'createInitialBatch',
    'addContainerToBatch',
    'splitBatch',
    'splitBatch',
    'blendBatches',
    'loadBatch',
    'loadBatch',
    'topOffMachine',
    'consumeBatch',
    'unloadChamber',
    'unloadHopper',
    'sieveBatch',
    'scrapBatch',
    'adjustBatch',
    'relocateBatch',
    'reverse',
  ),
  a: fc.nat(100),
  b: fc.nat(100),
  amount: fc.integer({ min: 1, max: 9_000_000 }).map((micro) => (micro / 1_000_000).toFixed(6)),
  /** How many minutes ago it was done; not all of them are late. */
  ago: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(300)),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Shop {
  client: Client;
  powder: Powder;
  containers: string[][];
  batches: string[];
  runId: string;
}

async function openShop(client: Client): Promise<Shop> {
  const powder = await makePowder(client);
  const lots = [await makeLot(client, powder, { count: 6 }), await makeLot(client, powder, { count: 6 })];
  const { runId } = await makePrinting(client, powder);
  // Something to begin with: else most of a short history would be refused.
  const batches = [];
  for (const lot of lots) batches.push(await makeBatch(client, lot, 2));
  return { client, powder, containers: lots.map((lot) => lot.containerIds), batches, runId };
}

/** What a step sends; null where there is nothing to send it about. */
async function inputOf(shop: Shop, { what, a, b, amount }: Step): Promise<Record<string, unknown> | null> {
  const pick = (by: number) => shop.batches[by % Math.max(1, shop.batches.length)];
  const container = shop.containers[b % 2]?.[0];
  const batchId = pick(a);
  const workstationId = shop.powder.printerId;
  if (what === 'createInitialBatch') return container ? { containerIds: [container] } : null;
  if (!batchId) return null;
  switch (what) {
    case 'addContainerToBatch':
      return container ? { batchId, containerIds: [container] } : null;
    case 'blendBatches': {
      const other = pick(a + 1 + b);
      return other && other !== batchId
        ? { sources: [{ batchId, quantity: kg(amount) }, { batchId: other }] }
        : null;
    }
    case 'loadBatch':
    case 'topOffMachine':
      return { batchId, workstationId, quantity: kg(amount), overrideReason: 'A trial.' };
    case 'consumeBatch':
      return { runId: shop.runId, otherwise: kg((Number(amount) / 10).toFixed(6)), loss: kg('0.001') };
    case 'unloadChamber':
    case 'unloadHopper':
      return { workstationId, quantity: b % 3 ? kg(amount) : null };
    case 'relocateBatch':
      return { batchId, subLocationId: shop.powder.subLocationId };
    case 'reverse':
      return { actionId: (await batchOf(shop.client, batchId)).lastAction?.id, reason: 'A mistake.' };
    default:
      return {
        batchId,
        quantity: kg(amount),
        ...(what === 'splitBatch' || what === 'sieveBatch' ? {} : { reason: 'So.' }),
      };
  }
}

const late = [
  'createInitialBatch',
  'addContainerToBatch',
  'splitBatch',
  'blendBatches',
  'sieveBatch',
  'scrapBatch',
  'adjustBatch',
  'consumeBatch',
];

/** What is asked of those that make a batch. */
const selections: Record<string, string> = {
  createInitialBatch: 'batch { id }',
  blendBatches: 'batch { id }',
  splitBatch: 'newBatch { id }',
  unloadChamber: 'newBatch { id }',
  topOffMachine: 'newBatch: loadedBatch { id }',
};

/** Does a step, or is refused; either is right. Anything else is a defect. */
async function play(shop: Shop, each: Step): Promise<boolean> {
  const input = await inputOf(shop, each);
  if (!input) return false;
  const mutation = each.what === 'reverse' ? 'reverseMaterialAction' : each.what;
  const occurredAt =
    each.ago > 0 && late.includes(each.what)
      ? new Date(Date.now() - each.ago * 60_000).toISOString()
      : undefined;
  const selection = selections[mutation] ?? '__typename';
  const answer = await shop.client.sendText(mutationText(mutation, selection), {
    input: { ...input, ...(occurredAt ? { occurredAt } : {}) },
  });
  const reply = answer.data()[mutation] as Reply & Record<'batch' | 'newBatch', { id: string } | undefined>;
  const made = reply.newBatch ?? reply.batch;
  if (made) shop.batches.push(made.id);
  const done = reply.__typename.endsWith('Success');
  if (done && (mutation === 'createInitialBatch' || mutation === 'addContainerToBatch'))
    shop.containers[each.b % 2]?.shift();
  return done;
}

describe('powder', () => {
  it('adds up after any history, also where some of it is recorded late or undone', async () => {
    let done = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 30 }), async (steps) => {
        const { ours } = await app().organizations();
        const shop = await openShop(ours.client);
        for (const each of steps) if (await play(shop, each)) done++;
        const { prisma } = app().app;
        expect(await powderViolations({ prisma, database: app().database }, ours.organizationId)).toEqual([]);
      }),
      { numRuns: 8, endOnFailure: true },
    );
    // A property of refusals alone would prove little.
    expect(done).toBeGreaterThan(35);
  }, 120_000);

  it('is drawn by two at once only as far as it goes', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const powder = await makePowder(client);
    const lot = await makeLot(client, powder, { count: 1 });
    const { batch } = await act<{ batch: { id: string } }>(
      client,
      'createInitialBatch',
      { containerIds: lot.containerIds, name: unique('Drawn') },
      'batch { id }',
    );
    const text = mutationText('splitBatch', '__typename');
    const replies = await Promise.all(
      Array.from({ length: 12 }, () =>
        client.sendText(text, { input: { batchId: batch.id, quantity: kg('1.5') } }),
      ),
    );
    const names = replies.map((each) => (each.data().splitBatch as Reply).__typename);
    expect(names.filter((name) => name === 'SplitBatchSuccess')).toHaveLength(6);
    expect(names.filter((name) => name === 'BlockedError')).toHaveLength(6);
    expect((await batchOf(client, batch.id)).quantity.value).toBe('1');
  });
});
