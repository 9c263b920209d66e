import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';

const app = useApp();

const Own = graphql(`
  query OrganizationOwn { organization { id name version } }
`);
const Find = graphql(`
  query OrganizationNode($id: ID!) { node(id: $id) { __typename id } }
`);
const Update = graphql(`
  mutation OrganizationUpdate($input: UpdateOrganizationInput!) {
    updateOrganization(input: $input) {
      __typename
      ... on UpdateOrganizationSuccess { cursor organization { name version } }
      ... on ConflictError { currentVersion }
      ... on InvalidInputError { issues { path } }
    }
  }
`);

describe('organization', () => {
  it("is the caller's own, and another's is not found", async () => {
    const { ours, theirs } = await app().organizations();
    const { organization } = await ours.client.query(Own, {});
    expect((await ours.client.query(Find, { id: organization.id })).node?.__typename).toBe('Organization');
    expect((await theirs.client.query(Find, { id: organization.id })).node).toBeNull();
    expect((await theirs.client.query(Own, {})).organization.id).not.toBe(organization.id);
  });

  it('changes its name, and nothing where the name is the same', async () => {
    const { ours } = await app().organizations();
    const input = { name: 'Forge', expectedVersion: 1 };
    const changed = await ours.client.success(Update, { input }, 'UpdateOrganizationSuccess');
    expect(changed.organization).toEqual({ name: 'Forge', version: 2 });
    const again = await ours.client.success(
      Update,
      { input: { name: 'Forge' } },
      'UpdateOrganizationSuccess',
    );
    expect(again).toMatchObject({ cursor: null, organization: { version: 2 } });
  });

  it('is not changed over the head of someone else', async () => {
    const { ours } = await app().organizations();
    await ours.client.success(Update, { input: { name: 'First' } }, 'UpdateOrganizationSuccess');
    const input = { name: 'Second', expectedVersion: 1 };
    const refused = await ours.client.refused(Update, { input }, 'ConflictError');
    expect(refused.currentVersion).toBe(2);
  });
});
