/** Small commands in one organization, beside the statements that such a command needs. */
import { deepStrictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type BenchDatabase, onServer } from './database.ts';
import { load, type Round, summary } from './load.ts';
import { startWorker, type Worker } from './processes.ts';
import { median } from './random.ts';
import { graphqlTo, type Measured, measured, type Plan, someOrders } from './reads.ts';

export interface CommandResult {
  readonly connections: number;
  readonly statements: number;
  readonly texts: readonly string[];
  readonly api: Measured;
  readonly raw: Measured;
  readonly ratio: number;
}

const clientCounts = [1, 8, 32];
const mostClients = 32;

const document = `mutation Note($input: UpdateOrderInput!) {
  updateOrder(input: $input) { __typename ... on UpdateOrderSuccess { order { id version notes } } }
}`;

export async function measureCommands(
  database: BenchDatabase,
  plan: Plan,
  say: (line: string) => void,
): Promise<CommandResult[]> {
  const api = await startWorker('api-server.ts', { DATABASE_URL: database.url });
  const clients: pg.Client[] = [];
  try {
    for (let n = 0; n < mostClients; n++) {
      const client = new pg.Client({ connectionString: database.url, options: '-c TimeZone=UTC' });
      clients.push(client);
      await client.connect();
    }
    return await measure(database, plan, say, api, clients);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
    await api.stop();
  }
}

async function measure(
  database: BenchDatabase,
  plan: Plan,
  say: (line: string) => void,
  api: Worker,
  clients: readonly pg.Client[],
): Promise<CommandResult[]> {
  const graphql = graphqlTo(api, database.token);
  const orders = await someOrders(graphql, database.counts.Order ?? 0, mostClients);
  const actorId = await tokenOf(database);
  let written = 0;
  // Two texts that differ: a note that is there already would leave nothing to log.
  const nextNote = () => `Check the supports, note ${++written}`;
  const orderOf = (client: number) => orders[client] ?? { id: '', publicId: '' };
  const request = (client: number) =>
    graphql.request(document, { input: { orderId: orderOf(client).publicId, notes: nextNote() } });
  const bare = async (client: number) => {
    const connection = clients[client];
    if (!connection) throw new Error(`There is no client ${client}.`);
    await noteByHand(connection, database.organizationId, orderOf(client).id, nextNote(), actorId);
  };

  const sent = () => load(api.url, 1, 0, request);
  await sent();
  const ours = await lastEvent(database);
  await bare(0);
  deepStrictEqual(await lastEvent(database), ours, 'The two commands log different events.');
  say('Both commands log the same event.');
  const texts = await api.statementsDuring(sent);

  say('Warming up: commands.');
  await load(api.url, 16, 3_000, request);
  await byHand(16, 1_000, bare);

  const rounds = new Map<number, { api: Round & { cpuMs: number }; raw: Round & { cpuMs: number } }[]>();
  for (let number = 0; number < plan.rounds; number++) {
    for (const connections of clientCounts) {
      const before = await api.cpuMs();
      const one = await load(api.url, connections, plan.roundMs, request);
      const cpuMs = ((await api.cpuMs()) - before) / one.requests;
      const other = await byHand(connections, plan.roundMs, bare);
      const sample = { api: { ...one, cpuMs }, raw: { ...other, cpuMs: 0 } };
      rounds.set(connections, [...(rounds.get(connections) ?? []), sample]);
      say(
        `Round ${number + 1}: ${connections} clients: ${one.perSecond.toFixed(0)} of ${other.perSecond.toFixed(0)} commands/s.`,
      );
    }
  }
  return clientCounts.map((connections) => {
    const samples = rounds.get(connections) ?? [];
    return {
      connections,
      statements: texts.length,
      texts,
      api: measured(samples.map((sample) => sample.api)),
      raw: measured(samples.map((sample) => sample.raw)),
      ratio: median(samples.map((sample) => sample.api.perSecond / sample.raw.perSecond)),
    };
  });
}

async function byHand(clients: number, ms: number, act: (client: number) => Promise<void>): Promise<Round> {
  const latencies: number[] = [];
  const begin = performance.now();
  const end = begin + ms;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      do {
        const sent = performance.now();
        await act(client);
        latencies.push(performance.now() - sent);
      } while (performance.now() < end);
    }),
  );
  const seconds = (performance.now() - begin) / 1_000;
  return { ...summary(latencies), seconds, perSecond: latencies.length / seconds };
}

const lock = `SELECT * FROM "Order" WHERE "organizationId" = $1 AND id = $2 FOR UPDATE`;
const change = `UPDATE "Order" SET notes = $3, version = version + 1, "updatedAt" = date_trunc('milliseconds', now())
  WHERE "organizationId" = $1 AND id = $2 RETURNING *`;
// The head's row is taken in the last statement before COMMIT, so that it is locked as shortly as can be.
const append = `WITH head AS (
    UPDATE "EventHead" SET position = position + 1 WHERE "organizationId" = $1 RETURNING position
  )
  INSERT INTO "Event" ("organizationId", position, kind, "subjectType", "subjectId", version, related, before, after,
    "actorKind", "actorId", "requestId", "causeId", "occurredAt", "recordedAt")
  SELECT $1, head.position, 'OrderChanged', 'Order', $2, $3, $4::uuid[], $5, $6, 'TOKEN', $7, $8, $9, now(),
    date_trunc('milliseconds', clock_timestamp())
  FROM head`;

interface OrderRow {
  version: number;
  notes: string | null;
  locationId: string | null;
  ownerId: string | null;
}

/** What updateOrder has to do, and nothing else: prepared statements on a connection of its own. */
async function noteByHand(
  client: pg.Client,
  organizationId: string,
  orderId: string,
  notes: string,
  actorId: string,
): Promise<void> {
  await client.query('BEGIN');
  const { rows: locked } = await client.query<OrderRow>({
    name: 'lock',
    text: lock,
    values: [organizationId, orderId],
  });
  const before = locked[0];
  const { rows: changed } = await client.query<OrderRow>({
    name: 'change',
    text: change,
    values: [organizationId, orderId, notes],
  });
  const after = changed[0];
  if (!before || !after) throw new Error(`There is no order ${orderId}.`);
  const related = [orderId, after.locationId, after.ownerId].filter((id) => id !== null);
  await client.query({
    name: 'append',
    text: append,
    values: [
      organizationId,
      orderId,
      after.version,
      related,
      JSON.stringify({ notes: before.notes }),
      JSON.stringify({ notes }),
      actorId,
      randomUUID(),
      randomUUID(),
    ],
  });
  await client.query('COMMIT');
}

const tokenOf = (database: BenchDatabase): Promise<string> =>
  onServer(database.url, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM "ApiToken" WHERE "organizationId" = $1`,
      [database.organizationId],
    );
    return rows[0]?.id ?? '';
  });

/** The newest event without what differs from one to the next. */
const lastEvent = (database: BenchDatabase): Promise<unknown> =>
  onServer(database.url, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(
      `SELECT kind, "subjectType", "subjectId", (SELECT array_agg(r ORDER BY r) FROM unnest(related) r) AS related,
         (SELECT array_agg(key) FROM jsonb_object_keys(before) key) AS before,
         (SELECT array_agg(key) FROM jsonb_object_keys(after) key) AS after,
         data, "actorKind", "actorId", "requestId" IS NOT NULL AS "hasRequest", reason
       FROM "Event" WHERE "organizationId" = $1 ORDER BY position DESC LIMIT 1`,
      [database.organizationId],
    );
    return rows[0];
  });
