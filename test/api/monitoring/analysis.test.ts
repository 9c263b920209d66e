import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import type { AnalysisIndicatorInput, ReportAnalysisInput } from '../../../client/generated/graphql.ts';
import { startApp, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { countingCalls, type DatabaseCalls } from '../../support/database-calls.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { subscribe } from '../../support/stream.ts';
import { act, create, logOf } from '../support.ts';

const app = useApp();

const Report = graphql(`
  mutation AnalysisReport($input: ReportAnalysisInput!) {
    reportAnalysis(input: $input) {
      __typename
      ... on ReportAnalysisSuccess {
        created applied
        analysis {
          id version kind externalId status startedAt endedAt notes indications visualizationUrl reportedAt
          run { id } build { id } machine { id } piece { id } analyser { id }
        }
      }
      ... on InvalidInputError { issues { path } }
      ... on TransitionError { from action }
    }
  }
`);
const Indicators = graphql(`
  mutation AnalysisIndicators($input: ReportIndicatorsInput!) {
    reportIndicators(input: $input) {
      __typename
      ... on ReportIndicatorsSuccess {
        storedAnomalies
        indicators { id layer externalId observedAt values version anomalies { nodes { classification layer } } }
      }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Counts = graphql(`
  query AnalysisCounts($first: Int!) {
    analyses(first: $first) {
      nodes { status anomalyCount defectCount totalCount layerCount anomalyStatus indicators(first: 3) { nodes { layer } } }
    }
  }
`);
const Events = graphql(`
  subscription AnalysisStream($runId: ID, $workstationId: ID, $locationId: ID, $pieceId: ID, $machineId: ID) {
    analysisEvents(runId: $runId, workstationId: $workstationId, locationId: $locationId, pieceId: $pieceId, machineId: $machineId) {
      __typename ... on Event { kind changes { field after } }
    }
  }
`);

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

const analyser = (client: Client, name = 'Plate watcher') => create(client, 'Analyser', { name });

/** A run in progress, its build, and an analyser. */
async function printing(client: Client) {
  const shop = await makeShop(client);
  const pieceIds = (await makeOrder(client, shop)).pieces.map((piece) => piece.id);
  const run = await makeRun(client, shop.printerId, pieceIds, 'QUEUED');
  const { build } = await act<{ build: { id: string } }>(
    client,
    'reportBuild',
    { machineId: shop.machineId, name: run.number, status: 'PROCESSING' },
    'build { id }',
  );
  return { shop, pieceIds, runId: run.id, buildId: build.id, analyserId: await analyser(client) };
}

type Told = Partial<Omit<ReportAnalysisInput, 'analyserId'>> & { analyserId: string };
const report = (client: Client, input: Told) =>
  client.success(Report, { input: { status: 'RUNNING', ...input } }, 'ReportAnalysisSuccess');

describe('reportAnalysis', () => {
  it('looks at the run and the machine of its build', async () => {
    const { ours } = await app().organizations();
    const { shop, runId, buildId, analyserId } = await printing(ours.client);
    const told = { externalId: '4711', buildId, startedAt: at(0), observedAt: at(1) };
    const { analysis, created, applied } = await report(ours.client, { analyserId, ...told });
    expect({ created, applied }).toEqual({ created: true, applied: true });
    expect(analysis).toEqual({
      id: analysis.id,
      version: 1,
      kind: 'RUN',
      externalId: '4711',
      status: 'RUNNING',
      startedAt: at(0),
      endedAt: null,
      notes: null,
      indications: null,
      visualizationUrl: null,
      reportedAt: at(1),
      run: { id: runId },
      build: { id: buildId },
      machine: { id: shop.machineId },
      piece: null,
      analyser: { id: analyserId },
    });
  });

  it('of the same externalId goes on; the same again is no event; what comes late changes nothing', async () => {
    const { ours } = await app().organizations();
    const analyserId = await analyser(ours.client);
    const told = { analyserId, externalId: '4711' };
    const first = await report(ours.client, { ...told, observedAt: at(1), notes: 'Two cameras' });
    const done = await report(ours.client, { ...told, status: 'DONE', observedAt: at(3), endedAt: at(3) });
    expect(done).toMatchObject({
      created: false,
      applied: true,
      analysis: { id: first.analysis.id, status: 'DONE', endedAt: at(3), notes: 'Two cameras', version: 2 },
    });
    const events = (await logOf(app(), ours)).length;
    const same = await report(ours.client, { ...told, status: 'DONE', observedAt: at(4), endedAt: at(3) });
    expect(same).toMatchObject({ applied: true, analysis: { version: 2, reportedAt: at(4) } });
    const late = await report(ours.client, { ...told, status: 'RUNNING', observedAt: at(2) });
    expect(late).toMatchObject({ applied: false, analysis: { status: 'DONE', reportedAt: at(4) } });
    expect(await logOf(app(), ours)).toHaveLength(events);
  });

  it('of another analyser, or without an externalId, is another', async () => {
    const { ours } = await app().organizations();
    const [one, two] = [await analyser(ours.client), await analyser(ours.client, 'Another')];
    const ids = [
      await report(ours.client, { analyserId: one, externalId: '1' }),
      await report(ours.client, { analyserId: two, externalId: '1' }),
      await report(ours.client, { analyserId: one }),
      await report(ours.client, { analyserId: one }),
    ].map(({ analysis }) => analysis.id);
    expect(new Set(ids).size).toBe(4);
  });

  it('judges a piece', async () => {
    const { ours } = await app().organizations();
    const { pieceIds, analyserId } = await printing(ours.client);
    const [pieceId = ''] = pieceIds;
    const judged = {
      kind: 'PIECE' as const,
      status: 'complete',
      indications: [{ kind: 'pore', at: [1, 2, 3] }],
      visualizationUrl: 'https://twin.example.com/7',
      notes: 'One pore',
    };
    const { analysis } = await report(ours.client, { analyserId, pieceId, ...judged });
    expect(analysis).toMatchObject({ ...judged, piece: { id: pieceId } });
    const { pieces } = (
      await ours.client.sendText(
        '{ pieces(orderBy: [{ field: COPY }]) { nodes { analyses { totalCount } } } }',
      )
    ).data() as { pieces: { nodes: object[] } };
    expect(pieces.nodes).toEqual([{ analyses: { totalCount: 1 } }, { analyses: { totalCount: 0 } }]);
    const without = await ours.client.refused(
      Report,
      { input: { analyserId, kind: 'PIECE', status: 'new' } },
      'InvalidInputError',
    );
    expect(without.issues).toEqual([{ path: ['pieceId'] }]);
  });

  it('is refused of an archived analyser, with an end before its beginning, and as another kind', async () => {
    const { ours } = await app().organizations();
    const { pieceIds, analyserId } = await printing(ours.client);
    const issues = async (input: object) =>
      (
        await ours.client.refused(
          Report,
          { input: { analyserId, status: 'RUNNING', ...input } },
          'InvalidInputError',
        )
      ).issues.map(({ path }) => path.join('.'));
    expect(await issues({ startedAt: at(2), endedAt: at(1) })).toEqual(['endedAt']);
    expect(await issues({ visualizationUrl: 'javascript:alert(1)' })).toEqual(['visualizationUrl']);
    await report(ours.client, { analyserId, externalId: '1' });
    expect(await issues({ externalId: '1', kind: 'PIECE', pieceId: pieceIds[0] })).toEqual(['kind']);
    await act(ours.client, 'archiveAnalyser', { analyserId }, '__typename');
    const refused = await ours.client.refused(
      Report,
      { input: { analyserId, status: 'RUNNING' } },
      'TransitionError',
    );
    expect(refused).toEqual({ __typename: 'TransitionError', from: 'ARCHIVED', action: 'REPORT_ANALYSIS' });
  });

  it('told by several at once is one analysis', async () => {
    const { ours } = await app().organizations();
    const analyserId = await analyser(ours.client);
    const told = await Promise.all(
      [1, 2, 3, 4].map((minute) =>
        report(ours.client, { analyserId, externalId: '1', status: `at ${minute}`, observedAt: at(minute) }),
      ),
    );
    expect(new Set(told.map(({ analysis }) => analysis.id)).size).toBe(1);
    expect(told.filter(({ created }) => created)).toHaveLength(1);
    const { analyses } = await ours.client.query(Counts, { first: 10 });
    expect(analyses.nodes.map(({ status }) => status)).toEqual(['at 4']);
  });

  it('is told to those who follow its run, its workstation, its location or its piece', async () => {
    const { ours } = await app().organizations();
    const { shop, runId, pieceIds, analyserId } = await printing(ours.client);
    const [pieceId = ''] = pieceIds;
    for (const narrowed of [
      { runId },
      { workstationId: shop.printerId },
      { locationId: shop.locationId },
      { pieceId },
      { machineId: shop.machineId, pieceId },
    ]) {
      const stream = await subscribe(ours.client, Events, narrowed);
      await stream.expectNext((message) => message.__typename === 'Position');
      await report(ours.client, { analyserId, status: 'of nothing' });
      await report(ours.client, { analyserId, status: 'heard', runId, pieceId, machineId: shop.machineId });
      const message = await stream.next();
      expect(message).toMatchObject({ kind: 'AnalysisReported' });
      expect('changes' in message && message.changes).toContainEqual({ field: 'status', after: 'heard' });
      await stream.close();
    }
  });
});

describe('reportIndicators', () => {
  const analysed = async (client: Client, more: object = {}) => {
    const analyserId = await analyser(client);
    return (await report(client, { analyserId, externalId: '4711', ...more })).analysis.id;
  };
  const tell = (client: Client, analysisId: string, indicators: AnalysisIndicatorInput[]) =>
    client.success(Indicators, { input: { analysisId, indicators } }, 'ReportIndicatorsSuccess');

  it('has one indicator a layer, in any order, the newest of each', async () => {
    const { ours } = await app().organizations();
    const analysisId = await analysed(ours.client);
    const told = await tell(ours.client, analysisId, [
      { layer: 7, observedAt: at(7), values: { porosity: 0.1 }, externalId: 'i7' },
      { layer: 3, observedAt: at(3) },
    ]);
    expect(told.indicators.map(({ layer, values }) => [layer, values])).toEqual([
      [7, { porosity: 0.1 }],
      [3, null],
    ]);
    const again = await tell(ours.client, analysisId, [
      { layer: 3, observedAt: at(5), values: { porosity: 0.3 } },
      { layer: 7, observedAt: at(6), values: { porosity: 9 } },
    ]);
    expect(again.indicators).toMatchObject([
      { layer: 3, values: { porosity: 0.3 }, observedAt: at(5), version: 2 },
      { layer: 7, values: { porosity: 0.1 }, observedAt: at(7), version: 1, externalId: 'i7' },
    ]);
    const { analyses } = await ours.client.query(Counts, { first: 1 });
    expect(analyses.nodes[0]).toMatchObject({ layerCount: 2, totalCount: 0, anomalyStatus: 'ADDRESSED' });
  });

  it('stores what was found once, and counts it', async () => {
    const { ours } = await app().organizations();
    const analysisId = await analysed(ours.client);
    const layers = [
      {
        layer: 1,
        anomalies: [
          { classification: 'spatter', isDefect: true },
          { classification: 'usual', isAnomaly: false },
        ],
      },
      { layer: 2, anomalies: [{ classification: 'streak', externalId: 'a-9' }] },
    ];
    const told = await tell(ours.client, analysisId, layers);
    expect(told.storedAnomalies).toBe(3);
    expect(told.indicators.map(({ anomalies }) => anomalies.nodes.length)).toEqual([2, 1]);
    const events = (await logOf(app(), ours)).length;
    expect((await tell(ours.client, analysisId, layers)).storedAnomalies).toBe(0);
    expect(await logOf(app(), ours)).toHaveLength(events);
    const { analyses } = await ours.client.query(Counts, { first: 1 });
    expect(analyses.nodes[0]).toMatchObject({
      anomalyCount: 2,
      defectCount: 1,
      totalCount: 3,
      layerCount: 2,
      anomalyStatus: 'UNADDRESSED',
    });
  });

  it('keeps apart finds of the same id in two analyses, and knows them when the analyser is renamed', async () => {
    const { ours } = await app().organizations();
    const analyserId = await analyser(ours.client);
    const of = async (externalId: string) =>
      (await report(ours.client, { analyserId, externalId })).analysis.id;
    const layers = [{ layer: 1, anomalies: [{ classification: 'spatter', externalId: '1' }] }];
    const [one, two] = [await of('1'), await of('2')];
    expect((await tell(ours.client, one, layers)).storedAnomalies).toBe(1);
    expect((await tell(ours.client, two, layers)).storedAnomalies).toBe(1);
    await act(ours.client, 'updateAnalyser', { analyserId, name: 'Renamed' }, '__typename');
    expect((await tell(ours.client, one, layers)).storedAnomalies).toBe(0);
  });

  it('is ADDRESSED when something is decided about each anomaly and defect', async () => {
    const { ours } = await app().organizations();
    const analysisId = await analysed(ours.client);
    const anomalies = [
      { classification: 'spatter' },
      { classification: 'streak' },
      { classification: 'usual', isAnomaly: false },
    ];
    await tell(ours.client, analysisId, [{ layer: 1, anomalies }]);
    const { anomalies: found } = (
      await ours.client.sendText('{ anomalies(filter: { isAnomaly: true }) { nodes { id } } }')
    ).data() as { anomalies: { nodes: { id: string }[] } };
    const statuses = [];
    for (const { id: anomalyId } of found.nodes) {
      await act(ours.client, 'decideAnomaly', { anomalyId, decision: 'IGNORE' }, '__typename');
      statuses.push((await ours.client.query(Counts, { first: 1 })).analyses.nodes[0]?.anomalyStatus);
    }
    expect(statuses).toEqual(['UNADDRESSED', 'ADDRESSED']);
  });

  it('refuses a layer that is named twice, and more finds than it takes', async () => {
    const { ours } = await app().organizations();
    const analysisId = await analysed(ours.client);
    const find = { classification: 'spatter' };
    const indicators = [{ layer: 1 }, { layer: 2 }, { layer: 1 }];
    const { issues } = await ours.client.refused(
      Indicators,
      { input: { analysisId, indicators } },
      'InvalidInputError',
    );
    expect(issues).toEqual([{ path: ['indicators', '2', 'layer'], message: 'is named twice.' }]);
    const many = [1, 2, 3, 4, 5].map((layer) => ({ layer, anomalies: Array(250).fill(find) }));
    const refused = await ours.client.refused(
      Indicators,
      { input: { analysisId, indicators: many } },
      'InvalidInputError',
    );
    expect(refused.issues.map(({ path }) => path)).toEqual([['indicators']]);
  });

  it('told by several at once is stored once', async () => {
    const { ours } = await app().organizations();
    const analysisId = await analysed(ours.client);
    const layers = Array.from({ length: 20 }, (_, layer) => ({
      layer,
      anomalies: [{ classification: 'spatter', isDefect: true }],
    }));
    const told = await Promise.all([1, 2, 3].map(() => tell(ours.client, analysisId, layers)));
    expect(told.reduce((sum, { storedAnomalies }) => sum + storedAnomalies, 0)).toBe(20);
  });
});

describe('the statements', () => {
  it('that layers and their finds, and a page of analyses, cost do not grow with their number', async () => {
    let calls: DatabaseCalls | undefined;
    const counted = await startApp({
      through: (database) => {
        calls = countingCalls(database);
        return calls.database;
      },
    });
    try {
      const { ours } = await counted.organizations();
      const { client } = ours;
      const { analyserId, runId, pieceIds } = await printing(client);
      const boundary = [[0, 0], [5, 0], [5, 5], [0, 5]]; // biome-ignore format: a drawing
      const placements = pieceIds.map((pieceId) => ({ pieceId, outline: boundary }));
      await act(client, 'setRunLayout', { runId, placements }, '__typename');
      const layers = (first: number, count: number) =>
        Array.from({ length: count }, (_, place) => ({
          layer: first + place,
          anomalies: [{ classification: 'spatter', isDefect: true, boundary }],
        }));
      const told = [];
      // The first proposes a hold on each piece; the others find them there.
      for (const [first, count] of [
        [0, 1],
        [1, 1],
        [2, 40],
      ] as const) {
        // biome-ignore format: what and how many
        const { analysis } = await report(client, { analyserId, runId });
        const input = { analysisId: analysis.id, indicators: layers(first, count) };
        const counts = await calls?.during(() => client.query(Indicators, { input }));
        told.push(counts?.statements.length);
      }
      expect(told[2]).toBe(told[1]);
      const pages = [];
      for (const first of [1, 3]) {
        const page = await calls?.during(() => client.query(Counts, { first }));
        expect(page?.value.analyses.nodes).toHaveLength(first);
        pages.push(page?.statements.length);
      }
      expect(pages[1]).toBe(pages[0]);
    } finally {
      await counted.stop();
    }
  });
});
