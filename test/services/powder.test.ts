import { describe, expect, it } from 'vitest';
import { act, mutationText, type Reply } from '../api/support.ts';
import { powderViolations } from '../domain/powder.invariants.ts';
import { startApp, useApp } from '../support/app.ts';
import { type Client, createClient } from '../support/client.ts';
import { batchOf, kg, makeBatch, makeLot, makePowder } from '../support/materials.ts';

const app = useApp();

const send = async (client: Client, mutation: string, input: object): Promise<string> => {
  const answer = await client.sendText(mutationText(mutation, '__typename'), { input });
  return (answer.data()[mutation] as Reply).__typename;
};

/** How many answers there are of each type. */
function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

async function twoServers() {
  const { ours } = await app().organizations();
  const second = await startApp({ shares: app() });
  const clients = [ours.client, createClient(second.url, ours.token)] as const;
  const violations = () =>
    powderViolations({ prisma: app().app.prisma, database: app().database }, ours.organizationId);
  const { organizationId } = ours;
  return { client: ours.client, organizationId, clients, violations, stop: () => second.stop() };
}

describe('powder that many want at once', () => {
  it('is drawn by 32 clients of two servers exactly as far as it goes, and the losers are told', async () => {
    const { client, clients, violations, stop } = await twoServers();
    const batchId = await makeBatch(client, await makeLot(client, await makePowder(client)), 1);
    const draws = await Promise.all(
      Array.from({ length: 32 }, (_, each) =>
        send(clients[each % 2] as Client, each % 3 ? 'splitBatch' : 'scrapBatch', {
          batchId,
          quantity: kg('0.7'),
          ...(each % 3 ? {} : { reason: 'Spilt.' }),
        }),
      ),
    );
    const counts = counted(draws);
    expect((counts.SplitBatchSuccess ?? 0) + (counts.ScrapBatchSuccess ?? 0)).toBe(14);
    expect(counts.BlockedError).toBe(18);
    expect((await batchOf(client, batchId)).quantity.value).toBe('0.2');
    expect(await violations()).toEqual([]);
    await stop();
  });

  it('is blended from either end without an internal error', async () => {
    const { client, clients, violations, stop } = await twoServers();
    const powder = await makePowder(client);
    const lot = await makeLot(client, powder, { count: 3 });
    const batches = [
      await makeBatch(client, lot, 1),
      await makeBatch(client, lot, 1),
      await makeBatch(client, lot, 1),
    ];
    const blends = await Promise.all(
      Array.from({ length: 24 }, (_, each) => {
        const order = each % 2 ? batches : [...batches].reverse();
        const sources = order.map((batchId) => ({ batchId, quantity: kg('1.1') }));
        return send(clients[each % 2] as Client, 'blendBatches', { sources });
      }),
    );
    expect(counted(blends)).toEqual({ BlendBatchesSuccess: 9, BlockedError: 15 });
    expect(await violations()).toEqual([]);
    await stop();
  });

  it('goes into a machine once', async () => {
    const { client, clients, violations, stop } = await twoServers();
    const powder = await makePowder(client);
    const lot = await makeLot(client, powder, { count: 8 });
    const batches: string[] = [];
    for (let made = 0; made < 8; made++) batches.push(await makeBatch(client, lot, 1));
    const loads = await Promise.all(
      batches.map((batchId, each) =>
        send(clients[each % 2] as Client, 'loadBatch', { batchId, workstationId: powder.printerId }),
      ),
    );
    expect(counted(loads)).toEqual({ LoadBatchSuccess: 1, BlockedError: 7 });
    expect(await violations()).toEqual([]);
    await stop();
  });

  it('is used up by two at once, and its lot is done', async () => {
    const { client, clients, stop } = await twoServers();
    const lot = await makeLot(client, await makePowder(client), { count: 2 });
    const { id } = lot;
    const batches = [await makeBatch(client, lot, 1), await makeBatch(client, lot, 1)];
    await Promise.all(
      batches.map((batchId, each) =>
        send(clients[each] as Client, 'scrapBatch', { batchId, reason: 'Spilt.' }),
      ),
    );
    const answer = await client.sendText('query Q($id: ID!) { materialLot(id: $id) { status } }', { id });
    expect(answer.data().materialLot).toEqual({ status: 'DONE' });
    await stop();
  });

  it('is not used between the check that nothing is held and the hold', async () => {
    const { client, organizationId, clients, violations, stop } = await twoServers();
    const powder = await makePowder(client);
    const lot = await makeLot(client, powder, { count: 6 });
    const lotId = lot.id;
    const batches: string[] = [];
    for (let made = 0; made < 6; made++) batches.push(await makeBatch(client, lot, 1));
    const blends = Promise.all(
      batches.flatMap((batchId, each) =>
        batches.slice(each + 1).map((other) =>
          send(clients[each % 2] as Client, 'blendBatches', {
            sources: [
              { batchId, quantity: kg(1) },
              { batchId: other, quantity: kg(1) },
            ],
          }),
        ),
      ),
    );
    const { hold } = await act<{ hold: { createdAt: string } }>(
      client,
      'placeHold',
      { lotId, reason: 'Contaminated.' },
      'hold { createdAt }',
    );
    await blends;
    // Positions are given at commit: what was blended after the hold was placed would stand behind it in the log.
    const events = await app().app.prisma.event.findMany({
      where: { organizationId },
      orderBy: { position: 'asc' },
    });
    const placed = events.findIndex((event) => event.kind === 'HoldPlaced');
    expect(hold.createdAt).toBeTruthy();
    const after = events.slice(placed).filter((event) => {
      const what = event.after as { type?: string } | null;
      return event.kind === 'MaterialActionRecorded' && what?.type === 'BLEND';
    });
    expect(after).toEqual([]);
    expect(await violations()).toEqual([]);
    await stop();
  });
});
