import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { expectInvariants } from '../../domain/invariants.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { absentId, act, logOf } from '../support.ts';

const app = useApp();

const Decide = graphql(`
  mutation DecisionDecide($input: DecideAnomalyInput!) {
    decideAnomaly(input: $input) {
      __typename
      ... on DecideAnomalySuccess {
        anomaly { status decision decisionNote allowedActions version pieces { decision piece { id status } } }
        pieces { id status replacedBy { id } }
        replacements { id status copy }
      }
      ... on TransitionError { message from action allowedActions }
      ... on BlockedError { blockedBy { rule } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Item = graphql(`
  query DecisionItem($id: ID!) { lineItem(id: $id) { shortage pieceCount } }
`);

const box = (left: number, size = 10) => [
  [left, 0],
  [left + size, 0],
  [left + size, size],
  [left, size],
];

/** A run in progress with three pieces beside each other, and an anomaly over the first two. */
async function found(client: Client, input: object = { boundary: box(5) }) {
  const shop = await makeShop(client);
  const { lineItemId, pieces, orderId } = await makeOrder(client, shop, { quantity: 3 });
  const ids = pieces.map((piece) => piece.id);
  const { id: runId } = await makeRun(client, shop.printerId, ids, 'IN_PROGRESS');
  const placements = ids.map((pieceId, place) => ({ pieceId, outline: box(place * 10) }));
  await act(client, 'setRunLayout', { runId, placements }, '__typename');
  const { anomaly } = await act<{ anomaly: { id: string } }>(
    client,
    'reportAnomaly',
    { source: 'Camera', classification: 'spatter', runId, ...input },
    'anomaly { id }',
  );
  return {
    shop,
    lineItemId,
    orderId,
    ids,
    runId,
    anomalyId: anomaly.id,
    serials: pieces.map((p) => p.serial),
  };
}

describe('decideAnomaly', () => {
  it('SCRAP scraps what it may harm, and records it of each piece', async () => {
    const { ours } = await app().organizations();
    const { lineItemId, ids, anomalyId } = await found(ours.client);
    const input = { anomalyId, decision: 'SCRAP' as const, note: 'Through the wall' };
    const decided = await ours.client.success(Decide, { input }, 'DecideAnomalySuccess');
    expect(decided.anomaly).toEqual({
      status: 'ADDRESSED',
      decision: 'SCRAP',
      decisionNote: 'Through the wall',
      allowedActions: [],
      version: 2,
      pieces: ids.slice(0, 2).map((id) => ({ decision: 'SCRAP', piece: { id, status: 'INCOMPLETE' } })),
    });
    expect(decided.pieces.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(decided.replacements).toEqual([]);
    const { lineItem } = await ours.client.query(Item, { id: lineItemId });
    expect(lineItem).toEqual({ shortage: 2, pieceCount: 3 });
    const events = (await logOf(app(), ours)).filter(
      ({ kind, reason }) => kind === 'PieceStatusChanged' && reason,
    );
    expect(events.map(({ reason }) => reason)).toEqual(Array(2).fill('spatter (Camera): Through the wall'));
    await expectInvariants(app(), ours);
  });

  it('REMANUFACTURE makes other pieces instead', async () => {
    const { ours } = await app().organizations();
    const { lineItemId, ids, anomalyId } = await found(ours.client);
    const input = { anomalyId, decision: 'REMANUFACTURE' as const };
    const { pieces, replacements } = await ours.client.success(Decide, { input }, 'DecideAnomalySuccess');
    expect(pieces).toEqual(
      ids.slice(0, 2).map((id, place) => ({
        id,
        status: 'INCOMPLETE',
        replacedBy: { id: replacements[place]?.id },
      })),
    );
    expect(replacements.map(({ status, copy }) => [status, copy])).toEqual([
      ['CONFIRMED', 4],
      ['CONFIRMED', 5],
    ]);
    const { lineItem } = await ours.client.query(Item, { id: lineItemId });
    expect(lineItem).toEqual({ shortage: 0, pieceCount: 5 });
    await expectInvariants(app(), ours);
  });

  it('does it to the pieces that are named, and to those alone', async () => {
    const { ours } = await app().organizations();
    const { ids, anomalyId } = await found(ours.client);
    const [one, , three = ''] = ids;
    const input = { anomalyId, decision: 'SCRAP' as const, pieceIds: [three] };
    const { anomaly, pieces } = await ours.client.success(Decide, { input }, 'DecideAnomalySuccess');
    expect(pieces.map(({ id }) => id)).toEqual([three]);
    expect(anomaly.pieces).toHaveLength(3);
    expect(anomaly.pieces).toContainEqual({ decision: 'SCRAP', piece: { id: three, status: 'INCOMPLETE' } });
    expect(anomaly.pieces).toContainEqual({ decision: null, piece: { id: one, status: 'IN_PROGRESS' } });
  });

  it('passes over what is given up or done already', async () => {
    const { ours } = await app().organizations();
    const { ids, anomalyId } = await found(ours.client);
    await act(ours.client, 'scrapPieces', { pieceIds: [ids[0]], reason: 'Bent' }, '__typename');
    const input = { anomalyId, decision: 'SCRAP' as const };
    const { pieces } = await ours.client.success(Decide, { input }, 'DecideAnomalySuccess');
    expect(pieces.map(({ id }) => id)).toEqual([ids[1]]);
  });

  it('IGNORE does nothing to pieces, records it of each, and takes no names', async () => {
    const { ours } = await app().organizations();
    const { ids, anomalyId } = await found(ours.client);
    const input = { anomalyId, decision: 'IGNORE' as const };
    const named = await ours.client.refused(
      Decide,
      { input: { ...input, pieceIds: ids } },
      'InvalidInputError',
    );
    expect(named.issues[0]?.path).toEqual(['pieceIds']);
    const { anomaly, pieces } = await ours.client.success(Decide, { input }, 'DecideAnomalySuccess');
    expect(pieces).toEqual([]);
    expect(anomaly.pieces).toEqual(
      ids.slice(0, 2).map((id) => ({ decision: 'IGNORE', piece: { id, status: 'IN_PROGRESS' } })),
    );
  });

  it('needs names where it is not known what it may harm, or all of that is done', async () => {
    const { ours } = await app().organizations();
    const { ids, anomalyId } = await found(ours.client, {});
    for (const decision of ['SCRAP', 'REMANUFACTURE'] as const) {
      const input = { anomalyId, decision };
      const { issues } = await ours.client.refused(Decide, { input }, 'InvalidInputError');
      expect(issues).toEqual([{ path: ['pieceIds'], message: expect.stringContaining('Name the pieces') }]);
    }
    const input = { anomalyId, decision: 'SCRAP' as const, pieceIds: ids };
    const { anomaly } = await ours.client.success(Decide, { input }, 'DecideAnomalySuccess');
    expect(anomaly.pieces).toHaveLength(3);
  });

  it('is all or nothing: what refuses one piece refuses the decision', async () => {
    const { ours } = await app().organizations();
    const { ids, anomalyId, runId, shop, serials } = await found(ours.client);
    const [one = '', two = '', three = ''] = ids;
    await act(ours.client, 'placeHold', { pieceId: two, reason: 'Oil' }, '__typename');
    const before = (await logOf(app(), ours)).length;
    const held = await ours.client.refused(
      Decide,
      { input: { anomalyId, decision: 'REMANUFACTURE' as const } },
      'BlockedError',
    );
    expect(held.blockedBy).toEqual([{ rule: 'hold.pieces' }]);
    expect(await logOf(app(), ours)).toHaveLength(before);
    await act(ours.client, 'completeRun', { runId, otherwise: 'SUCCESS' }, '__typename');
    await makeRun(ours.client, shop.dockId, [three], 'COMPLETE');
    const done = await ours.client.refused(
      Decide,
      { input: { anomalyId, decision: 'SCRAP' as const, pieceIds: [one, three] } },
      'TransitionError',
    );
    expect(done).toMatchObject({ from: 'COMPLETE', action: 'SCRAP_PIECES' });
    expect(done.message).toContain(serials[2]);
    // Scrapping what is held is possible.
    const input = { anomalyId, decision: 'SCRAP' as const };
    const { pieces } = await ours.client.success(Decide, { input }, 'DecideAnomalySuccess');
    expect(pieces.map(({ id }) => id).sort()).toEqual([one, two].sort());
    await expectInvariants(app(), ours);
  });

  it('refuses pieces that are not there, and those of another run', async () => {
    const { ours, theirs } = await app().organizations();
    const { ids, anomalyId } = await found(ours.client);
    const other = await found(ours.client);
    const foreign = await found(theirs.client);
    const refused = async (pieceId = '') => {
      const input = { anomalyId, decision: 'SCRAP' as const, pieceIds: [ids[0] ?? '', pieceId] };
      return (await ours.client.refused(Decide, { input }, 'InvalidInputError')).issues;
    };
    const missing = [{ path: ['pieceIds', '1'], message: 'names no Piece that is visible to you.' }];
    expect(await refused(absentId('Piece'))).toEqual(missing);
    expect(await refused(foreign.ids[0])).toEqual(missing);
    expect(await refused(other.ids[0])).toEqual([
      { path: ['pieceIds', '1'], message: 'is not a piece of the run that the anomaly was found in.' },
    ]);
  });

  it('by two at once has one winner', async () => {
    const { ours } = await app().organizations();
    for (let round = 0; round < 5; round++) {
      const { anomalyId, lineItemId } = await found(ours.client);
      const answers = await Promise.all(
        (['REMANUFACTURE', 'SCRAP', 'REMANUFACTURE'] as const).map(
          async (decision) =>
            (await ours.client.query(Decide, { input: { anomalyId, decision } })).decideAnomaly.__typename,
        ),
      );
      expect(answers.sort()).toEqual(['DecideAnomalySuccess', 'TransitionError', 'TransitionError']);
      const { lineItem } = await ours.client.query(Item, { id: lineItemId });
      expect([lineItem?.shortage, lineItem?.pieceCount]).toEqual(lineItem?.shortage === 0 ? [0, 5] : [2, 3]);
    }
    await expectInvariants(app(), ours);
  });

  it('while the layout changes is about what one of the two layouts says', async () => {
    const { ours } = await app().organizations();
    for (let round = 0; round < 5; round++) {
      const { anomalyId, ids, runId } = await found(ours.client);
      const placements = ids.map((pieceId, place) => ({ pieceId, outline: box(20 - place * 10) }));
      const [{ pieces }] = await Promise.all([
        ours.client.success(
          Decide,
          { input: { anomalyId, decision: 'SCRAP' as const } },
          'DecideAnomalySuccess',
        ),
        act(ours.client, 'setRunLayout', { runId, placements }, '__typename'),
      ]);
      const places = pieces.map(({ id }) => ids.indexOf(id)).sort();
      expect([
        [0, 1],
        [1, 2],
      ]).toContainEqual(places);
    }
    await expectInvariants(app(), ours);
  });

  it('and the scrapping of its pieces by somebody else at once scraps each once', async () => {
    const { ours } = await app().organizations();
    for (let round = 0; round < 5; round++) {
      const { anomalyId, ids, lineItemId } = await found(ours.client);
      const [decided] = await Promise.all([
        ours.client.query(Decide, { input: { anomalyId, decision: 'REMANUFACTURE' as const } }),
        ours.client.sendText(
          'mutation M($input: ScrapPiecesInput!) { scrapPieces(input: $input) { __typename } }',
          { input: { pieceIds: ids.slice(0, 1), reason: 'Bent' } },
        ),
      ]);
      expect(decided.decideAnomaly.__typename).toBe('DecideAnomalySuccess');
      const { lineItem } = await ours.client.query(Item, { id: lineItemId });
      // Scrapped first, it is done with and nothing is made instead; else it is replaced.
      expect([
        { shortage: 1, pieceCount: 4 },
        { shortage: 0, pieceCount: 5 },
      ]).toContainEqual(lineItem);
    }
    await expectInvariants(app(), ours);
  });
});
