import { describe, expect, it } from 'vitest';
import { cursorsOf, headOf, logAfter, makeLocation, positionOf } from '../realtime/acts.ts';
import { startApp, unique, useApp } from '../support/app.ts';
import { createClient } from '../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';

const app = useApp();

const startRun = `mutation($id: ID!) { startRun(input: { runId: $id }) { __typename } }`;
const createLocation = `mutation($input: CreateLocationInput!) {
  createLocation(input: $input) { __typename ... on CreateLocationSuccess { location { id } } }
}`;

describe('32 clients who write at once to PostgreSQL, through two applications', () => {
  it('never leave a hole in the log that is filled later', async () => {
    const { ours } = await app().organizations();
    const second = await startApp({ shares: app() });
    const clients = [ours.client, createClient(second.url, ours.token)];
    const start = positionOf(await headOf(ours.client));
    let writing = true;
    // Reads as a follower does, as fast as it can, while they commit.
    const following = (async () => {
      const seen: number[] = [];
      for (let last = start; ; ) {
        const over = !writing;
        const rows = await app().database.query<{ position: string }>(
          `SELECT "position"::text AS position FROM "Event" WHERE "organizationId" = $1 AND "position" > $2
           ORDER BY "Event"."position"`,
          [ours.organizationId, last],
        );
        seen.push(...rows.map((row) => Number(row.position)));
        last = seen.at(-1) ?? last;
        if (over && rows.length === 0) return seen;
      }
    })();
    await Promise.all(
      Array.from({ length: 32 }, async (_, writer) => {
        const client = clients[writer % 2] ?? ours.client;
        for (let made = 0; made < 10; made++) await makeLocation(client);
      }),
    );
    writing = false;
    const seen = await following;
    expect(seen).toEqual(Array.from({ length: 320 }, (_, place) => start + 1 + place));
    await second.stop();
  });

  it('have one effect where all send the same mutation with the same key', async () => {
    const { ours } = await app().organizations();
    const second = await startApp({ shares: app() });
    const clients = [ours.client, createClient(second.url, ours.token)];
    const start = await headOf(ours.client);
    const input = { name: unique('Once'), clientMutationId: unique('key') };
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, sender) =>
        (clients[sender % 2] ?? ours.client).sendText(createLocation, { input }),
      ),
    );
    const bodies = answers.map((answer) => JSON.stringify(answer.body));
    expect(bodies[0]).toContain('CreateLocationSuccess');
    expect(new Set(bodies).size).toBe(1);
    expect(cursorsOf(await logAfter(ours.client, start))).toHaveLength(1);
    await second.stop();
  });

  it('start as many runs on a workstation as it has room for', async () => {
    const { ours } = await app().organizations();
    const room = 3;
    const shop = await makeShop(ours.client, { inProgressMax: room });
    const order = await makeOrder(ours.client, shop, { quantity: 32 });
    const runs: string[] = [];
    for (const piece of order.pieces) {
      runs.push((await makeRun(ours.client, shop.printerId, [piece.id], 'QUEUED')).id);
    }
    const answers = await Promise.all(runs.map((id) => ours.client.sendText(startRun, { id })));
    const outcomes = answers.map((answer) => JSON.stringify(answer.body));
    const count = (name: string) => outcomes.filter((outcome) => outcome.includes(name)).length;
    expect([count('StartRunSuccess'), count('BlockedError')]).toEqual([room, 32 - room]);
  });
});
