import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { expectInvariants } from '../../domain/invariants.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { act, logOf } from '../support.ts';

const app = useApp();

const Remanufacture = graphql(`
  mutation RemanufacturePieces($input: RemanufacturePiecesInput!) {
    remanufacturePieces(input: $input) {
      __typename
      ... on RemanufacturePiecesSuccess {
        pieces { id status allowedActions replacedBy { id } }
        replacements {
          id serial copy type status priority stepPosition stepKind workflow { id } replaces { id }
          operations(orderBy: [{ field: POSITION }]) { nodes { position attempt status } }
          lineItem { id status shortage completedQuantity pieceCount }
        }
      }
      ... on TransitionError { from action }
      ... on BlockedError { message blockedBy { rule subject { label } } }
    }
  }
`);
const Item = graphql(`
  query RemanufactureItem($id: ID!) {
    lineItem(id: $id) { status shortage completedQuantity pieceCount quantity order { status } }
  }
`);

const reason = 'Porous';

async function ordered(client: Client, quantity = 2) {
  const shop = await makeShop(client);
  const order = await makeOrder(client, shop, { quantity });
  return { shop, ...order, ids: order.pieces.map((piece) => piece.id) };
}

/** Takes pieces through all of their steps. */
async function finish(client: Client, shop: { printerId: string; dockId: string }, ids: string[]) {
  await makeRun(client, shop.printerId, ids, 'COMPLETE');
  await makeRun(client, shop.dockId, ids, 'COMPLETE');
}

describe('remanufacturePieces', () => {
  it('replaces pieces by others of the same line item and workflow, which begin at the first step', async () => {
    const { ours } = await app().organizations();
    const { shop, ids, number, lineItemId } = await ordered(ours.client);
    await makeRun(ours.client, shop.printerId, ids, 'IN_PROGRESS');
    const { pieces, replacements } = await ours.client.success(
      Remanufacture,
      { input: { pieceIds: ids, reason } },
      'RemanufacturePiecesSuccess',
    );
    expect(pieces).toEqual(
      ids.map((id, place) => ({
        id,
        status: 'INCOMPLETE',
        allowedActions: [],
        replacedBy: { id: replacements[place]?.id },
      })),
    );
    expect(replacements).toEqual(
      ids.map((id, place) => ({
        id: expect.any(String),
        serial: `${number}-1-${place + 3}`,
        copy: place + 3,
        type: 'PRODUCT',
        status: 'CONFIRMED',
        priority: 50,
        stepPosition: 1,
        stepKind: 'PRINTER',
        workflow: { id: shop.workflowId },
        replaces: { id },
        operations: {
          nodes: [
            { position: 1, attempt: 1, status: 'CREATED' },
            { position: 2, attempt: 1, status: 'CREATED' },
          ],
        },
        lineItem: { id: lineItemId, status: 'PRINTING', shortage: 0, completedQuantity: 0, pieceCount: 4 },
      })),
    );
    await expectInvariants(app(), ours);
  });

  it('lets the line item be complete with what was made instead, and only then', async () => {
    const { ours } = await app().organizations();
    const { shop, ids, lineItemId } = await ordered(ours.client);
    const [bad = '', good = ''] = ids;
    await finish(ours.client, shop, [good]);
    const input = { pieceIds: [bad], reason };
    const { replacements } = await ours.client.success(
      Remanufacture,
      { input },
      'RemanufacturePiecesSuccess',
    );
    const item = async () => (await ours.client.query(Item, { id: lineItemId })).lineItem;
    expect(await item()).toMatchObject({ status: 'SHIPPING', completedQuantity: 1, shortage: 0 });
    await finish(ours.client, shop, [replacements[0]?.id ?? '']);
    expect(await item()).toEqual({
      status: 'COMPLETE',
      quantity: 2,
      completedQuantity: 2,
      shortage: 0,
      pieceCount: 3,
      order: { status: 'COMPLETE' },
    });
    await expectInvariants(app(), ours);
  });

  it('makes up for a piece that was scrapped before, once', async () => {
    const { ours } = await app().organizations();
    const { ids, lineItemId, pieces } = await ordered(ours.client, 1);
    await act(ours.client, 'scrapPieces', { pieceIds: ids, reason }, '__typename');
    expect((await ours.client.query(Item, { id: lineItemId })).lineItem?.shortage).toBe(1);
    const input = { pieceIds: ids, reason };
    const made = await ours.client.success(Remanufacture, { input }, 'RemanufacturePiecesSuccess');
    expect((await ours.client.query(Item, { id: lineItemId })).lineItem?.shortage).toBe(0);
    const refused = await ours.client.refused(Remanufacture, { input }, 'BlockedError');
    expect(refused.blockedBy).toEqual([{ rule: 'piece.notReplaced', subject: { label: pieces[0]?.serial } }]);
    expect(refused.message).toContain(made.replacements[0]?.serial);
    const kinds = (await logOf(app(), ours))
      .filter((event) => event.reason === reason)
      .map(({ kind }) => kind);
    expect(kinds).toContain('PieceChanged');
    await expectInvariants(app(), ours);
  });

  it('goes on from piece to piece', async () => {
    const { ours } = await app().organizations();
    const { ids } = await ordered(ours.client, 1);
    let [at = ''] = ids;
    for (const copy of [2, 3, 4]) {
      const input = { pieceIds: [at], reason };
      const { replacements } = await ours.client.success(
        Remanufacture,
        { input },
        'RemanufacturePiecesSuccess',
      );
      expect(replacements[0]).toMatchObject({ copy, replaces: { id: at } });
      at = replacements[0]?.id ?? '';
    }
    await expectInvariants(app(), ours);
  });

  it('is refused for all where one is held, complete, or of a cancelled line item', async () => {
    const { ours } = await app().organizations();
    const { shop, ids, pieces } = await ordered(ours.client);
    const [held = '', free = ''] = ids;
    await act(ours.client, 'placeHold', { pieceId: held, reason: 'Oil' }, '__typename');
    const before = (await logOf(app(), ours)).length;
    const blocked = await ours.client.refused(
      Remanufacture,
      { input: { pieceIds: [free, held], reason } },
      'BlockedError',
    );
    expect(blocked.blockedBy).toEqual([{ rule: 'hold.pieces', subject: { label: pieces[0]?.serial } }]);
    expect(await logOf(app(), ours)).toHaveLength(before);
    await finish(ours.client, shop, [free]);
    const complete = await ours.client.refused(
      Remanufacture,
      { input: { pieceIds: [free], reason } },
      'TransitionError',
    );
    expect(complete).toMatchObject({ from: 'COMPLETE', action: 'REMANUFACTURE_PIECES' });
    const given = await ordered(ours.client);
    const [scrapped = ''] = given.ids;
    await act(ours.client, 'scrapPieces', { pieceIds: [scrapped], reason }, '__typename');
    await act(ours.client, 'cancelLineItem', { lineItemId: given.lineItemId, reason }, '__typename');
    const closed = await ours.client.refused(
      Remanufacture,
      { input: { pieceIds: [scrapped], reason } },
      'BlockedError',
    );
    expect(closed.blockedBy.map(({ rule }) => rule)).toEqual(['lineItem.open']);
  });

  it('asked for by two at once makes one piece', async () => {
    const { ours } = await app().organizations();
    const { ids, lineItemId } = await ordered(ours.client, 1);
    const input = { pieceIds: ids, reason };
    const answers = await Promise.all(
      [1, 2, 3].map(async () => (await ours.client.query(Remanufacture, { input })).remanufacturePieces),
    );
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      'BlockedError',
      'BlockedError',
      'RemanufacturePiecesSuccess',
    ]);
    expect((await ours.client.query(Item, { id: lineItemId })).lineItem?.pieceCount).toBe(2);
    await expectInvariants(app(), ours);
  });
});
