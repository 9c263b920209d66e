import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';

const app = useApp();

const Create = graphql(`
  mutation UserCreate($input: CreateUserInput!) {
    createUser(input: $input) {
      __typename
      ... on CreateUserSuccess { user { id email } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const List = graphql(`
  query UserList($filter: UserFilter) { users(filter: $filter) { totalCount nodes { email role } } }
`);

const ann = { name: 'Ann', email: ' Ann@Example.com ', role: 'OPERATOR' } as const;

describe('user', () => {
  it('keeps e-mail addresses in lower case, unique in the organization', async () => {
    const { ours, theirs } = await app().organizations();
    const { user } = await ours.client.success(Create, { input: ann }, 'CreateUserSuccess');
    expect(user.email).toBe('ann@example.com');
    const refused = await ours.client.refused(Create, { input: ann }, 'InvalidInputError');
    expect(refused.issues[0]?.path).toEqual(['email']);
    await theirs.client.success(Create, { input: ann }, 'CreateUserSuccess');
  });

  it('refuses what is no e-mail address', async () => {
    const { ours } = await app().organizations();
    const refused = await ours.client.refused(
      Create,
      { input: { ...ann, email: 'ann' } },
      'InvalidInputError',
    );
    expect(refused.issues).toEqual([{ path: ['email'], message: 'must be an e-mail address' }]);
  });

  it('is listed by role, in its own organization only', async () => {
    const { ours, theirs } = await app().organizations();
    await ours.client.success(Create, { input: ann }, 'CreateUserSuccess');
    const filter = { role: { equals: 'OPERATOR' }, archived: false } as const;
    expect((await ours.client.query(List, { filter })).users.totalCount).toBe(1);
    expect((await theirs.client.query(List, { filter })).users.totalCount).toBe(0);
  });
});
