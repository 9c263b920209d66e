import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { logAfter, makeLocation } from '../realtime/acts.ts';
import { ingest, makeSensor, reportAnomaly, reportBuild, reportMachine } from '../realtime/machine-acts.ts';
import { unique } from '../support/app.ts';
import { startBrowser, violationsOf, type Wire, wireTo } from '../support/browser.ts';
import type { TestDatabase } from '../support/databases.ts';
import { makeOrder, makeRun, makeShop, type Shop } from '../support/factories.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { redisUrl, serverDatabase, stopAll } from './environment.ts';

const root = resolve(import.meta.dirname, '../..');
const artefacts = join(root, 'test/artefacts');
const patience = 20_000;

const CreateToken = graphql(`
  mutation DisplayCreateToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) { __typename ... on CreateApiTokenSuccess { token apiToken { id } } }
  }
`);
const RevokeToken = graphql(`
  mutation DisplayRevokeToken($input: RevokeApiTokenInput!) {
    revokeApiToken(input: $input) { __typename ... on RevokeApiTokenSuccess { __typename } }
  }
`);
const CreateDueOrder = graphql(`
  mutation DisplayCreateOrder($input: CreateOrderInput!) {
    createOrder(input: $input) { __typename ... on CreateOrderSuccess { order { id number } } }
  }
`);

let database: TestDatabase & { url: string };
let server: ServerProcess;
let wire: Wire;
let browser: Browser;
let shop: Shop;
let runId: string;
let layersName: string;
const open: BrowserContext[] = [];

const environment = (port = '0') => ({ DATABASE_URL: database.url, REDIS_URL: redisUrl(), PORT: port });

/** A token of a display. */
async function viewerToken(): Promise<{ id: string; token: string }> {
  const input = { name: unique('Display'), role: 'VIEWER' as const };
  const made = await server.client.success(CreateToken, { input }, 'CreateApiTokenSuccess');
  return { id: made.apiToken.id, token: made.token ?? '' };
}

/** A page of the display with a fresh profile. */
async function display(route: string, options: { token?: string; dark?: boolean } = {}) {
  const token = options.token ?? (await viewerToken()).token;
  const context = await browser.newContext({
    viewport: { width: 1920, height: 1080 },
    colorScheme: options.dark ? 'dark' : 'light',
  });
  open.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(`${wire.url}/display/#token=${token}&page=${encodeURIComponent(route)}`);
  return { page, problems };
}

const live = (page: Page) => page.waitForSelector('[data-liveness=live]');
const tile = (page: Page) => page.locator(`[data-machine="${shop.machineId}"]`);

beforeAll(async () => {
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build-display.ts'], { cwd: root });
  mkdirSync(artefacts, { recursive: true });
  database = await serverDatabase();
  server = await startServer(environment());
  wire = await wireTo(Number(new URL(server.url).port));
  browser = await startBrowser();
  const { client } = server;
  shop = await makeShop(client);
  const order = await makeOrder(client, shop, { quantity: 6 });
  const run = await makeRun(
    client,
    shop.printerId,
    [order.pieces[0]?.id ?? '', order.pieces[1]?.id ?? ''],
    'IN_PROGRESS',
  );
  runId = run.id;
  layersName = run.number;
  await makeRun(client, shop.printerId, [order.pieces[2]?.id ?? ''], 'QUEUED');
  await makeRun(client, shop.printerId, [order.pieces[3]?.id ?? '']);
  const lineItems = [
    { designName: 'Flange', quantity: 3, materialId: shop.materialId, workflowId: shop.workflowId },
  ];
  for (const dueDate of ['2020-01-01T00:00:00.000Z', '2090-01-01T00:00:00.000Z']) {
    await client.success(
      CreateDueOrder,
      { input: { name: unique('Order'), dueDate, lineItems } },
      'CreateOrderSuccess',
    );
  }
  await reportMachine(client, shop.machineId, 'PRINTING');
  const build = await reportBuild(client, {
    machineId: shop.machineId,
    name: run.number,
    layers: 400,
    currentLayer: 17,
  });
  await reportAnomaly(client, { runId: run.id, machineId: shop.machineId, buildId: build.id });
  const others = [await makeShop(client), await makeShop(client), await makeShop(client)];
  await reportMachine(client, others[0]?.machineId ?? '', 'ERROR');
  await reportMachine(client, others[1]?.machineId ?? '', 'IDLE');
  await reportMachine(client, others[2]?.machineId ?? '', 'OFFLINE');
  for (const machineId of [shop.machineId, others[0]?.machineId ?? '']) {
    const sensor = await makeSensor(client, machineId);
    for (const value of [20.5, 21, 22.25, 21.5]) await ingest(client, sensor, [value]);
  }
}, 180_000);
afterEach(async () => {
  wire.mend();
  for (const context of open.splice(0)) await context.close();
});
afterAll(async () => {
  await browser?.close();
  await wire?.close();
  await stopAll(server);
  await database?.close();
});

describe('the display', () => {
  it.each([false, true])(
    'is accessible and quiet on every page (dark: %s)',
    async (dark) => {
      const routes: [name: string, route: string, ready: string][] = [
        ['floor', '/floor', '.tile'],
        ['workstation', `/workstation/${shop.printerId}`, 'tr[data-run]'],
        ['run', `/run/${runId}`, '[data-build]'],
        ['orders', '/orders', 'tr[data-order]'],
        ['log', '/log', 'tr[data-kind]'],
        ['sensors', '/sensors', '[data-sensor] polyline'],
      ];
      for (const [name, route, ready] of routes) {
        const { page, problems } = await display(route, { dark });
        await live(page);
        await page.waitForSelector(ready);
        await page.screenshot({ path: join(artefacts, `display-${name}-${dark ? 'dark' : 'light'}.png`) });
        expect(await violationsOf(page), name).toEqual([]);
        expect(problems, name).toEqual([]);
      }
      const { page, problems } = await display('/floor', { token: 'hm_wrong', dark });
      await page.waitForSelector('input[type=password]');
      await page.screenshot({ path: join(artefacts, `display-token-${dark ? 'dark' : 'light'}.png`) });
      expect(await violationsOf(page)).toEqual([]);
      expect(problems).toEqual([]);
    },
    120_000,
  );

  it('shows what machines do as they do it, without being loaded again', async () => {
    const { page, problems } = await display('/floor');
    await live(page);
    await page.evaluate('window.sameVisit = true');
    await tile(page).getByText('Printing', { exact: false }).first().waitFor();
    await tile(page).getByText('Layer 17 / 400').waitFor();
    await tile(page).getByText('1 open anomaly').waitFor();
    await reportMachine(server.client, shop.machineId, 'MAINTENANCE');
    await tile(page).getByText('Maintenance').waitFor();
    await reportBuild(server.client, {
      machineId: shop.machineId,
      name: layersName,
      layers: 400,
      currentLayer: 18,
    });
    await tile(page).getByText('Layer 18 / 400').waitFor();
    await reportAnomaly(server.client, { runId, machineId: shop.machineId });
    expect(await page.evaluate('window.sameVisit')).toBe(true);
    expect(problems).toEqual([]);
  });

  it('does not keep the token in the address', async () => {
    const { page } = await display('/orders');
    await live(page);
    expect(page.url()).toBe(`${wire.url}/display/#/orders`);
  });

  it('comes back after a lost connection with all that happened meanwhile, once and in order', async () => {
    const { page } = await display('/log');
    await live(page);
    const before = await logAfter(server.client);
    wire.cut();
    await page.waitForSelector('[data-liveness=reconnecting]');
    await page.getByText(/reconnecting since \d\d:\d\d/).waitFor();
    const names: string[] = [];
    for (let made = 0; made < 12; made++) names.unshift((await makeLocation(server.client)).name);
    wire.mend();
    await live(page);
    const last = await makeLocation(server.client);
    await page.getByText(last.name, { exact: true }).waitFor();
    const shown = await page.locator('tr[data-kind] td:nth-child(3)').allTextContents();
    const missed = (await logAfter(server.client, before.at(-1)?.cursor)).length;
    expect(missed).toBe(13);
    expect(shown.slice(0, 13)).toEqual([last.name, ...names]);
  });

  it('survives a restart of the server', async () => {
    const { page } = await display('/floor');
    await live(page);
    await page.evaluate('window.sameVisit = true');
    const { port } = new URL(server.url);
    await server.stop();
    await page.waitForSelector('[data-liveness=reconnecting]');
    server = await startServer(environment(port));
    await reportMachine(server.client, shop.machineId, 'READY_TO_PRINT');
    await live(page);
    await tile(page).getByText('Ready to print').waitFor();
    expect(await page.evaluate('window.sameVisit')).toBe(true);
  }, 120_000);

  it('asks for a token when its own is revoked, and goes on with another', async () => {
    const { id, token } = await viewerToken();
    const { page } = await display('/floor', { token });
    await live(page);
    await server.client.success(RevokeToken, { input: { apiTokenId: id } }, 'RevokeApiTokenSuccess');
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Token').fill((await viewerToken()).token);
    await page.getByRole('button', { name: 'Show the shop' }).click();
    await live(page);
    await tile(page).waitFor();
  });

  it('asks for a token where there is none or a wrong one, and forgets it when told', async () => {
    const { page } = await display('/floor', { token: 'hm_wrong' });
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Token').fill((await viewerToken()).token);
    await page.getByRole('button', { name: 'Show the shop' }).click();
    await live(page);
    await page.getByRole('button', { name: 'Forget token' }).click();
    await page.getByLabel('Token').waitFor();
    await page.reload();
    await page.getByLabel('Token').waitFor();
  });

  it('uses one connection for all that a page follows, and one page after another', async () => {
    const context = await browser.newContext();
    open.push(context);
    const page = await context.newPage();
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));
    await page.goto(`${wire.url}/display/#token=${(await viewerToken()).token}`);
    await live(page);
    for (const name of ['Orders', 'Sensors', 'Log', 'Floor']) {
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
    }
    expect(sockets).toEqual([`${wire.url.replace('http', 'ws')}/graphql`]);
  });
});
