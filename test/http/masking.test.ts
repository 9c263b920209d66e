import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { BadUserInput, Forbidden, RateLimited, Unauthenticated } from '../../src/http/errors.ts';
import { createDeferred, startApp } from './support.ts';

class Secretive extends Error {
  readonly query = 'SELECT secret';
}

const failing = (failure: unknown) => startApp({ behaviour: { failure } });

describe('what is unexpected', () => {
  test.each([
    ['an Error', new Secretive('secret host db-1')],
    ['a string', 'secret'],
    ['null', null],
    ['undefined', undefined],
    ['an object', { secret: true }],
    ['a GraphQLError without code', new GraphQLError('secret')],
    [
      'a GraphQLError with a code of somebody else',
      new GraphQLError('secret', { extensions: { code: 'P2002' } }),
    ],
    [
      'a GraphQLError that calls itself internal',
      new GraphQLError('secret', { extensions: { code: 'INTERNAL_SERVER_ERROR', sql: 'secret' } }),
    ],
    ['a GraphQLError around an Error', new GraphQLError('secret', { originalError: new Error('secret') })],
  ])('%s is told with a request id only', async (_, failure) => {
    await using app = await failing(failure);
    const answer = await app.post({ query: '{ fails }' }, { 'x-request-id': 'request-0001' });
    expect(answer.text).not.toMatch(/secret|SELECT|stack|node_modules|originalError/i);
    expect(answer.errors).toEqual([
      {
        message: 'Something went wrong on our side.',
        locations: [{ line: 1, column: 3 }],
        path: ['fails'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-0001' },
      },
    ]);
    expect(app.lines).toHaveLength(1);
    expect(app.lines[0]).toMatchObject({
      level: 'error',
      fields: { requestId: 'request-0001', path: ['fails'] },
    });
  });

  test('the log has the cause itself', async () => {
    const failure = new Secretive('why');
    await using app = await failing(failure);
    await app.post({ query: '{ fails }' });
    expect(app.lines[0]?.fields.err).toBe(failure);
  });

  test('without any data it is a 500', async () => {
    await using app = await failing(new Error('secret'));
    expect((await app.post({ query: '{ failsNonNull }' })).status).toBe(500);
  });

  test('beside data it is a 200', async () => {
    await using app = await failing(new Error('secret'));
    const answer = await app.post({ query: '{ hello fails }' });
    expect([answer.status, answer.data]).toEqual([200, { hello: 'world', fails: null }]);
  });

  test('on a WebSocket it is told the same way', async () => {
    await using app = await failing(new Error('secret'));
    const answer = await app.overSocket({ query: '{ fails }' });
    expect(answer.errors[0]?.extensions).toEqual({
      code: 'INTERNAL_SERVER_ERROR',
      requestId: 'socket-request-1',
    });
    expect(app.lines).toHaveLength(1);
  });

  test('while the context is built it is masked and logged once', async () => {
    const broken = () => {
      throw new Error('secret');
    };
    await using app = await startApp({ plugins: [{ onContextBuilding: broken }] });
    const http = await app.post({ query: '{ hello }' }, { 'x-request-id': 'request-0002' });
    expect([http.status, http.errors[0]?.extensions.requestId]).toEqual([500, 'request-0002']);
    expect(app.lines).toHaveLength(1);
    expect((await app.overSocket({ query: '{ hello }' })).text).not.toContain('secret');
  });

  test.each(['onParams', 'onRequestParse', 'onResultProcess'] as const)(
    'in %s it is masked and logged',
    async (hook) => {
      const broken = () => {
        throw new Error('secret');
      };
      await using app = await startApp({ plugins: [{ [hook]: broken }] });
      const { status, text, errors } = await app.post(
        { query: '{ hello }' },
        { 'x-request-id': 'request-0003' },
      );
      expect(status).toBe(500);
      expect(text).not.toMatch(/secret|node_modules/);
      expect(errors[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: 'request-0003' });
      expect(app.lines[0]).toMatchObject({ level: 'error', fields: { err: new Error('secret') } });
    },
  );

  test('in the events of a subscription it is masked', async () => {
    const ticks = async function* () {
      yield { ticks: Number.NaN };
    };
    await using app = await startApp({ behaviour: { ticks } });
    const response = await app.raw('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { ticks }' }),
    });
    const text = await response.text();
    expect(text).toContain('INTERNAL_SERVER_ERROR');
    expect(text).not.toMatch(/NaN|cannot represent/);
  });
});

describe('what the caller may read', () => {
  test('extensions that only developers read are left out', async () => {
    const facts = {
      originalError: 'secret',
      stacktrace: ['secret'],
      exception: {},
      unexpected: true,
      why: 'shown',
    };
    await using app = await failing(new BadUserInput('No.', facts));
    expect((await app.post({ query: '{ fails }' })).errors[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      why: 'shown',
    });
  });

  test.each([
    [new Unauthenticated(), 401, { code: 'UNAUTHENTICATED' }],
    [new Forbidden(), 403, { code: 'FORBIDDEN' }],
    [new BadUserInput('Not an id.', { argument: 'id' }), 400, { code: 'BAD_USER_INPUT', argument: 'id' }],
    [new RateLimited(1.2), 429, { code: 'RATE_LIMITED', retryAfter: 2 }],
  ])('%s passes with its facts', async (failure, status, extensions) => {
    await using app = await failing(failure);
    const answer = await app.post({ query: '{ failsNonNull }' });
    expect([answer.status, answer.errors[0]?.extensions]).toEqual([status, extensions]);
    expect(app.lines).toEqual([]);
    expect((await app.overSocket({ query: '{ failsNonNull }' })).errors[0]?.extensions).toEqual(extensions);
  });

  test('being too often is said in a header too', async () => {
    await using app = await failing(new RateLimited(7));
    expect((await app.post({ query: '{ failsNonNull }' })).headers.get('retry-after')).toBe('7');
  });

  test('domain errors are told as the mapping says', async () => {
    await using app = await startApp({
      behaviour: { failure: new Secretive('secret') },
      mapError: (cause) =>
        cause instanceof Secretive ? new BadUserInput('Such an id does not exist.') : undefined,
    });
    const answer = await app.post({ query: '{ fails }' });
    expect(answer.errors).toMatchObject([
      { message: 'Such an id does not exist.', path: ['fails'], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(answer.text).not.toContain('secret');
    expect(app.lines).toEqual([]);
  });
});

describe('values of a wrong type are BAD_USER_INPUT', () => {
  const values: [string, { query: string; variables?: Record<string, unknown> }][] = [
    ['a variable', { query: 'query ($n: Int) { loud(times: $n) }', variables: { n: 'many' } }],
    ['a missing variable', { query: 'query ($n: Int!) { loud(times: $n) }' }],
    [
      'an unknown enum value in a variable',
      { query: 'query ($f: Filter) { loud(filter: $f) }', variables: { f: { colour: 'GREN' } } },
    ],
    [
      'an unknown input field in a variable',
      { query: 'query ($f: Filter) { loud(filter: $f) }', variables: { f: { nam: 'x' } } },
    ],
    [
      '60 wrong ones',
      {
        query: 'query ($f: [ID!]) { loud(ids: $f) }',
        variables: { f: Array.from({ length: 60 }, () => ({})) },
      },
    ],
    ['a literal', { query: '{ loud(times: "many") }' }],
    ['a literal of an enum', { query: '{ loud(filter: {colour: GREN}) }' }],
    ['an unknown input field in a literal', { query: '{ loud(filter: {nam: "x"}) }' }],
  ];

  test.each(values)('%s', async (_, operation) => {
    await using app = await startApp();
    const http = await app.post(operation);
    expect(http.status).toBe(400);
    expect(new Set(http.codes)).toEqual(new Set(['BAD_USER_INPUT']));
    expect(http.text).not.toMatch(/Did you mean|stack|originalError/);
    expect((await app.overSocket(operation)).errors).toEqual(http.errors);
    expect(app.lines.filter((line) => line.level === 'error')).toEqual([]);
  });
});

describe('errors of one answer', () => {
  test('are at most ten, in execution', async () => {
    await using app = await startApp();
    const query = '{ failing(count: 11) }';
    expect((await app.post({ query: '{ failing(count: 10) }' })).errors).toHaveLength(10);
    expect((await app.post({ query })).errors).toHaveLength(10);
    expect((await app.overSocket({ query })).errors).toHaveLength(10);
  });

  test('are at most ten, in validation', async () => {
    await using app = await startApp();
    const query = `{ ${Array.from({ length: 15 }, (_, i) => `nope${i}`).join(' ')} }`;
    expect((await app.post({ query })).errors).toHaveLength(10);
    expect((await app.overSocket({ query })).errors).toHaveLength(10);
  });
});

describe('syntax errors', () => {
  test('have their code on both transports, whichever met the text first', async () => {
    await using app = await startApp();
    const query = '{ hello ';
    expect((await app.overSocket({ query })).codes).toEqual(['GRAPHQL_PARSE_FAILED']);
    const http = await app.post({ query });
    expect([http.status, http.codes]).toEqual([400, ['GRAPHQL_PARSE_FAILED']]);
    expect((await app.post({ query }, { accept: 'application/json' })).status).toBe(200);
  });
});

describe('an operation that runs for too long', () => {
  test.each(['{ work }', 'mutation { act }'])(
    '%s is answered as UNAVAILABLE, and its signal aborts',
    async (query) => {
      const never = createDeferred<string>();
      let deadline: AbortSignal | undefined;
      await using app = await startApp({
        limits: { executionMs: 20 },
        behaviour: { work: () => never.promise },
        plugins: [
          {
            onExecute: ({ context }) => {
              deadline = (context as { deadline?: AbortSignal }).deadline;
            },
          },
        ],
      });
      const answer = await app.post({ query });
      expect([answer.status, answer.codes]).toEqual([503, ['UNAVAILABLE']]);
      expect(deadline?.aborted).toBe(true);
      expect((await app.overSocket({ query })).codes).toEqual(['UNAVAILABLE']);
    },
  );

  test('one that is done in time is answered as usual', async () => {
    await using app = await startApp({
      limits: { executionMs: 5_000 },
      behaviour: { work: async () => 'done' },
    });
    expect((await app.post({ query: '{ work }' })).data).toEqual({ work: 'done' });
  });
});
