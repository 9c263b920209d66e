import { fc, test as property } from '@fast-check/vitest';
import { Lexer, Source, TokenKind } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits, scanDocument } from '../../src/http/limits.ts';
import { startApp } from './support.ts';

let app: Awaited<ReturnType<typeof startApp>>;
beforeAll(async () => {
  app = await startApp({ importFields: ['importThings'] });
});
afterAll(() => app.stop());

const repeat = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
const nested = (count: number, field: string) =>
  `${`${field} { `.repeat(count)}__typename${' }'.repeat(count)}`;

interface Case {
  limit: string;
  code: string;
  status: number;
  at: (count: number) => { query: string; variables?: Record<string, unknown>; operationName?: string };
  maximum: number;
}

const list = (count: number) => Array.from({ length: count }, (_, i) => String(i));
const cases: Case[] = [
  {
    limit: 'documentBytes',
    code: 'PAYLOAD_TOO_LARGE',
    status: 413,
    maximum: limits.documentBytes,
    at: (bytes) => ({ query: `{hello}#${'é'.repeat((bytes - 8) / 2)}${'x'.repeat(bytes % 2)}` }),
  },
  {
    limit: 'tokens',
    code: 'OPERATION_TOO_COMPLEX',
    status: 400,
    maximum: limits.tokens,
    // 13 tokens around eight lists of six and their items.
    at: (tokens) => {
      const items = tokens - 13 - 8 * 6;
      const lists = repeat(8, (i) => `{ids: [${'1 '.repeat(Math.floor((items + i) / 8))}]}`);
      return { query: `{ loud(filter: {and: [${lists}]}) }` };
    },
  },
  {
    limit: 'depth',
    code: 'OPERATION_TOO_COMPLEX',
    status: 400,
    maximum: limits.depth,
    at: (depth) => ({ query: `{ things { edges { node { ${nested(depth - 2, 'thing')} } } } }` }),
  },
  {
    limit: 'aliases',
    code: 'OPERATION_TOO_COMPLEX',
    status: 400,
    maximum: limits.aliases,
    at: (aliases) => ({ query: `{ node { ${repeat(aliases, (i) => `a${i}: id`)} } }` }),
  },
  {
    limit: 'rootFields',
    code: 'OPERATION_TOO_COMPLEX',
    status: 400,
    maximum: limits.rootFields,
    at: (fields) => ({
      query: `{ ${repeat(fields - 5, () => 'hello')} ...F } fragment F on Query { ${'hello '.repeat(5)} }`,
    }),
  },
  {
    limit: 'directives',
    code: 'OPERATION_TOO_COMPLEX',
    status: 400,
    maximum: limits.directives,
    at: (directives) => ({ query: `{ node { ${repeat(directives, () => 'id @include(if: true)')} } }` }),
  },
  {
    limit: 'fragments',
    code: 'OPERATION_TOO_COMPLEX',
    status: 400,
    maximum: limits.fragments,
    at: (count) => ({
      query: `{ node { ${repeat(count, (i) => `...F${i}`)} } } ${repeat(count, (i) => `fragment F${i} on Thing { id }`)}`,
    }),
  },
  {
    limit: 'expandedFields',
    code: 'OPERATION_TOO_COMPLEX',
    status: 400,
    maximum: limits.expandedFields,
    // One field, then 50 spreads of 99 ids and the rest: 1 + 50 × 99 + …
    at: (fields) => ({
      query: `{ node { ${'...F '.repeat(50)} ${'id '.repeat(fields - 1 - 50 * 99)} } } fragment F on Thing { ${'id '.repeat(99)} }`,
    }),
  },
  {
    limit: 'operations',
    code: 'OPERATION_TOO_COMPLEX',
    status: 400,
    maximum: limits.operations,
    at: (count) => ({ query: repeat(count, (i) => `query Q${i} { hello }`), operationName: 'Q0' }),
  },
  {
    limit: 'listItems',
    code: 'BAD_USER_INPUT',
    status: 400,
    maximum: limits.listItems,
    at: (items) => ({
      query: 'query ($filter: Filter) { loud(filter: $filter) }',
      variables: { filter: { ids: list(items) } },
    }),
  },
  {
    limit: 'listItems',
    code: 'BAD_USER_INPUT',
    status: 400,
    maximum: limits.listItems,
    at: (items) => ({ query: `{ loud(ids: [${list(items).join(' ')}]) }` }),
  },
  {
    limit: 'listItems',
    code: 'BAD_USER_INPUT',
    status: 400,
    maximum: limits.importListItems,
    at: (items) => ({
      query: 'mutation ($ids: [ID!]!) { importThings(ids: $ids) }',
      variables: { ids: list(items) },
    }),
  },
];

describe.each(cases)('at most $maximum $limit', ({ limit, code, status, at, maximum }) => {
  test('that many pass, over HTTP and WebSocket', async () => {
    expect((await app.post(at(maximum))).errors).toEqual([]);
    expect((await app.overSocket(at(maximum))).errors).toEqual([]);
  });

  test('one more is refused, over HTTP and WebSocket', async () => {
    const http = await app.post(at(maximum + 1));
    expect(http.status).toBe(status);
    expect(http.errors[0]?.extensions).toMatchObject({ code, limit, maximum });
    expect((await app.overSocket(at(maximum + 1))).errors).toEqual(http.errors);
  });

  test('it is refused again when the document has been seen before', async () => {
    await app.post(at(maximum + 1));
    expect((await app.post(at(maximum + 1))).codes).toContain(code);
  });
});

describe('brackets', () => {
  const braces = (count: number) =>
    `{ loud(filter: ${'{and: ['.repeat((count - 2) / 2)}${']}'.repeat((count - 2) / 2)}) }`;

  test('200 reach the parser, 201 do not', async () => {
    expect(scanDocument(braces(200))).toBeUndefined();
    expect(scanDocument(`{${braces(200)}}`)?.extensions).toMatchObject({ limit: 'brackets' });
  });

  test('those in strings and comments do not count', () => {
    const many = '{'.repeat(500);
    expect(
      scanDocument(`{ a(s: "${many}\\"${many}", b: """${many}\\"""${many}""") # ${many}\n}`),
    ).toBeUndefined();
  });
});

describe('lists', () => {
  test('of a subscription are limited too', async () => {
    const query = 'subscription ($ids: [ID!]) { ticks(ids: $ids) }';
    const tooMany = { query, variables: { ids: list(251) } };
    expect((await app.overSocket(tooMany)).codes).toEqual(['BAD_USER_INPUT']);
    expect((await app.post(tooMany)).codes).toEqual(['BAD_USER_INPUT']);
  });

  test('an import beside another field does not lift the limit for that', async () => {
    const { codes } = await app.post({
      query:
        'mutation ($ids: [ID!]!, $more: [ID!]!) { importThings(ids: $ids) act importThings2: importThings(ids: $more) }',
      variables: { ids: ['1'], more: list(251) },
    });
    expect(codes).toEqual(['BAD_USER_INPUT']);
  });
});

describe('variables', () => {
  test('nested too deep are bad input, however deep', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const { codes, status } = await app.post(
      `{"query":"query ($ids: [ID!]) { loud(ids: $ids) }","variables":{"ids":${deep}}}`,
    );
    expect([status, codes]).toEqual([400, ['BAD_USER_INPUT']]);
  });

  test('of more than a megabyte are too large on a WebSocket, where no body limit stands before', async () => {
    const at = (bytes: number) => ({
      query: 'query ($filter: Filter) { loud(filter: $filter) }',
      variables: { filter: { name: 'x'.repeat(bytes - '{"filter":{"name":""}}'.length) } },
    });
    expect((await app.overSocket(at(limits.variablesBytes))).errors).toEqual([]);
    expect((await app.overSocket(at(limits.variablesBytes + 1))).codes).toEqual(['PAYLOAD_TOO_LARGE']);
  });

  test('of an import may be longer', async () => {
    const at = (bytes: number) => ({
      query: 'mutation ($ids: [ID!]!) { importThings(ids: $ids) }',
      variables: { ids: ['x'.repeat(bytes - '{"ids":[""]}'.length)] },
    });
    expect((await app.overSocket(at(limits.variablesBytes + 1))).errors).toEqual([]);
    // The message itself may not be longer than a body, so that the limit is seen on smaller ones.
    expect(limits.importVariablesBytes).toBeLessThanOrEqual(limits.bodyBytes);
  });
});

describe('the body', () => {
  const ofBytes = (bytes: number) => {
    const [head, tail] = ['{"query":"{hello}","extensions":{"x":"', '"}}'];
    return head + 'x'.repeat(bytes - head.length - tail.length) + tail;
  };

  test('that is as long as is allowed passes', async () => {
    expect((await app.post(ofBytes(limits.bodyBytes))).data).toEqual({ hello: 'world' });
  });

  test('of one byte more is refused by its declared length', async () => {
    const { status, codes } = await app.post(ofBytes(limits.bodyBytes + 1));
    expect([status, codes]).toEqual([413, ['PAYLOAD_TOO_LARGE']]);
  });

  test('of one byte more is refused without a declared length', async () => {
    const response = await app.raw('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([ofBytes(limits.bodyBytes + 1)]).stream(),
      // Node's fetch demands it for a stream; the type does not know it.
      ...{ duplex: 'half' },
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }] });
  });
});

describe('introspection', () => {
  const deep = `{ __schema { types { fields { type { ${nested(14, 'ofType')} } } } } }`;

  test('may be deeper than other fields', async () => {
    await using reader = await startApp({ mayIntrospect: () => true });
    expect((await reader.post({ query: deep })).errors).toEqual([]);
  });
});

describe('bombs are answered at once and never as our fault', () => {
  const fragmentBomb = `{ node { ...F0 } } ${repeat(41, (i) =>
    i < 40 ? `fragment F${i} on Thing { ...F${i + 1} ...F${i + 1} }` : 'fragment F40 on Thing { id }',
  )}`;
  const inline = (depth: number) => `${'... on Thing { id '.repeat(depth)}${'}'.repeat(depth)}`;
  const bombs: [string, string][] = [
    ['10,000 nested braces', `${'{a'.repeat(10_000)}${'}'.repeat(10_000)}`],
    [
      '20,000 nested brackets of a type',
      `query ($a: ${'['.repeat(20_000)}Int${']'.repeat(20_000)}) { hello }`,
    ],
    ['10,000 nested lists', `{ loud(ids: ${'['.repeat(10_000)}${']'.repeat(10_000)}) }`],
    ['2^40 fields in fragments', fragmentBomb],
    [
      'fragments that contain each other',
      '{ node { ...A } } fragment A on Thing { ...B } fragment B on Thing { ...A }',
    ],
    ['a fragment that contains itself', '{ ...A } fragment A on Query { hello ...A }'],
    ['107 kB of __typename', `{${' __typename'.repeat(9_800)} }`],
    ['50 times 50 inline fragments', `{ ${repeat(50, () => `node { ${inline(50)} }`)} }`],
    ['250 nested inline fragments', `{ node { ${inline(250)} } }`],
    ['600 directives', `{ hello ${'@include(if: true) '.repeat(400)} }`],
    ['an unfinished string', `{ loud(filter: {name: "${'x'.repeat(90_000)}`],
    ['an unfinished block string', `{ loud(filter: {name: """${'x'.repeat(90_000)}`],
    ['names of control characters', `{ ${'\u0000'.repeat(5_000)} }`],
  ];

  test.each(bombs)('%s', async (_, query) => {
    const logged = app.lines.length;
    const since = performance.now();
    const http = await app.post({ query });
    const socket = await app.overSocket({ query });
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(http.status).toBeGreaterThanOrEqual(400);
    expect(http.status).toBeLessThan(500);
    expect(http.codes).not.toContain('INTERNAL_SERVER_ERROR');
    expect(http.errors.length).toBeGreaterThan(0);
    expect(socket.errors).toEqual(http.errors);
    expect(app.lines.slice(logged)).toEqual([]);
  });
});

describe('what is just within the limits is answered in time too', () => {
  const spread = repeat(
    50,
    (i) => `fragment F${i} on Thing { id secretName ${i < 49 ? `...F${i + 1} thing { ...F${i + 1} }` : ''} }`,
  );
  test.each([
    ['1,990 times the same field', `{ node { ${'id '.repeat(1_990)} } }`],
    ['330 inline fragments side by side', `{ node { ${'... on Thing { id } '.repeat(330)} } }`],
    ['190 nested inline fragments', `{ node { ${'... on Thing { id '.repeat(190)}${'}'.repeat(190)} } }`],
    [
      '190 nested inline fragments of objects',
      `{ node { ${'... on Thing { thing { id } '.repeat(190)}${'}'.repeat(190)} } }`,
    ],
    ['20 branches of 14 levels', `{ ${repeat(20, () => `node { ${nested(13, 'thing')} }`)} }`],
    ['50 fragments that spread each other', `{ node { ...F0 } } ${spread}`],
    [
      '30 aliases of wide objects',
      `{ node { ${repeat(30, (i) => `a${i}: thing { ${'id '.repeat(60)} }`)} } }`,
    ],
  ])('%s', async (_, query) => {
    expect(scanDocument(query)).toBeUndefined();
    const since = performance.now();
    const { codes } = await app.post({ query });
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(codes).not.toContain('INTERNAL_SERVER_ERROR');
  });
});

test('a document whose validation GraphQL gives up on is too complex', async () => {
  const query = `{ node { ${'id '.repeat(1_990)} } }`;
  expect((await app.post({ query })).codes).toEqual(['OPERATION_TOO_COMPLEX']);
});

describe('the scan counts as the parser does', () => {
  const piece = fc.constantFrom(
    ...[
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      '...',
      '!',
      '$',
      '&',
      '|',
      '=',
      '@',
      ':',
      ' ',
      ',',
      '\n',
      '\r',
      '\ufeff',
    ],
    ...['a', '_b1', '-1', '0', '12.5', '1e9', '2.0E-3', '""', '"a#{"', '"\\"["', '"\\u{1F600}"', '"é"'],
    ...['"""', '"""a"b"""', '"""\\""" {"""', '"""\n#\n"""', '#{"\n', '#"""\r', '\\', '"', '.'],
  );

  property.prop([fc.array(piece, { maxLength: 40 })], { numRuns: 3_000 })('tokens', (pieces) => {
    const text = pieces.join('');
    let tokens = 0;
    try {
      const lexer = new Lexer(new Source(text));
      while (lexer.advance().kind !== TokenKind.EOF) tokens++;
    } catch {
      // What the parser has read until it refuses is the least that must be counted.
      if (tokens > 0) {
        expect(scanDocument(text, { ...limits, tokens: tokens - 1 })?.extensions.limit).toBe('tokens');
      }
      return;
    }
    expect(scanDocument(text, { ...limits, tokens })).toBeUndefined();
    if (tokens > 0) {
      expect(scanDocument(text, { ...limits, tokens: tokens - 1 })?.extensions.limit).toBe('tokens');
    }
  });
});
