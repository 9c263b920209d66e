import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestIdOf } from '../../src/http/masking.ts';
import { startApp } from './support.ts';

// The caller's right is read off the request's id here; the application reads it off its identity.
let app: Awaited<ReturnType<typeof startApp>>;
beforeAll(async () => {
  app = await startApp({ mayIntrospect: (context) => requestIdOf(context) === 'may-introspect' });
});
afterAll(() => app.stop());

const reader = { 'x-request-id': 'may-introspect' };

describe('introspection', () => {
  const queries = [
    getIntrospectionQuery(),
    '{ __type(name: "Query") { name } }',
    '{ a: __schema { __typename } }',
  ];

  test.each(queries)('%#: is for those who may', async (query) => {
    expect((await app.post({ query }, reader)).errors).toEqual([]);
    const refused = await app.post({ query });
    expect([refused.status, refused.codes]).toEqual([403, ['FORBIDDEN']]);
    expect(refused.errors[0]?.message).toMatch(/may not introspect/);
    expect((await app.overSocket({ query })).codes).toEqual(['FORBIDDEN']);
  });

  test('what one caller was answered is not what the next one is', async () => {
    const query = '{ __schema { queryType { name } } }';
    const statuses = [];
    for (const headers of [reader, {}, reader, {}])
      statuses.push((await app.post({ query }, headers)).status);
    expect(statuses).toEqual([200, 403, 200, 403]);
  });

  test('nobody may unless it is said', async () => {
    await using closed = await startApp();
    expect((await closed.post({ query: '{ __schema { __typename } }' })).codes).toEqual(['FORBIDDEN']);
  });

  test('__typename is for everybody', async () => {
    expect((await app.post({ query: '{ __typename node { __typename } }' })).data).toEqual({
      __typename: 'Query',
      node: { __typename: 'Thing' },
    });
  });
});

describe('suggestions', () => {
  const misspelt: [string, object][] = [
    ['a field', { query: '{ secretNam }' }],
    ['a type', { query: '{ ... on Quer { hello } }' }],
    ['an argument', { query: '{ loud(time: 1) }' }],
    ['an enum literal', { query: '{ loud(filter: {colour: GREN}) }' }],
    ['an input field', { query: '{ loud(filter: {nam: "x"}) }' }],
    [
      'an enum variable',
      { query: 'query ($c: Filter) { loud(filter: $c) }', variables: { c: { colour: 'GREN' } } },
    ],
  ];

  test.each(misspelt)(
    '%s: only for those who may introspect, in whatever order they ask',
    async (_, body) => {
      expect((await app.post(body)).text).not.toContain('Did you mean');
      expect((await app.post(body, reader)).text).toContain('Did you mean');
      expect((await app.post(body)).text).not.toContain('Did you mean');
      expect((await app.post(body, reader)).text).toContain('Did you mean');
    },
  );
});
