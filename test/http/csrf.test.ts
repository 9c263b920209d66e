import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { originAllowed } from '../../src/http/plugins.ts';
import { startApp } from './support.ts';

const display = 'https://display.example.com';
const stranger = 'https://evil.example.com';

let app: Awaited<ReturnType<typeof startApp>>;
beforeAll(async () => {
  app = await startApp({ allowedOrigins: [display] });
});
afterAll(() => app.stop());

const mutation = 'mutation { act }';

describe('only JSON is taken', () => {
  test.each([
    ['application/x-www-form-urlencoded', `query=${encodeURIComponent(mutation)}`],
    ['application/x-www-form-urlencoded; charset=utf-8', 'query={hello}'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--',
    ],
    ['application/graphql', mutation],
    ['text/plain', JSON.stringify({ query: mutation })],
    ['text/plain; application/json', JSON.stringify({ query: mutation })],
    ['application/json-seq', JSON.stringify({ query: mutation })],
    ['application/json; charset=utf-16', JSON.stringify({ query: '{hello}' })],
    ['application/json; charset=nonsense', JSON.stringify({ query: '{hello}' })],
    ['', JSON.stringify({ query: mutation })],
  ])('a body of "%s" is a 415', async (type, body) => {
    const { status, codes } = await app.post(body, { 'content-type': type });
    expect([status, codes]).toEqual([415, ['BAD_REQUEST']]);
  });

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'a body of "%s" is answered',
    async (type) => {
      const { data } = await app.post({ query: '{hello}' }, { 'content-type': type });
      expect(data).toEqual({ hello: 'world' });
    },
  );
});

describe('a malformed request is a 400 that quotes no library', () => {
  // Nothing of it is our fault.
  afterEach(() => expect(app.lines.splice(0)).toEqual([]));

  test.each([
    ['no JSON', '{"query": '],
    ['null', 'null'],
    ['a string', '"{hello}"'],
    ['a list, as batching is off', '[{"query":"{hello}"}]'],
    ['a query that is no string', '{"query":{"a":1}}'],
    ['an operation name that is no string', '{"query":"{hello}","operationName":{"a":1}}'],
    ['an unknown parameter', '{"query":"{hello}","surprise":1}'],
    ['an unknown operation name', '{"query":"query A {hello}","operationName":"B"}'],
    ['no operation', '{"query":"fragment F on Query { hello }"}'],
  ])('%s', async (_, body) => {
    const { status, codes, text } = await app.post(body);
    expect(status).toBe(400);
    expect(codes.length).toBeGreaterThan(0);
    expect(['BAD_REQUEST', 'GRAPHQL_VALIDATION_FAILED']).toContain(codes[0]);
    expect(text).not.toMatch(/originalError|SyntaxError|stack|node_modules/);
  });

  test('the operation name is named when it is no string', async () => {
    const { errors } = await app.post('{"query":"{hello}","operationName":["A"]}');
    expect(errors[0]?.message).toBe('"operationName" must be a string.');
  });

  test('bytes that are not UTF-8', async () => {
    const response = await app.raw('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.concat([
        Buffer.from('{"query":"{hello}","extensions":{"x":"'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('"}}'),
      ]),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  test('variables in the URL that are no JSON', async () => {
    const response = await app.raw('/graphql?query={hello}&variables={a', {
      headers: { accept: 'application/json' },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toMatch(/SyntaxError|originalError|Unexpected token/);
  });
});

describe('GET', () => {
  const get = (query: string, accept = 'application/graphql-response+json') =>
    app.raw(`/graphql?query=${encodeURIComponent(query)}`, { headers: { accept } });

  test('answers a query', async () => {
    expect(await (await get('{hello}')).json()).toEqual({ data: { hello: 'world' } });
  });

  test('refuses a mutation', async () => {
    const response = await get(mutation);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('refuses a subscription', async () => {
    const response = await get('subscription { ticks }', 'text/event-stream');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test.each(['PUT', 'DELETE', 'PATCH'])('%s is a 405', async (method) => {
    expect((await app.raw('/graphql', { method })).status).toBe(405);
  });
});

describe('CORS', () => {
  const allowed = (response: Response) => ({
    origin: response.headers.get('access-control-allow-origin'),
    credentials: response.headers.get('access-control-allow-credentials'),
    vary: response.headers.get('vary'),
  });
  const preflight = (origin: string, at = app) =>
    at.raw('/graphql', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
  const hello = (origin: string, at = app) => at.raw('/graphql?query={hello}', { headers: { origin } });

  test('an origin on the list may call, without credentials', async () => {
    const answer = await preflight(display);
    expect(allowed(answer)).toEqual({ origin: display, credentials: null, vary: 'Origin' });
    expect(answer.headers.get('access-control-allow-headers')).toMatch(/authorization.*content-type/);
    expect(allowed(await hello(display))).toMatchObject({ origin: display, credentials: null });
  });

  test.each([stranger, 'null', `${display}.evil.example.com`, 'http://display.example.com'])(
    'origin %s may not',
    async (origin) => {
      expect(allowed(await preflight(origin))).toEqual({ origin: null, credentials: null, vary: 'Origin' });
      expect(allowed(await hello(origin))).toMatchObject({ origin: null, credentials: null });
    },
  );

  test('with an empty list nobody may', async () => {
    await using closed = await startApp();
    expect(allowed(await preflight(display, closed)).origin).toBeNull();
    expect(allowed(await hello(display, closed)).origin).toBeNull();
  });

  test('the handshake of a WebSocket can ask the same list', () => {
    expect(originAllowed({ allowedOrigins: [display] }, display)).toBe(true);
    expect(originAllowed({ allowedOrigins: [display] }, stranger)).toBe(false);
  });
});
