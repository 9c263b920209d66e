import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import type { ReportMachineInput } from '../../../client/generated/graphql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeShop } from '../../support/factories.ts';
import { makeCollector, makeConnected, makeMachine } from '../../support/machines.ts';
import { subscribe } from '../../support/stream.ts';
import { act, logOf, uuidOf } from '../support.ts';

let now = new Date('2026-03-01T08:00:00Z');
const app = useApp({ now: () => now });
const later = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1_000);
};

const Machine = graphql(`
  query ReportsMachine($id: ID!) {
    machine(id: $id) {
      status reportedStatus statusSince lastReportAt isConnected isOnline staleSince error activity signalLight
      historyWatermark
    }
  }
`);
const Report = graphql(`
  mutation ReportsReport($input: ReportMachineInput!) {
    reportMachine(input: $input) {
      __typename
      ... on ReportMachineSuccess { applied }
      ... on BlockedError { blockedBy { rule subject { id } } }
    }
  }
`);
const MachineStatus = graphql(`
  subscription ReportsStatus($machineIds: [ID!], $locationId: ID, $workstationId: ID) {
    machineStatus(machineIds: $machineIds, locationId: $locationId, workstationId: $workstationId) {
      __typename
      ... on MachineStatusChanged { subjectId to }
      ... on CollectorChanged { subjectId }
    }
  }
`);
const MachineEvents = graphql(`
  subscription ReportsEvents($locationId: ID, $workstationId: ID) {
    machineEvents(locationId: $locationId, workstationId: $workstationId) {
      __typename
      ... on Event { subjectId }
    }
  }
`);

const see = async (client: Client, id: string) => {
  const { machine } = await client.query(Machine, { id });
  if (!machine) throw new Error('There is no such machine.');
  return machine;
};
const report = async (client: Client, machineId: string, input: Omit<ReportMachineInput, 'machineId'>) =>
  (await client.success(Report, { input: { machineId, ...input } }, 'ReportMachineSuccess')).applied;

describe('a machine that nobody can reach', () => {
  it('is OFFLINE, before any error, and has its last reported status again when it is connected', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    await report(ours.client, machineId, { status: 'PRINTING' });
    later(10);
    await report(ours.client, machineId, { isConnected: false });
    const lost = now.toISOString();
    expect(await see(ours.client, machineId)).toMatchObject({
      status: 'OFFLINE',
      reportedStatus: 'PRINTING',
      statusSince: lost,
      isConnected: false,
      isOnline: false,
    });
    later(10);
    await report(ours.client, machineId, { status: 'ERROR', error: 'The recoater jammed.' });
    expect(await see(ours.client, machineId)).toMatchObject({
      status: 'OFFLINE',
      reportedStatus: 'ERROR',
      statusSince: lost,
      error: 'The recoater jammed.',
    });
    later(10);
    await report(ours.client, machineId, { isConnected: true });
    expect(await see(ours.client, machineId)).toMatchObject({
      status: 'ERROR',
      reportedStatus: null,
      statusSince: now.toISOString(),
      isOnline: true,
      error: 'The recoater jammed.',
    });
  });

  it('has the status of the report that connects it again', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    await report(ours.client, machineId, { status: 'PRINTING' });
    await report(ours.client, machineId, { isConnected: false });
    await report(ours.client, machineId, { isConnected: true, status: 'IDLE' });
    expect(await see(ours.client, machineId)).toMatchObject({ status: 'IDLE', reportedStatus: null });
  });

  it('is UNKNOWN once it is connected without ever having said what it does', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    await report(ours.client, machineId, { isConnected: true });
    expect(await see(ours.client, machineId)).toMatchObject({ status: 'UNKNOWN', isConnected: true });
  });

  it('is not taken offline by a report that comes late', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    await report(ours.client, machineId, { status: 'IDLE', isConnected: true });
    const observedAt = new Date(now.getTime() - 1_000).toISOString();
    expect(await report(ours.client, machineId, { isConnected: false, observedAt })).toBe(false);
    expect(await see(ours.client, machineId)).toMatchObject({ status: 'IDLE', isConnected: true });
  });
});

describe('what a report says beside the status', () => {
  it('is kept, and stays where a report leaves it out', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    const told = { activity: 'Recoating layer 12', signalLight: 'green', watermark: 'job-77' };
    await report(ours.client, machineId, { status: 'PRINTING', ...told });
    await report(ours.client, machineId, { status: 'IDLE', activity: null });
    expect(await see(ours.client, machineId)).toMatchObject({
      activity: null,
      signalLight: 'green',
      historyWatermark: 'job-77',
    });
  });

  it('is no change of the status, and a report that repeats it is none at all', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    await report(ours.client, machineId, { status: 'PRINTING', activity: 'Heating' });
    const { statusSince } = await see(ours.client, machineId);
    later(5);
    await report(ours.client, machineId, { status: 'PRINTING', activity: 'Recoating' });
    await report(ours.client, machineId, { status: 'PRINTING', activity: 'Recoating' });
    expect((await see(ours.client, machineId)).statusSince).toBe(statusSince);
    const log = await logOf(app(), ours);
    const kinds = log.filter((event) => event.subjectId === uuidOf(machineId)).map((event) => event.kind);
    expect(kinds).toEqual(['MachineCreated', 'MachineStatusChanged', 'MachineChanged']);
  });
});

describe('a machine whose collector', () => {
  it('is unreachable keeps its status, stale since it was last heard', async () => {
    const { ours } = await app().organizations();
    const { machineId, collectorId } = await makeConnected(ours.client);
    await act(ours.client, 'reportCollector', { collectorId, health: 'HEALTHY' }, '__typename');
    later(60);
    await report(ours.client, machineId, { status: 'PRINTING' });
    const heard = now.toISOString();
    expect(await see(ours.client, machineId)).toMatchObject({ staleSince: null, isOnline: true });
    later(301);
    expect(await see(ours.client, machineId)).toMatchObject({
      status: 'PRINTING',
      staleSince: heard,
      isOnline: false,
    });
    await act(ours.client, 'reportCollector', { collectorId, health: 'HEALTHY' }, '__typename');
    expect(await see(ours.client, machineId)).toMatchObject({ staleSince: null, isOnline: true });
  });

  it('is disabled keeps its status, stale, and its reports are refused', async () => {
    const { ours } = await app().organizations();
    const { machineId, collectorId } = await makeConnected(ours.client);
    await report(ours.client, machineId, { status: 'IDLE' });
    const heard = now.toISOString();
    await act(ours.client, 'updateCollector', { collectorId, isEnabled: false }, '__typename');
    later(1);
    const input = { machineId, status: 'PRINTING' as const };
    const refused = await ours.client.refused(Report, { input }, 'BlockedError');
    expect(refused.blockedBy).toEqual([{ rule: 'collector.isEnabled', subject: { id: collectorId } }]);
    expect(await see(ours.client, machineId)).toMatchObject({ status: 'IDLE', staleSince: heard });
    const build = { machineId, name: 'Plate', status: 'PROCESSING' };
    await expect(act(ours.client, 'reportBuild', build, '__typename')).rejects.toThrow(/disabled/);
  });
});

describe('the stream of machine states', () => {
  it('tells of states and connections, and of nothing else', async () => {
    const { ours } = await app().organizations();
    const { machineId, collectorId } = await makeConnected(ours.client);
    const other = await makeMachine(ours.client);
    const stream = await subscribe(ours.client, MachineStatus, { machineIds: [machineId] });
    await stream.expectNext((message) => message.__typename === 'Position');
    await act(ours.client, 'updateMachine', { machineId, description: 'In the hall' }, '__typename');
    await report(ours.client, other, { status: 'IDLE' });
    await report(ours.client, machineId, { activity: 'Waiting' });
    await report(ours.client, machineId, { status: 'IDLE' });
    expect(await stream.next()).toEqual({
      __typename: 'MachineStatusChanged',
      subjectId: machineId,
      to: 'IDLE',
    });
    await report(ours.client, machineId, { isConnected: true });
    expect(await stream.next()).toMatchObject({ subjectId: machineId, to: null });
    await act(ours.client, 'updateCollector', { collectorId, isEnabled: false }, '__typename');
    expect(await stream.next()).toEqual({ __typename: 'CollectorChanged', subjectId: collectorId });
    await stream.close();
  });

  it('is narrowed to a location and to a workstation, as machineEvents are', async () => {
    const { ours } = await app().organizations();
    const here = await makeShop(ours.client);
    const there = await makeShop(ours.client);
    const streams = await Promise.all([
      subscribe(ours.client, MachineStatus, { locationId: here.locationId }),
      subscribe(ours.client, MachineStatus, { workstationId: here.printerId }),
      subscribe(ours.client, MachineEvents, { locationId: here.locationId }),
      subscribe(ours.client, MachineEvents, { workstationId: here.printerId }),
    ]);
    for (const stream of streams) await stream.expectNext((message) => message.__typename === 'Position');
    await report(ours.client, there.machineId, { status: 'IDLE' });
    await report(ours.client, here.machineId, { status: 'IDLE' });
    for (const stream of streams) {
      expect(await stream.next()).toMatchObject({ subjectId: here.machineId });
      await stream.close();
    }
  });
});

describe('the machine of a workstation', () => {
  const Workstation = graphql(`
    query ReportsWorkstation($id: ID!) { workstation(id: $id) { machines { nodes { id } } } }
  `);

  it('can be taken away and given another', async () => {
    const { ours } = await app().organizations();
    const { machineId, printerId } = await makeShop(ours.client);
    const other = await makeMachine(ours.client, { isSimulated: true, alwaysShown: true });
    await act(ours.client, 'updateMachine', { machineId, workstationId: null }, '__typename');
    await act(ours.client, 'updateMachine', { machineId: other, workstationId: printerId }, '__typename');
    const { workstation } = await ours.client.query(Workstation, { id: printerId });
    expect(workstation?.machines.nodes).toEqual([{ id: other }]);
  });
});

describe('collectors', () => {
  const Collectors = graphql(`
    query ReportsCollectors($filter: CollectorFilter) {
      collectors(filter: $filter) { nodes { id health healthCheckedAt softwareVersion machines { nodes { id } } } }
    }
  `);
  const Register = graphql(`
    mutation ReportsRegister($input: RegisterCollectorInput!) {
      registerCollector(input: $input) {
        __typename
        ... on RegisterCollectorSuccess { created collector { id name softwareVersion version isEnabled } }
        ... on InvalidInputError { issues { path } }
        ... on TransitionError { from }
      }
    }
  `);
  const among = async (client: Client, filter: object) =>
    (await client.query(Collectors, { filter })).collectors.nodes.map(({ id }) => id);

  it('registering again is the same collector, with the versions of now', async () => {
    const { ours } = await app().organizations();
    const input = { externalId: 'e-1', softwareVersion: '1.0' };
    const first = await ours.client.success(Register, { input }, 'RegisterCollectorSuccess');
    expect(first).toMatchObject({ created: true, collector: { name: 'e-1', version: 1 } });
    const again = await ours.client.success(Register, { input }, 'RegisterCollectorSuccess');
    expect(again).toEqual({ ...first, created: false });
    const newer = { ...input, softwareVersion: '1.1' };
    const updated = await ours.client.success(Register, { input: newer }, 'RegisterCollectorSuccess');
    expect(updated.collector).toMatchObject({ id: first.collector.id, softwareVersion: '1.1', version: 2 });
  });

  it('registering at once from two places makes one', async () => {
    const { ours } = await app().organizations();
    const input = { externalId: 'e-1' };
    const made = await Promise.all(
      [1, 2, 3, 4].map(() => ours.client.success(Register, { input }, 'RegisterCollectorSuccess')),
    );
    expect(new Set(made.map(({ collector }) => collector.id)).size).toBe(1);
    expect(made.filter(({ created }) => created)).toHaveLength(1);
  });

  it('refuses a name that another has, and one that was archived', async () => {
    const { ours } = await app().organizations();
    const collectorId = await makeCollector(ours.client, 'e-1');
    const input = { externalId: 'e-2', name: 'e-1' };
    const taken = await ours.client.refused(Register, { input }, 'InvalidInputError');
    expect(taken.issues).toEqual([{ path: ['name'] }]);
    await act(ours.client, 'archiveCollector', { collectorId }, '__typename');
    await ours.client.refused(Register, { input: { externalId: 'e-1' } }, 'TransitionError');
  });

  it('that say nothing for five minutes are UNREACHABLE, also to the filter', async () => {
    const { ours } = await app().organizations();
    const heard = await makeCollector(ours.client);
    const silent = await makeCollector(ours.client);
    await act(ours.client, 'reportCollector', { collectorId: silent, health: 'HEALTHY' }, '__typename');
    later(299);
    await act(ours.client, 'reportCollector', { collectorId: heard, health: 'HEALTHY' }, '__typename');
    expect(await among(ours.client, { health: { equals: 'UNREACHABLE' } })).toEqual([]);
    later(2);
    expect(await among(ours.client, { health: { equals: 'UNREACHABLE' } })).toEqual([silent]);
    expect(await among(ours.client, { health: { notIn: ['UNREACHABLE'] } })).toEqual([heard]);
    expect(await among(ours.client, { health: { in: ['HEALTHY'] } })).toEqual([heard]);
    const { collectors } = await ours.client.query(Collectors, {});
    expect(new Map(collectors.nodes.map(({ id, health }) => [id, health]))).toEqual(
      new Map([
        [heard, 'HEALTHY'],
        [silent, 'UNREACHABLE'],
      ]),
    );
  });

  it('make no event of every sign of life, but of what it says and of their return', async () => {
    const { ours } = await app().organizations();
    const collectorId = await makeCollector(ours.client);
    const beat = () => act(ours.client, 'reportCollector', { collectorId, health: 'HEALTHY' }, '__typename');
    await beat();
    later(60);
    await beat();
    later(600);
    await beat();
    const kinds = (await logOf(app(), ours))
      .filter((event) => event.subjectId === uuidOf(collectorId))
      .map((event) => event.kind);
    expect(kinds).toEqual(['CollectorCreated', 'CollectorChanged', 'CollectorChanged']);
  });
});
