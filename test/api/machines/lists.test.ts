import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { unique, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeShop } from '../../support/factories.ts';
import { makeMachine, storeFile } from '../../support/machines.ts';
import { act, create, logOf } from '../support.ts';

const app = useApp();

const Sync = graphql(`
  mutation ListsSync($input: SyncPrintingPresetsInput!) {
    syncPrintingPresets(input: $input) {
      __typename
      ... on SyncPrintingPresetsSuccess { cursor added changed deactivated }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const Presets = graphql(`
  query ListsPresets($id: ID!) {
    machine(id: $id) { presets(orderBy: [{ field: NAME }]) { nodes { id name description isActive steps lastSeenAt version } } }
  }
`);
const presetsOf = async (client: Client, id: string) =>
  (await client.query(Presets, { id })).machine?.presets.nodes ?? [];

describe('the presets of a machine', () => {
  const steps = [{ name: 'Wash', minutes: 3 }];

  it('follow the whole list that it tells: new, changed, missing, back again', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    const sync = async (presets: object[]) => {
      const input = { machineId, presets } as never;
      const { cursor, ...counts } = await ours.client.success(Sync, { input }, 'SyncPrintingPresetsSuccess');
      return { ...counts, isChange: cursor !== null };
    };
    const none = { __typename: 'SyncPrintingPresetsSuccess', added: 0, changed: 0, deactivated: 0 };
    const [durable, rigid] = [
      { name: 'Durable', steps },
      { name: 'Rigid', description: 'Stiff' },
    ];
    expect(await sync([durable, rigid])).toEqual({ ...none, added: 2, isChange: true });
    expect(await sync([durable, rigid])).toEqual({ ...none, isChange: false });
    const softer = { name: 'Rigid', description: 'Less stiff' };
    expect(await sync([softer])).toEqual({ ...none, changed: 1, deactivated: 1, isChange: true });
    expect(await presetsOf(ours.client, machineId)).toMatchObject([
      { name: 'Durable', isActive: false, steps, version: 2 },
      { name: 'Rigid', isActive: true, description: 'Less stiff', steps: null, version: 2 },
    ]);
    expect(await sync([durable, softer])).toEqual({ ...none, changed: 1, isChange: true });
    expect((await presetsOf(ours.client, machineId))[0]).toMatchObject({ isActive: true, steps });
  });

  it('are refused where one stands in the list twice', async () => {
    const { ours } = await app().organizations();
    const presets = [{ name: 'Durable' }, { name: 'Rigid' }, { name: 'Durable' }];
    const input = { machineId: await makeMachine(ours.client), presets };
    const refused = await ours.client.refused(Sync, { input }, 'InvalidInputError');
    expect(refused.issues).toEqual([{ path: ['presets', '2', 'name'] }]);
  });

  it('refuses JSON that the database cannot keep', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    for (const bad of ['\0', '\ud800']) {
      const input = { machineId, presets: [{ name: 'Durable', steps: { text: [bad] } }] };
      const refused = await ours.client.refused(Sync, { input }, 'InvalidInputError');
      expect(refused.issues).toEqual([{ path: ['presets', '0', 'steps'] }]);
    }
  });

  it('can be entered by hand, with a name of their own', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    const printingPresetId = await create(ours.client, 'PrintingPreset', { machineId, name: 'A', steps });
    await act(ours.client, 'updatePrintingPreset', { printingPresetId, steps: null }, '__typename');
    expect(await presetsOf(ours.client, machineId)).toMatchObject([{ steps: null, lastSeenAt: null }]);
    await expect(create(ours.client, 'PrintingPreset', { machineId, name: 'A' })).rejects.toThrow(/taken/);
  });
});

const Cassettes = graphql(`
  query ListsCassettes($id: ID!) {
    machine(id: $id) {
      cassettes(orderBy: [{ field: NAME }]) {
        nodes { id name serialNumber status initialAmount remainingAmount manufacturedOn material { id } version }
      }
    }
  }
`);
const cassettesOf = async (client: Client, id: string) =>
  (await client.query(Cassettes, { id })).machine?.cassettes.nodes ?? [];
const reportCassettes = (client: Client, machineId: string, cassettes: object[]) =>
  act(client, 'reportCassettes', { machineId, cassettes }, '__typename');

describe('cassettes', () => {
  it('are those that the machine holds, by serial number; what it does not tell stays', async () => {
    const { ours } = await app().organizations();
    const { machineId, materialId } = await makeShop(ours.client);
    const cassetteId = await create(ours.client, 'Cassette', {
      name: 'Model material',
      serialNumber: 'S1',
      materialId,
      initialAmount: '56.3',
      manufacturedOn: '2025-11-30',
    });
    await reportCassettes(ours.client, machineId, [
      { serialNumber: 'S1', status: 'ACTIVE', remainingAmount: '12.5' },
      { serialNumber: 'S2', name: 'Support' },
    ]);
    expect(await cassettesOf(ours.client, machineId)).toMatchObject([
      {
        id: cassetteId,
        name: 'Model material',
        status: 'ACTIVE',
        initialAmount: '56.3',
        remainingAmount: '12.5',
        manufacturedOn: '2025-11-30',
        material: { id: materialId },
        version: 2,
      },
      { name: 'Support', serialNumber: 'S2', status: 'LOADED', remainingAmount: null },
    ]);
  });

  it('that the machine tells no more are not loaded any more, and may go to another', async () => {
    const { ours } = await app().organizations();
    const [here, there] = [await makeMachine(ours.client), await makeMachine(ours.client)];
    await reportCassettes(ours.client, here, [{ serialNumber: 'S1' }, { serialNumber: 'S2' }]);
    await reportCassettes(ours.client, there, [{ serialNumber: 'S2' }]);
    expect(await cassettesOf(ours.client, here)).toMatchObject([{ serialNumber: 'S1' }]);
    expect(await cassettesOf(ours.client, there)).toMatchObject([{ serialNumber: 'S2' }]);
    await reportCassettes(ours.client, here, []);
    expect(await cassettesOf(ours.client, here)).toEqual([]);
    const { cassettes } = await ours.client.query(
      graphql(
        `query ListsLoose { cassettes(filter: { machine: { isNull: true } }) { nodes { serialNumber status } } }`,
      ),
      {},
    );
    expect(cassettes.nodes).toEqual([{ serialNumber: 'S1', status: 'UNKNOWN' }]);
  });

  it('told again are no change', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    const told = [
      { serialNumber: 'S1', initialAmount: '3', remainingAmount: '1.50', manufacturedOn: '2026-01-31' },
    ];
    await reportCassettes(ours.client, machineId, told);
    const before = (await logOf(app(), ours)).length;
    await reportCassettes(ours.client, machineId, told);
    expect(await logOf(app(), ours)).toHaveLength(before);
  });

  it('told at once by two machines, both new to it, are one', async () => {
    const { ours } = await app().organizations();
    const machines = await Promise.all([1, 2, 3].map(() => makeMachine(ours.client)));
    await Promise.all(machines.map((id) => reportCassettes(ours.client, id, [{ serialNumber: 'S1' }])));
    const { cassettes } = await ours.client.query(
      graphql(`query ListsCassetteCount { cassettes { totalCount } }`),
      {},
    );
    expect(cassettes.totalCount).toBe(1);
  });

  it('never hold more than at first', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    const more = { initialAmount: '1', remainingAmount: '1.000001' };
    const said = /more than the 1 that were in it/;
    await expect(create(ours.client, 'Cassette', { name: 'A', ...more })).rejects.toThrow(said);
    const cassetteId = await create(ours.client, 'Cassette', { name: 'A', initialAmount: '1' });
    const update = { cassetteId, remainingAmount: '1.000001' };
    await expect(act(ours.client, 'updateCassette', update, '__typename')).rejects.toThrow(said);
    const told = [{ serialNumber: 'S1', ...more }];
    await expect(reportCassettes(ours.client, machineId, told)).rejects.toThrow(said);
  });
});

describe('types of machine', () => {
  it('have their types of capture, and stay while machines are of them', async () => {
    const { ours } = await app().organizations();
    const machineTypeId = await create(ours.client, 'MachineType', { name: 'M 290', technology: 'DMLS' });
    const capture = { name: 'eos.modeler.log', machineTypeId, interval: 'PT30S', format: 'XML' };
    await create(ours.client, 'CaptureType', { ...capture, reading: '{ "status": log.state }' });
    const { machineTypes } = await ours.client.query(
      graphql(`
        query ListsTypes($filter: MachineTypeFilter) {
          machineTypes(filter: $filter) { nodes { id captureTypes { nodes { name interval format reading } } } }
        }
      `),
      { filter: { technology: { equals: 'DMLS' } } },
    );
    expect(machineTypes.nodes).toEqual([
      {
        id: machineTypeId,
        captureTypes: {
          nodes: [
            { name: 'eos.modeler.log', interval: 'PT30S', format: 'XML', reading: '{ "status": log.state }' },
          ],
        },
      },
    ]);
    await makeMachine(ours.client, { machineTypeId });
    await expect(act(ours.client, 'archiveMachineType', { machineTypeId }, '__typename')).rejects.toThrow(
      /still uses it/,
    );
  });

  it.each(['{ "status": ', '$sum(', '(((', '/[/'])(
    'refuse the reading %s, which is no expression',
    async (reading) => {
      const { ours } = await app().organizations();
      const refused = create(ours.client, 'CaptureType', { name: unique('log'), reading });
      await expect(refused).rejects.toThrow(/is no JSONata expression/);
    },
  );
});

describe('a service of a machine', () => {
  const Service = graphql(`
    query ListsService($id: ID!) {
      machineService(id: $id) {
        machine { builds { nodes { name } } }
        materials(orderBy: [{ field: MATERIAL_NAME }]) {
          nodes { id materialName machineName material { id } machine { id } }
        }
      }
    }
  `);

  it('knows materials as it calls them, keeps the links to ours, and the builds of its machine', async () => {
    const { ours } = await app().organizations();
    const { machineId, materialId } = await makeShop(ours.client);
    const build = { machineId, name: 'Plate 1', status: 'PROCESSING' };
    await act(ours.client, 'reportBuild', build, '__typename');
    const service = { name: 'P3D', url: 'https://p3d.example.com', machineId };
    const machineServiceId = await create(ours.client, 'MachineService', service);
    const sync = (materials: object[]) =>
      act(ours.client, 'syncMachineServiceMaterials', { machineServiceId, materials }, '__typename');
    const see = async () => (await ours.client.query(Service, { id: machineServiceId })).machineService;
    const [nylon, steel] = ['Nylon', 'Steel'].map((materialName) => ({ materialName, machineName: 'P 396' }));
    await sync([{ ...nylon, materialId, machineId }, { ...steel }]);
    await sync([{ ...nylon }]);
    expect(await see()).toMatchObject({
      machine: { builds: { nodes: [{ name: 'Plate 1' }] } },
      materials: { nodes: [{ ...nylon, material: { id: materialId }, machine: { id: machineId } }] },
    });
    const machineServiceMaterialId = (await see())?.materials.nodes[0]?.id;
    const unlink = { machineServiceMaterialId, materialId: null };
    await act(ours.client, 'updateMachineServiceMaterial', unlink, '__typename');
    expect((await see())?.materials.nodes).toMatchObject([{ material: null, machine: { id: machineId } }]);
  });
});

describe('a machine', () => {
  it('has its newest build that works as its current one', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    const current = async () =>
      (
        await ours.client.query(
          graphql(`query ListsCurrent($id: ID!) { machine(id: $id) { currentBuild { name status } } }`),
          { id: machineId },
        )
      ).machine?.currentBuild;
    const report = (name: string, status: string) =>
      act(ours.client, 'reportBuild', { machineId, name, status }, '__typename');
    expect(await current()).toBeNull();
    await report('A', 'PROCESSING');
    await report('B', 'BACKLOGGED');
    expect(await current()).toEqual({ name: 'A', status: 'PROCESSING' });
    await report('A', 'COMPLETE');
    expect(await current()).toEqual({ name: 'B', status: 'BACKLOGGED' });
  });

  it('is found by its place, its type and what reports for it', async () => {
    const { ours } = await app().organizations();
    const { locationId, machineId } = await makeShop(ours.client);
    await makeMachine(ours.client, { isSimulated: true });
    const found = async (filter: object) =>
      (
        await ours.client.query(
          graphql(
            `query ListsMachines($filter: MachineFilter) { machines(filter: $filter) { nodes { id } } }`,
          ),
          { filter },
        )
      ).machines.nodes.map(({ id }) => id);
    expect(await found({ location: { equals: locationId } })).toEqual([machineId]);
    expect(await found({ isSimulated: false })).toEqual([machineId]);
  });

  it('can be tried with a file', async () => {
    const { ours } = await app().organizations();
    const fileId = await storeFile(ours.client, 'G28\n', 'trial.gcode');
    const machineJobFileId = await create(ours.client, 'MachineJobFile', { name: 'Trial', fileId });
    const machineId = await makeMachine(ours.client);
    const input = { machineId, type: 'START_JOB', machineJobFileId };
    const file = 'machineCommand { file { id } run { id } jobName }';
    expect(await act(ours.client, 'commandMachine', input, file)).toMatchObject({
      machineCommand: { file: { id: fileId }, run: null, jobName: null },
    });
  });
});
