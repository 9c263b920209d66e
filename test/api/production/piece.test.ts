import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { absentId, act } from '../support.ts';

const app = useApp();

const Redo = graphql(`
  mutation PieceRedo($input: RedoPieceInput!) {
    redoPiece(input: $input) {
      __typename
      ... on RedoPieceSuccess {
        operation { id position attempt status run { id } }
        piece { status stepPosition allowedActions operations(orderBy: [{ field: POSITION }]) { nodes { position attempt status run { id } } } }
      }
      ... on TransitionError { from action allowedActions }
    }
  }
`);
const Piece = graphql(`
  query PieceRead($id: ID!) {
    piece(id: $id) {
      id serial copy status stepPosition allowedActions currentOperation { id attempt status }
      order { hasErrors } lineItem { status } workflow { id }
    }
  }
`);

/** What may be done with any piece that is not done with. */
const ending = ['SCRAP_PIECES', 'REMANUFACTURE_PIECES'];

/** A piece that failed its first step. */
async function failedPiece(client: Client) {
  const shop = await makeShop(client);
  const { pieces } = await makeOrder(client, shop, { quantity: 1 });
  const pieceId = pieces[0]?.id ?? '';
  const { id: runId } = await makeRun(client, shop.printerId, [pieceId], 'IN_PROGRESS');
  await act(client, 'completeRun', { runId, otherwise: 'FAILURE' }, '__typename');
  return { shop, pieceId, runId };
}

describe('redoPiece', () => {
  it('makes a new attempt of the failed step that waits for a run, and keeps the old one', async () => {
    const { ours } = await app().organizations();
    const { pieceId, runId } = await failedPiece(ours.client);
    const input = { pieceId, reason: 'Porous' };
    const { piece, operation } = await ours.client.success(Redo, { input }, 'RedoPieceSuccess');
    expect(operation).toMatchObject({ position: 1, attempt: 2, status: 'CREATED', run: null });
    expect(piece).toMatchObject({ status: 'CONFIRMED', stepPosition: 1, allowedActions: ending });
    const attempts = piece.operations.nodes.map((each) => [
      each.position,
      each.attempt,
      each.status,
      each.run?.id,
    ]);
    expect(attempts.sort()).toEqual([
      [1, 1, 'ERROR', runId],
      [1, 2, 'CREATED', undefined],
      [2, 1, 'CREATED', undefined],
    ]);
  });

  it('takes back the error of its order, and lets the piece be completed', async () => {
    const { ours } = await app().organizations();
    const { shop, pieceId } = await failedPiece(ours.client);
    expect((await ours.client.query(Piece, { id: pieceId })).piece).toMatchObject({
      status: 'ERROR',
      allowedActions: ['REDO_PIECE', ...ending],
      order: { hasErrors: true },
    });
    await ours.client.success(Redo, { input: { pieceId } }, 'RedoPieceSuccess');
    expect((await ours.client.query(Piece, { id: pieceId })).piece?.order.hasErrors).toBe(false);
    await makeRun(ours.client, shop.printerId, [pieceId], 'COMPLETE');
    await makeRun(ours.client, shop.dockId, [pieceId], 'COMPLETE');
    expect((await ours.client.query(Piece, { id: pieceId })).piece).toMatchObject({
      status: 'COMPLETE',
      stepPosition: 2,
      lineItem: { status: 'COMPLETE' },
    });
  });

  it('stands at its latest attempt', async () => {
    const { ours } = await app().organizations();
    const { pieceId } = await failedPiece(ours.client);
    const { operation } = await ours.client.success(Redo, { input: { pieceId } }, 'RedoPieceSuccess');
    const { piece } = await ours.client.query(Piece, { id: pieceId });
    expect(piece?.currentOperation).toEqual({ id: operation.id, attempt: 2, status: 'CREATED' });
  });

  it('records its reason', async () => {
    const { ours } = await app().organizations();
    const { pieceId } = await failedPiece(ours.client);
    await ours.client.success(Redo, { input: { pieceId, reason: 'Porous' } }, 'RedoPieceSuccess');
    const events = await app().app.prisma.event.findMany({
      where: { organizationId: ours.organizationId },
      orderBy: { position: 'desc' },
      take: 3,
    });
    expect(events.map((event) => event.reason)).toContain('Porous');
  });

  it('is possible in ERROR only', async () => {
    const { ours } = await app().organizations();
    const { pieceId } = await failedPiece(ours.client);
    await ours.client.success(Redo, { input: { pieceId } }, 'RedoPieceSuccess');
    const refused = await ours.client.refused(Redo, { input: { pieceId } }, 'TransitionError');
    expect(refused).toMatchObject({ from: 'CONFIRMED', action: 'REDO_PIECE', allowedActions: ending });
  });
});

describe('a piece', () => {
  it('is null for an id that names nothing, and for that of another organization', async () => {
    const { ours, theirs } = await app().organizations();
    const { pieces } = await makeOrder(theirs.client, await makeShop(theirs.client), { quantity: 1 });
    expect(await ours.client.query(Piece, { id: pieces[0]?.id ?? '' })).toEqual({ piece: null });
    expect(await ours.client.query(Piece, { id: absentId('Piece') })).toEqual({ piece: null });
  });
});
