/** Genealogy and recall through the server, beside the statements that they need on a connection of their own. */
import type pg from 'pg';
import { encodeId } from '../src/ids.ts';
import { massBalances } from '../src/materials/recall.balance.ts';
import { onServer } from './database.ts';
import { ask, load, summary } from './load.ts';
import type { PowderDatabase } from './materials.database.ts';
import { startWorker, type Worker } from './processes.ts';
import { median } from './random.ts';
import { graphqlTo, type Plan } from './reads.ts';

export interface Comparison {
  readonly name: string;
  /** Nodes of the answer. */
  readonly nodes: number;
  /** Median ms of one request at a time; of the bare statements; and their ratio within a round. */
  readonly api: number;
  readonly p99: number;
  readonly bare: number;
  readonly ratio: number;
  /** CPU of the server a request, and its statements. */
  readonly cpuMs: number;
  readonly statements: number;
  readonly texts: readonly string[];
}

interface Case {
  readonly name: string;
  readonly nodes: number;
  readonly requests: readonly Buffer[];
  readonly bare: (n: number) => Promise<unknown>;
}

const genealogyDocument = `query Genealogy($root: ID!, $direction: GenealogyDirection!, $first: Int!) {
  genealogy(root: $root, direction: $direction, first: $first) {
    totalNodes totalEdges depth truncated
    nodes { id kind label depth }
    edges { id from to actionType quantity { value unit } occurredAt }
    pageInfo { hasNextPage endCursor }
  }
}`;

const recallLists = `
  batches(first: 50) { totalCount nodes { batch { id name } onHand { value } expectedFraction } }
  pieces(first: 50) { totalCount nodes { piece { id serial } } }
  orders(first: 50) { totalCount nodes { order { id number } pieceCount } }
  customers(first: 50) { totalCount nodes { name orderCount pieceCount } }
  shipments(first: 50) { totalCount nodes { trackingId shippedAt } }`;
const recallBalance = `massBalance { received { value } onHand { value } inMachines { value } inPieces { value }
  scrapped { value } sieveLoss { value } processLoss { value } unaccountedPpm withinTolerance }`;
const recallDocument = (selection: string) =>
  `query Recall($lotId: ID!) { recall(scope: { lotId: $lotId }) { ${selection} } }`;

/** Size classes of ancestries, as the design measured them. */
export const classes = [
  [1, 10],
  [11, 30],
  [31, 60],
  [61, 120],
  [121, 400],
] as const;
const rootsOfAClass = 60;

// What a batch ever consisted of is where its genealogy begins; both servers begin there.
const seeds = `SELECT $2::uuid AS id UNION SELECT "toNode" FROM "MaterialLink"
  WHERE "organizationId" = $1 AND "destinationBatchId" = $2 AND "toNode" IS NOT NULL`;
const up = `WITH RECURSIVE up(id) AS (
  (${seeds}) UNION SELECT l."fromNode" FROM up JOIN "MaterialLink" l
    ON l."organizationId" = $1 AND l."toNode" = up.id AND l."fromNode" IS NOT NULL)`;
const down = (first: string) => `WITH RECURSIVE down(id) AS (
  (${first}) UNION SELECT l.id FROM down CROSS JOIN LATERAL (SELECT l."toNode" AS id FROM "MaterialLink" l
    WHERE l."organizationId" = $1 AND l."fromNode" = down.id AND l."toNode" IS NOT NULL OFFSET 0) l)`;
const edgeColumns = `l.id, l."fromNode", l."toNode", l."sourceBatchId", l."destinationBatchId", l.quantity::text,
  l."occurredAt", a.type`;

/** The statements without a server: the edges with their actions, then the names. */
export const bareStatements = {
  ids: `${up} SELECT id FROM up`,
  up: `${up} SELECT ${edgeColumns} FROM up
    JOIN "MaterialLink" l ON l."organizationId" = $1 AND l."toNode" = up.id AND l."fromNode" IS NOT NULL
    JOIN "MaterialAction" a ON a."organizationId" = $1 AND a.id = l."actionId"`,
  down: `${down(seeds)} SELECT ${edgeColumns} FROM down CROSS JOIN LATERAL (SELECT * FROM "MaterialLink" l
      WHERE l."organizationId" = $1 AND l."fromNode" = down.id AND l."toNode" IS NOT NULL OFFSET 0) l
    JOIN "MaterialAction" a ON a."organizationId" = $1 AND a.id = l."actionId"`,
  names: ['MaterialBatch.name', 'MaterialContainer.name', 'MaterialLot.name', 'Piece.serial']
    .map((column) => column.split('.'))
    .map(
      ([table, column]) =>
        `SELECT id, ${column} FROM "${table}" WHERE "organizationId" = $1 AND id = ANY($2::uuid[])`,
    )
    .join(' UNION ALL '),
  reached: `${down('SELECT $2::uuid')} SELECT l."toPlace"::text,
      array_agg(CASE WHEN l."toPlace" IN ('BATCH', 'LOADED') THEN l."destinationBatchId" ELSE l."toNode" END) AS ids
    FROM down CROSS JOIN LATERAL (SELECT l."toPlace", l."toNode", l."destinationBatchId" FROM "MaterialLink" l
      WHERE l."organizationId" = $1 AND l."toNode" = down.id LIMIT 1) l GROUP BY 1`,
  orders: `SELECT o.id, o.number, o."customerName", count(*) FROM "Piece" p JOIN "Order" o
      ON o."organizationId" = $1 AND o.id = p."orderId" WHERE p."organizationId" = $1 AND p.id = ANY($2::uuid[])
    GROUP BY o."organizationId", o.id`,
  shipments: `SELECT count(*) FROM "Operation" WHERE "organizationId" = $1 AND "pieceId" = ANY($2::uuid[])
    AND kind = 'SHIPPING' AND status = 'COMPLETE'`,
};

export async function measureMaterialReads(
  database: PowderDatabase,
  found: readonly Ancestry[],
  plan: Plan,
  say: (line: string) => void,
): Promise<Comparison[]> {
  const api = await startWorker('api-server.ts', { DATABASE_URL: database.url });
  try {
    return await onServer(database.url, async (client) => {
      await client.query(`SET TimeZone = 'UTC'`);
      const cases = [
        ...ancestries(database, found, client, api),
        ...busy(database, client, api),
        ...recalls(database, client, api),
      ];
      const compared: Comparison[] = [];
      for (const each of cases) {
        compared.push(await compare(api, each, plan));
        const { name, nodes, api: ours, bare, ratio } = compared.at(-1) as Comparison;
        say(
          `${name}: ${nodes} nodes, ${ours.toFixed(2)} ms, bare ${bare.toFixed(2)} ms, ratio ${ratio.toFixed(2)}.`,
        );
      }
      return compared;
    });
  } finally {
    await api.stop();
  }
}

/** A prepared statement of the organization. */
export const prepared =
  (client: pg.Client, organizationId: string) => (name: string, text: string, value: unknown) =>
    client.query<Record<string, unknown>>({ name, text, values: [organizationId, value] });

/** Edges with their actions, and the names of all that they join. */
async function bareGenealogy(
  run: ReturnType<typeof prepared>,
  way: 'up' | 'down',
  root: string,
): Promise<number> {
  const { rows } = await run(way, bareStatements[way], root);
  const ids = new Set(
    rows.flatMap((row) => [row.sourceBatchId ?? row.fromNode, row.destinationBatchId ?? row.toNode]),
  );
  await run('names', bareStatements.names, [...ids]);
  return ids.size;
}

/** Batches with ancestries of a size, and how many ancestors each has. */
export interface Ancestry {
  readonly least: number;
  readonly most: number;
  readonly roots: readonly { readonly id: string; readonly size: number }[];
}

/** Some batches of each size class, the same every time. */
export function ancestriesOf({ url, organizationId }: PowderDatabase): Promise<Ancestry[]> {
  return onServer(url, async (client) => {
    const run = prepared(client, organizationId);
    const found = classes.map(([least, most]) => ({
      least,
      most,
      roots: [] as { id: string; size: number }[],
    }));
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM "MaterialBatch" WHERE "organizationId" = $1 ORDER BY md5(id::text) LIMIT 10000`,
      [organizationId],
    );
    for (const { id } of rows) {
      const size = ((await run('ids', bareStatements.ids, id)).rowCount ?? 1) - 1;
      const known = found.find(({ least, most }) => size >= least && size <= most);
      if (known && known.roots.length < rootsOfAClass) known.roots.push({ id, size });
      if (found.every(({ roots }) => roots.length === rootsOfAClass)) break;
    }
    return found.filter(({ roots }) => roots.length > 0);
  });
}

function ancestries(
  { organizationId, token }: PowderDatabase,
  found: readonly Ancestry[],
  client: pg.Client,
  api: Worker,
): Case[] {
  const graphql = graphqlTo(api, token);
  const run = prepared(client, organizationId);
  return found.map(({ least, most, roots }) => ({
    name: `ancestors ${least}–${most}`,
    nodes: median(roots.map((root) => root.size)),
    requests: roots.map(({ id }) =>
      graphql.request(genealogyDocument, {
        root: encodeId('MaterialBatch', id),
        direction: 'ANCESTORS',
        first: 1_000,
      }),
    ),
    bare: (n) => bareGenealogy(run, 'up', roots[n % roots.length]?.id ?? ''),
  }));
}

/** The genealogy of the batch with thousands of actions. */
function busy(
  { organizationId, token, summary: network }: PowderDatabase,
  client: pg.Client,
  api: Worker,
): Case[] {
  const graphql = graphqlTo(api, token);
  const run = prepared(client, organizationId);
  const root = network.busyBatchId;
  return (
    [
      ['ANCESTORS', 'up', 1_000],
      ['DESCENDANTS', 'down', 1_000],
      ['DESCENDANTS', 'down', 100],
    ] as const
  ).map(([direction, way, first]) => ({
    name: `a batch with ${network.busyActions} actions, ${direction.toLowerCase()}, page of ${first}`,
    nodes: 0,
    requests: [
      graphql.request(genealogyDocument, { root: encodeId('MaterialBatch', root), direction, first }),
    ],
    bare: () => bareGenealogy(run, way, root),
  }));
}

function recalls(
  { organizationId, token, summary: network }: PowderDatabase,
  client: pg.Client,
  api: Worker,
): Case[] {
  const graphql = graphqlTo(api, token);
  const run = prepared(client, organizationId);
  const lotId = network.recalledLotId;
  const reader = {
    organizationId,
    query: async <Row>(sql: string, ...values: readonly unknown[]) =>
      (await client.query({ text: sql, values: [organizationId, ...values] })).rows as Row[],
  };
  const lists = async () => {
    const { rows } = await run('reached', bareStatements.reached, lotId);
    const pieces = rows.find((row) => row.toPlace === 'PIECE')?.ids ?? [];
    await run('orders', bareStatements.orders, pieces);
    await run('shipments', bareStatements.shipments, pieces);
  };
  const balance = () => massBalances(reader, [lotId]);
  const one = (name: string, selection: string, bare: () => Promise<unknown>): Case => ({
    name: `recall, ${name}`,
    nodes: network.recalled,
    requests: [graphql.request(recallDocument(selection), { lotId: encodeId('MaterialLot', lotId) })],
    bare,
  });
  return [
    one('all lists', recallLists, lists),
    one('mass balance', recallBalance, balance),
    one('all lists and mass balance', `${recallLists} ${recallBalance}`, async () => {
      await lists();
      await balance();
    }),
  ];
}

async function compare(api: Worker, { name, nodes, requests, bare }: Case, plan: Plan): Promise<Comparison> {
  const at = (n: number) => requests[n % requests.length] ?? Buffer.alloc(0);
  const first = (await ask(api.url, at(0))) as { data: Record<string, { totalNodes?: number }> };
  const texts = await api.statementsDuring(() => ask(api.url, at(0)));
  let n = 0;
  const ours = async (ms: number) => load(api.url, 1, ms, () => at(n++));
  const theirs = async (ms: number) => {
    const latencies: number[] = [];
    const end = performance.now() + ms;
    do {
      const begin = performance.now();
      await bare(n++);
      latencies.push(performance.now() - begin);
    } while (performance.now() < end);
    return summary(latencies);
  };
  await ours(plan.roundMs);
  await theirs(plan.roundMs / 2);
  const samples: { api: { p50: number; p99: number }; bare: { p50: number }; cpuMs: number }[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    n = round * 7;
    const before = await api.cpuMs();
    const one = await ours(plan.roundMs);
    const cpuMs = ((await api.cpuMs()) - before) / one.requests;
    samples.push({ api: one, bare: await theirs(plan.roundMs), cpuMs });
  }
  return {
    name,
    nodes:
      first.data.genealogy?.totalNodes && requests.length === 1 ? first.data.genealogy.totalNodes : nodes,
    api: median(samples.map((each) => each.api.p50)),
    p99: median(samples.map((each) => each.api.p99)),
    bare: median(samples.map((each) => each.bare.p50)),
    ratio: median(samples.map((each) => each.api.p50 / each.bare.p50)),
    cpuMs: median(samples.map((each) => each.cpuMs)),
    statements: texts.length,
    texts,
  };
}
