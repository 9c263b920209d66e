import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { hashToken, newToken } from '../../src/identity/tokens.ts';
import { useApp } from '../support/app.ts';
import { type Client, createClient } from '../support/client.ts';
import { openSocket } from '../support/raw-socket.ts';
import { subscribeOverSse } from '../support/sse.ts';
import { AllEvents } from './acts.ts';

const app = useApp({ sockets: { initTimeout: 200 } });

const events = 'subscription { events { __typename } }';

const CreateToken = graphql(`
  mutation AuthenticationCreateToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) { __typename ... on CreateApiTokenSuccess { token apiToken { id } } }
  }
`);
const RevokeToken = graphql(`
  mutation AuthenticationRevokeToken($input: RevokeApiTokenInput!) {
    revokeApiToken(input: $input) { __typename ... on RevokeApiTokenSuccess { apiToken { id } } }
  }
`);

async function makeToken(client: Client): Promise<{ id: string; client: Client }> {
  const { token, apiToken } = await client.success(
    CreateToken,
    { input: { name: 'Display', role: 'VIEWER' } },
    'CreateApiTokenSuccess',
  );
  return { id: apiToken.id, client: client.as(token ?? null) };
}

const revoke = (client: Client, apiTokenId: string) =>
  client.success(RevokeToken, { input: { apiTokenId } }, 'RevokeApiTokenSuccess');

describe('a socket', () => {
  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: `Bearer ${newToken()}` }],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['a token that is no text', { token: { toString: 'hm_' } }],
  ])('is closed with 4401 for %s', async (_what, payload) => {
    const socket = await openSocket(createClient(app().url, null), { introduced: false });
    socket.send({ type: 'connection_init', payload });
    expect(await socket.closed).toMatchObject({ code: 4401 });
  });

  it('is closed with 4401 for a token that has expired', async () => {
    const { ours } = await app().organizations();
    const token = newToken();
    const { prisma } = app().app;
    await prisma.apiToken.update({
      where: { organizationId_id: { organizationId: ours.organizationId, id: ours.tokenId } },
      data: { hash: hashToken(token), expiresAt: new Date(Date.now() - 1_000) },
    });
    const socket = await openSocket(ours.client.as(token), { introduced: false });
    socket.send({ type: 'connection_init', payload: { token } });
    expect(await socket.closed).toMatchObject({ code: 4401 });
  });

  it('takes the token as `token` too', async () => {
    const { ours } = await app().organizations();
    const socket = await openSocket(ours.client, { introduced: false });
    socket.send({ type: 'connection_init', payload: { token: ours.token } });
    expect(await socket.nextOfSocket()).toMatchObject({ type: 'connection_ack' });
    await socket.close();
  });

  it('is closed with 4401 where it subscribes before it has said who it is', async () => {
    const { ours } = await app().organizations();
    const socket = await openSocket(ours.client, { introduced: false });
    socket.subscribe('1', events);
    expect(await socket.closed).toMatchObject({ code: 4401 });
  });

  it('is closed with 4408 where it never says who it is', async () => {
    const { ours } = await app().organizations();
    const socket = await openSocket(ours.client, { introduced: false });
    expect(await socket.closed).toMatchObject({ code: 4408 });
  });

  it('answers a ping before it knows who is there', async () => {
    const { ours } = await app().organizations();
    const socket = await openSocket(ours.client, { introduced: false });
    socket.send({ type: 'ping' });
    expect(await socket.nextOfSocket()).toEqual({ type: 'pong' });
    await socket.close();
  });

  it('is refused to a page of another origin', async () => {
    const { default: WebSocket } = await import('ws');
    const socket = new WebSocket(`${app().url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      origin: 'https://evil.example',
    });
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('error', () => undefined);
    });
    expect(status).toBe(403);
  });
});

describe('a token that ends while it is in use', () => {
  it('closes its sockets with 4403 within five seconds of being revoked, and no others', async () => {
    const { ours } = await app().organizations();
    const display = await makeToken(ours.client);
    const [socket, other] = [await openSocket(display.client), await openSocket(ours.client)];
    for (const each of [socket, other]) {
      each.subscribe('1', events);
      await each.value('1');
    }
    const revokedAt = Date.now();
    await revoke(ours.client, display.id);
    expect(await socket.closed).toMatchObject({ code: 4403 });
    expect(Date.now() - revokedAt).toBeLessThan(5_000);
    await expect(other.value('1')).resolves.toMatchObject({ __typename: 'ApiTokenRevoked' });
    await other.close();
  });

  it('closes its sockets with 4403 when it expires', async () => {
    const { ours } = await app().organizations();
    const display = await makeToken(ours.client);
    const socket = await openSocket(display.client);
    await app().database.query(
      `UPDATE "ApiToken" SET "expiresAt" = now() WHERE "organizationId" = $1 AND name = 'Display'`,
      [ours.organizationId],
    );
    expect(await socket.closed).toMatchObject({ code: 4403 });
  });

  it('ends its server-sent events too', async () => {
    const { ours } = await app().organizations();
    const display = await makeToken(ours.client);
    const stream = await subscribeOverSse(display.client, AllEvents, {});
    await stream.next();
    await revoke(ours.client, display.id);
    await stream.ended;
  });

  it('is refused at once for a new request and a new socket', async () => {
    const { ours } = await app().organizations();
    const display = await makeToken(ours.client);
    await revoke(ours.client, display.id);
    const answer = await display.client.sendText('{ organization { name } }');
    expect(answer.status).toBe(401);
    const socket = await openSocket(display.client, { introduced: false });
    socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${display.client.token}` } });
    expect(await socket.closed).toMatchObject({ code: 4401 });
  });
});
