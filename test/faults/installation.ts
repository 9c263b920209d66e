import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type Client, createClient } from '../support/client.ts';
import { ownPostgres, type PostgresProcess } from '../support/postgres-process.ts';
import { ownRedis, type RedisProcess } from '../support/redis-process.ts';
import { adminToken, type ServerProcess, startServer } from '../support/server-process.ts';
import { type TcpProxy, tcpProxy } from '../support/tcp-proxy.ts';

/** One of the API processes, and the ways to and from it. Its URL stays when it is started anew. */
export interface Place {
  readonly name: string;
  /** What clients reach it by. */
  readonly url: string;
  /** From clients to it. */
  readonly front: TcpProxy;
  /** From it to PostgreSQL, and to Redis. */
  readonly database: TcpProxy;
  readonly redis: TcpProxy;
  /** The process; null while there is none. */
  server: ServerProcess | null;
}

/** Three API processes on one PostgreSQL and one Redis, with a proxy on every way between them. */
export interface Installation {
  readonly places: readonly Place[];
  readonly postgres: PostgresProcess;
  readonly redis: RedisProcess;
  /** The first administrator's client of a process. */
  client(place: Place): Client;
  /** Starts a process where there is none. `fault` makes it die at a point: see src/faults.ts. */
  start(place: Place, fault?: string): Promise<ServerProcess>;
  /** Ends a process and waits until it is gone. Answers its exit code. */
  end(place: Place, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
  /** A statement past the API and past every proxy. Repeated until PostgreSQL answers. */
  query<Row extends object>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** All ways whole, all processes there, and each says that it is ready. */
  heal(): Promise<void>;
  /** Processes that have ended although nobody ended them. */
  readonly lost: string[];
  /** What the servers have logged as errors. */
  readonly errors: string[];
  /** What they have logged as warnings, and how often. */
  readonly warnings: Map<string, number>;
  /** The most memory that a process had, in MiB. */
  readonly mostMemory: number;
  stop(): Promise<void>;
}

const names = ['A', 'B', 'C'];

/** How long a process may take to be ready again, in ms: longer than a connection that hangs lasts. */
const patience = 60_000;

/** The most resident memory of a process so far, in MiB. 0 for one that is gone. */
function peakMemory(pid: number): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Math.round(Number(line?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

/** How many sockets a process holds. */
export function socketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(join(folder, name)).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}

export async function startInstallation(): Promise<Installation> {
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    // The last started is the first to go.
    for (const close of closing.reverse()) await close().catch((error: unknown) => console.error(error));
    closing.length = 0;
  };
  try {
    return await build(closing, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(closing: (() => Promise<unknown>)[], stop: () => Promise<void>): Promise<Installation> {
  const data = await mkdtemp(join(tmpdir(), 'hm-faults-'));
  closing.push(() => rm(data, { recursive: true, force: true }));
  const postgres = await ownPostgres();
  closing.push(() => postgres.remove());
  await postgres.start();
  const redis = await ownRedis();
  closing.push(() => redis.stop());
  await redis.start();

  const lost: string[] = [];
  const errors: string[] = [];
  const warnings = new Map<string, number>();
  let mostMemory = 0;
  const places: Place[] = [];
  for (const name of names) {
    const front = await tcpProxy();
    const database = await tcpProxy(postgres.port);
    const toRedis = await tcpProxy(Number(new URL(redis.url).port));
    closing.push(...[front, database, toRedis].map((proxy) => () => proxy.close()));
    places.push({
      ...{ name, url: `http://127.0.0.1:${front.port}`, front, database, redis: toRedis },
      server: null,
    });
  }

  // Repeated as a client would: PostgreSQL is stopped now and then.
  const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
  pool.on('error', () => undefined);
  closing.push(() => pool.end());
  const expected = new WeakSet<ServerProcess>();

  const measure = () => {
    for (const { server } of places) if (server) mostMemory = Math.max(mostMemory, peakMemory(server.pid));
  };
  const timer = setInterval(measure, 1_000);
  closing.push(async () => clearInterval(timer));

  const installation: Installation = {
    places,
    postgres,
    redis,
    lost,
    errors,
    warnings,
    get mostMemory() {
      measure();
      return mostMemory;
    },
    client: (place) => createClient(place.url, adminToken),
    async start(place, fault) {
      if (place.server) throw new Error(`${place.name} is running.`);
      const url = new URL(postgres.url);
      url.port = String(place.database.port);
      const server = await startServer(
        {
          DATABASE_URL: url.href,
          REDIS_URL: `redis://127.0.0.1:${place.redis.port}`,
          HEATMARK_DATA: data,
          ...(fault ? { HEATMARK_FAULT: fault } : {}),
        },
        (line) => {
          if (/"level":(50|60)\b/.test(line) || !line.startsWith('{')) errors.push(`${place.name}: ${line}`);
          const warning = /"level":40\b.*"msg":"([^"]+)"/.exec(line)?.[1];
          if (warning) warnings.set(warning, (warnings.get(warning) ?? 0) + 1);
        },
      );
      place.server = server;
      place.front.lead(Number(new URL(server.url).port));
      if (fault) expected.add(server);
      void server.exited.then(({ code, signal }) => {
        if (place.server === server) {
          place.server = null;
          place.front.lead(null);
        }
        if (!expected.has(server)) lost.push(`${place.name} ended with ${code ?? signal}`);
      });
      return server;
    },
    async end(place, signal) {
      const { server } = place;
      if (!server) return null;
      expected.add(server);
      server.kill(signal);
      const { code } = await server.exited;
      return code;
    },
    async query<Row extends object>(sql: string, parameters: unknown[] = []) {
      for (;;) {
        try {
          return (await pool.query<Row>(sql, parameters)).rows;
        } catch (error) {
          // What PostgreSQL says of the statement itself; everything else passes.
          if (/^(22|23|42)/.test((error as { code?: string }).code ?? '')) throw error;
          await pause(50);
        }
      }
    },
    async heal() {
      for (const { front, database, redis: toRedis } of places)
        for (const proxy of [front, database, toRedis]) proxy.heal();
      for (const place of places) {
        if (!place.server) await installation.start(place);
        await ready(place);
      }
    },
    stop,
  };
  closing.push(async () => {
    await Promise.all(
      places.map(async (place) => {
        if (place.server) expected.add(place.server);
        await place.server?.stop();
      }),
    );
  });
  // The first one makes the organization.
  for (const place of places.slice(0, 1)) await installation.start(place);
  await Promise.all(places.slice(1).map((place) => installation.start(place)));
  return installation;
}

/** Resolves when the process says that it is ready. */
async function ready(place: Place): Promise<void> {
  const begun = Date.now();
  for (;;) {
    if (Date.now() - begun > patience) throw new Error(`${place.name} is not ready again.`);
    if (!place.server) throw new Error(`${place.name} has ended.`);
    const answer = await fetch(`${place.url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => null,
    );
    await answer?.arrayBuffer().catch(() => undefined);
    if (answer?.status === 200) return;
    await pause(100);
  }
}
