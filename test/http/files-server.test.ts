import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHealth } from '../../src/http/health.ts';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';

const silent = { error: () => undefined, warn: () => undefined };
const echo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  response.end(`took ${(await text(request)).length}`);
};

let http: HttpServer;
let port: number;
beforeAll(async () => {
  http = createHttpServer({
    yoga: echo,
    files: echo,
    health: createHealth({ checks: {} }),
    requestTimeoutMs: 150,
    log: silent,
  });
  ({ port } = await http.listen(0, '127.0.0.1'));
});
afterAll(() => http.drain(1_000));

/** Sends the beginning of a request whose body has ten bytes, and half of them. */
async function begin(path: string) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `PUT ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nConnection: close\r\n\r\n01234`,
  );
  return socket;
}

it('cuts off a request whose body does not come in time', async () => {
  const socket = await begin('/graphql');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
});

it('lets a file take longer', async () => {
  const file = await begin('/files/x');
  // When this one is cut off, the time of the other is over as well.
  expect(await text(await begin('/graphql'))).toMatch(/^HTTP\/1\.1 408 /);
  file.write('56789');
  expect(await text(file)).toMatch(/^HTTP\/1\.1 200 [\s\S]*took 10/);
});

it('invites the body of a request that asks first, but for files', async () => {
  const ask = async (path: string) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `PUT ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
    );
    if (path === '/graphql') {
      const [first] = (await once(socket, 'data')) as [Buffer];
      expect(first.toString()).toMatch(/^HTTP\/1\.1 100 /);
    }
    socket.write('x');
    return text(socket);
  };
  expect(await ask('/graphql')).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask('/files/x')).toMatch(/^HTTP\/1\.1 200 /);
});
