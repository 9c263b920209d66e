/** Four reads through the API, beside the statements that answer them. */
import { deepStrictEqual } from 'node:assert/strict';
import { decodeId, encodeId } from '../src/ids.ts';
import type { BenchDatabase } from './database.ts';
import { ask, load, type Round, requestTo } from './load.ts';
import { type Operation, operations, type Place } from './operations.ts';
import { startWorker, type Worker } from './processes.ts';
import { median, randomFrom } from './random.ts';

export interface Plan {
  readonly rounds: number;
  readonly roundMs: number;
}

export interface ReadResult {
  readonly operation: string;
  readonly title: string;
  readonly bytes: number;
  /** Statements a request of the API, with the one that looks up the token. */
  readonly statements: number;
  readonly texts: readonly string[];
  readonly connections: number;
  readonly api: Measured;
  readonly raw: Measured;
  /** Throughput of the API in that of the bare server: the median of the rounds' ratios. */
  readonly ratio: number;
}

/** Medians of the rounds. */
export interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU of the server's process a request; PostgreSQL's is not in it. */
  readonly cpuMs: number;
  readonly rounds: readonly Round[];
}

const connectionCounts = [1, 16, 64];
const places = 256;
const compared = 12;

interface Prepared {
  readonly operation: Operation;
  readonly api: readonly Buffer[];
  readonly raw: readonly Buffer[];
}

export async function measureReads(
  database: BenchDatabase,
  plan: Plan,
  say: (line: string) => void,
): Promise<ReadResult[]> {
  const api = await startWorker('api-server.ts', { DATABASE_URL: database.url });
  try {
    const raw = await startWorker('raw-server.ts', {
      DATABASE_URL: database.url,
      ORGANIZATION: database.organizationId,
    });
    try {
      return await measure(database, plan, say, api, raw);
    } finally {
      await raw.stop();
    }
  } finally {
    await api.stop();
  }
}

async function measure(
  database: BenchDatabase,
  plan: Plan,
  say: (line: string) => void,
  api: Worker,
  raw: Worker,
): Promise<ReadResult[]> {
  const prepared = await prepare(database, api, raw);
  say(`The answers are equal: ${operations.length} reads × ${compared} parameters.`);
  const costs = new Map<string, { bytes: number; texts: readonly string[]; statements: number }>();
  for (const { operation, api: requests } of prepared) {
    const bytes = Buffer.byteLength(JSON.stringify(await ask(api.url, at(requests, 0))));
    const sample = 5;
    let texts: readonly string[] = [];
    const all = await api.statementsDuring(async () => {
      for (let n = 0; n < sample; n++) await ask(api.url, at(requests, n));
    });
    texts = all.slice(0, Math.round(all.length / sample));
    costs.set(operation.name, { bytes, texts, statements: all.length / sample });
  }

  // Until the hot paths are compiled and both pools are full.
  for (const { operation, ...requests } of prepared) {
    say(`Warming up: ${operation.name}.`);
    await round(api, requests.api, 16, 4_000, 0);
    await round(raw, requests.raw, 16, 1_000, 0);
  }

  const rounds = new Map<string, { api: Sample; raw: Sample }[]>();
  for (let number = 0; number < plan.rounds; number++) {
    for (const { operation, ...requests } of prepared) {
      for (const connections of connectionCounts) {
        const first = number * 97;
        const one = () => round(api, requests.api, connections, plan.roundMs, first);
        const other = () => round(raw, requests.raw, connections, plan.roundMs, first);
        // Who goes first changes, so that neither always meets the caches that the other has filled.
        const sample =
          number % 2 === 0
            ? { api: await one(), raw: await other() }
            : { raw: await other(), api: await one() };
        const key = `${operation.name} ${connections}`;
        rounds.set(key, [...(rounds.get(key) ?? []), sample]);
        say(
          `Round ${number + 1}: ${key}: ${sample.api.perSecond.toFixed(0)} of ${sample.raw.perSecond.toFixed(0)} requests/s.`,
        );
      }
    }
  }
  return prepared.flatMap(({ operation }) =>
    connectionCounts.map((connections) => {
      const samples = rounds.get(`${operation.name} ${connections}`) ?? [];
      const cost = costs.get(operation.name) ?? { bytes: 0, texts: [], statements: 0 };
      return {
        operation: operation.name,
        title: operation.title,
        ...cost,
        connections,
        api: measured(samples.map((sample) => sample.api)),
        raw: measured(samples.map((sample) => sample.raw)),
        ratio: median(samples.map((sample) => sample.api.perSecond / sample.raw.perSecond)),
      };
    }),
  );
}

interface Sample extends Round {
  readonly cpuMs: number;
}

const at = (requests: readonly Buffer[], n: number): Buffer =>
  requests[n % requests.length] ?? Buffer.alloc(0);

async function round(
  worker: Worker,
  requests: readonly Buffer[],
  connections: number,
  ms: number,
  first: number,
): Promise<Sample> {
  let n = first;
  const before = await worker.cpuMs();
  const done = await load(worker.url, connections, ms, () => at(requests, n++));
  return { ...done, cpuMs: ((await worker.cpuMs()) - before) / done.requests };
}

export function measured(samples: readonly (Round & { readonly cpuMs: number })[]): Measured {
  const of = (read: (sample: Round & { readonly cpuMs: number }) => number) => median(samples.map(read));
  return {
    perSecond: of((sample) => sample.perSecond),
    p50: of((sample) => sample.p50),
    p99: of((sample) => sample.p99),
    cpuMs: of((sample) => sample.cpuMs),
    rounds: samples,
  };
}

/** Makes both servers' requests of the same parameters, and refuses to measure what is not answered alike. */
async function prepare(database: BenchDatabase, api: Worker, raw: Worker): Promise<Prepared[]> {
  const graphql = graphqlTo(api, database.token);
  const nouns = {
    order: await placesOf(graphql, 'orders', 'O', database.counts.Order ?? 0, 51),
    run: await placesOf(graphql, 'runs', 'R', database.counts.Run ?? 0, 101),
  };
  const prepared: Prepared[] = [];
  for (const operation of operations) {
    const parameters = nouns[operation.noun].map(operation.parameters);
    const requests = {
      operation,
      api: parameters.map(({ variables }) => graphql.request(operation.document, variables)),
      raw: parameters.map(({ values }) => requestTo(raw.url, `/${operation.name}`, JSON.stringify(values))),
    };
    for (let n = 0; n < compared; n++) {
      const [ours, theirs] = await Promise.all([
        ask(api.url, at(requests.api, n)),
        ask(raw.url, at(requests.raw, n)),
      ]);
      deepStrictEqual(ours, theirs, `${operation.name}: the servers answer differently.`);
      if (!JSON.stringify(ours).includes('_')) throw new Error(`${operation.name} answers nothing.`);
    }
    prepared.push(requests);
  }
  await hideForeignOrder(database, api, raw);
  await refuseStrangers(api);
  return prepared;
}

/** That the filter by organization is part of what is measured, in both. */
async function hideForeignOrder(
  { foreignOrderId, token }: BenchDatabase,
  api: Worker,
  raw: Worker,
): Promise<void> {
  const point = operations.find(({ name }) => name === 'point');
  const { variables, values } = point?.parameters({
    id: foreignOrderId,
    publicId: encodeId('Order', foreignOrderId),
    cursor: '',
  }) ?? { variables: {}, values: [] };
  const hidden = { data: { order: null } };
  deepStrictEqual(
    await ask(api.url, graphqlTo(api, token).request(point?.document ?? '', variables)),
    hidden,
  );
  deepStrictEqual(await ask(raw.url, requestTo(raw.url, '/point', JSON.stringify(values))), hidden);
}

/** That rights are asked for is part of what is measured. */
async function refuseStrangers(api: Worker): Promise<void> {
  const query = '{ orders(first: 1) { nodes { id } } }';
  for (const headers of [{}, { authorization: 'Bearer hm_nobody' }]) {
    const refused = await ask(
      api.url,
      requestTo(api.url, '/graphql', JSON.stringify({ query }), headers),
    ).then(
      () => false,
      () => true,
    );
    if (!refused) throw new Error('The server answers callers without a token.');
  }
}

/** Sends documents to the API as the benchmark's organization. */
export function graphqlTo(api: Worker, token: string) {
  const headers = { authorization: `Bearer ${token}` };
  const request = (query: string, variables: object) =>
    requestTo(api.url, '/graphql', JSON.stringify({ query, variables }), headers);
  return {
    request,
    ask: async <Data>(query: string, variables: object) =>
      ((await ask(api.url, request(query, variables))) as { data: Data }).data,
  };
}

/** Rows to begin at, in the same pseudo-random sequence every time. Below `least` a page would not be full. */
async function placesOf(
  graphql: ReturnType<typeof graphqlTo>,
  list: 'orders' | 'runs',
  prefix: string,
  count: number,
  least: number,
): Promise<Place[]> {
  const random = randomFrom(list.length);
  const found: Place[] = [];
  for (let n = 0; n < places; n++) {
    const number = `${prefix}-${String(least + Math.floor(random() * (count - least))).padStart(6, '0')}`;
    const data = await graphql.ask<Record<string, { edges: { cursor: string; node: { id: string } }[] }>>(
      `query Place($number: String!) { ${list}(first: 1, filter: { number: { equals: $number } }) { edges { cursor node { id } } } }`,
      { number },
    );
    const edge = data[list]?.edges[0];
    const decoded = edge && decodeId(edge.node.id);
    if (!edge || !decoded) throw new Error(`There is no ${number}.`);
    found.push({ id: decoded.uuid, publicId: edge.node.id, cursor: edge.cursor });
  }
  return found;
}

/** The orders that commands change: far apart, one a client. */
export async function someOrders(
  graphql: ReturnType<typeof graphqlTo>,
  count: number,
  wanted: number,
): Promise<{ id: string; publicId: string }[]> {
  const step = Math.floor(count / wanted);
  const orders = [];
  for (let n = 1; n <= wanted; n++) {
    const number = `O-${String(n * step).padStart(6, '0')}`;
    const { orders: found } = await graphql.ask<{ orders: { nodes: { id: string }[] } }>(
      'query Order($number: String!) { orders(first: 1, filter: { number: { equals: $number } }) { nodes { id } } }',
      { number },
    );
    const publicId = found.nodes[0]?.id ?? '';
    orders.push({ id: decodeId(publicId)?.uuid ?? '', publicId });
  }
  return orders;
}
