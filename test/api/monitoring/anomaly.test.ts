import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { absentId, act, logOf } from '../support.ts';

const app = useApp();

const Report = graphql(`
  mutation AnomalyReport($input: ReportAnomalyInput!) {
    reportAnomaly(input: $input) {
      __typename
      ... on ReportAnomalySuccess {
        created cursor
        anomaly { id source layer classification status isDefect confidence boundary allowedActions decision run { id } machine { id } build { id } }
      }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const Decide = graphql(`
  mutation AnomalyDecide($input: DecideAnomalyInput!) {
    decideAnomaly(input: $input) {
      __typename
      ... on DecideAnomalySuccess { anomaly { status decision decisionNote allowedActions version } }
      ... on TransitionError { from action allowedActions }
    }
  }
`);

const spatter = { source: 'Camera', classification: 'spatter' };

describe('reportAnomaly', () => {
  it('belongs to the run and the machine of its build', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { pieces } = await makeOrder(ours.client, shop, { quantity: 1 });
    const run = await makeRun(ours.client, shop.printerId, [pieces[0]?.id ?? ''], 'QUEUED');
    const { build } = await act<{ build: { id: string } }>(
      ours.client,
      'reportBuild',
      { machineId: shop.machineId, name: run.number, status: 'PROCESSING' },
      'build { id }',
    );
    const boundary = [
      [0, 0],
      [1.5, 0],
      [1.5, 2],
    ];
    const input = { ...spatter, buildId: build.id, layer: 7, confidence: 0.9, isDefect: true, boundary };
    const { anomaly, created } = await ours.client.success(Report, { input }, 'ReportAnomalySuccess');
    expect(created).toBe(true);
    expect(anomaly).toMatchObject({
      ...spatter,
      status: 'UNADDRESSED',
      layer: 7,
      confidence: 0.9,
      isDefect: true,
      boundary,
      allowedActions: ['DECIDE_ANOMALY'],
      decision: null,
      run: { id: run.id },
      machine: { id: shop.machineId },
      build: { id: build.id },
    });
  });

  it('of the same source and externalId is the same find: reported again it changes nothing', async () => {
    const { ours } = await app().organizations();
    const input = { ...spatter, externalId: 'cam-1' };
    const first = await ours.client.success(Report, { input }, 'ReportAnomalySuccess');
    const events = (await logOf(app(), ours)).length;
    const again = await ours.client.success(
      Report,
      { input: { ...input, layer: 9 } },
      'ReportAnomalySuccess',
    );
    expect(again).toEqual({ ...first, created: false, cursor: null });
    expect(await logOf(app(), ours)).toHaveLength(events);
  });

  it('of another source, or without an externalId, is a find of its own', async () => {
    const { ours } = await app().organizations();
    const report = async (input: object) =>
      (await ours.client.success(Report, { input: { ...spatter, ...input } }, 'ReportAnomalySuccess')).anomaly
        .id;
    const ids = [
      await report({ externalId: '1' }),
      await report({ externalId: '1', source: 'Pyrometer' }),
      await report({}),
      await report({}),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it.each([
    [{ layer: -1 }, ['layer']],
    [{ confidence: 1.01 }, ['confidence']],
    [{ confidence: -0.01 }, ['confidence']],
    [{ classification: ' ' }, ['classification']],
    [{ boundary: [[1, 2, 3]] }, ['boundary', '0']],
    [{ boundary: [3] }, ['boundary', '0']],
    [{ buildId: absentId('Build') }, ['buildId']],
    [{ runId: absentId('Run') }, ['runId']],
    [{ machineId: absentId('Machine') }, ['machineId']],
  ])('refuses %j', async (wrong, path) => {
    const { ours } = await app().organizations();
    const { issues } = await ours.client.refused(
      Report,
      { input: { ...spatter, ...wrong } },
      'InvalidInputError',
    );
    expect(issues).toEqual([{ path }]);
  });
});

describe('decideAnomaly', () => {
  it('addresses an anomaly, once', async () => {
    const { ours } = await app().organizations();
    const { anomaly } = await ours.client.success(Report, { input: spatter }, 'ReportAnomalySuccess');
    const input = { anomalyId: anomaly.id, decision: 'IGNORE' as const, note: 'Beside the pieces' };
    const decided = await ours.client.success(Decide, { input }, 'DecideAnomalySuccess');
    expect(decided.anomaly).toEqual({
      status: 'ADDRESSED',
      decision: 'IGNORE',
      decisionNote: 'Beside the pieces',
      allowedActions: [],
      version: 2,
    });
    const refused = await ours.client.refused(Decide, { input }, 'TransitionError');
    expect(refused).toMatchObject({ from: 'ADDRESSED', action: 'DECIDE_ANOMALY', allowedActions: [] });
  });
});
