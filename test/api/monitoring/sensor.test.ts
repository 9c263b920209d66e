import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import { absentId, asRole, create } from '../support.ts';

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
