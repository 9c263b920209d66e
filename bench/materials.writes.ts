/** What one action costs to write, with more and more batches beside it; and what holds cost before it. */
import { Decimal } from 'decimal.js';
import { type App, createApp } from '../src/app.ts';
import type { Command } from '../src/commands/command.ts';
import { runCommand } from '../src/commands/runner.ts';
import { readConfig } from '../src/config.ts';
import { type Database, openPostgres } from '../src/database/open.ts';
import { encodeId, newId } from '../src/ids.ts';
import { createLogger } from '../src/logger.ts';
import { scrapBatch } from '../src/materials/material-batch.keeping.service.ts';
import { loadBatch, unloadHopper } from '../src/materials/material-batch.machine.service.ts';
import { blendBatches, splitBatch } from '../src/materials/material-batch.making.service.ts';
import { heldBy } from '../src/quality/hold.reach.ts';
import { summary } from './load.ts';
import type { PowderDatabase } from './materials.database.ts';
import { median, randomFrom } from './random.ts';
import type { Plan } from './reads.ts';

export interface WriteResult {
  readonly name: string;
  /** Median ms of one action, by the number of batches. */
  readonly ms: Readonly<Record<number, number>>;
  /** Of the largest in the smallest: the median of the rounds. */
  readonly ratio: number;
}

export interface HoldResult {
  readonly name: string;
  readonly ancestors: number;
  /** Median ms with that many open holds. */
  readonly ms: Readonly<Record<number, number>>;
}

/** One network with the application on it, without HTTP. */
interface Shop {
  readonly database: PowderDatabase;
  readonly app: App;
  readonly connection: Database;
  run<Result extends Record<string, unknown>>(command: unknown, input: object): Promise<Result>;
  close(): Promise<void>;
}

async function openShop(database: PowderDatabase): Promise<Shop> {
  const connection = await openPostgres(database.url);
  const config = readConfig({ DATABASE_URL: database.url, PORT: '0', NODE_ENV: 'production' });
  const app = createApp({ config, log: createLogger({ level: 'silent' }), database: connection });
  const { organizationId, tokenId } = database;
  const caller = { organizationId, tokenId, userId: null, role: 'ADMINISTRATOR' } as const;
  return {
    database,
    app,
    connection,
    run: async (command, input) =>
      (await runCommand(app.runtime, { caller, requestId: null }, command as Command, input))
        .outcome as never,
    close: async () => {
      await app.stop(1_000);
      await connection.close();
    },
  };
}

const gram = { value: new Decimal('0.001'), unit: 'kg' };
const batch = (uuid: string) => encodeId('MaterialBatch', uuid);

interface Live {
  id: string;
  materialId: string;
}

/** Batches that may be loaded and blended, in an order that is the same every time. */
const liveBatches = ({ connection, database }: Shop): Promise<Live[]> =>
  connection.query<Live>(
    `SELECT id::text AS id, "materialId"::text AS "materialId" FROM "MaterialBatch"
     WHERE "organizationId" = $1::uuid AND quantity > 100 AND reserved = 0 AND quality IN ('NEW', 'SIEVED')
     ORDER BY md5(id::text) LIMIT 5000`,
    [database.organizationId],
  );

/** One action after the other, each answered with the ms that it took. */
type Measured = (n: number) => Promise<number>;

async function actionsOf(shop: Shop): Promise<Record<string, Measured>> {
  const live = await liveBatches(shop);
  if (live.length < 8) throw new Error('There are too few batches to act on.');
  const [free] = await shop.connection.query<{ id: string }>(
    `SELECT w.id::text AS id FROM "Workstation" w WHERE w."organizationId" = $1::uuid AND NOT EXISTS (
       SELECT 1 FROM "MaterialBatch" b WHERE b."organizationId" = $1::uuid AND b."workstationId" = w.id)
     ORDER BY w.id LIMIT 1`,
    [shop.database.organizationId],
  );
  const workstationId = encodeId('Workstation', free?.id ?? '');
  const at = (n: number) => live[n % live.length] as Live;
  const timed = async (act: () => Promise<unknown>) => {
    const begin = performance.now();
    await act();
    return performance.now() - begin;
  };
  const byMaterial = new Map<string, string[]>();
  for (const { id, materialId } of live)
    byMaterial.set(materialId, [...(byMaterial.get(materialId) ?? []), id]);
  const alike = [...byMaterial.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  return {
    split: (n) => timed(() => shop.run(splitBatch, { batchId: batch(at(n).id), quantity: gram })),
    load: async (n) => {
      const ms = await timed(() =>
        shop.run(loadBatch, {
          batchId: batch(at(n).id),
          workstationId,
          quantity: gram,
          overrideReason: 'measured',
        }),
      );
      await shop.run(unloadHopper, { workstationId });
      return ms;
    },
    'blend of 4': (n) =>
      timed(() =>
        shop.run(blendBatches, {
          sources: [0, 1, 2, 3].map((place) => ({
            batchId: batch(alike[(n * 4 + place) % alike.length] ?? ''),
            quantity: gram,
          })),
        }),
      ),
    'use up (is the lot done?)': async (n) => {
      const { newBatchId } = await shop.run<{ newBatchId: string }>(splitBatch, {
        batchId: batch(at(n).id),
        quantity: gram,
      });
      return timed(() => shop.run(scrapBatch, { batchId: batch(newBatchId), reason: 'measured' }));
    },
  };
}

/** The cost of each action, with the networks taking turns. */
export async function measureMaterialWrites(
  databases: readonly PowderDatabase[],
  plan: Plan,
  say: (line: string) => void,
): Promise<WriteResult[]> {
  const shops: Shop[] = [];
  try {
    for (const database of databases) shops.push(await openShop(database));
    const actions = await Promise.all(shops.map(actionsOf));
    const random = randomFrom(7);
    const names = Object.keys(actions[0] ?? {});
    const results: WriteResult[] = [];
    for (const name of names) {
      const rounds: number[][] = [];
      // The first round warms up.
      for (let round = 0; round <= plan.rounds; round++) {
        const medians: number[] = [];
        for (const own of actions) {
          const act = own[name] as Measured;
          const latencies: number[] = [];
          const end = performance.now() + plan.roundMs;
          while (performance.now() < end) latencies.push(await act(Math.floor(random() * 5_000)));
          medians.push(summary(latencies).p50);
        }
        if (round > 0) rounds.push(medians);
      }
      const ms = databases.map((_, place) => median(rounds.map((each) => each[place] ?? 0)));
      const last = databases.length - 1;
      results.push({
        name,
        ms: Object.fromEntries(databases.map(({ batches }, place) => [batches, ms[place] ?? 0])),
        ratio: median(rounds.map((each) => (each[last] ?? 0) / (each[0] ?? 1))),
      });
      say(`${name}: ${ms.map((each) => each.toFixed(1)).join(' / ')} ms.`);
    }
    return results;
  } finally {
    for (const shop of shops) await shop.close();
  }
}

/** What it costs to ask whether a batch is held, with no, one and fifty holds, and where one of them reaches it. */
export async function measureHolds(
  database: PowderDatabase,
  ancestors: readonly { id: string; size: number }[],
  plan: Plan,
  say: (line: string) => void,
): Promise<HoldResult[]> {
  const shop = await openShop(database);
  const { organizationId } = database;
  const { connection } = shop;
  const reader = {
    organizationId,
    query: <Row>(sql: string, ...values: readonly unknown[]) =>
      connection.query<Row>(sql, [organizationId, ...values]),
  };
  const clear = () =>
    connection.query(`DELETE FROM "Hold" WHERE "organizationId" = $1::uuid AND reason = 'measured'`, [
      organizationId,
    ]);
  const place = (subject: 'LOT' | 'BATCH', id: string, number: number) =>
    connection.query(
      `INSERT INTO "Hold" ("organizationId", id, number, subject, "${subject === 'LOT' ? 'lotId' : 'batchId'}", reason, "createdAt", "updatedAt")
       VALUES ($1::uuid, $2::uuid, $3, $4::"HoldSubject", $5::uuid, 'measured', now(), now())`,
      [organizationId, newId(), `H-measured-${number}`, subject, id],
    );
  try {
    const size = median(ancestors.map((each) => each.size));
    const ids = ancestors.map(({ id }) => id);
    const foreign = await connection.query<{ id: string; lot: string | null }>(
      `SELECT id::text AS id, NULL AS lot FROM (SELECT id FROM "MaterialBatch" WHERE "organizationId" = $1::uuid
         AND NOT id = ANY($2::uuid[]) ORDER BY md5(id::text) DESC LIMIT 40) b
       UNION ALL SELECT id::text, id::text FROM (SELECT id FROM "MaterialLot" WHERE "organizationId" = $1::uuid
         AND id <> $3::uuid ORDER BY md5(id::text) DESC LIMIT 10) l`,
      [organizationId, ids, database.summary.recalledLotId],
    );
    const time = async () => {
      const medians: number[] = [];
      for (let round = 0; round <= plan.rounds; round++) {
        const latencies: number[] = [];
        const end = performance.now() + plan.roundMs / 2;
        for (let n = 0; performance.now() < end; n++) {
          const begin = performance.now();
          await heldBy(reader, { batchIds: [ids[n % ids.length] ?? ''] });
          latencies.push(performance.now() - begin);
        }
        if (round > 0) medians.push(summary(latencies).p50);
      }
      return median(medians);
    };
    await clear();
    const free: Record<number, number> = { 0: await time() };
    for (const [number, { id, lot }] of foreign.entries()) {
      await place(lot ? 'LOT' : 'BATCH', id, number);
      if (number === 0) free[1] = await time();
    }
    free[foreign.length] = await time();
    await clear();
    // A hold on a lot of each of them: every one is held, and the way to it is told.
    const own = await connection.query<{ lot: string }>(
      `SELECT DISTINCT k AS lot FROM "MaterialBatch" b CROSS JOIN LATERAL jsonb_object_keys(b."mixedLots") k
       WHERE b."organizationId" = $1::uuid AND b.id = ANY($2::uuid[]) LIMIT 50`,
      [organizationId, ids],
    );
    const held: Record<number, number> = {};
    for (const [number, { lot }] of own.entries()) {
      await place('LOT', lot, number);
      if (number === 0) held[1] = await time();
    }
    held[own.length] = await time();
    await clear();
    say(`Holds: free ${JSON.stringify(free)}, held ${JSON.stringify(held)}.`);
    return [
      { name: 'not held', ancestors: size, ms: free },
      { name: 'held, with the way to it', ancestors: size, ms: held },
    ];
  } finally {
    await clear();
    await shop.close();
  }
}
