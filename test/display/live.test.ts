import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { graphql } from '../../client/generated/gql.ts';
import { Connection, type ConnectionState } from '../../display/live/connection.ts';
import { Follower } from '../../display/live/follower.ts';
import type { Page } from '../../display/live/page.ts';
import { graphqlSockets } from '../../display/live/socket.ts';
import { floorPage } from '../../display/pages/floor.ts';
import { logPage } from '../../display/pages/log.ts';
import { ordersPage } from '../../display/pages/orders.ts';
import { runPage } from '../../display/pages/run.ts';
import { sensorsPage } from '../../display/pages/sensors.ts';
import { workstationPage } from '../../display/pages/workstation.ts';
import { logAfter, makeLocation } from '../realtime/acts.ts';
import { ingest, makeSensor, reportAnomaly, reportBuild, reportMachine } from '../realtime/machine-acts.ts';
import { startApp, type TestApp, type TestOrganization } from '../support/app.ts';
import { deferred } from '../support/deferred.ts';
import { makeOrder, makeRun, makeShop, type Shop } from '../support/factories.ts';

const CancelOrder = graphql(`
  mutation LiveDisplayCancelOrder($input: CancelOrderInput!) {
    cancelOrder(input: $input) { __typename ... on CancelOrderSuccess { __typename } }
  }
`);

let app: TestApp;
let ours: TestOrganization;
let shop: Shop;
let run: { id: string; number: string };
const ends: (() => void)[] = [];

beforeAll(async () => {
  app = await startApp();
  ({ ours } = await app.organizations());
  shop = await makeShop(ours.client);
  const order = await makeOrder(ours.client, shop, { quantity: 3 });
  run = await makeRun(ours.client, shop.printerId, [order.pieces[0]?.id ?? ''], 'IN_PROGRESS');
});
afterAll(async () => {
  for (const end of ends) end();
  await app?.stop();
});

/** A connection of a display. */
function connect(url = app.url, token = ours.token): Connection {
  const open = graphqlSockets({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
  const connection = new Connection({ token, open, backoff: { first: 50, longest: 200 } });
  connection.start();
  ends.push(() => connection.close());
  return connection;
}

/** Follows a page; `until` waits for a state of it. */
function follow<State>(connection: Connection, page: Page<State>) {
  let waiting: { holds: (state: State) => boolean; done: (state: State) => void }[] = [];
  let latest: State | null = null;
  const problems: string[] = [];
  const follower = new Follower(connection, page, ({ state, problem }) => {
    latest = state;
    if (problem) problems.push(problem);
    if (state === null) return;
    const ready = waiting.filter(({ holds }) => holds(state));
    waiting = waiting.filter(({ holds }) => !holds(state));
    for (const { done } of ready) done(state);
  });
  ends.push(() => follower.close());
  const until = (holds: (state: State) => boolean): Promise<State> => {
    if (latest !== null && holds(latest)) return Promise.resolve(latest);
    const found = deferred<State>();
    waiting.push({ holds, done: found.resolve });
    return found.promise;
  };
  return { until, problems };
}

const reached = (connection: Connection, kind: ConnectionState['kind']): Promise<void> =>
  new Promise((resolve) => {
    if (connection.state.kind === kind) return resolve();
    const end = connection.onChange((state) => {
      if (state.kind !== kind) return;
      end();
      resolve();
    });
  });

describe('the pages of the display, on a server', () => {
  it('floor: machines, what they build and what was found in it', async () => {
    const { until, problems } = follow(connect(), floorPage);
    await until(({ machines, stations }) => machines.has(shop.machineId) && stations.has(shop.dockId));
    await reportMachine(ours.client, shop.machineId, 'PRINTING');
    await until(({ machines }) => machines.get(shop.machineId)?.status === 'PRINTING');
    const report = { machineId: shop.machineId, name: run.number, layers: 90 };
    const build = await reportBuild(ours.client, { ...report, currentLayer: 1 });
    await until(({ builds }) => builds.get(shop.machineId)?.currentLayer === 1);
    await reportBuild(ours.client, { ...report, currentLayer: 2 });
    await until(({ builds }) => builds.get(shop.machineId)?.currentLayer === 2);
    await reportAnomaly(ours.client, { buildId: build.id, machineId: shop.machineId, runId: run.id });
    await until(({ builds }) => builds.get(shop.machineId)?.anomalies.totalCount === 1);
    expect(problems).toEqual([]);
  });

  it('workstation: its queue as runs come and go', async () => {
    const { until, problems } = follow(connect(), workstationPage(shop.printerId));
    await until(({ station }) => station?.runs.nodes.some(({ id }) => id === run.id) ?? false);
    const order = await makeOrder(ours.client, shop, { quantity: 1 });
    const next = await makeRun(ours.client, shop.printerId, [order.pieces[0]?.id ?? ''], 'QUEUED');
    await until(
      ({ station }) => station?.runs.nodes.find(({ id }) => id === next.id)?.status === 'QUEUED_WORK_READY',
    );
    expect(problems).toEqual([]);
  });

  it('run: its pieces and builds; and nothing for one that is not there', async () => {
    const { until, problems } = follow(connect(), runPage(run.id));
    await until(({ run: shown }) => shown?.operations.nodes.length === 1);
    await reportBuild(ours.client, {
      machineId: shop.machineId,
      name: run.number,
      layers: 90,
      currentLayer: 3,
    });
    await until(({ run: shown }) => shown?.builds.nodes[0]?.currentLayer === 3);
    await reportBuild(ours.client, { machineId: shop.machineId, name: run.number, status: 'PAUSED' });
    await until(({ run: shown }) => shown?.status === 'PAUSED' && shown.builds.nodes[0]?.status === 'PAUSED');
    const other = follow(connect(), runPage(`run_${'0'.repeat(32)}`));
    expect(await other.until(() => true)).toEqual({ run: null });
    expect([...problems, ...other.problems]).toEqual([]);
  });

  it('orders: they come with their pieces, and go', async () => {
    const { until, problems } = follow(connect(), ordersPage);
    await until(({ rows }) => rows.length > 0);
    const { orderId } = await makeOrder(ours.client, shop, { quantity: 1 });
    await until(({ rows }) => rows.some(({ id, pieceCount }) => id === orderId && pieceCount === 1));
    await ours.client.success(
      CancelOrder,
      { input: { orderId, reason: 'Not wanted' } },
      'CancelOrderSuccess',
    );
    await until(({ rows }) => rows.every(({ id }) => id !== orderId));
    expect(problems).toEqual([]);
  });

  it('log: what happened last, then what happens', async () => {
    const before = await logAfter(ours.client);
    const { until, problems } = follow(connect(), logPage);
    const { entries } = await until(() => true);
    expect(entries.map(({ cursor }) => cursor)).toEqual(
      before
        .map(({ cursor }) => cursor)
        .slice(-100)
        .reverse(),
    );
    const { cursor } = await makeLocation(ours.client);
    await until((log) => log.entries[0]?.cursor === cursor);
    expect(problems).toEqual([]);
  });

  it('sensors: readings as they are stored', async () => {
    const sensorId = await makeSensor(ours.client, shop.machineId);
    await ingest(ours.client, sensorId, [1]);
    const { until, problems } = follow(connect(), sensorsPage);
    await until(({ sensors }) => sensors.get(sensorId)?.points.at(-1)?.value === 1);
    await ingest(ours.client, sensorId, [2]);
    await until(({ sensors }) => sensors.get(sensorId)?.points.at(-1)?.value === 2);
    const other = await makeSensor(ours.client, shop.machineId);
    await until(({ sensors }) => sensors.has(other));
    expect(problems).toEqual([]);
  });
});

describe('the display', () => {
  it('goes on where it was when the server restarts, with all that happened meanwhile', async () => {
    const one = await startApp({ shares: app });
    const port = new URL(one.url).port;
    const connection = connect(one.url);
    const { until } = follow(connection, logPage);
    const { entries } = await until(() => true);
    const lost = reached(connection, 'lost');
    await one.stop();
    await lost;
    const missed: string[] = [];
    for (let made = 0; made < 5; made++) missed.unshift((await makeLocation(ours.client)).cursor);
    const other = await startApp({ shares: app, environment: { PORT: port } });
    const log = await until((now) => now.entries[0]?.cursor === missed[0]);
    expect(log.entries.map(({ cursor }) => cursor)).toEqual(
      [...missed, ...entries.map(({ cursor }) => cursor)].slice(0, 100),
    );
    connection.close();
    await other.stop();
  });

  it('asks for another token where its own is wrong', async () => {
    await reached(connect(app.url, 'hm_wrong'), 'refused');
  });
});
