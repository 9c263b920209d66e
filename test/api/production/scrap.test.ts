import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { expectInvariants } from '../../domain/invariants.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { kg, makeBatch, makeLot, makePowder, makePrinting } from '../../support/materials.ts';
import { absentId, act, logOf } from '../support.ts';

const app = useApp();

const Scrap = graphql(`
  mutation ScrapPieces($input: ScrapPiecesInput!) {
    scrapPieces(input: $input) {
      __typename
      ... on ScrapPiecesSuccess {
        pieces { id status allowedActions replacedBy { id } lineItem { status shortage completedQuantity pieceCount } order { hasErrors status } }
      }
      ... on TransitionError { message from action allowedActions }
      ... on BlockedError { blockedBy { rule subject { label } } }
      ... on NotFoundError { id }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Piece = graphql(`
  query ScrapRead($id: ID!) {
    piece(id: $id) {
      status stepPosition operations(orderBy: [{ field: POSITION }]) { nodes { position status notes endedAt run { id } } }
      lineItem { status shortage completedQuantity progress { stage count } }
    }
  }
`);
const Run = graphql(`
  query ScrapRun($id: ID!) { run(id: $id) { status pieceCount priority } }
`);
const Complete = graphql(`
  mutation ScrapComplete($input: CompleteRunInput!) {
    completeRun(input: $input) {
      __typename
      ... on CompleteRunSuccess { pieces { id status } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Balance = graphql(`
  query ScrapBalance($id: ID!) {
    materialLot(id: $id) { massBalance { inPieces { value } scrapped { value } unaccounted { value } } }
  }
`);

const reason = 'Porous';

async function ordered(client: Client, quantity = 2, priority = 50) {
  const shop = await makeShop(client);
  const order = await makeOrder(client, shop, { quantity, priority });
  return { shop, ...order, ids: order.pieces.map((piece) => piece.id) };
}

describe('scrapPieces', () => {
  it('ends a piece for good and leaves its line item short of it', async () => {
    const { ours } = await app().organizations();
    const { shop, ids } = await ordered(ours.client);
    const [bad = '', good = ''] = ids;
    await makeRun(ours.client, shop.printerId, ids, 'COMPLETE');
    const { pieces } = await ours.client.success(
      Scrap,
      { input: { pieceIds: [bad], reason } },
      'ScrapPiecesSuccess',
    );
    expect(pieces).toEqual([
      {
        id: bad,
        status: 'INCOMPLETE',
        allowedActions: ['REMANUFACTURE_PIECES'],
        replacedBy: null,
        lineItem: { status: 'PRINTING', shortage: 1, completedQuantity: 0, pieceCount: 2 },
        order: { hasErrors: false, status: 'PRINTING' },
      },
    ]);
    await makeRun(ours.client, shop.dockId, [good], 'COMPLETE');
    const { piece } = await ours.client.query(Piece, { id: good });
    // One of two is complete, and one is missing for good: the line item is not done.
    expect(piece?.lineItem).toEqual({
      status: 'SHIPPING',
      shortage: 1,
      completedQuantity: 1,
      progress: [
        { stage: 'COMPLETE', count: 1 },
        { stage: 'INCOMPLETE', count: 1 },
      ],
    });
    await expectInvariants(app(), ours);
  });

  it('fails what is being done on it and drops what was still to be done, with its reason', async () => {
    const { ours } = await app().organizations();
    const { shop, ids } = await ordered(ours.client, 1);
    const [id = ''] = ids;
    const printing = await makeRun(ours.client, shop.printerId, ids, 'IN_PROGRESS');
    const shipping = await makeRun(ours.client, shop.dockId, ids, 'QUEUED');
    await ours.client.success(Scrap, { input: { pieceIds: ids, reason } }, 'ScrapPiecesSuccess');
    const { piece } = await ours.client.query(Piece, { id });
    expect(piece).toMatchObject({
      status: 'INCOMPLETE',
      operations: {
        nodes: [
          { position: 1, status: 'ERROR', notes: reason, run: { id: printing.id } },
          { position: 2, status: 'CANCELLED', run: null },
        ],
      },
    });
    // A run that waited only for it is cancelled; one that has begun is a person's to end.
    expect((await ours.client.query(Run, { id: shipping.id })).run?.status).toBe('CANCELLED');
    expect((await ours.client.query(Run, { id: printing.id })).run?.status).toBe('IN_PROGRESS');
    const events = (await logOf(app(), ours)).filter((event) => event.reason === reason);
    expect(events.map((event) => event.kind).sort()).toEqual([
      'OperationStatusChanged',
      'OperationStatusChanged',
      'PieceStatusChanged',
      'RunChanged',
      'RunStatusChanged',
    ]);
    await ours.client.success(Complete, { input: { runId: printing.id } }, 'CompleteRunSuccess');
    await expectInvariants(app(), ours);
  });

  it('during a run takes the piece out of what its completion needs an outcome for', async () => {
    const { ours } = await app().organizations();
    const { shop, ids } = await ordered(ours.client);
    const [bad = '', good = ''] = ids;
    const { id: runId } = await makeRun(ours.client, shop.printerId, ids, 'IN_PROGRESS');
    await ours.client.success(Scrap, { input: { pieceIds: [bad], reason } }, 'ScrapPiecesSuccess');
    const named = { runId, outcomes: [{ pieceId: bad, outcome: 'SUCCESS' as const }] };
    const { issues } = await ours.client.refused(Complete, { input: named }, 'InvalidInputError');
    expect(issues[0]).toMatchObject({ path: ['outcomes', '0', 'pieceId'] });
    const input = { runId, outcomes: [{ pieceId: good, outcome: 'SUCCESS' as const }] };
    const { pieces } = await ours.client.success(Complete, { input }, 'CompleteRunSuccess');
    expect(pieces).toEqual([{ id: good, status: 'CONFIRMED' }]);
    await expectInvariants(app(), ours);
  });

  it('gives a run that waits the priority of what it keeps', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const urgent = (await makeOrder(ours.client, shop, { quantity: 1, priority: 90 })).pieces[0]?.id ?? '';
    const usual = (await makeOrder(ours.client, shop, { quantity: 1, priority: 20 })).pieces[0]?.id ?? '';
    const { id } = await makeRun(ours.client, shop.printerId, [urgent, usual], 'QUEUED');
    expect((await ours.client.query(Run, { id })).run?.priority).toBe(90);
    await ours.client.success(Scrap, { input: { pieceIds: [urgent], reason } }, 'ScrapPiecesSuccess');
    expect((await ours.client.query(Run, { id })).run).toMatchObject({ priority: 20, pieceCount: 1 });
  });

  it('is not tried again with the run that failed', async () => {
    const { ours } = await app().organizations();
    const { shop, ids } = await ordered(ours.client);
    const [bad = ''] = ids;
    const { id: runId } = await makeRun(ours.client, shop.printerId, ids, 'IN_PROGRESS');
    await act(ours.client, 'failRun', { runId, error: 'Jam' }, '__typename');
    await ours.client.success(Scrap, { input: { pieceIds: [bad], reason } }, 'ScrapPiecesSuccess');
    await act(ours.client, 'queueRun', { runId }, '__typename');
    const { piece } = await ours.client.query(Piece, { id: bad });
    expect(piece?.operations.nodes.map((each) => each.status)).toEqual(['ERROR', 'CANCELLED']);
    await expectInvariants(app(), ours);
  });

  it('leaves scrapped pieces as they are when their line item is cancelled', async () => {
    const { ours } = await app().organizations();
    const { lineItemId, ids } = await ordered(ours.client);
    const [bad = ''] = ids;
    await ours.client.success(Scrap, { input: { pieceIds: [bad], reason } }, 'ScrapPiecesSuccess');
    await act(ours.client, 'cancelLineItem', { lineItemId, reason: 'Enough' }, '__typename');
    expect((await ours.client.query(Piece, { id: bad })).piece).toMatchObject({
      status: 'INCOMPLETE',
      lineItem: { status: 'CANCELLED' },
    });
    await expectInvariants(app(), ours);
  });

  it('refuses all where one is complete, and names it', async () => {
    const { ours } = await app().organizations();
    const { shop, ids, pieces } = await ordered(ours.client);
    const [done = '', open = ''] = ids;
    await makeRun(ours.client, shop.printerId, [done], 'COMPLETE');
    await makeRun(ours.client, shop.dockId, [done], 'COMPLETE');
    const before = (await logOf(app(), ours)).length;
    const refused = await ours.client.refused(
      Scrap,
      { input: { pieceIds: [open, done], reason } },
      'TransitionError',
    );
    expect(refused).toMatchObject({ from: 'COMPLETE', action: 'SCRAP_PIECES', allowedActions: [] });
    expect(refused.message).toContain(pieces[0]?.serial);
    expect(await logOf(app(), ours)).toHaveLength(before);
  });

  it('refuses a piece that left the shop although a step of it is open', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { workflow } = await act<{ workflow: { id: string } }>(
      ours.client,
      'createWorkflow',
      {
        name: 'Ship, then inspect',
        steps: [
          { name: 'Ship', workstationTypeId: shop.shippingTypeId },
          { name: 'Print', workstationTypeId: shop.printerTypeId },
        ],
      },
      'workflow { id }',
    );
    const order = await makeOrder(ours.client, { ...shop, workflowId: workflow.id }, { quantity: 1 });
    const pieceIds = order.pieces.map((piece) => piece.id);
    await makeRun(ours.client, shop.dockId, pieceIds, 'COMPLETE');
    const refused = await ours.client.refused(Scrap, { input: { pieceIds, reason } }, 'BlockedError');
    expect(refused.blockedBy).toEqual([
      { rule: 'piece.notShipped', subject: { label: order.pieces[0]?.serial } },
    ]);
  });

  it('refuses what is scrapped already, what is not there, and no piece at all', async () => {
    const { ours, theirs } = await app().organizations();
    const { ids } = await ordered(ours.client, 1);
    await ours.client.success(Scrap, { input: { pieceIds: ids, reason } }, 'ScrapPiecesSuccess');
    const again = await ours.client.refused(Scrap, { input: { pieceIds: ids, reason } }, 'TransitionError');
    expect(again.from).toBe('INCOMPLETE');
    for (const id of [absentId('Piece'), (await ordered(theirs.client, 1)).ids[0] ?? '']) {
      const refused = await ours.client.refused(
        Scrap,
        { input: { pieceIds: [id], reason } },
        'NotFoundError',
      );
      expect(refused.id).toBe(id);
    }
    const none = await ours.client.refused(Scrap, { input: { pieceIds: [], reason } }, 'InvalidInputError');
    expect(none.issues).toEqual([{ path: ['pieceIds'], message: 'must name at least one' }]);
    const why = await ours.client.refused(
      Scrap,
      { input: { pieceIds: ids, reason: ' ' } },
      'InvalidInputError',
    );
    expect(why.issues[0]?.path).toEqual(['reason']);
  });

  it('is possible for a held piece', async () => {
    const { ours } = await app().organizations();
    const { ids } = await ordered(ours.client, 1);
    await act(ours.client, 'placeHold', { pieceId: ids[0], reason: 'Oil' }, '__typename');
    await ours.client.success(Scrap, { input: { pieceIds: ids, reason } }, 'ScrapPiecesSuccess');
  });

  it('books what went into the piece as scrap, told before or after', async () => {
    const { ours } = await app().organizations();
    const powder = await makePowder(ours.client);
    const lot = await makeLot(ours.client, powder, { count: 1 });
    const batchId = await makeBatch(ours.client, lot);
    await act(
      ours.client,
      'loadBatch',
      { batchId, workstationId: powder.printerId, quantity: kg(8) },
      '__typename',
    );
    const { runId, pieceIds } = await makePrinting(ours.client, powder, 3);
    const balance = async () => (await ours.client.query(Balance, { id: lot.id })).materialLot?.massBalance;
    const [early = '', late = '', good = ''] = pieceIds;
    await act(
      ours.client,
      'consumeBatch',
      { runId, pieces: [early, good].map((pieceId) => ({ pieceId, quantity: kg(1) })) },
      '__typename',
    );
    expect(await balance()).toMatchObject({ inPieces: { value: '2' }, scrapped: { value: '0' } });
    await ours.client.success(Scrap, { input: { pieceIds: [early, late], reason } }, 'ScrapPiecesSuccess');
    expect(await balance()).toMatchObject({ inPieces: { value: '1' }, scrapped: { value: '1' } });
    await act(
      ours.client,
      'consumeBatch',
      { runId, pieces: [{ pieceId: late, quantity: kg(2) }] },
      '__typename',
    );
    expect(await balance()).toEqual({
      inPieces: { value: '1' },
      scrapped: { value: '3' },
      unaccounted: { value: '0' },
    });
  });

  it('and the completion of its run at once leave everything as one after the other would', async () => {
    const { ours } = await app().organizations();
    for (let round = 0; round < 5; round++) {
      const { shop, ids } = await ordered(ours.client);
      const [bad = ''] = ids;
      const { id: runId } = await makeRun(ours.client, shop.printerId, ids, 'IN_PROGRESS');
      const [scrapped, completed] = await Promise.all([
        ours.client.query(Scrap, { input: { pieceIds: [bad], reason } }),
        ours.client.query(Complete, { input: { runId, otherwise: 'SUCCESS' as const } }),
      ]);
      expect([scrapped.scrapPieces.__typename, completed.completeRun.__typename]).toEqual([
        'ScrapPiecesSuccess',
        'CompleteRunSuccess',
      ]);
      expect((await ours.client.query(Piece, { id: bad })).piece?.status).toBe('INCOMPLETE');
    }
    await expectInvariants(app(), ours);
  });

  it('at once with planning the piece has a run without it, or none', async () => {
    const { ours } = await app().organizations();
    for (let round = 0; round < 5; round++) {
      const { shop, ids } = await ordered(ours.client, 1);
      await Promise.all([
        ours.client.query(Scrap, { input: { pieceIds: ids, reason } }),
        ours.client.sendText(
          'mutation M($input: CreateRunInput!) { createRun(input: $input) { __typename } }',
          { input: { workstationId: shop.printerId, pieceIds: ids } },
        ),
      ]);
      expect((await ours.client.query(Piece, { id: ids[0] ?? '' })).piece?.status).toBe('INCOMPLETE');
    }
    await expectInvariants(app(), ours);
  });
});
