import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { AllEvents, cursorOf, cursorsOf, headOf, logAfter, makeLocation } from '../realtime/acts.ts';
import { reportBuild } from '../realtime/machine-acts.ts';
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import type { TestDatabase } from '../support/databases.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';
import { openSocket } from '../support/raw-socket.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { subscribe } from '../support/stream.ts';
import { redisUrl, serverDatabase, stopAll } from './environment.ts';

const Builds = graphql(`
  subscription ServicesBuilds($runId: ID!) {
    buildEvents(runId: $runId) { __typename ... on BuildProgress { build { currentLayer } } }
  }
`);
const CreateToken = graphql(`
  mutation ServicesCreateToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) { __typename ... on CreateApiTokenSuccess { token apiToken { id } } }
  }
`);
const RevokeToken = graphql(`
  mutation ServicesRevokeToken($input: RevokeApiTokenInput!) {
    revokeApiToken(input: $input) { __typename ... on RevokeApiTokenSuccess { __typename } }
  }
`);

let database: TestDatabase & { url: string };
let one: ServerProcess;
let other: ServerProcess;
beforeAll(async () => {
  database = await serverDatabase();
  const environment = { DATABASE_URL: database.url, REDIS_URL: redisUrl() };
  // The first one makes the organization.
  one = await startServer(environment);
  other = await startServer(environment);
});
afterAll(async () => {
  await stopAll(one, other);
  await database?.close();
});

describe('two server processes of one database', () => {
  it('tell at the one what is done at the other', async () => {
    const stream = await subscribe(one.client, AllEvents, {});
    await stream.next();
    for (let round = 0; round < 3; round++) {
      const { cursor } = await makeLocation(other.client);
      expect(await stream.next()).toMatchObject({ cursor });
    }
    await stream.close();
  });

  it('tell it at once, not at the next poll', async () => {
    const stream = await subscribe(one.client, AllEvents, {});
    await stream.next();
    const delays: number[] = [];
    for (let round = 0; round < 15; round++) {
      await makeLocation(other.client);
      const committed = performance.now();
      await stream.next();
      delays.push(performance.now() - committed);
    }
    delays.sort((a, b) => a - b);
    // By the poll alone the median would be half a second.
    expect(delays[7]).toBeLessThan(250);
    await stream.close();
  });

  it('tell the progress of builds across, which is in no log', async () => {
    const shop = await makeShop(other.client);
    const order = await makeOrder(other.client, shop);
    const run = await makeRun(other.client, shop.printerId, [order.pieces[0]?.id ?? ''], 'IN_PROGRESS');
    const report = { machineId: shop.machineId, name: run.number, layers: 100 };
    await reportBuild(other.client, { ...report, currentLayer: 1 });
    const stream = await subscribe(one.client, Builds, { runId: run.id });
    await stream.expectNext((message) => message.__typename === 'Position');
    await reportBuild(other.client, { ...report, currentLayer: 2 });
    expect(await stream.next()).toEqual({ __typename: 'BuildProgress', build: { currentLayer: 2 } });
    await stream.close();
  });

  it('take a cursor that the other has given, even one that they have not read up to themselves', async () => {
    for (let round = 0; round < 5; round++) {
      const { cursor } = await makeLocation(other.client);
      const stream = await subscribe(one.client, AllEvents, { after: cursor });
      const next = await makeLocation(other.client);
      expect(await stream.next()).toMatchObject({ __typename: 'LocationCreated', cursor: next.cursor });
      await stream.close();
    }
  });

  it('pass a subscriber to and fro by its cursor, without loss or repetition, while both write', async () => {
    const start = await headOf(one.client);
    const clients = [one.client, other.client];
    const written = Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let made = 0; made < 8; made++) await makeLocation(clients[writer % 2] as Client);
      }),
    );
    const seen: string[] = [];
    for (let move = 0; seen.length < 64; move++) {
      const stream = await subscribe(clients[move % 2] as Client, AllEvents, { after: seen.at(-1) ?? start });
      for (let taken = 0; taken < 7 && seen.length < 64; taken++) seen.push(cursorOf(await stream.next()));
      stream.drop();
      await stream.ended;
    }
    await written;
    expect(seen).toEqual(cursorsOf(await logAfter(one.client, start)));
  });

  it('close at the one the sockets of a token that was revoked at the other', async () => {
    const input = { name: unique('Display'), role: 'VIEWER' as const };
    const made = await one.client.success(CreateToken, { input }, 'CreateApiTokenSuccess');
    const socket = await openSocket(one.client.as(made.token ?? null));
    await other.client.success(
      RevokeToken,
      { input: { apiTokenId: made.apiToken.id } },
      'RevokeApiTokenSuccess',
    );
    expect(await socket.closed).toMatchObject({ code: 4403 });
  });

  it('answer a mutation that is repeated at the other as the first time', async () => {
    const input = { name: unique('Once'), clientMutationId: unique('key') };
    const document = `mutation($input: CreateLocationInput!) { createLocation(input: $input) {
      __typename ... on CreateLocationSuccess { cursor location { id } } } }`;
    const answers = await Promise.all(
      [one, other, one, other].map((server) => server.client.sendText(document, { input })),
    );
    const bodies = answers.map((answer) => answer.body);
    expect(bodies[0]?.data?.createLocation).toMatchObject({ __typename: 'CreateLocationSuccess' });
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });
});
