import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';
import { create } from './support.ts';

const app = useApp();

const Create = graphql(`
  mutation ManufacturerCreate($input: CreateManufacturerInput!) {
    createManufacturer(input: $input) {
      __typename
      ... on CreateManufacturerSuccess { manufacturer { id name contactEmail archivedAt version } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Update = graphql(`
  mutation ManufacturerUpdate($input: UpdateManufacturerInput!) {
    updateManufacturer(input: $input) {
      __typename
      ... on UpdateManufacturerSuccess { manufacturer { name notes version } }
      ... on TransitionError { from allowedActions }
    }
  }
`);
const Archive = graphql(`
  mutation ManufacturerArchive($input: ArchiveManufacturerInput!) {
    archiveManufacturer(input: $input) {
      __typename
      ... on ArchiveManufacturerSuccess { manufacturer { archivedAt } }
      ... on TransitionError { from }
    }
  }
`);
const Read = graphql(`
  query ManufacturerRead($id: ID!) {
    manufacturer(id: $id) { materials { nodes { id } } workstationTypes { totalCount } }
    manufacturers(filter: { archived: false }) { totalCount }
  }
`);

describe('a manufacturer', () => {
  it('is created, changed and archived', async () => {
    const { ours } = await app().organizations();
    const input = { name: 'EOS', contactEmail: 'Sales@EOS.example' };
    const { manufacturer } = await ours.client.success(Create, { input }, 'CreateManufacturerSuccess');
    expect(manufacturer).toMatchObject({ contactEmail: 'sales@eos.example', archivedAt: null, version: 1 });
    const { id: manufacturerId } = manufacturer;
    const changes = { manufacturerId, notes: 'Two weeks', expectedVersion: 1 };
    const changed = await ours.client.success(Update, { input: changes }, 'UpdateManufacturerSuccess');
    expect(changed.manufacturer).toEqual({ name: 'EOS', notes: 'Two weeks', version: 2 });
    const archived = await ours.client.success(
      Archive,
      { input: { manufacturerId } },
      'ArchiveManufacturerSuccess',
    );
    expect(archived.manufacturer.archivedAt).not.toBeNull();
    expect((await ours.client.query(Read, { id: manufacturerId })).manufacturers.totalCount).toBe(0);
  });

  it('is not changed or archived once it is archived', async () => {
    const { ours } = await app().organizations();
    const manufacturerId = await create(ours.client, 'Manufacturer', { name: 'EOS' });
    await ours.client.success(Archive, { input: { manufacturerId } }, 'ArchiveManufacturerSuccess');
    const refused = await ours.client.refused(Update, { input: { manufacturerId } }, 'TransitionError');
    expect(refused).toMatchObject({ from: 'ARCHIVED', allowedActions: [] });
    await ours.client.refused(Archive, { input: { manufacturerId } }, 'TransitionError');
  });

  it('has a name and addresses that are well formed, and a name of its own', async () => {
    const { ours } = await app().organizations();
    const input = { name: '', contactEmail: 'nobody', supportPhone: 'x'.repeat(51) };
    const { issues } = await ours.client.refused(Create, { input }, 'InvalidInputError');
    expect(issues.map((issue) => issue.path)).toEqual([['name'], ['contactEmail'], ['supportPhone']]);
    await create(ours.client, 'Manufacturer', { name: 'EOS' });
    const taken = await ours.client.refused(Create, { input: { name: 'EOS' } }, 'InvalidInputError');
    expect(taken.issues).toEqual([
      { path: ['name'], message: 'is taken by another Manufacturer. Choose another.' },
    ]);
  });

  it('has what it makes', async () => {
    const { ours } = await app().organizations();
    const manufacturerId = await create(ours.client, 'Manufacturer', { name: 'EOS' });
    const steel = { name: 'Steel', type: 'BASE', family: 'METAL', unit: 'kg', manufacturerId };
    const materialId = await create(ours.client, 'Material', steel);
    await create(ours.client, 'WorkstationType', { name: 'M290', kind: 'PRINTER', manufacturerId });
    expect((await ours.client.query(Read, { id: manufacturerId })).manufacturer).toEqual({
      materials: { nodes: [{ id: materialId }] },
      workstationTypes: { totalCount: 1 },
    });
  });
});
