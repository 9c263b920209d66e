import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { AllEvents, makeLocation } from '../realtime/acts.ts';
import { reportBuild } from '../realtime/machine-acts.ts';
import type { TestDatabase } from '../support/databases.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';
import { ownRedis, type RedisProcess } from '../support/redis-process.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { subscribe } from '../support/stream.ts';
import { serverDatabase, stopAll } from './environment.ts';

const Progress = graphql(`
  subscription ServicesProgress($runId: ID!) {
    buildEvents(runId: $runId) { __typename ... on BuildProgress { build { currentLayer } } }
  }
`);

let database: TestDatabase & { url: string };
let redis: RedisProcess;
let one: ServerProcess;
let other: ServerProcess;
beforeAll(async () => {
  database = await serverDatabase();
  redis = await ownRedis();
  await redis.start();
  const environment = { DATABASE_URL: database.url, REDIS_URL: redis.url };
  one = await startServer(environment);
  other = await startServer(environment);
});
afterAll(async () => {
  await stopAll(one, other);
  await redis?.stop();
  await database?.close();
});

describe('a Redis that goes and comes back', () => {
  it('delays events by the poll at most, and loses none', async () => {
    const stream = await subscribe(one.client, AllEvents, {});
    await stream.next();
    const heard = async () => {
      const { cursor } = await makeLocation(other.client);
      const committed = performance.now();
      expect(await stream.next()).toMatchObject({ cursor });
      return performance.now() - committed;
    };
    await heard();
    await redis.stop();
    for (let round = 0; round < 3; round++) expect(await heard()).toBeLessThan(2_000);
    await redis.start();
    for (let round = 0; round < 3; round++) expect(await heard()).toBeLessThan(2_000);
    await stream.close();
  });

  it('carries what only Redis carries again, without a restart of the servers', async () => {
    const shop = await makeShop(other.client);
    const order = await makeOrder(other.client, shop);
    const run = await makeRun(other.client, shop.printerId, [order.pieces[0]?.id ?? ''], 'IN_PROGRESS');
    const report = { machineId: shop.machineId, name: run.number, layers: 10_000 };
    let currentLayer = 1;
    await reportBuild(other.client, { ...report, currentLayer });
    const stream = await subscribe(one.client, Progress, { runId: run.id });
    await stream.expectNext((message) => message.__typename === 'Position');
    await redis.stop();
    await redis.start();
    let told = 0;
    stream.next().then(
      () => told++,
      () => undefined,
    );
    await expect
      .poll(
        async () => {
          currentLayer++;
          await reportBuild(other.client, { ...report, currentLayer });
          return told;
        },
        { timeout: 10_000, interval: 100 },
      )
      .toBe(1);
    await stream.close();
  });

  it('does not hold up a display that subscribes while it is away', async () => {
    await redis.stop();
    const stream = await subscribe(one.client, AllEvents, { after: 'START' });
    expect(await stream.next()).toMatchObject({ __typename: 'OrganizationCreated' });
    await redis.start();
    await stream.close();
  });
});
