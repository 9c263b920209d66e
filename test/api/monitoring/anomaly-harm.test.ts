import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { subscribe } from '../../support/stream.ts';
import { act, create, logOf, uuidOf } from '../support.ts';

const app = useApp();

const Report = graphql(`
  mutation HarmReport($input: ReportAnomalyInput!) {
    reportAnomaly(input: $input) {
      __typename
      ... on ReportAnomalySuccess { anomaly { id version pieces { overlapArea decision piece { id } } } }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const Anomaly = graphql(`
  query HarmRead($id: ID!) {
    anomaly(id: $id) { version isAnomaly analysis { id } run { id } pieces { overlapArea piece { id } } }
  }
`);
const Piece = graphql(`
  query HarmPiece($id: ID!, $filter: AnomalyFilter) {
    piece(id: $id) { anomalies(filter: $filter, orderBy: [{ field: LAYER }]) { totalCount nodes { layer } } }
  }
`);
const Holds = graphql(`
  query HarmHolds { holds(first: 50) { nodes { status reason piece { id } } } }
`);
const Events = graphql(`
  subscription HarmStream($pieceId: ID, $analysisId: ID, $workstationId: ID, $locationId: ID, $runId: ID) {
    anomalyEvents(pieceId: $pieceId, analysisId: $analysisId, workstationId: $workstationId, locationId: $locationId, runId: $runId) {
      __typename ... on Event { kind subjectId }
    }
  }
`);

type Points = number[][];

const box = (left: number, bottom: number, width = 10, height = width): Points => [
  [left, bottom],
  [left + width, bottom],
  [left + width, bottom + height],
  [left, bottom + height],
];

/** A run in progress; its pieces lie as told. */
async function printing(client: Client, outlines: readonly Points[], more: readonly object[] = []) {
  const shop = await makeShop(client);
  const order = await makeOrder(client, shop, { quantity: Math.max(1, outlines.length) });
  const ids = order.pieces.map((piece) => piece.id);
  const { id: runId } = await makeRun(client, shop.printerId, ids, 'IN_PROGRESS');
  const layOut = (drawn: readonly Points[], limits: readonly object[] = []) =>
    act(
      client,
      'setRunLayout',
      {
        runId,
        placements: drawn.map((outline, place) => ({ pieceId: ids[place], outline, ...limits[place] })),
      },
      '__typename',
    );
  if (outlines.length > 0) await layOut(outlines, more);
  return { shop, ids, runId, layOut };
}

/** What an anomaly with this boundary may harm: the places of the pieces, and how much of them. */
async function harmed(
  client: Client,
  { runId, ids }: { runId: string; ids: readonly string[] },
  input: object,
): Promise<[number, number | null][]> {
  const { anomaly } = await client.success(
    Report,
    { input: { source: 'Camera', classification: 'spatter', runId, ...input } },
    'ReportAnomalySuccess',
  );
  return anomaly.pieces.map(({ piece, overlapArea }) => [ids.indexOf(piece.id), overlapArea]);
}

describe('an anomaly', () => {
  it('may harm the pieces that its boundary overlaps, and says by how much', async () => {
    const { ours } = await app().organizations();
    const run = await printing(ours.client, [box(0, 0), box(20, 0), box(40, 0)]);
    expect(await harmed(ours.client, run, { boundary: box(8, 2, 14, 4) })).toEqual([
      [0, expect.closeTo(8, 6)],
      [1, expect.closeTo(8, 6)],
    ]);
    expect(await harmed(ours.client, run, { boundary: box(200, 200) })).toEqual([]);
    // Drawn the other way round it is the same.
    expect(await harmed(ours.client, run, { boundary: [...box(42, 2, 4)].reverse() })).toEqual([
      [2, expect.closeTo(16, 6)],
    ]);
    // It covers all of a piece, and lies within one.
    expect(await harmed(ours.client, run, { boundary: box(39, -1, 12) })).toEqual([
      [2, expect.closeTo(100, 6)],
    ]);
  });

  it('that only touches an edge or a corner does no harm', async () => {
    const { ours } = await app().organizations();
    const diamond = [[0, 0], [30, 10], [0, 20]]; // biome-ignore format: a drawing
    const run = await printing(ours.client, [box(100, 0), diamond]);
    for (const boundary of [
      box(110, 0),
      box(110, 10),
      box(95, 10, 20, 5),
      [[30, 10], [30, -20], [3, 1], [27, 9]], // biome-ignore format: a drawing
    ]) {
      expect(await harmed(ours.client, run, { boundary })).toEqual([]);
    }
  });

  it('in the hollow of a concave piece does no harm, and at its legs it does', async () => {
    const { ours } = await app().organizations();
    const horseshoe = [[0, 0], [10, 0], [10, 10], [8, 10], [8, 2], [2, 2], [2, 10], [0, 10]]; // biome-ignore format: a drawing
    const run = await printing(ours.client, [horseshoe]);
    expect(await harmed(ours.client, run, { boundary: box(3, 3, 4) })).toEqual([]);
    expect(await harmed(ours.client, run, { boundary: box(-5, 5, 20, 2) })).toEqual([
      [0, expect.closeTo(8, 6)],
    ]);
  });

  it('without an area harms what it lies in, and covers nothing of it', async () => {
    const { ours } = await app().organizations();
    const run = await printing(ours.client, [box(0, 0), box(20, 0)]);
    const scratch = [[-5, 5], [35, 5]]; // biome-ignore format: a drawing
    expect(await harmed(ours.client, run, { boundary: [[5, 5]] })).toEqual([[0, null]]);
    expect(await harmed(ours.client, run, { boundary: scratch, shape: 'CONTOUR' })).toEqual([
      [0, null],
      [1, null],
    ]);
    const alongside = [[[10, 5]], [[0, 0], [10, 0]], [[15, 5]], [[10, -5], [10, 15]]]; // biome-ignore format: drawings
    for (const boundary of alongside) expect(await harmed(ours.client, run, { boundary })).toEqual([]);
  });

  it('drawn as a rectangle may be given by two opposite corners', async () => {
    const { ours } = await app().organizations();
    const run = await printing(ours.client, [box(0, 0)]);
    const corners = { boundary: [[12, 12], [5, 5]], shape: 'RECTANGLE' }; // biome-ignore format: a drawing
    expect(await harmed(ours.client, run, corners)).toEqual([[0, expect.closeTo(25, 6)]]);
  });

  it('harms what is in its layer; a piece without layers, or a find without one, is in all', async () => {
    const { ours } = await app().organizations();
    const limits = [{ firstLayer: 1, lastLayer: 10 }, { firstLayer: 11 }, { lastLayer: 5 }, {}];
    const run = await printing(ours.client, [box(0, 0), box(0, 0), box(0, 0), box(0, 0)], limits);
    const at = async (layer: number | null) =>
      (await harmed(ours.client, run, { boundary: box(1, 1, 1), layer })).map(([place]) => place);
    expect(await at(0)).toEqual([2, 3]);
    expect(await at(1)).toEqual([0, 2, 3]);
    expect(await at(10)).toEqual([0, 3]);
    expect(await at(11)).toEqual([1, 3]);
    expect(await at(null)).toEqual([0, 1, 2, 3]);
  });

  it('of no run, without a boundary, or where nobody said how the pieces lie, is known to harm nothing', async () => {
    const { ours } = await app().organizations();
    const run = await printing(ours.client, [box(0, 0)]);
    const unknown = await printing(ours.client, []);
    expect(await harmed(ours.client, run, {})).toEqual([]);
    expect(await harmed(ours.client, run, { boundary: [] })).toEqual([]);
    expect(await harmed(ours.client, { ...run }, { boundary: box(0, 0), runId: null })).toEqual([]);
    expect(await harmed(ours.client, unknown, { boundary: box(0, 0) })).toEqual([]);
  });

  it('refuses a boundary that is no drawing', async () => {
    const { ours } = await app().organizations();
    const input = { source: 'Camera', classification: 'spatter', boundary: [[0, 0], [1e7, 0]] }; // biome-ignore format: a drawing
    const { issues } = await ours.client.refused(Report, { input }, 'InvalidInputError');
    expect(issues).toEqual([{ path: ['boundary', '1', '0'] }]);
  });
});

describe('a layout that is set later', () => {
  it('says what the finds of its run may harm, anew each time', async () => {
    const { ours } = await app().organizations();
    const { ids, runId, layOut } = await printing(ours.client, []);
    const report = (input: object) =>
      ours.client.success(
        Report,
        { input: { source: 'Camera', classification: 'spatter', runId, ...input } },
        'ReportAnomalySuccess',
      );
    const { anomaly } = await report({ boundary: box(0, 0), layer: 1 });
    await report({ boundary: box(500, 500), layer: 2 });
    const read = async () => (await ours.client.query(Anomaly, { id: anomaly.id })).anomaly;
    await layOut([box(5, 5)]);
    expect(await read()).toMatchObject({
      version: 2,
      pieces: [{ piece: { id: ids[0] }, overlapArea: expect.closeTo(25, 6) }],
    });
    const anomalies = async () => (await ours.client.query(Piece, { id: ids[0] ?? '' })).piece?.anomalies;
    expect(await anomalies()).toEqual({ totalCount: 1, nodes: [{ layer: 1 }] });
    await layOut([box(100, 100)]);
    expect(await read()).toMatchObject({ version: 3, pieces: [] });
    expect(await anomalies()).toEqual({ totalCount: 0, nodes: [] });
    const told = (await logOf(app(), ours)).filter((event) => event.kind === 'AnomalyChanged');
    expect(told).toHaveLength(2);
    for (const event of told) expect(event.related).toContain(uuidOf(ids[0] ?? ''));
  });

  it('at once with a report leaves no find without what it harms', async () => {
    const { ours } = await app().organizations();
    for (let round = 0; round < 8; round++) {
      const { ids, runId, layOut } = await printing(ours.client, []);
      const input = { source: 'Camera', classification: 'spatter', runId, boundary: box(0, 0) };
      const [{ anomaly }] = await Promise.all([
        ours.client.success(Report, { input }, 'ReportAnomalySuccess'),
        layOut([box(0, 0)]),
      ]);
      const found = (await ours.client.query(Anomaly, { id: anomaly.id })).anomaly;
      expect(found?.pieces.map(({ piece }) => piece.id)).toEqual(ids);
    }
  });
});

describe('a defect', () => {
  const holds = async (client: Client) => (await client.query(Holds, {})).holds.nodes;
  const defect = { source: 'Camera', classification: 'lack of fusion', isDefect: true, layer: 7 };

  it('proposes a hold on each piece that it may harm, once', async () => {
    const { ours } = await app().organizations();
    const { ids, runId } = await printing(ours.client, [box(0, 0), box(20, 0), box(40, 0)]);
    const boundary = box(5, 0, 20, 5);
    for (const isDefect of [false, true, true])
      await act(ours.client, 'reportAnomaly', { ...defect, runId, boundary, isDefect }, '__typename');
    const reason = 'Camera found a defect (lack of fusion) in layer 7.';
    const proposed = ids.slice(0, 2).map((id) => ({ status: 'PROPOSED', reason, piece: { id } }));
    expect((await holds(ours.client)).reverse()).toEqual(proposed);
    const log = await logOf(app(), ours);
    const anomalies = log
      .filter((event) => event.kind === 'AnomalyDetected')
      .map(({ subjectId }) => subjectId);
    const [first] = log.filter((event) => event.kind === 'HoldProposed');
    expect(first?.related).toEqual(expect.arrayContaining([uuidOf(ids[0] ?? ''), anomalies[1]]));
  });

  it('proposes no hold on a piece that is given up, held, or far away', async () => {
    const { ours } = await app().organizations();
    const { ids, runId } = await printing(ours.client, [box(0, 0), box(20, 0), box(500, 0)]);
    const [scrapped, held] = ids;
    await act(ours.client, 'scrapPieces', { pieceIds: [scrapped], reason: 'Bent' }, '__typename');
    await act(ours.client, 'placeHold', { pieceId: held, reason: 'Oil' }, '__typename');
    await act(ours.client, 'reportAnomaly', { ...defect, runId, boundary: box(0, 0, 50) }, '__typename');
    expect((await holds(ours.client)).map(({ reason }) => reason)).toEqual(['Oil']);
  });

  it('proposes it too when the layout is set later, unless it was decided about', async () => {
    const { ours } = await app().organizations();
    const { ids, runId, layOut } = await printing(ours.client, []);
    const report = async (boundary: Points) =>
      (
        await act<{ anomaly: { id: string } }>(
          ours.client,
          'reportAnomaly',
          { ...defect, runId, boundary },
          'anomaly { id }',
        )
      ).anomaly.id;
    const anomalyId = await report(box(0, 0));
    await act(ours.client, 'decideAnomaly', { anomalyId, decision: 'IGNORE' }, '__typename');
    await layOut([box(0, 0)]);
    expect(await holds(ours.client)).toEqual([]);
    await report(box(100, 100));
    await layOut([box(100, 100)]);
    expect((await holds(ours.client)).map(({ piece }) => piece?.id)).toEqual(ids);
  });

  it('found twice at once proposes one hold', async () => {
    const { ours } = await app().organizations();
    const { runId } = await printing(ours.client, [box(0, 0)]);
    const input = { ...defect, runId, boundary: box(0, 0) };
    await Promise.all([1, 2, 3, 4].map(() => act(ours.client, 'reportAnomaly', input, '__typename')));
    expect(await holds(ours.client)).toHaveLength(1);
  });
});

describe('an anomaly of an analysis', () => {
  it('belongs to its run; of a piece it may harm that piece', async () => {
    const { ours } = await app().organizations();
    const { ids, runId } = await printing(ours.client, [box(0, 0), box(20, 0)]);
    const analyserId = await create(ours.client, 'Analyser', { name: 'Plate watcher' });
    const analysis = async (input: object) =>
      (
        await act<{ analysis: { id: string } }>(
          ours.client,
          'reportAnalysis',
          { analyserId, status: 'RUNNING', ...input },
          'analysis { id }',
        )
      ).analysis.id;
    const find = { source: 'Camera', classification: 'spatter', isAnomaly: false };
    const report = async (input: object) =>
      (await ours.client.success(Report, { input: { ...find, ...input } }, 'ReportAnomalySuccess')).anomaly
        .id;
    const ofRun = await analysis({ runId });
    const one = await report({ analysisId: ofRun, boundary: box(0, 0, 5) });
    expect((await ours.client.query(Anomaly, { id: one })).anomaly).toMatchObject({
      isAnomaly: false,
      analysis: { id: ofRun },
      run: { id: runId },
      pieces: [{ piece: { id: ids[0] } }],
    });
    const two = await report({ analysisId: await analysis({ kind: 'PIECE', pieceId: ids[1] }) });
    expect((await ours.client.query(Anomaly, { id: two })).anomaly?.pieces).toEqual([
      { piece: { id: ids[1] }, overlapArea: null },
    ]);
  });
});

describe('anomalyEvents', () => {
  it('tells of what may harm a piece, was found by an analysis, at a workstation or location', async () => {
    const { ours } = await app().organizations();
    const { shop, ids, runId } = await printing(ours.client, [box(0, 0)]);
    const other = await printing(ours.client, [box(0, 0)]);
    const analyserId = await create(ours.client, 'Analyser', { name: 'Plate watcher' });
    const { analysis } = await act<{ analysis: { id: string } }>(
      ours.client,
      'reportAnalysis',
      { analyserId, status: 'RUNNING', runId },
      'analysis { id }',
    );
    for (const narrowed of [
      { pieceId: ids[0] },
      { analysisId: analysis.id },
      { workstationId: shop.printerId },
      { locationId: shop.locationId },
      { runId, pieceId: ids[0], locationId: shop.locationId },
    ]) {
      const stream = await subscribe(ours.client, Events, narrowed);
      await stream.expectNext((message) => message.__typename === 'Position');
      const find = { source: 'Camera', classification: 'spatter', boundary: box(0, 0) };
      await act(ours.client, 'reportAnomaly', { ...find, runId: other.runId }, '__typename');
      const { anomaly } = await act<{ anomaly: { id: string } }>(
        ours.client,
        'reportAnomaly',
        { ...find, analysisId: analysis.id },
        'anomaly { id }',
      );
      expect(await stream.next()).toMatchObject({ kind: 'AnomalyDetected', subjectId: anomaly.id });
      const decided = { anomalyId: anomaly.id, decision: 'IGNORE' };
      await act(ours.client, 'decideAnomaly', decided, '__typename');
      expect(await stream.next()).toMatchObject({ kind: 'AnomalyAddressed', subjectId: anomaly.id });
      await stream.close();
    }
  });
});
