import { beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { idPrefixes, type Noun } from '../../src/ids.ts';
import { type TestOrganization, useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { mutationCases, subjectCases } from './mutations.ts';
import { absentId, asRole, codeOf, mutationText, type Reply } from './support.ts';

const app = useApp();

const holders = {
  report: { VIEWER: 'FORBIDDEN', MACHINE: 'allowed', OPERATOR: 'allowed' },
  work: { VIEWER: 'FORBIDDEN', MACHINE: 'FORBIDDEN', OPERATOR: 'allowed' },
  administer: { VIEWER: 'FORBIDDEN', MACHINE: 'FORBIDDEN', OPERATOR: 'FORBIDDEN' },
};

const refusals = '... on UserError { message } ... on NotFoundError { id }';

async function reply(client: Client, mutation: string, input: object): Promise<Reply> {
  const answer = await client.sendText(mutationText(mutation, '__typename', refusals), { input });
  return answer.data()[mutation] as Reply;
}

describe('every mutation', () => {
  it('is held by these tests', () => {
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
    expect(mutationCases.map((each) => each.mutation).sort()).toEqual(mutations.sort());
  });

  describe('is for the roles that hold its right, and FORBIDDEN to the others', () => {
    let ours: TestOrganization;
    let callers: { role: string; client: Client }[];
    beforeAll(async () => {
      ({ ours } = await app().organizations());
      const roles = ['VIEWER', 'MACHINE', 'OPERATOR'] as const;
      callers = await Promise.all(roles.map(async (role) => ({ role, client: await asRole(ours, role) })));
    });

    it.each(mutationCases)('$mutation', async ({ mutation, right, input }) => {
      const variables = { input: await input(ours.client) };
      const text = mutationText(mutation, '__typename', '... on UserError { message }');
      const codes = callers.map(async ({ role, client }) => [
        role,
        (await client.sendText(text, variables)).body.errors?.[0]?.extensions.code ?? 'allowed',
      ]);
      expect(await codeOf(ours.client.as(null), text, variables)).toBe('UNAUTHENTICATED');
      expect(Object.fromEntries(await Promise.all(codes))).toEqual(holders[right]);
    });
  });
});

describe('a TransitionError', () => {
  // What can be done once only: the second time the state refuses it.
  const once = mutationCases.filter(({ mutation }) =>
    /^(archive|revoke|revise|cancel|confirm|start|decide)/.test(mutation),
  );

  it.each(once)('of $mutation names the action as the enums do', async ({ mutation, input }) => {
    const { ours } = await app().organizations();
    const variables = { input: await input(ours.client) };
    const text = mutationText(mutation, '__typename', '... on TransitionError { action }');
    await ours.client.sendText(text, variables);
    const again = (await ours.client.sendText(text, variables)).data()[mutation];
    const action = mutation.replace(/[A-Z]/g, '_$&').toUpperCase();
    expect(again).toEqual({ __typename: 'TransitionError', action });
  });
});

// Ids of another organization are asked of every mutation by test/tenancy/api-matrix.test.ts.
describe.each(subjectCases)('$mutation', ({ mutation, subject: { noun, field }, rest }) => {
  it('answers NotFoundError for an id that names nothing', async () => {
    const { ours } = await app().organizations();
    const id = absentId(noun);
    expect(await reply(ours.client, mutation, { ...(await rest(ours.client)), [field]: id })).toEqual({
      __typename: 'NotFoundError',
      id,
      message: `No ${noun} with the id ${id} is visible to you.`,
    });
  });

  it('refuses an id of another type, and what is no id, as BAD_USER_INPUT', async () => {
    const { ours } = await app().organizations();
    const other: Noun = noun === 'Location' ? 'Run' : 'Location';
    const { [field]: _, ...own } = { ...(await rest(ours.client)), [field]: '' };
    for (const id of [
      absentId(other),
      '1',
      '',
      `${idPrefixes[noun]}_0193f2c4`,
      `${absentId(noun)}0`,
      absentId(noun).toUpperCase(),
    ]) {
      const code = await codeOf(ours.client, mutationText(mutation, '__typename'), {
        input: { ...own, [field]: id },
      });
      expect([id, code]).toEqual([id, 'BAD_USER_INPUT']);
    }
  });
});
