import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { unique, useApp } from '../support/app.ts';
import { makeShop } from '../support/factories.ts';

const app = useApp();

const Create = graphql(`
  mutation LocationCreate($input: CreateLocationInput!) {
    createLocation(input: $input) {
      __typename
      ... on CreateLocationSuccess { location { id version countriesServed } }
      ... on InvalidInputError { issues { path message } }
      ... on IdempotencyError { message }
    }
  }
`);
const Update = graphql(`
  mutation LocationUpdate($input: UpdateLocationInput!) {
    updateLocation(input: $input) {
      __typename
      ... on UpdateLocationSuccess { location { name phone countriesServed version } }
      ... on ConflictError { currentVersion }
      ... on NotFoundError { id }
      ... on TransitionError { from allowedActions }
    }
  }
`);
const Archive = graphql(`
  mutation LocationArchive($input: ArchiveLocationInput!) {
    archiveLocation(input: $input) {
      __typename
      ... on ArchiveLocationSuccess { location { archivedAt } }
      ... on BlockedError { blockedBy { rule subject { id label } } }
    }
  }
`);
const AddArea = graphql(`
  mutation LocationArea($input: CreateSubLocationInput!) {
    createSubLocation(input: $input) { __typename ... on CreateSubLocationSuccess { subLocation { isDefault } } }
  }
`);
const AddWorkstation = graphql(`
  mutation LocationWorkstation($input: CreateWorkstationInput!) {
    createWorkstation(input: $input) { __typename ... on InvalidInputError { issues { path } } }
  }
`);
const Children = graphql(`
  query LocationChildren($filter: WorkstationFilter) {
    locations {
      nodes { name subLocations { totalCount nodes { name } } workstations(filter: $filter) { totalCount nodes { name kind } } }
    }
  }
`);

const Notified = graphql(`
  query LocationNotified { locations { nodes { notifications } } }
`);

describe('location', () => {
  it('tells its contact of what is chosen, once each', async () => {
    const { ours } = await app().organizations();
    const input = { name: 'Hall', notifications: ['PRINT_ERROR', 'ORDER_SHIPPED', 'PRINT_ERROR'] as const };
    await ours.client.success(
      Create,
      { input: { ...input, notifications: [...input.notifications] } },
      'CreateLocationSuccess',
    );
    const shown = async () => (await ours.client.query(Notified, {})).locations.nodes;
    expect(await shown()).toEqual([{ notifications: ['PRINT_ERROR', 'ORDER_SHIPPED'] }]);
    // As locations stand that were there before notifications.
    await app().database.query('UPDATE "Location" SET notifications = NULL WHERE "organizationId" = $1', [
      ours.organizationId,
    ]);
    expect(await shown()).toEqual([{ notifications: [] }]);
  });

  it('changes what is given, clears what is null and keeps the rest', async () => {
    const { ours } = await app().organizations();
    const input = { name: 'Hall', phone: '1', countriesServed: ['DE'] };
    const { location } = await ours.client.success(Create, { input }, 'CreateLocationSuccess');
    const change = { locationId: location.id, phone: null, expectedVersion: location.version };
    const changed = await ours.client.success(Update, { input: change }, 'UpdateLocationSuccess');
    expect(changed.location).toEqual({ name: 'Hall', phone: null, countriesServed: ['DE'], version: 2 });
    expect((await ours.client.refused(Update, { input: change }, 'ConflictError')).currentVersion).toBe(2);
  });

  it("is not found by another organization's caller", async () => {
    const { ours, theirs } = await app().organizations();
    const { location } = await ours.client.success(
      Create,
      { input: { name: 'Hall' } },
      'CreateLocationSuccess',
    );
    await theirs.client.refused(Update, { input: { locationId: location.id } }, 'NotFoundError');
  });

  it('is made once under one clientMutationId', async () => {
    const { ours } = await app().organizations();
    const input = { name: 'Hall', clientMutationId: 'key' };
    const first = await ours.client.success(Create, { input }, 'CreateLocationSuccess');
    const second = await ours.client.success(Create, { input }, 'CreateLocationSuccess');
    expect(second.location.id).toBe(first.location.id);
    await ours.client.refused(Create, { input: { ...input, name: 'Other' } }, 'IdempotencyError');
  });

  it('names all that stands against archiving it', async () => {
    const { ours } = await app().organizations();
    const { locationId } = await makeShop(ours.client);
    await ours.client.success(AddArea, { input: { locationId, name: 'Cell' } }, 'CreateSubLocationSuccess');
    const { blockedBy } = await ours.client.refused(Archive, { input: { locationId } }, 'BlockedError');
    expect(blockedBy.map(({ rule }) => rule)).toEqual([
      'location.noSubLocations',
      'location.noWorkstations',
      'location.noWorkstations',
    ]);
  });

  it('is either archived or gets the workstation, when both are asked for at once', async () => {
    const { ours } = await app().organizations();
    const { printerTypeId: workstationTypeId } = await makeShop(ours.client);
    for (let round = 0; round < 10; round++) {
      const name = unique('Hall');
      const { location } = await ours.client.success(Create, { input: { name } }, 'CreateLocationSuccess');
      const locationId = location.id;
      const [added, archived] = await Promise.all([
        ours.client.query(AddWorkstation, { input: { name, workstationTypeId, locationId } }),
        ours.client.query(Archive, { input: { locationId } }),
      ]);
      const outcomes = [added.createWorkstation.__typename, archived.archiveLocation.__typename];
      expect(outcomes.filter((outcome) => outcome.endsWith('Success'))).toHaveLength(1);
    }
  });

  it('lists its areas and its workstations, filtered by what their type is', async () => {
    const { ours } = await app().organizations();
    await makeShop(ours.client);
    const { locations } = await ours.client.query(Children, { filter: { kind: { equals: 'PRINTER' } } });
    expect(locations.nodes[0]).toMatchObject({
      subLocations: { totalCount: 0, nodes: [] },
      workstations: { totalCount: 1, nodes: [{ kind: 'PRINTER' }] },
    });
  });
});
