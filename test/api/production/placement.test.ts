import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';

const app = useApp();

const SetLayout = graphql(`
  mutation PlacementSet($input: SetRunLayoutInput!) {
    setRunLayout(input: $input) {
      __typename
      ... on SetRunLayoutSuccess {
        cursor
        run { version placements { outline bottom top firstLayer lastLayer piece { id } run { id } } }
      }
      ... on InvalidInputError { issues { path message } }
      ... on ConflictError { currentVersion }
    }
  }
`);
const Placed = graphql(`
  query PlacementOfPiece($id: ID!) { piece(id: $id) { placements { run { id } outline } } }
`);

const square = (left: number, bottom: number, size = 10) => [
  [left, bottom],
  [left + size, bottom],
  [left + size, bottom + size],
  [left, bottom + size],
];

async function planned(client: Client, quantity = 2) {
  const shop = await makeShop(client);
  const ids = (await makeOrder(client, shop, { quantity })).pieces.map((piece) => piece.id);
  const { id: runId } = await makeRun(client, shop.printerId, ids);
  return { shop, ids, runId };
}

describe('setRunLayout', () => {
  it('says where the pieces lie, in place of what was said before', async () => {
    const { ours } = await app().organizations();
    const { ids, runId } = await planned(ours.client);
    const [one = '', two = ''] = ids;
    const first = {
      pieceId: one,
      outline: square(0, 0),
      bottom: 0.5,
      top: 20.25,
      firstLayer: 1,
      lastLayer: 400,
    };
    const { run, cursor } = await ours.client.success(
      SetLayout,
      { input: { runId, placements: [first, { pieceId: two, outline: square(20, 0) }] } },
      'SetRunLayoutSuccess',
    );
    expect(cursor).not.toBeNull();
    const { pieceId: _, ...said } = first;
    expect(run.placements).toEqual([
      { ...said, piece: { id: one }, run: { id: runId } },
      {
        outline: square(20, 0),
        bottom: null,
        top: null,
        firstLayer: null,
        lastLayer: null,
        piece: { id: two },
        run: { id: runId },
      },
    ]);
    const input = { runId, placements: [{ pieceId: two, outline: square(50, 50) }] };
    const again = await ours.client.success(SetLayout, { input }, 'SetRunLayoutSuccess');
    expect(again.run.placements.map(({ piece, outline }) => [piece.id, outline])).toEqual([
      [two, square(50, 50)],
    ]);
    expect((await ours.client.query(Placed, { id: one })).piece?.placements).toEqual([]);
    expect((await ours.client.query(Placed, { id: two })).piece?.placements).toEqual([
      { run: { id: runId }, outline: square(50, 50) },
    ]);
    const cleared = await ours.client.success(
      SetLayout,
      { input: { runId, placements: [] } },
      'SetRunLayoutSuccess',
    );
    expect(cleared.run.placements).toEqual([]);
  });

  it.each([
    ['crosses itself', [[0, 0], [10, 10], [10, 0], [0, 10]], 'must not cross itself.'], // biome-ignore format: a drawing
    ['goes around twice', [...square(0, 0), ...square(0, 0)], 'must not cross itself.'],
    ['is a line', [[0, 0], [5, 5], [10, 10]], 'must enclose an area.'], // biome-ignore format: a drawing
    ['is one point', [[1, 1], [1, 1], [1, 1]], 'must enclose an area.'], // biome-ignore format: a drawing
  ])('refuses an outline that %s', async (_, outline, message) => {
    const { ours } = await app().organizations();
    const { ids, runId } = await planned(ours.client, 1);
    const placements = [{ pieceId: ids[0] ?? '', outline }];
    const { issues } = await ours.client.refused(
      SetLayout,
      { input: { runId, placements } },
      'InvalidInputError',
    );
    expect(issues).toEqual([{ path: ['placements', '0', 'outline'], message }]);
  });

  it.each([
    [{ outline: square(0, 0).slice(0, 2) }, ['outline']],
    [{ outline: [[0, 0], [1], [1, 1]] }, ['outline', '1']],
    [{ outline: [[0, 0], [1e9, 0], [1, 1]] }, ['outline', '1', '0']], // biome-ignore format: a drawing
    [{ outline: [[0, 0], ['1', 0], [1, 1]] }, ['outline', '1', '0']], // biome-ignore format: a drawing
    [{ bottom: 5, top: 5 }, ['top']],
    [{ firstLayer: 5, lastLayer: 4 }, ['lastLayer']],
    [{ bottom: -1 }, ['bottom']],
  ])('refuses %j', async (wrong, path) => {
    const { ours } = await app().organizations();
    const { ids, runId } = await planned(ours.client, 1);
    const placement = { pieceId: ids[0] ?? '', outline: square(0, 0), ...wrong };
    const { issues } = await ours.client.refused(
      SetLayout,
      { input: { runId, placements: [placement] } },
      'InvalidInputError',
    );
    expect(issues.map((issue) => issue.path)).toEqual([['placements', '0', ...path]]);
  });

  it('takes an outline that is concave, drawn in either direction, of up to 250 points', async () => {
    const { ours } = await app().organizations();
    const { ids, runId } = await planned(ours.client, 1);
    const horseshoe = [[0, 0], [10, 0], [10, 10], [8, 10], [8, 2], [2, 2], [2, 10], [0, 10]]; // biome-ignore format: a drawing
    const star = Array.from({ length: 250 }, (_, at) => {
      const radius = at % 2 === 0 ? 40 : 20;
      return [radius * Math.cos((at * Math.PI) / 125), radius * Math.sin((at * Math.PI) / 125)];
    });
    for (const outline of [horseshoe, [...horseshoe].reverse(), star]) {
      const placements = [{ pieceId: ids[0] ?? '', outline }];
      await ours.client.success(SetLayout, { input: { runId, placements } }, 'SetRunLayoutSuccess');
    }
  });

  it('refuses pieces of other runs, and one that is named twice', async () => {
    const { ours } = await app().organizations();
    const { ids, runId } = await planned(ours.client, 1);
    const other = await planned(ours.client, 1);
    const place = (pieceId = '') => ({ pieceId, outline: square(0, 0) });
    const placements = [place(ids[0]), place(other.ids[0]), place(ids[0])];
    const { issues } = await ours.client.refused(
      SetLayout,
      { input: { runId, placements } },
      'InvalidInputError',
    );
    expect(issues).toEqual([
      { path: ['placements', '1', 'pieceId'], message: 'is not a piece of this run.' },
      { path: ['placements', '2', 'pieceId'], message: 'is named twice.' },
    ]);
  });

  it('keeps what was said of other pieces where it is told to', async () => {
    const { ours } = await app().organizations();
    const { ids, runId } = await planned(ours.client);
    const [one = '', two = ''] = ids;
    const set = async (pieceId: string, left: number, keepOthers: boolean) => {
      const placements = [{ pieceId, outline: square(left, 0) }];
      const input = { runId, placements, keepOthers };
      const { run } = await ours.client.success(SetLayout, { input }, 'SetRunLayoutSuccess');
      return run.placements.map(({ piece, outline }) => [piece.id, outline]);
    };
    await set(one, 0, false);
    expect(await set(two, 20, true)).toEqual([
      [one, square(0, 0)],
      [two, square(20, 0)],
    ]);
    expect(await set(one, 40, true)).toEqual([
      [one, square(40, 0)],
      [two, square(20, 0)],
    ]);
    expect(await set(two, 60, false)).toEqual([[two, square(60, 0)]]);
  });

  it('of two who saw the same version lets the first', async () => {
    const { ours } = await app().organizations();
    const { runId } = await planned(ours.client);
    const input = { runId, placements: [], expectedVersion: 1 };
    const answers = await Promise.all(
      [1, 2].map(async () => (await ours.client.query(SetLayout, { input })).setRunLayout.__typename),
    );
    expect(answers.sort()).toEqual(['ConflictError', 'SetRunLayoutSuccess']);
  });
});
