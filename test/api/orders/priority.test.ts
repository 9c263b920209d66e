import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { act, logOf } from '../support.ts';

const app = useApp();

const Priorities = graphql(`
  query PriorityRead($lineItemId: ID!, $runId: ID!) {
    lineItem(id: $lineItemId) { priority pieces(orderBy: [{ field: COPY }]) { nodes { priority } } }
    run(id: $runId) { priority version }
  }
`);

const setPriority = (client: Client, lineItemId: string, priority: number) =>
  act(client, 'updateLineItem', { lineItemId, priority }, '__typename');

describe('the priority of a confirmed line item', () => {
  it('is that of its pieces, and the highest of them that of their runs', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const first = await makeOrder(ours.client, shop, { priority: 40 });
    const second = await makeOrder(ours.client, shop, { priority: 60 });
    const pieceIds = [...first.pieces.slice(0, 1), ...second.pieces.slice(0, 1)].map((piece) => piece.id);
    const { id: runId } = await makeRun(ours.client, shop.printerId, pieceIds, 'QUEUED');
    const read = async () => {
      const { lineItemId } = first;
      const { lineItem, run } = await ours.client.query(Priorities, { lineItemId, runId });
      return [lineItem?.priority, lineItem?.pieces.nodes.map((piece) => piece.priority), run?.priority];
    };
    expect(await read()).toEqual([40, [40, 40], 60]);
    await setPriority(ours.client, first.lineItemId, 90);
    expect(await read()).toEqual([90, [90, 90], 90]);
    await setPriority(ours.client, first.lineItemId, 5);
    expect(await read()).toEqual([5, [5, 5], 60]);
  });

  it('is told by an event of each piece and of each run that it changes', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { lineItemId, pieces } = await makeOrder(ours.client, shop);
    await makeRun(ours.client, shop.printerId, [pieces[0]?.id ?? ''], 'QUEUED');
    const before = (await logOf(app(), ours)).length;
    await setPriority(ours.client, lineItemId, 90);
    const events = (await logOf(app(), ours)).slice(before);
    const change = { before: { priority: 50 }, after: { priority: 90 } };
    expect(events).toMatchObject([
      { kind: 'LineItemChanged', ...change },
      { kind: 'PieceChanged', ...change },
      { kind: 'PieceChanged', ...change },
      { kind: 'RunChanged', ...change },
    ]);
    const { organizationId } = ours;
    const stored = await app().app.prisma.piece.findMany({ where: { organizationId } });
    const told = events.filter((event) => event.kind === 'PieceChanged');
    expect(told.map(({ subjectId, version }) => [subjectId, version]).sort()).toEqual(
      stored.map(({ id, version }) => [id, version]).sort(),
    );
    // What did not change is not told of.
    await setPriority(ours.client, lineItemId, 90);
    const again = (await logOf(app(), ours)).slice(before + events.length);
    expect(again.filter((event) => event.subjectType !== 'LineItem')).toEqual([]);
  });

  it('leaves a run that was given one of its own, one that has ended, and pieces that are complete', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { lineItemId, pieces } = await makeOrder(ours.client, shop);
    const [a, b] = pieces.map((piece) => piece.id) as [string, string];
    const ended = await makeRun(ours.client, shop.printerId, [a], 'COMPLETE');
    await makeRun(ours.client, shop.dockId, [a], 'COMPLETE');
    const own = await makeRun(ours.client, shop.printerId, [b], 'QUEUED');
    await act(ours.client, 'updateRun', { runId: own.id, priority: 7 }, '__typename');
    await setPriority(ours.client, lineItemId, 90);
    const read = async (runId: string) => ours.client.query(Priorities, { lineItemId, runId });
    expect((await read(own.id)).run?.priority).toBe(7);
    const { run, lineItem } = await read(ended.id);
    expect(run?.priority).toBe(50);
    expect(lineItem?.pieces.nodes).toEqual([{ priority: 50 }, { priority: 90 }]);
  });
});
