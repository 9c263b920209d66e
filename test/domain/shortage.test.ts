import { fc } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { act, logOf, mutationText } from '../api/support.ts';
import { useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { makeShop, type Shop } from '../support/factories.ts';
import { expectInvariants } from './invariants.ts';

const app = useApp();

const step = fc.record({
  what: fc.constantFrom('print', 'print', 'ship', 'ship', 'fail', 'scrap', 'remanufacture', 'remanufacture'),
  which: fc.integer({ min: 1, max: 255 }),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const quantity = 3;

async function pieceIds(client: Client): Promise<string[]> {
  const text = '{ pieces(first: 100, orderBy: [{ field: COPY }]) { nodes { id } } }';
  const { pieces } = (await client.sendText(text)).data() as { pieces: { nodes: { id: string }[] } };
  return pieces.nodes.map(({ id }) => id);
}

/** Does it to the newest pieces that the number chooses, or tries to: what is refused changes nothing. */
async function take(client: Client, shop: Shop, { what, which }: Step): Promise<void> {
  const chosen = (await pieceIds(client)).slice(-8).filter((_, place) => (which >> place) % 2 === 1);
  const send = async (mutation: string, input: object, selection = '__typename') =>
    (await client.sendText(mutationText(mutation, selection), { input })).data()[mutation];
  if (chosen.length === 0) return;
  if (what === 'scrap' || what === 'remanufacture') {
    await send(`${what}Pieces`, { pieceIds: chosen, reason: 'Porous' });
    return;
  }
  const workstationId = what === 'ship' ? shop.dockId : shop.printerId;
  const made = (await send('createRun', { workstationId, pieceIds: chosen }, 'run { id }')) as {
    run?: { id: string };
  };
  if (!made.run) return;
  const runId = made.run.id;
  for (const mutation of ['queueRun', 'startRun']) await send(mutation, { runId });
  await send('completeRun', { runId, otherwise: what === 'fail' ? 'FAILURE' : 'SUCCESS' });
}

it('whatever is scrapped and made again, a line item counts what its log says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 12, size: 'max' }), async (steps) => {
      const { ours } = await app().organizations();
      const { client } = ours;
      const shop = await makeShop(client, { inProgressMax: 20 });
      const line = {
        designName: 'Bracket',
        quantity,
        materialId: shop.materialId,
        workflowId: shop.workflowId,
      };
      const { order } = await act<{ order: { id: string } }>(
        client,
        'createOrder',
        { name: 'Brackets', lineItems: [line] },
        'order { id }',
      );
      await act(client, 'confirmOrder', { orderId: order.id }, '__typename');
      for (const each of steps) await take(client, shop, each);
      await expectInvariants(app(), ours);

      // The pieces as the log tells of them, one event after the other.
      const pieces = new Map<string, { status: string; replacedById: string | null }>();
      for (const event of await logOf(app(), ours)) {
        if (event.subjectType !== 'Piece') continue;
        const known = pieces.get(event.subjectId) ?? { status: '', replacedById: null };
        pieces.set(event.subjectId, { ...known, ...(event.after as object) });
      }
      const heads = [...pieces.values()].filter(({ replacedById }) => replacedById === null);
      const good = heads.filter(({ status }) => status === 'COMPLETE').length;
      const inFlight = heads.filter(({ status }) => !['COMPLETE', 'INCOMPLETE'].includes(status)).length;
      const text = '{ lineItems { nodes { status shortage completedQuantity pieceCount } } }';
      const { lineItems } = (await client.sendText(text)).data() as { lineItems: { nodes: object[] } };
      expect(lineItems.nodes).toEqual([
        {
          status: good === quantity ? 'COMPLETE' : expect.not.stringMatching('COMPLETE'),
          shortage: quantity - good - inFlight,
          completedQuantity: good,
          pieceCount: pieces.size,
        },
      ]);
    }),
    { numRuns: 5, endOnFailure: true },
  );
});
