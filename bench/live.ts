/**
 * `npm run --prefix bench live -- [fan-out] [replay] [--sockets 1000,5000,10000] [--events 60] [--rounds 3] [--missed 100000]`
 * What it measures, and how to read it: docs/benchmarks.md.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openPrisma } from '../src/database/client.ts';
import { deployMigrations } from '../src/database/migrations.ts';
import { openPostgres } from '../src/database/open.ts';
import { createOrganization } from '../src/identity/organization.setup.ts';
import { newId } from '../src/ids.ts';
import { numberOf } from './arguments.ts';
import { onServer } from './database.ts';
import type { ClientQuestion } from './live.clients.ts';
import type { ServerKind, ServerQuestion, ServerUsage } from './live.servers.ts';
import { median } from './random.ts';
import { machine, table } from './report.ts';

const results = fileURLToPath(new URL('results/', import.meta.url));
const kinds: readonly ServerKind[] = ['bare', 'heatmark', 'usual'];

const query = `subscription Live($after: Cursor, $filter: EventFilter) {
  events(after: $after, filter: $filter) {
    __typename
    ... on Position { cursor }
    ... on LocationChanged {
      cursor kind occurredAt version cause
      actor { kind }
      changes { field before after }
      location { id name version createdAt }
    }
  }
}`;

/** A process that answers questions. */
interface Peer<Question> {
  readonly ready: number;
  ask<Answer>(question: Question): Promise<Answer>;
  stop(): Promise<void>;
}

async function start<Question extends object>(
  file: string,
  argument: string,
  environment: Readonly<Record<string, string>>,
): Promise<Peer<Question>> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), [argument], {
    execArgv: ['--max-semi-space-size=64', '--import', 'tsx'],
    env: { ...process.env, NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const waiting = new Map<number, (answer: unknown) => void>();
  let asked = 0;
  const ready = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before it was ready.`)));
    child.on('message', (message: { ready: number } | { id: number; answer: unknown }) => {
      if ('ready' in message) resolve(message.ready);
      else {
        waiting.get(message.id)?.(message.answer);
        waiting.delete(message.id);
      }
    });
  });
  return {
    ready,
    ask: <Answer>(question: Question) =>
      new Promise<Answer>((resolve) => {
        asked++;
        waiting.set(asked, resolve as (answer: unknown) => void);
        child.send({ ...question, id: asked });
      }),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

interface Place {
  readonly url: string;
  readonly organizationId: string;
  readonly locationId: string;
  readonly token: string;
  close(): Promise<void>;
}

/** An empty shop with one location. */
async function openPlace(server: string): Promise<Place> {
  const name = `hm_bench_live_${process.pid}`;
  await onServer(server, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await openPostgres(url.href);
  await deployMigrations(database);
  const prisma = openPrisma(database);
  const { organizationId, token } = await createOrganization(
    prisma,
    { code: 'live', name: 'Live' },
    new Date(),
  );
  const locationId = newId();
  const now = new Date();
  await prisma.location.create({
    data: { organizationId, id: locationId, name: 'Hall 2', createdAt: now, updatedAt: now },
  });
  await prisma.$disconnect();
  await database.close();
  return {
    url: url.href,
    organizationId,
    locationId,
    token,
    close: async () => {
      await onServer(server, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

interface Round {
  readonly latenciesMs: readonly number[];
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly rssPerSocket: number;
}

async function fanOutRound(
  kind: ServerKind,
  sockets: number,
  events: number,
  place: Place,
  payload: string,
): Promise<Round & { payload: string }> {
  const server = await start<ServerQuestion>('live.servers.ts', kind, {
    DATABASE_URL: place.url,
    BENCH_ORGANIZATION: place.organizationId,
    BENCH_LOCATION: place.locationId,
  });
  const clients = await start<ClientQuestion>('live.clients.ts', '', {});
  try {
    if (payload) await server.ask({ ask: 'payload', payload });
    const empty = await server.ask<ServerUsage>({ ask: 'usage' });
    await clients.ask({
      ask: 'connect',
      port: server.ready,
      count: sockets,
      token: place.token,
      query,
      variables: { filter: { kinds: ['LocationChanged'] } },
    });
    const fire = async (): Promise<number> => {
      const all = clients.ask<string>({ ask: 'round' });
      const begun = await server.ask<string>({ ask: 'fire' });
      return Number(BigInt(await all) - BigInt(begun)) / 1e6;
    };
    for (let warm = 0; warm < 15; warm++) await fire();
    const before = await server.ask<ServerUsage>({ ask: 'usage' });
    const latenciesMs: number[] = [];
    for (let event = 0; event < events; event++) latenciesMs.push(await fire());
    const after = await server.ask<ServerUsage>({ ask: 'usage' });
    const text = await clients.ask<string>({ ask: 'payload' });
    const total = latenciesMs.reduce((sum, each) => sum + each, 0);
    return {
      latenciesMs,
      perSecond: (events * sockets * 1_000) / total,
      cpuUs: ((after.cpuMs - before.cpuMs) * 1_000) / (events * sockets),
      rssPerSocket: (before.rssBytes - empty.rssBytes) / sockets,
      payload: JSON.stringify((JSON.parse(text) as { payload: unknown }).payload),
    };
  } finally {
    await clients.stop();
    await server.stop();
  }
}

async function replay(place: Place, missed: number, say: (line: string) => void): Promise<string> {
  const client = new pg.Client(place.url);
  await client.connect();
  const server = await start<ServerQuestion>('live.servers.ts', 'heatmark', {
    DATABASE_URL: place.url,
    BENCH_ORGANIZATION: place.organizationId,
    BENCH_LOCATION: place.locationId,
  });
  const clients = await start<ClientQuestion>('live.clients.ts', '', {});
  try {
    for (let made = 0; made < missed; made += 5_000) {
      await client.query(
        `INSERT INTO "EventDraft" ("organizationId", id, events)
         SELECT $1, $2, jsonb_agg(jsonb_build_object('kind', 'LocationChanged', 'subjectType', 'Location',
           'subjectId', $3::uuid, 'version', n, 'related', jsonb_build_array($3::uuid), 'before', '{"name": "Hall 1"}'::jsonb,
           'after', '{"name": "Hall 2"}'::jsonb, 'data', null, 'actorKind', 'SYSTEM', 'actorId', null,
           'requestId', null, 'reason', null, 'causeId', $2::uuid, 'occurredAt', now()))
         FROM generate_series(1, 5000) AS n`,
        [place.organizationId, newId(), place.locationId],
      );
    }
    say(`There are ${missed} missed events.`);
    const bareMs: number[] = [];
    const rows: string[][] = [];
    for (let round = 0; round < 3; round++) {
      const begun = performance.now();
      let after = 0;
      for (;;) {
        const page = await client.query<{ position: string }>(
          `SELECT "position", kind, "subjectType", "subjectId", version, related, before, after, data, "actorKind",
             "actorId", "requestId", reason, "causeId", "occurredAt", "recordedAt"
           FROM "Event" WHERE "organizationId" = $1 AND "position" > $2 AND kind = 'LocationChanged'
           ORDER BY "position" LIMIT 512`,
          [place.organizationId, after],
        );
        if (page.rows.length === 0) break;
        after = Number(page.rows.at(-1)?.position);
      }
      bareMs.push(performance.now() - begun);
      for (const [name, text] of [
        ['the event alone', query.replace(/\n\s*location \{.*\}/, '')],
        ['with its location as it is now', query],
      ] as const) {
        const started = performance.now();
        await clients.ask({
          ask: 'connect',
          port: server.ready,
          count: 1,
          token: place.token,
          query: text,
          variables: { after: 'START', filter: { kinds: ['LocationChanged'] } },
        });
        await clients.ask({ ask: 'count', messages: missed - 1 });
        const took = performance.now() - started;
        await clients.ask({ ask: 'disconnect' });
        const bare = bareMs.at(-1) ?? 1;
        const perSecond = (ms: number) => Math.round((missed * 1_000) / ms).toLocaleString('en');
        rows.push([name, perSecond(took), perSecond(bare), `${(took / bare).toFixed(1)}×`]);
      }
    }
    return table(
      ['replay of one client', 'events/s', 'rows/s by `pg`', 'times the reading of the rows'],
      rows,
    );
  } finally {
    await clients.stop();
    await server.stop();
    await client.end();
  }
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      sockets: { type: 'string', default: '1000,5000,10000' },
      events: { type: 'string', default: '60' },
      rounds: { type: 'string', default: '3' },
      missed: { type: 'string', default: '100000' },
    },
  });
  const plan = {
    events: numberOf('events', values.events, 1),
    rounds: numberOf('rounds', values.rounds, 1),
    missed: numberOf('missed', values.missed, 1),
  };
  const wants = (part: string) => positionals.length === 0 || positionals.includes(part);
  const server = process.env.DATABASE_URL || 'postgres://postgres@127.0.0.1:5432/postgres';
  const begin = performance.now();
  // Progress on stderr: stdout is the report.
  const say = (line: string) =>
    console.error(`${((performance.now() - begin) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
  const version = await onServer(server, (client) =>
    client.query<{ server_version: string }>('SHOW server_version'),
  );
  const where = machine(version.rows[0]?.server_version ?? '?');
  const place = await openPlace(server);
  const lines = [
    `${new Date().toISOString()}: ${where.cores} cores (${where.cpu}) shared by clients, server and PostgreSQL ${where.postgres};`,
    `Node ${where.node}; load average before the run ${where.loadBefore.toFixed(1)}.`,
    '',
  ];
  try {
    if (wants('fan-out')) {
      const measured: string[][] = [];
      const first = await fanOutRound('heatmark', 10, 5, place, '');
      say(`A message has ${first.payload.length} bytes: ${first.payload}`);
      for (const sockets of values.sockets.split(',').map((count) => numberOf('sockets', count, 1))) {
        const rounds = new Map<ServerKind, Round[]>(kinds.map((kind) => [kind, []]));
        for (let round = 0; round < plan.rounds; round++) {
          for (const kind of kinds) {
            const made = await fanOutRound(kind, sockets, plan.events, place, first.payload);
            rounds.get(kind)?.push(made);
            say(`${sockets} ${kind}: ${Math.round(made.perSecond)} messages/s`);
          }
        }
        const rate = (kind: ServerKind) => median((rounds.get(kind) ?? []).map((each) => each.perSecond));
        for (const kind of kinds) {
          const made = rounds.get(kind) ?? [];
          const all = made.flatMap((each) => each.latenciesMs);
          measured.push([
            sockets.toLocaleString('en'),
            kind,
            Math.round(rate(kind)).toLocaleString('en'),
            (rate(kind) / rate('bare')).toFixed(2),
            `${quantile(all, 0.5).toFixed(1)} / ${quantile(all, 0.99).toFixed(1)}`,
            median(made.map((each) => each.cpuUs)).toFixed(1),
            (median(made.map((each) => each.rssPerSocket)) / 1_024).toFixed(1),
          ]);
        }
      }
      lines.push(
        table(
          [
            'sockets',
            'server',
            'messages/s',
            'of bare',
            'p50 / p99 ms, event → last client',
            'CPU µs a message',
            'kB a socket',
          ],
          measured,
        ),
        '',
      );
    }
    if (wants('replay')) lines.push(await replay(place, plan.missed, say), '');
  } finally {
    await place.close();
  }
  const report = lines.join('\n');
  console.log(report);
  await mkdir(results, { recursive: true });
  await writeFile(`${results}live-${new Date().toISOString().replaceAll(':', '-')}.md`, report);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
