import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';
import { absentId, asRole, codeOf, create } from './support.ts';

const app = useApp();

const Create = graphql(`
  mutation ApiTokenCreate($input: CreateApiTokenInput!) {
    createApiToken(input: $input) {
      __typename
      ... on CreateApiTokenSuccess { token apiToken { id name role hint revokedAt expiresAt user { id } } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Revoke = graphql(`
  mutation ApiTokenRevoke($input: RevokeApiTokenInput!) {
    revokeApiToken(input: $input) {
      __typename
      ... on RevokeApiTokenSuccess { apiToken { revokedAt } }
      ... on TransitionError { from action }
    }
  }
`);
const Mine = graphql(`
  query ApiTokenMine { organization { id } }
`);
const Tokens = graphql(`
  query ApiTokenList { apiTokens(orderBy: [{ field: NAME }]) { totalCount nodes { name hint role } } }
`);
const TokenEvents = graphql(`
  query ApiTokenEvents {
    events(first: 100) {
      nodes { __typename kind changes { field before after } actor { name } subject { id } }
    }
  }
`);

describe('createApiToken', () => {
  it('makes a token that signs in with its role, and shows its text once', async () => {
    const { ours } = await app().organizations();
    const input = { name: 'Display', role: 'VIEWER' as const };
    const { token, apiToken } = await ours.client.success(Create, { input }, 'CreateApiTokenSuccess');
    expect(token).toMatch(/^hm_[\w-]{43}$/);
    expect(apiToken).toMatchObject({
      name: 'Display',
      role: 'VIEWER',
      hint: `${token?.slice(0, 7)}…`,
      revokedAt: null,
    });
    const { organization } = await ours.client.as(token).query(Mine, {});
    expect(organization).toEqual((await ours.client.query(Mine, {})).organization);
  });

  it('keeps neither the text nor the hash in the log', async () => {
    const { ours } = await app().organizations();
    const input = { name: 'Display', role: 'VIEWER' as const };
    const { token } = await ours.client.success(Create, { input }, 'CreateApiTokenSuccess');
    const rows = await app().app.prisma.apiToken.findMany({ where: { organizationId: ours.organizationId } });
    const log = JSON.stringify(await ours.client.query(TokenEvents, {}));
    expect(log).toContain('ApiTokenCreated');
    for (const secret of [token ?? '', ...rows.map((row) => row.hash)]) expect(log).not.toContain(secret);
  });

  it('that expires stops working then', async () => {
    const { ours } = await app().organizations();
    const past = { name: 'Late', role: 'VIEWER' as const, expiresAt: '2020-01-01T00:00:00Z' };
    const { issues } = await ours.client.refused(Create, { input: past }, 'InvalidInputError');
    expect(issues).toEqual([{ path: ['expiresAt'], message: 'must lie in the future.' }]);
    const input = { ...past, expiresAt: '2999-01-01T00:00:00Z' };
    const { token, apiToken } = await ours.client.success(Create, { input }, 'CreateApiTokenSuccess');
    await ours.client.as(token).query(Mine, {});
    await app().app.prisma.apiToken.updateMany({
      where: { organizationId: ours.organizationId, name: apiToken.name },
      data: { expiresAt: new Date('2020-01-01T00:00:00Z') },
    });
    expect(await codeOf(ours.client.as(token), '{ organization { id } }')).toBe('UNAUTHENTICATED');
  });

  it('names a person of the organization, or none', async () => {
    const { ours, theirs } = await app().organizations();
    const person = { name: 'Ada', email: 'ada@example.com', role: 'OPERATOR' };
    const input = {
      name: 'Ada’s',
      role: 'OPERATOR' as const,
      userId: await create(ours.client, 'User', person),
    };
    const { apiToken } = await ours.client.success(Create, { input }, 'CreateApiTokenSuccess');
    expect(apiToken.user?.id).toBe(input.userId);
    for (const userId of [await create(theirs.client, 'User', person), absentId('User')]) {
      const { issues } = await ours.client.refused(
        Create,
        { input: { ...input, userId } },
        'InvalidInputError',
      );
      expect(issues).toEqual([{ path: ['userId'], message: 'names no User that is visible to you.' }]);
    }
  });
});

describe('revokeApiToken', () => {
  it('ends a token at once', async () => {
    const { ours } = await app().organizations();
    const input = { name: 'Lost', role: 'OPERATOR' as const };
    const { token, apiToken } = await ours.client.success(Create, { input }, 'CreateApiTokenSuccess');
    await ours.client.as(token).query(Mine, {});
    await ours.client.success(
      Revoke,
      { input: { apiTokenId: apiToken.id, reason: 'Lost' } },
      'RevokeApiTokenSuccess',
    );
    expect(await codeOf(ours.client.as(token), '{ organization { id } }')).toBe('UNAUTHENTICATED');
  });

  it('is not possible twice', async () => {
    const { ours } = await app().organizations();
    const { apiToken } = await ours.client.success(
      Create,
      { input: { name: 'Lost', role: 'OPERATOR' } },
      'CreateApiTokenSuccess',
    );
    const input = { apiTokenId: apiToken.id };
    await ours.client.success(Revoke, { input }, 'RevokeApiTokenSuccess');
    const refused = await ours.client.refused(Revoke, { input }, 'TransitionError');
    expect(refused).toMatchObject({ from: 'REVOKED', action: 'REVOKE_API_TOKEN' });
  });
});

describe('who signs in', () => {
  it.each([
    ['no token', null],
    ['an unknown token', 'hm_unknown'],
    ['a token with other signs', 'hm_ü'],
  ])('with %s is UNAUTHENTICATED', async (_what, token) => {
    const { ours } = await app().organizations();
    // A header can hold no signs beyond Latin-1: what cannot be sent cannot be let in.
    const client = ours.client.as(token === null ? null : encodeURI(token));
    expect(await codeOf(client, '{ organization { id } }')).toBe('UNAUTHENTICATED');
  });

  it('as no administrator sees no tokens: not in lists, by id, as nodes or in the log', async () => {
    const { ours } = await app().organizations();
    const operator = await asRole(ours, 'OPERATOR');
    const tokenId = `tok_${ours.tokenId.replaceAll('-', '')}`;
    expect(await codeOf(operator, '{ apiTokens { totalCount } }')).toBe('FORBIDDEN');
    expect(await codeOf(operator, `{ apiToken(id: "${tokenId}") { name } }`)).toBe('FORBIDDEN');
    expect((await operator.sendText(`{ node(id: "${tokenId}") { id } }`)).data()).toEqual({ node: null });
    const { events } = await operator.query(TokenEvents, {});
    expect(events.nodes.map((event) => event.kind)).toEqual(['OrganizationCreated']);
    const seen = await ours.client.query(TokenEvents, {});
    expect(seen.events.nodes.map((event) => event.kind)).toContain('ApiTokenCreated');
  });

  it('as an administrator sees the tokens of the own organization only', async () => {
    const { ours, theirs } = await app().organizations();
    await asRole(theirs, 'VIEWER');
    const { apiTokens } = await ours.client.query(Tokens, {});
    expect(apiTokens).toMatchObject({ totalCount: 1, nodes: [{ name: 'First administrator' }] });
  });
});
