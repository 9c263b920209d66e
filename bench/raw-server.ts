/**
 * The bare server: node:http and pg. `POST /<operation>` with the statement's parameters as a JSON array runs one
 * prepared statement and passes its text through. The pool is as large as the real server's.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { operations } from './operations.ts';
import { serveParent } from './worker.ts';

const organizationId = process.env.ORGANIZATION;
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,
  options: '-c TimeZone=UTC -c DateStyle=ISO',
});
const statements = new Map(operations.map(({ name, sql }) => [`/${name}`, { name, text: sql }]));

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    answer(request, response, body).catch((error: unknown) => {
      console.error(error);
      response.writeHead(500).end();
    });
  });
});

async function answer(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
  const statement = statements.get(request.url ?? '');
  if (!statement) {
    response.writeHead(404).end();
    return;
  }
  const values: unknown[] = [organizationId, ...(JSON.parse(body) as string[])];
  const { rows } = await pool.query<[string]>({ ...statement, values, rowMode: 'array' });
  const text = rows[0]?.[0] ?? '';
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

server.keepAliveTimeout = 65_000;
server.listen(0, '127.0.0.1', () => {
  serveParent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
    server.closeAllConnections();
    await pool.end();
  });
});
