import { describe, expect, it } from 'vitest';
import { logAfter, positionOf } from '../realtime/acts.ts';
import { startApp, useApp } from '../support/app.ts';
import { type Client, createClient } from '../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';

const app = useApp();

/** A small generator of numbers, so that a storm can be repeated by its seed. */
function dice(seed: number) {
  let state = seed;
  return (sides: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** Orders whose pieces lie in the same runs, on the same two workstations: whatever one does meets the others. */
async function tangled(client: Client) {
  const shop = await makeShop(client, { inProgressMax: 2 });
  const orders = [];
  for (let made = 0; made < 4; made++) orders.push(await makeOrder(client, shop, { quantity: 4 }));
  const runs = [];
  for (let place = 0; place < 4; place++) {
    const pieces = orders.map((order) => order.pieces[place]?.id ?? '');
    runs.push((await makeRun(client, shop.printerId, pieces, place < 2 ? 'QUEUED' : 'CALCULATED')).id);
    runs.push((await makeRun(client, shop.dockId, pieces)).id);
  }
  return { shop, orders, runs };
}

type Tangle = Awaited<ReturnType<typeof tangled>>;

/** One act of an operator or a machine, drawn by lot. */
function act(
  { shop, orders, runs }: Tangle,
  roll: (sides: number) => number,
): [string, Record<string, unknown>] {
  const runId = runs[roll(runs.length)];
  const order = orders[roll(orders.length)];
  const pieceIds = [order?.pieces[roll(4)]?.id, orders[roll(4)]?.pieces[roll(4)]?.id];
  const machine = { machineId: shop.machineId, name: runId, newAttempt: roll(2) === 1 };
  const acts: [string, Record<string, unknown>][] = [
    ['queueRun', { runId }],
    ['startRun', { runId }],
    ['startRun', { runId }],
    ['pauseRun', { runId }],
    ['resumeRun', { runId }],
    ['completeRun', { runId, otherwise: roll(2) ? 'SUCCESS' : 'FAILURE' }],
    ['failRun', { runId, error: 'It broke.' }],
    ['addRunPieces', { runId, pieceIds }],
    ['removeRunPieces', { runId, pieceIds: pieceIds.slice(0, 1) }],
    ['createRun', { workstationId: roll(2) ? shop.printerId : shop.dockId, pieceIds }],
    ['moveRun', { runId }],
    ['updateLineItem', { lineItemId: order?.lineItemId, priority: roll(100) }],
    ['updateOrder', { orderId: order?.orderId, priority: roll(100) }],
    ['redoPiece', { pieceId: pieceIds[0], reason: 'Again.' }],
    ['redoPiece', { pieceId: pieceIds[1], reason: 'Again.' }],
    ['reportBuild', { ...machine, status: 'PROCESSING' }],
    ['reportBuild', { ...machine, status: 'FAILED' }],
    ['reportBuild', { ...machine, status: 'PAUSED' }],
  ];
  // What ends the game is rare.
  const ends: [string, Record<string, unknown>][] = [
    ['cancelRun', { runId }],
    ['cancelLineItem', { lineItemId: order?.lineItemId, reason: 'Not wanted any more.' }],
  ];
  const drawn = roll(25) === 0 ? ends[roll(ends.length)] : acts[roll(acts.length)];
  return drawn ?? ['queueRun', { runId }];
}

describe('a storm of commands that want the same rows', () => {
  it.each([1, 2, 3])('ends in answers and never in an internal error (seed %d)', async (seed) => {
    const { ours } = await app().organizations();
    const second = await startApp({ shares: app() });
    const tangle = await tangled(ours.client);
    const clients = [ours.client, createClient(second.url, ours.token)];
    const outcomes = new Map<string, number>();
    const failures: unknown[] = [];
    await Promise.all(
      Array.from({ length: 16 }, async (_, operator) => {
        const roll = dice(seed * 1_000 + operator);
        const client = clients[operator % 2] ?? ours.client;
        for (let round = 0; round < 30; round++) {
          const [name, input] = act(tangle, roll);
          const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
          // New runs join the tangle.
          const more = name === 'createRun' ? '... on CreateRunSuccess { run { id } }' : '';
          const document = `mutation($input: ${type}) { ${name}(input: $input) { __typename ${more} } }`;
          const { body } = await client.sendText(document, { input });
          if (body.errors) failures.push({ name, input, errors: body.errors });
          const outcome = body.data?.[name] as { __typename: string; run?: { id: string } } | undefined;
          if (outcome?.run) tangle.runs.push(outcome.run.id);
          if (outcome) outcomes.set(outcome.__typename, (outcomes.get(outcome.__typename) ?? 0) + 1);
        }
      }),
    );
    expect(failures).toEqual([]);
    expect([...outcomes].some(([name, count]) => name.endsWith('Success') && count > 10)).toBe(true);
    await expectSound(ours.client, ours.organizationId);
    await second.stop();
  });
});

/** What must hold however the storm went. */
async function expectSound(client: Client, organizationId: string): Promise<void> {
  const positions = (await logAfter(client)).map((entry) => positionOf(entry.cursor));
  expect(positions).toEqual(positions.map((_, place) => place + 1));
  const question = async (sql: string) => app().database.query(sql, [organizationId]);
  expect(
    await question(
      `SELECT w.name FROM "Workstation" w JOIN "Run" r
         ON r."organizationId" = w."organizationId" AND r."workstationId" = w.id AND r.status IN ('IN_PROGRESS', 'PAUSED')
       WHERE w."organizationId" = $1 GROUP BY w.name, w."inProgressMax" HAVING count(*) > w."inProgressMax"`,
    ),
  ).toEqual([]);
  expect(
    await question(
      `SELECT r.number, o.status FROM "Operation" o JOIN "Run" r
         ON r."organizationId" = o."organizationId" AND r.id = o."runId"
       WHERE o."organizationId" = $1
         AND (o.status = 'IN_PROGRESS') <> (r.status IN ('IN_PROGRESS', 'PAUSED')) AND o.status IN ('QUEUED', 'IN_PROGRESS')`,
    ),
  ).toEqual([]);
}
