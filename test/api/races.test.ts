import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { expectInvariants } from '../domain/invariants.ts';
import { useApp } from '../support/app.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';
import { act, logOf } from './support.ts';

// On PGlite these run one after the other; on PostgreSQL they meet.
const app = useApp();

const Start = graphql(`
  mutation RaceStart($input: StartRunInput!) {
    startRun(input: $input) { __typename ... on BlockedError { blockedBy { rule } } ... on TransitionError { from } }
  }
`);
const CreateRun = graphql(`
  mutation RaceCreateRun($input: CreateRunInput!) {
    createRun(input: $input) { __typename ... on BlockedError { blockedBy { rule } } }
  }
`);
const CancelLine = graphql(`
  mutation RaceCancelLine($input: CancelLineItemInput!) {
    cancelLineItem(input: $input) { __typename ... on BlockedError { blockedBy { rule } } }
  }
`);
const Confirm = graphql(`
  mutation RaceConfirm($input: ConfirmLineItemInput!) {
    confirmLineItem(input: $input) { __typename ... on TransitionError { from } }
  }
`);
const Update = graphql(`
  mutation RaceUpdate($input: UpdateOrderInput!) {
    updateOrder(input: $input) { __typename ... on ConflictError { currentVersion } }
  }
`);
const ReportBuild = graphql(`
  mutation RaceReportBuild($input: ReportBuildInput!) {
    reportBuild(input: $input) { __typename ... on ReportBuildSuccess { build { id attempt } } }
  }
`);
const ReportAnomaly = graphql(`
  mutation RaceReportAnomaly($input: ReportAnomalyInput!) {
    reportAnomaly(input: $input) { __typename ... on ReportAnomalySuccess { created anomaly { id } } }
  }
`);
const Move = graphql(`
  mutation RaceMove($input: MoveRunInput!) {
    moveRun(input: $input) { __typename }
  }
`);
const Queue = graphql(`
  query RaceQueue($workstationId: ID!) {
    workstation(id: $workstationId) {
      runs(filter: { status: { in: [QUEUED, QUEUED_WORK_READY] } }, first: 100) { nodes { id queuePosition } }
    }
  }
`);

const tally = (answers: { __typename: string }[]) => {
  const counts: Record<string, number> = {};
  for (const { __typename } of answers) counts[__typename] = (counts[__typename] ?? 0) + 1;
  return counts;
};

describe('at once', () => {
  it('two starts of one run have exactly one winner', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { pieces } = await makeOrder(ours.client, shop, { quantity: 1 });
    const { id: runId } = await makeRun(ours.client, shop.printerId, [pieces[0]?.id ?? ''], 'QUEUED');
    const starts = [1, 2].map(async () => (await ours.client.query(Start, { input: { runId } })).startRun);
    const answers = await Promise.all(starts);
    expect(tally(answers)).toEqual({ StartRunSuccess: 1, TransitionError: 1 });
    const started = (await logOf(app(), ours)).filter((event) => event.kind === 'RunStatusChanged');
    expect(
      started.filter((event) => (event.after as { status: string }).status === 'IN_PROGRESS'),
    ).toHaveLength(1);
  });

  it('32 operators who start 32 runs on one workstation with room for five have exactly five winners', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client, { inProgressMax: 5 });
    const { pieces } = await makeOrder(ours.client, shop, { quantity: 32 });
    const runIds: string[] = [];
    for (const piece of pieces) {
      runIds.push((await makeRun(ours.client, shop.printerId, [piece.id], 'QUEUED')).id);
    }
    const starts = runIds.map(
      async (runId) => (await ours.client.query(Start, { input: { runId } })).startRun,
    );
    const answers = await Promise.all(starts);
    expect(tally(answers)).toEqual({ StartRunSuccess: 5, BlockedError: 27 });
    for (const answer of answers) {
      if ('blockedBy' in answer) expect(answer.blockedBy).toEqual([{ rule: 'workstation.hasRoom' }]);
    }
    await expectInvariants(app(), ours);
  });

  it('a cancelled line item and the start of its run have one winner', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client, { inProgressMax: 10 });
    for (let round = 0; round < 5; round++) {
      const { lineItemId, pieces } = await makeOrder(ours.client, shop, { quantity: 1 });
      const { id: runId } = await makeRun(ours.client, shop.printerId, [pieces[0]?.id ?? ''], 'QUEUED');
      const [cancelled, started] = await Promise.all([
        ours.client.query(CancelLine, { input: { lineItemId, reason: 'Enough' } }),
        ours.client.query(Start, { input: { runId } }),
      ]);
      const outcome = [cancelled.cancelLineItem.__typename, started.startRun.__typename];
      expect([
        ['CancelLineItemSuccess', 'TransitionError'],
        ['BlockedError', 'StartRunSuccess'],
      ]).toContainEqual(outcome);
    }
    await expectInvariants(app(), ours);
  });

  it('two runs of the same piece have one winner', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { pieces } = await makeOrder(ours.client, shop, { quantity: 5 });
    for (const { id } of pieces) {
      const input = { workstationId: shop.printerId, pieceIds: [id] };
      const creates = [1, 2].map(async () => (await ours.client.query(CreateRun, { input })).createRun);
      expect(tally(await Promise.all(creates))).toEqual({ CreateRunSuccess: 1, BlockedError: 1 });
    }
    await expectInvariants(app(), ours);
  });

  it('two confirmations of one line item make its pieces once', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { lineItemId } = await makeOrder(ours.client, shop, { quantity: 3, confirmed: false });
    const confirms = [1, 2, 3].map(
      async () => (await ours.client.query(Confirm, { input: { lineItemId } })).confirmLineItem,
    );
    expect(tally(await Promise.all(confirms))).toEqual({ ConfirmLineItemSuccess: 1, TransitionError: 2 });
    const { organizationId } = ours;
    expect(await app().app.prisma.piece.count({ where: { organizationId } })).toBe(3);
  });

  it('ten changes of one version have one winner', async () => {
    const { ours } = await app().organizations();
    const { orderId } = await makeOrder(ours.client, await makeShop(ours.client), { confirmed: false });
    const changes = Array.from({ length: 10 }, async (_, place) => {
      const input = { orderId, expectedVersion: 2, name: `Name ${place}` };
      return (await ours.client.query(Update, { input })).updateOrder;
    });
    const answers = await Promise.all(changes);
    expect(tally(answers)).toEqual({ UpdateOrderSuccess: 1, ConflictError: 9 });
    for (const answer of answers) if ('currentVersion' in answer) expect(answer.currentVersion).toBe(3);
  });

  it('ten reports of one build are one build', async () => {
    const { ours } = await app().organizations();
    const { machineId } = await makeShop(ours.client);
    const observedAt = '2026-03-01T08:00:00Z';
    const input = { machineId, name: 'Plate', status: 'PROCESSING' as const, observedAt };
    const reports = Array.from(
      { length: 10 },
      async () => (await ours.client.query(ReportBuild, { input })).reportBuild,
    );
    const answers = await Promise.all(reports);
    expect(tally(answers)).toEqual({ ReportBuildSuccess: 10 });
    const builds = answers.flatMap((answer) =>
      'build' in answer ? [`${answer.build.id} ${answer.build.attempt}`] : [],
    );
    expect(new Set(builds).size).toBe(1);
  });

  it('ten reports of one anomaly are one anomaly', async () => {
    const { ours } = await app().organizations();
    const input = { source: 'Camera', externalId: '1', classification: 'spatter' };
    const reports = Array.from(
      { length: 10 },
      async () => (await ours.client.query(ReportAnomaly, { input })).reportAnomaly,
    );
    const answers = await Promise.all(reports);
    const created = answers.flatMap((answer) => ('created' in answer ? [answer.created] : []));
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(created).toHaveLength(10);
  });

  it('moves of one queue leave every run one place', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { pieces } = await makeOrder(ours.client, shop, { quantity: 8 });
    const runIds: string[] = [];
    for (const piece of pieces) {
      runIds.push((await makeRun(ours.client, shop.printerId, [piece.id], 'QUEUED')).id);
    }
    const moves = runIds.map(async (runId, place) => {
      const afterRunId = place % 2 ? (runIds[0] ?? '') : null;
      return (await ours.client.query(Move, { input: { runId, afterRunId } })).moveRun;
    });
    expect(tally(await Promise.all(moves))).toEqual({ MoveRunSuccess: 8 });
    const { workstation } = await ours.client.query(Queue, { workstationId: shop.printerId });
    const places = workstation?.runs.nodes.map((run) => run.queuePosition).sort();
    expect(places).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('orders of many clients get numbers of their own and leave a log without gaps', async () => {
    const { ours } = await app().organizations();
    const creates = Array.from({ length: 20 }, () =>
      act<{ order: { number: string } }>(
        ours.client,
        'createOrder',
        { name: 'Brackets' },
        'order { number }',
      ),
    );
    const numbers = (await Promise.all(creates)).map(({ order }) => order.number);
    expect(new Set(numbers).size).toBe(20);
    await expectInvariants(app(), ours);
  });
});
