import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';

const app = useApp();

const CreateType = graphql(`
  mutation WorkstationOfType($input: CreateWorkstationTypeInput!) {
    createWorkstationType(input: $input) { __typename ... on CreateWorkstationTypeSuccess { workstationType { id } } }
  }
`);
const Create = graphql(`
  mutation WorkstationCreate($input: CreateWorkstationInput!) {
    createWorkstation(input: $input) {
      __typename
      ... on CreateWorkstationSuccess { workstation { id kind inProgressMax } }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const Update = graphql(`
  mutation WorkstationUpdate($input: UpdateWorkstationInput!) {
    updateWorkstation(input: $input) { __typename ... on InvalidInputError { issues { path } } }
  }
`);
const Archive = graphql(`
  mutation WorkstationArchive($input: ArchiveWorkstationInput!) {
    archiveWorkstation(input: $input) { __typename ... on BlockedError { blockedBy { rule subject { label } } } }
  }
`);
const CreateArea = graphql(`
  mutation WorkstationArea($input: CreateSubLocationInput!) {
    createSubLocation(input: $input) { __typename ... on CreateSubLocationSuccess { subLocation { id } } }
  }
`);

describe('workstation', () => {
  it('has the room of its type unless given', async () => {
    const { ours } = await app().organizations();
    const { locationId } = await makeShop(ours.client);
    const { workstationType } = await ours.client.success(
      CreateType,
      { input: { name: 'Furnace', kind: 'POST_PROCESSOR', inProgressMax: 4 } },
      'CreateWorkstationTypeSuccess',
    );
    const input = { name: 'Furnace', workstationTypeId: workstationType.id, locationId };
    const { workstation } = await ours.client.success(Create, { input }, 'CreateWorkstationSuccess');
    expect(workstation).toMatchObject({ kind: 'POST_PROCESSOR', inProgressMax: 4 });
  });

  it('stands in an area of its own location', async () => {
    const { ours } = await app().organizations();
    const [here, there] = [await makeShop(ours.client), await makeShop(ours.client)];
    const area = { locationId: there.locationId, name: 'Cell' };
    const { subLocation } = await ours.client.success(
      CreateArea,
      { input: area },
      'CreateSubLocationSuccess',
    );
    const input = { workstationId: here.printerId, subLocationId: subLocation.id };
    const refused = await ours.client.refused(Update, { input }, 'InvalidInputError');
    expect(refused.issues[0]?.path).toEqual(['subLocationId']);
    const moved = { ...input, locationId: there.locationId };
    await ours.client.success(Update, { input: moved }, 'UpdateWorkstationSuccess');
  });

  it('keeps its type once a run was planned, and is not archived while one is open', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { pieces } = await makeOrder(ours.client, shop);
    const run = await makeRun(
      ours.client,
      shop.printerId,
      pieces.map(({ id }) => id),
    );
    const retyped = { workstationId: shop.printerId, workstationTypeId: shop.shippingTypeId };
    const refused = await ours.client.refused(Update, { input: retyped }, 'InvalidInputError');
    expect(refused.issues[0]?.path).toEqual(['workstationTypeId']);
    const blocked = await ours.client.refused(
      Archive,
      { input: { workstationId: shop.printerId } },
      'BlockedError',
    );
    expect(blocked.blockedBy).toMatchObject([
      { rule: 'workstation.noOpenRuns', subject: { label: run.number } },
      { rule: 'workstation.noMachines' },
    ]);
    await ours.client.success(
      Archive,
      { input: { workstationId: shop.dockId } },
      'ArchiveWorkstationSuccess',
    );
  });
});
