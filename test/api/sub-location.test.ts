import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { type TestOrganization, unique, useApp } from '../support/app.ts';
import { makeShop } from '../support/factories.ts';

const app = useApp();

const Create = graphql(`
  mutation SubLocationCreate($input: CreateSubLocationInput!) {
    createSubLocation(input: $input) { __typename ... on CreateSubLocationSuccess { subLocation { id isDefault } } }
  }
`);
const SetDefault = graphql(`
  mutation SubLocationDefault($input: SetDefaultSubLocationInput!) {
    setDefaultSubLocation(input: $input) {
      __typename
      ... on SetDefaultSubLocationSuccess { cursor subLocation { isDefault } }
      ... on TransitionError { from }
    }
  }
`);
const Archive = graphql(`
  mutation SubLocationArchive($input: ArchiveSubLocationInput!) {
    archiveSubLocation(input: $input) { __typename ... on BlockedError { blockedBy { rule } } }
  }
`);
const Defaults = graphql(`
  query SubLocationDefaults($id: ID!) {
    location(id: $id) { subLocations(filter: { isDefault: true, archived: false }) { nodes { id } } }
  }
`);

async function areas(ours: TestOrganization, count: number): Promise<{ locationId: string; ids: string[] }> {
  const { locationId } = await makeShop(ours.client);
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const input = { locationId, name: unique('Area') };
    ids.push((await ours.client.success(Create, { input }, 'CreateSubLocationSuccess')).subLocation.id);
  }
  return { locationId, ids };
}

async function defaultsOf(ours: TestOrganization, id: string): Promise<string[]> {
  return (
    (await ours.client.query(Defaults, { id })).location?.subLocations.nodes.map((each) => each.id) ?? []
  );
}

describe('the default area of a location', () => {
  it('is the first one, also when several are made at once', async () => {
    const { ours } = await app().organizations();
    const { locationId } = await makeShop(ours.client);
    const made = await Promise.all(
      ['A', 'B', 'C', 'D'].map((name) =>
        ours.client.success(Create, { input: { locationId, name } }, 'CreateSubLocationSuccess'),
      ),
    );
    expect(made.filter(({ subLocation }) => subLocation.isDefault)).toHaveLength(1);
  });

  it('passes to another, and nothing happens the second time', async () => {
    const { ours } = await app().organizations();
    const { locationId, ids } = await areas(ours, 2);
    const input = { subLocationId: ids[1] ?? '' };
    await ours.client.success(SetDefault, { input }, 'SetDefaultSubLocationSuccess');
    expect(await defaultsOf(ours, locationId)).toEqual([ids[1]]);
    const again = await ours.client.success(SetDefault, { input }, 'SetDefaultSubLocationSuccess');
    expect(again.cursor).toBeNull();
  });

  it('is not archived while there are others', async () => {
    const { ours } = await app().organizations();
    const { ids } = await areas(ours, 2);
    const [first = '', second = ''] = ids;
    const refused = await ours.client.refused(Archive, { input: { subLocationId: first } }, 'BlockedError');
    expect(refused.blockedBy).toEqual([{ rule: 'subLocation.notDefault' }]);
    await ours.client.success(Archive, { input: { subLocationId: second } }, 'ArchiveSubLocationSuccess');
    await ours.client.success(Archive, { input: { subLocationId: first } }, 'ArchiveSubLocationSuccess');
    await ours.client.refused(SetDefault, { input: { subLocationId: first } }, 'TransitionError');
  });

  it('never lacks when one is archived and another made at once', async () => {
    const { ours } = await app().organizations();
    for (let round = 0; round < 10; round++) {
      const { locationId, ids } = await areas(ours, 1);
      await Promise.all([
        ours.client.query(Archive, { input: { subLocationId: ids[0] ?? '' } }),
        ours.client.query(Create, { input: { locationId, name: 'Other' } }),
      ]);
      expect(await defaultsOf(ours, locationId)).toHaveLength(1);
    }
  });
});
