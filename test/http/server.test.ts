import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createHealth } from '../../src/http/health.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { createDeferred, startApp } from './support.ts';

const mutation = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: 'mutation { act }' }),
};

describe('draining', () => {
  test('answers the mutation that is running, and takes no other', async () => {
    const started = createDeferred<void>();
    const work = createDeferred<string>();
    const app = await startApp({
      behaviour: {
        work: () => {
          started.resolve();
          return work.promise;
        },
      },
    });
    const running = app.raw('/graphql', mutation);
    await started.promise;
    const drained = app.http.drain(10_000);
    await expect(app.raw('/graphql', mutation)).rejects.toThrow();
    work.resolve('done');
    const answer = await running;
    expect(answer.headers.get('connection')).toBe('close');
    expect(await answer.json()).toEqual({ data: { act: 'done' } });
    await drained;
  });

  test('closes connections that are only kept alive', async () => {
    const app = await startApp();
    const agent = new Agent({ keepAlive: true });
    const request = httpRequest(`${app.url}/health/live`, { agent }).end();
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');
    await app.http.drain(10_000);
    agent.destroy();
  });

  test('waits for an answer that is half sent, then closes its connection, which was to be kept', async () => {
    const rest = createDeferred<void>();
    const http = createHttpServer({
      yoga: async (_, response) => {
        response.writeHead(200, { 'content-length': 4 });
        response.write('ab');
        await rest.promise;
        response.end('cd');
      },
      health: createHealth({ checks: {} }),
      log: { error: () => {}, warn: () => {} },
    });
    const { port } = await http.listen(0, '127.0.0.1');
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.write('GET /graphql HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'data');
    const drained = http.drain(10_000);
    rest.resolve();
    await Promise.all([once(socket, 'close'), drained]);
    expect(received).toMatch(/abcd$/);
  });

  test('ends event streams without telling that they are complete, and their source is closed', async () => {
    const closed = createDeferred<void>();
    const ticks = async function* () {
      try {
        yield { ticks: 1 };
        await new Promise(() => {});
      } finally {
        closed.resolve();
      }
    };
    const source = { [Symbol.asyncIterator]: ticks };
    const app = await startApp({
      behaviour: {
        // The generator waits for ever; ending it from outside is what is seen here.
        ticks: () => {
          const iterator = source[Symbol.asyncIterator]();
          return {
            [Symbol.asyncIterator]: () => ({
              next: () => iterator.next(),
              return: async () => {
                closed.resolve();
                return { done: true as const, value: undefined };
              },
            }),
          };
        },
      },
    });
    const response = await app.raw('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { ticks }' }),
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('"ticks":1')) text += (await reader?.read())?.value ?? '';
    await app.http.drain(10_000);
    await expect(
      (async () => {
        for (;;) {
          const part = await reader?.read();
          if (!part || part.done) break;
          text += part.value;
        }
      })(),
    ).rejects.toThrow();
    expect(text).not.toContain('complete');
    await closed.promise;
  });

  test('cuts what does not end in time', async () => {
    const started = createDeferred<void>();
    const app = await startApp({
      behaviour: {
        work: () => {
          started.resolve();
          return new Promise(() => {});
        },
      },
    });
    const running = app.raw('/graphql', mutation).then(
      () => 'answered',
      () => 'cut',
    );
    await started.promise;
    await app.http.drain(20);
    expect(await running).toBe('cut');
  });

  test('twice is once', async () => {
    const app = await startApp();
    expect(app.http.drain(1_000)).toBe(app.http.drain(1_000));
    await app.stop();
  });

  test('a connection that was busy is told on it that the server stops', async () => {
    const started = createDeferred<void>();
    const work = createDeferred<string>();
    const app = await startApp({
      behaviour: {
        work: () => {
          started.resolve();
          return work.promise;
        },
      },
    });
    const socket = connect(app.port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    const body = JSON.stringify({ query: 'mutation { act }' });
    const one = `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    socket.write(one);
    await started.promise;
    const drained = app.http.drain(10_000);
    socket.write('GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n');
    work.resolve('done');
    await once(socket, 'close');
    await drained;
    expect(received).toContain('"act":"done"');
    expect(received).toMatch(/connection: close/i);
  });
});

describe('health', () => {
  test('live as long as the process turns', async () => {
    await using app = await startApp({ checks: { database: () => Promise.reject(new Error('down')) } });
    const response = await app.raw('/health/live');
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  test('ready when every check passes', async () => {
    await using app = await startApp({ checks: { database: async () => 1, bus: async () => true } });
    const response = await app.raw('/health/ready');
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ok', checks: { database: 'ok', bus: 'ok' } },
    ]);
  });

  test('not ready when one fails or hangs, without saying why', async () => {
    let asked = 0;
    await using app = await startApp({
      checks: {
        database: () => Promise.reject(new Error('password authentication failed for user heatmark')),
        bus: () => {
          asked++;
          return new Promise(() => {});
        },
        files: async () => 1,
      },
    });
    const [response] = await Promise.all([app.raw('/health/ready'), app.raw('/health/ready')]);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'unavailable', checks: { database: 'failed', bus: 'failed', files: 'ok' } },
    ]);
    // Asked while it hangs, it is not asked again.
    expect(asked).toBe(1);
  });
});

describe('metrics', () => {
  test('tell durations by kind of operation, never by its text', async () => {
    await using app = await startApp();
    await app.post({ query: 'query VerySpecialName { hello }' });
    await app.post({ query: 'mutation AnotherName { importThings(ids: []) }' });
    await app.post({ query: '{ nope }' });
    const text = await (await app.raw('/metrics')).text();
    expect(text).toMatch(/heatmark_http_request_duration_seconds_count\{operation="query",status="2xx"\} 1/);
    expect(text).toMatch(
      /heatmark_http_request_duration_seconds_count\{operation="mutation",status="2xx"\} 1/,
    );
    expect(text).toMatch(/heatmark_http_request_duration_seconds_count\{operation="none",status="4xx"\} 1/);
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toMatch(/VerySpecialName|AnotherName|hello/);
  });

  test('tell open sockets and subscriptions', async () => {
    await using app = await startApp();
    app.metrics.socketOpened();
    app.metrics.socketOpened();
    app.metrics.socketClosed();
    app.metrics.subscriptionStarted();
    const text = await (await app.raw('/metrics')).text();
    expect(text).toMatch(/heatmark_open_sockets 1\n/);
    expect(text).toMatch(/heatmark_open_subscriptions 1\n/);
  });

  test('two applications in one process do not share any', async () => {
    await using one = await startApp();
    await using other = await startApp();
    one.metrics.socketOpened();
    expect(await (await other.raw('/metrics')).text()).toMatch(/heatmark_open_sockets 0\n/);
  });
});

describe('routes and headers', () => {
  test.each(['/', '/graphql/', '/graphqlx', '/health', '/health/other', '/..%2fmetrics'])(
    '%s is a 404',
    async (path) => {
      await using app = await startApp();
      const response = await app.raw(path);
      expect([response.status, await response.json()]).toEqual([404, { error: 'not found' }]);
    },
  );

  test('a Host that is no host is refused before anything reads it', async () => {
    await using app = await startApp();
    const socket = connect(app.port, '127.0.0.1');
    socket.write('GET /graphql?query={hello} HTTP/1.1\r\nHost: a b/..?\r\nConnection: close\r\n\r\n');
    const [head] = await once(socket, 'data');
    expect(String(head)).toMatch(/^HTTP\/1.1 400 /);
    socket.destroy();
  });

  test('an upgrade that nobody takes is refused, and the server lives on', async () => {
    await using app = await startApp();
    const socket = connect(app.port, '127.0.0.1');
    socket.write('GET /graphql HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [head] = await once(socket, 'data');
    expect(String(head)).toMatch(/^HTTP\/1.1 404 /);
    expect((await app.raw('/health/live')).status).toBe(200);
  });

  test('answers are not sniffed, kept or framed', async () => {
    await using app = await startApp();
    const { headers } = await app.post({ query: '{ hello }' });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('a sane request id is taken over, another replaced', async () => {
    await using app = await startApp();
    const idFor = async (sent: string) =>
      (await app.post({ query: '{ hello }' }, { 'x-request-id': sent })).headers.get('x-request-id');
    expect(await idFor('a1b2c3d4-0001')).toBe('a1b2c3d4-0001');
    expect(await idFor('short')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor(`${'x'.repeat(200)}`)).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor('has spaces and {}')).toMatch(/^[0-9a-f-]{36}$/);
  });

  const page = { headers: { accept: 'text/html' } };

  test('GraphiQL is served in development, and its scripts may run', async () => {
    await using app = await startApp({ graphiql: true });
    const response = await app.raw('/graphql', page);
    expect(await response.text()).toContain('<html');
    expect(response.headers.get('content-security-policy')).toBe("frame-ancestors 'none'");
  });

  test('otherwise there is neither GraphiQL nor a landing page', async () => {
    await using app = await startApp();
    expect(await (await app.raw('/graphql', page)).text()).not.toContain('<html');
  });
});
