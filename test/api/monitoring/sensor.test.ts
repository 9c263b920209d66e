import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import { absentId, act, asRole, create } from '../support.ts';

const app = useApp();

const Create = graphql(`
  mutation SensorCreate($input: CreateSensorInput!) {
    createSensor(input: $input) {
      __typename
      ... on CreateSensorSuccess { sensor { id unit frequency state machine { id } subLocation { id } } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Update = graphql(`
  mutation SensorUpdate($input: UpdateSensorInput!) {
    updateSensor(input: $input) { __typename ... on UpdateSensorSuccess { sensor { name machine { id } } } }
  }
`);
const ArchiveMachine = graphql(`
  mutation SensorArchiveMachine($input: ArchiveMachineInput!) {
    archiveMachine(input: $input) { __typename ... on BlockedError { blockedBy { rule subject { label } } } }
  }
`);
const OfMachine = graphql(`
  query SensorOfMachine($id: ID!) {
    machine(id: $id) { sensors(orderBy: [{ field: NAME }]) { nodes { name } } }
    sensors(filter: { machine: { equals: $id } }) { totalCount }
  }
`);

const oxygen = { name: 'Oxygen', quantity: 'oxygen', unit: '%' };

const Report = graphql(`
  mutation SensorReport($input: ReportSensorInput!) {
    reportSensor(input: $input) {
      __typename
      ... on ReportSensorSuccess { applied cursor sensor { state stateNote version } }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const Placements = graphql(`
  query SensorPlacements($id: ID!) {
    sensor(id: $id) {
      placements(orderBy: [{ field: STARTED_AT }]) {
        nodes { id machine { name } subLocation { name } startedAt endedAt }
      }
    }
  }
`);
const Heard = graphql(`
  query SensorHeard($id: ID!) { sensor(id: $id) { state isStale latestReading { value observedAt } } }
`);

describe('a sensor', () => {
  it('is made by the connector that finds it', async () => {
    const { ours } = await app().organizations();
    const machineId = await create(ours.client, 'Machine', { name: 'EOS M290' });
    const connector = await asRole(ours, 'MACHINE');
    const input = { ...oxygen, machineId, frequency: 'PT90S' };
    const { sensor } = await connector.success(Create, { input }, 'CreateSensorSuccess');
    expect(sensor).toMatchObject({
      unit: '%',
      frequency: 'PT1M30S',
      state: 'NEW',
      machine: { id: machineId },
      subLocation: null,
    });
  });

  it('moves from machine to machine', async () => {
    const { ours } = await app().organizations();
    const [here, there] = [
      await create(ours.client, 'Machine', { name: 'Here' }),
      await create(ours.client, 'Machine', { name: 'There' }),
    ];
    const sensorId = await create(ours.client, 'Sensor', { ...oxygen, machineId: here });
    await ours.client.success(Update, { input: { sensorId, machineId: there } }, 'UpdateSensorSuccess');
    expect(await ours.client.query(OfMachine, { id: here })).toMatchObject({ sensors: { totalCount: 0 } });
    expect((await ours.client.query(OfMachine, { id: there })).machine?.sensors.nodes).toEqual([
      { name: 'Oxygen' },
    ]);
  });

  it('has one place at a time, and a history of them', async () => {
    const { ours } = await app().organizations();
    const machineId = await create(ours.client, 'Machine', { name: 'EOS M290' });
    const locationId = await create(ours.client, 'Location', { name: 'Hall' });
    const subLocationId = await create(ours.client, 'SubLocation', { locationId, name: 'Store' });
    const id = await create(ours.client, 'Sensor', { ...oxygen, machineId });
    const move = (input: object) =>
      ours.client.success(Update, { input: { sensorId: id, ...input } }, 'UpdateSensorSuccess');
    await move({ machineId: null, subLocationId });
    await move({ name: 'Renamed' });
    await act(ours.client, 'archiveSensor', { sensorId: id }, '__typename');
    const { sensor } = await ours.client.query(Placements, { id });
    const [first, second, ...more] = sensor?.placements.nodes ?? [];
    expect(more).toEqual([]);
    expect(first).toMatchObject({ machine: { name: 'EOS M290' }, subLocation: null });
    expect(second).toMatchObject({ machine: null, subLocation: { name: 'Store' } });
    expect(first?.endedAt).toBe(second?.startedAt);
    expect(second?.endedAt).toEqual(expect.any(String));
  });

  it('fails and works again as its connector says, whatever readings come', async () => {
    const { ours } = await app().organizations();
    const id = await create(ours.client, 'Sensor', oxygen);
    const connector = await asRole(ours, 'MACHINE');
    const report = (state: 'ERROR' | 'IDLE', note?: string) =>
      connector.success(Report, { input: { sensorId: id, state, note } }, 'ReportSensorSuccess');
    expect(await report('ERROR', 'Broken wire')).toMatchObject({
      applied: true,
      sensor: { state: 'ERROR', stateNote: 'Broken wire', version: 2 },
    });
    expect(await report('ERROR', 'Broken wire')).toMatchObject({ applied: false, cursor: null });
    const readings = [{ sensorId: id, value: 1, observedAt: '2026-03-01T08:00:00Z' }];
    await act(connector, 'ingestReadings', { readings }, '__typename');
    expect((await ours.client.query(Heard, { id })).sensor?.state).toBe('ERROR');
    expect(await report('IDLE')).toMatchObject({ sensor: { state: 'IDLE', stateNote: null, version: 3 } });
    const asNew = { input: { sensorId: id, state: 'NEW' as const } };
    expect((await connector.refused(Report, asNew, 'InvalidInputError')).issues[0]?.path).toEqual(['state']);
  });

  it('is stale once its newest reading is older than twice its frequency', async () => {
    const { ours } = await app().organizations();
    const id = await create(ours.client, 'Sensor', { ...oxygen, frequency: 'PT30M' });
    const heard = async () => (await ours.client.query(Heard, { id })).sensor;
    expect(await heard()).toMatchObject({ isStale: false, latestReading: null });
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const ingest = (minutes: number) => {
      const readings = [{ sensorId: id, value: minutes, observedAt: ago(minutes) }];
      return act(ours.client, 'ingestReadings', { readings }, '__typename');
    };
    await ingest(61);
    expect(await heard()).toMatchObject({ isStale: true, latestReading: { value: 61 } });
    await ingest(58);
    expect(await heard()).toMatchObject({ isStale: false, latestReading: { value: 58 } });
    // What comes late is not the newest.
    await ingest(500);
    expect(await heard()).toMatchObject({ isStale: false, latestReading: { value: 58 } });
    const steady = await create(ours.client, 'Sensor', { ...oxygen, name: 'Without rhythm' });
    const readings = [{ sensorId: steady, value: 1, observedAt: ago(9_000) }];
    await act(ours.client, 'ingestReadings', { readings }, '__typename');
    expect((await ours.client.query(Heard, { id: steady })).sensor?.isStale).toBe(false);
  });

  it('keeps its machine from being archived', async () => {
    const { ours } = await app().organizations();
    const machineId = await create(ours.client, 'Machine', { name: 'EOS M290' });
    await create(ours.client, 'Sensor', { ...oxygen, machineId });
    const { blockedBy } = await ours.client.refused(ArchiveMachine, { input: { machineId } }, 'BlockedError');
    expect(blockedBy).toEqual([{ rule: 'machine.noSensors', subject: { label: 'Oxygen' } }]);
  });

  it.each([
    [{ name: ' ' }, 'name'],
    [{ quantity: '' }, 'quantity'],
    [{ frequency: 'PT0S' }, 'frequency'],
    [{ machineId: absentId('Machine') }, 'machineId'],
    [{ subLocationId: absentId('SubLocation') }, 'subLocationId'],
  ])('is refused with %j', async (wrong, path) => {
    const { ours } = await app().organizations();
    const { issues } = await ours.client.refused(
      Create,
      { input: { ...oxygen, ...wrong } },
      'InvalidInputError',
    );
    expect(issues.map((issue) => issue.path)).toEqual([[path]]);
  });

  it('has a name of its own in the organization', async () => {
    const { ours, theirs } = await app().organizations();
    await create(ours.client, 'Sensor', oxygen);
    await create(theirs.client, 'Sensor', oxygen);
    const { issues } = await ours.client.refused(Create, { input: oxygen }, 'InvalidInputError');
    expect(issues).toEqual([{ path: ['name'], message: 'is taken by another Sensor. Choose another.' }]);
  });
});
