import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import type { BuildStatus, RunStatus } from '../../../client/generated/graphql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { absentId, act, create, logOf, uuidOf } from '../support.ts';

const app = useApp();

const Report = graphql(`
  mutation BuildReport($input: ReportBuildInput!) {
    reportBuild(input: $input) {
      __typename
      ... on ReportBuildSuccess {
        applied
        build { id name attempt status layers currentLayer estimatedTime startedAt endedAt reportedAt version run { id } machine { id } }
      }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Run = graphql(`
  query BuildRun($id: ID!) {
    run(id: $id) { status error completionProposedAt version builds { nodes { attempt status } } operations { nodes { status } } }
  }
`);
const Alerts = graphql(`
  query BuildAlerts($runId: ID!) {
    events(filter: { kinds: [RunAlert], about: [$runId] }) { nodes { ... on RunAlert { message run { id } } } }
  }
`);

async function queued(client: Client, until: Parameters<typeof makeRun>[3] = 'QUEUED') {
  const shop = await makeShop(client);
  const { pieces } = await makeOrder(client, shop, { quantity: 1 });
  const pieceIds = pieces.map((piece) => piece.id);
  const run = await makeRun(client, shop.printerId, pieceIds, until);
  const report = async (status: BuildStatus, more: object = {}) =>
    client.success(
      Report,
      { input: { machineId: shop.machineId, name: run.number, status, ...more } },
      'ReportBuildSuccess',
    );
  const state = async () => (await client.query(Run, { id: run.id })).run;
  const alerts = async () =>
    (await client.query(Alerts, { runId: run.id })).events.nodes.map((event) =>
      'message' in event ? event.message : '',
    );
  return { shop, run, pieceIds, report, state, alerts };
}

describe('a build of a run', () => {
  it.each(['number', 'number in lower case', 'id', 'uuid'] as const)('links itself by the %s', async (by) => {
    const { ours } = await app().organizations();
    const { run, shop } = await queued(ours.client);
    const name = {
      number: run.number,
      'number in lower case': run.number.toLowerCase(),
      id: run.id,
      uuid: uuidOf(run.id).toUpperCase(),
    }[by];
    const input = { machineId: shop.machineId, name, status: 'NEW' as const };
    const { build } = await ours.client.success(Report, { input }, 'ReportBuildSuccess');
    expect(build).toMatchObject({ name, attempt: 1, run: { id: run.id }, machine: { id: shop.machineId } });
  });

  it("does not link to another organization's run, nor to none", async () => {
    const { ours, theirs } = await app().organizations();
    const { shop } = await queued(ours.client);
    const foreign = await queued(theirs.client);
    for (const name of [foreign.run.id, absentId('Run'), 'R-999999', 'bracket.slm']) {
      const input = { machineId: shop.machineId, name, status: 'PROCESSING' as const };
      const { build } = await ours.client.success(Report, { input }, 'ReportBuildSuccess');
      expect(build.run).toBeNull();
    }
    expect((await foreign.state())?.status).toBe('QUEUED_WORK_READY');
  });

  // What each status makes of a queued run, and of one in progress.
  const drives: [BuildStatus, RunStatus, RunStatus][] = [
    ['NEW', 'QUEUED_WORK_READY', 'IN_PROGRESS'],
    ['BACKLOGGED', 'QUEUED_WORK_READY', 'IN_PROGRESS'],
    ['PREHEAT', 'IN_PROGRESS', 'IN_PROGRESS'],
    ['PROCESSING', 'IN_PROGRESS', 'IN_PROGRESS'],
    ['PAUSED', 'QUEUED_WORK_READY', 'PAUSED'],
    ['SUSPENDED', 'QUEUED_WORK_READY', 'PAUSED'],
    ['WAITING_FOR_RESOLUTION', 'QUEUED_WORK_READY', 'PAUSED'],
    ['COMPLETE', 'QUEUED_WORK_READY', 'IN_PROGRESS'],
    ['FAILED', 'QUEUED_WORK_READY', 'ERROR'],
    ['MACHINE_ERROR', 'QUEUED_WORK_READY', 'ERROR'],
    ['PART_EXCEEDS_BOUNDARIES', 'QUEUED_WORK_READY', 'ERROR'],
    ['USER_ABORT', 'QUEUED_WORK_READY', 'ERROR'],
    ['ERROR', 'QUEUED_WORK_READY', 'ERROR'],
    ['CANCELLED', 'QUEUED_WORK_READY', 'ERROR'],
    ['UNKNOWN', 'QUEUED_WORK_READY', 'IN_PROGRESS'],
  ];

  it.each(drives)('that is %s leaves a queued run %s', async (status, then) => {
    const { ours } = await app().organizations();
    const { report, state } = await queued(ours.client);
    await report(status);
    expect((await state())?.status).toBe(then);
  });

  it.each(drives)('that is %s makes a run in progress, from %s, %s', async (status, _queued, then) => {
    const { ours } = await app().organizations();
    const { report, state } = await queued(ours.client, 'IN_PROGRESS');
    await report(status);
    const run = await state();
    expect(run?.status).toBe(then);
    expect(run?.completionProposedAt === null).toBe(status !== 'COMPLETE');
    expect(run?.operations.nodes).toEqual([{ status: then === 'ERROR' ? 'ERROR' : 'IN_PROGRESS' }]);
  });

  it('resumes a paused run when it goes on', async () => {
    const { ours } = await app().organizations();
    const { report, state } = await queued(ours.client, 'IN_PROGRESS');
    await report('SUSPENDED');
    await report('PROCESSING');
    expect((await state())?.status).toBe('IN_PROGRESS');
  });

  it('tells of itself where the run may not be started, and is recorded all the same', async () => {
    const { ours } = await app().organizations();
    const { run, report, state, alerts, shop } = await queued(ours.client);
    const other = await makeOrder(ours.client, shop, { quantity: 1 });
    await makeRun(ours.client, shop.printerId, [other.pieces[0]?.id ?? ''], 'IN_PROGRESS');
    const { build } = await report('PROCESSING');
    expect(build.status).toBe('PROCESSING');
    expect((await state())?.status).toBe('QUEUED_WORK_READY');
    expect(await alerts()).toEqual([
      expect.stringMatching(
        `^Build ${run.number} is PROCESSING, but the run could not be started: Workstation`,
      ),
    ]);
  });

  it('tells of itself where the run is not queued', async () => {
    const { ours } = await app().organizations();
    const { run, report, state, alerts } = await queued(ours.client, 'CALCULATED');
    await report('PROCESSING');
    expect((await state())?.status).toBe('CALCULATED');
    expect(await alerts()).toEqual([
      `Build ${run.number} is PROCESSING, but run ${run.number} is CALCULATED.`,
    ]);
  });

  it('tells when it is in a state without a name', async () => {
    const { ours } = await app().organizations();
    const { run, report, alerts } = await queued(ours.client);
    const { build } = await report('UNKNOWN');
    expect(await alerts()).toEqual([`Build ${run.number} is UNKNOWN.`]);
    expect(build.startedAt).toBeNull();
  });

  it('moves no run of another workstation, and tells of it once', async () => {
    const { ours } = await app().organizations();
    const { run, shop, state, alerts } = await queued(ours.client);
    const machineId = await create(ours.client, 'Machine', { name: 'Elsewhere', workstationId: shop.dockId });
    for (const status of ['NEW', 'PROCESSING'] as const) {
      const input = { machineId, name: run.number, status };
      await ours.client.success(Report, { input }, 'ReportBuildSuccess');
    }
    expect((await state())?.status).toBe('QUEUED_WORK_READY');
    expect(await alerts()).toEqual([
      `Machine Elsewhere reports build ${run.number}, but stands at another workstation than the run's.`,
    ]);
  });

  it('proposes completion, which a person confirms', async () => {
    const { ours } = await app().organizations();
    const { run, report, state } = await queued(ours.client);
    await report('PROCESSING', { layers: 100, currentLayer: 1 });
    const { build } = await report('COMPLETE', { currentLayer: 100 });
    expect(build.endedAt).not.toBeNull();
    expect((await state())?.completionProposedAt).not.toBeNull();
    await act(ours.client, 'completeRun', { runId: run.id, otherwise: 'SUCCESS' }, '__typename');
    expect(await state()).toMatchObject({ status: 'COMPLETE', completionProposedAt: null });
  });

  it.each([
    ['IN_PROGRESS', 'PROCESSING', ['RunChanged']],
    ['IN_PROGRESS', 'SUSPENDED', ['RunChanged', 'RunStatusChanged']],
    ['PAUSED', 'PREHEAT', ['RunChanged', 'RunStatusChanged']],
  ] as const)(
    'takes back the proposal for a run %s when another attempt is %s',
    async (status, report, kinds) => {
      const { ours } = await app().organizations();
      const made = await queued(ours.client);
      await made.report('PROCESSING');
      if (status === 'PAUSED') await act(ours.client, 'pauseRun', { runId: made.run.id }, '__typename');
      await made.report('COMPLETE');
      expect(await made.state()).toMatchObject({ status, completionProposedAt: expect.any(String) });
      const before = (await logOf(app(), ours)).length;
      const { build } = await made.report(report);
      expect(build.attempt).toBe(2);
      expect((await made.state())?.completionProposedAt).toBeNull();
      const events = (await logOf(app(), ours)).slice(before).filter((event) => event.subjectType === 'Run');
      expect(events.map((event) => event.kind)).toEqual(kinds);
      expect(events[0]?.after).toEqual({ completionProposedAt: null });
    },
  );

  it('keeps the proposal while the next attempt only waits', async () => {
    const { ours } = await app().organizations();
    const { report, state } = await queued(ours.client);
    await report('PROCESSING');
    await report('COMPLETE');
    await report('BACKLOGGED');
    expect((await state())?.completionProposedAt).not.toBeNull();
    await report('PROCESSING');
    expect((await state())?.completionProposedAt).toBeNull();
  });

  it('that fails says why in the run', async () => {
    const { ours } = await app().organizations();
    const { run, report, state } = await queued(ours.client, 'IN_PROGRESS');
    await report('MACHINE_ERROR');
    expect(await state()).toMatchObject({ status: 'ERROR', error: `Build ${run.number} is MACHINE_ERROR.` });
  });
});

describe('the layers of a build', () => {
  it('only grow: one that goes backwards is refused', async () => {
    const { ours } = await app().organizations();
    const { shop, run, report } = await queued(ours.client);
    await report('PROCESSING', { layers: 100, currentLayer: 40 });
    const input = {
      machineId: shop.machineId,
      name: run.number,
      status: 'PROCESSING' as const,
      currentLayer: 39,
    };
    const { issues } = await ours.client.refused(Report, { input }, 'InvalidInputError');
    expect(issues).toEqual([
      {
        path: ['currentLayer'],
        message:
          'goes back from 40 to 39. If the machine has begun the build again, report it with newAttempt: true.',
      },
    ]);
    const { build } = await report('PROCESSING', { currentLayer: 40 });
    expect(build).toMatchObject({ attempt: 1, layers: 100, currentLayer: 40 });
  });

  it('begin again in a new attempt', async () => {
    const { ours } = await app().organizations();
    const { run, report, state } = await queued(ours.client);
    await report('PROCESSING', { currentLayer: 40 });
    const { build } = await report('PROCESSING', { currentLayer: 1, newAttempt: true });
    expect(build).toMatchObject({ attempt: 2, currentLayer: 1, run: { id: run.id } });
    expect((await state())?.builds.nodes).toHaveLength(2);
  });

  it('are not events: the version stays', async () => {
    const { ours } = await app().organizations();
    const { report } = await queued(ours.client);
    const first = await report('PROCESSING', { currentLayer: 1 });
    const second = await report('PROCESSING', { currentLayer: 2 });
    expect(second.build).toMatchObject({ currentLayer: 2, version: first.build.version });
  });

  it.each([
    [{ layers: -1 }, 'layers'],
    [{ currentLayer: -1 }, 'currentLayer'],
    [{ currentLayer: 10_000_001 }, 'currentLayer'],
    [{ name: ' ' }, 'name'],
    [{ observedAt: '1969-12-31T23:59:59Z' }, 'observedAt'],
  ])('and all else are checked: %j', async (wrong, path) => {
    const { ours } = await app().organizations();
    const { machineId } = await makeShop(ours.client);
    const input = { machineId, name: 'Plate', status: 'PROCESSING' as const, ...wrong };
    const { issues } = await ours.client.refused(Report, { input }, 'InvalidInputError');
    expect(issues.map((issue) => issue.path)).toEqual([[path]]);
  });
});

describe('a report of a build', () => {
  it('that is older than what is known changes nothing', async () => {
    const { ours } = await app().organizations();
    const { report, state } = await queued(ours.client);
    const known = await report('PAUSED', { observedAt: '2026-03-01T08:00:00Z', currentLayer: 7 });
    const late = await report('PROCESSING', { observedAt: '2026-03-01T07:59:59.999Z', currentLayer: 3 });
    expect(late).toEqual({ ...known, applied: false });
    expect((await state())?.status).toBe('QUEUED_WORK_READY');
  });

  it('that is repeated has no further effect', async () => {
    const { ours } = await app().organizations();
    const { report, state } = await queued(ours.client);
    const same = { observedAt: '2026-03-01T08:00:00Z', currentLayer: 7 };
    const first = await report('PROCESSING', same);
    const before = await state();
    expect(await report('PROCESSING', same)).toEqual(first);
    expect(await state()).toEqual(before);
  });

  it('that is repeated with newAttempt makes one attempt', async () => {
    const { ours } = await app().organizations();
    const { report, state } = await queued(ours.client);
    await report('PROCESSING', { observedAt: '2026-03-01T08:00:00Z', currentLayer: 7 });
    const again = { observedAt: '2026-03-01T09:00:00Z', currentLayer: 1, newAttempt: true };
    const first = await report('PROCESSING', again);
    expect(first.build.attempt).toBe(2);
    expect(await report('PROCESSING', again)).toEqual(first);
    expect((await state())?.builds.nodes).toHaveLength(2);
  });

  it('under the name of a build that has ended begins another attempt', async () => {
    const { ours } = await app().organizations();
    const { run, report, state } = await queued(ours.client);
    await report('PROCESSING', { currentLayer: 50 });
    await report('FAILED');
    await act(ours.client, 'queueRun', { runId: run.id }, '__typename');
    const { build } = await report('PREHEAT', { currentLayer: 0 });
    expect(build).toMatchObject({ attempt: 2, currentLayer: 0, endedAt: null });
    expect((await state())?.status).toBe('IN_PROGRESS');
  });
});
