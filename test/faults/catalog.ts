import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { FaultPoint } from '../../src/faults.ts';
import { AllEvents, headOf } from '../realtime/acts.ts';
import { openSockets } from '../support/metrics.ts';
import { subscribe } from '../support/stream.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import type { Display } from './displays.ts';
import type { Installation, Place } from './installation.ts';
import type { Random } from './random.ts';
import type { Writers } from './writers.ts';

/** What a fault works on, while others write and watch. */
export interface Scene {
  readonly installation: Installation;
  readonly random: Random;
  readonly writers: Writers;
  readonly displays: readonly Display[];
  /** The one with many feeds of readings. */
  readonly wall: Display;
  /** How long what lasts lasts, in ms. */
  readonly lasting: number;
  /** Adds to what is told at the end. */
  note(name: string, value: number): void;
}

/** A fault, from its beginning until it is over. Healing comes after it. */
export type Fault = (scene: Scene) => Promise<void>;

const onePlace = ({ random, installation }: Scene): Place => random.one(installation.places);

/** Lets the others work for a moment. The length of a fault is a time by its nature. */
const meanwhile = ({ lasting }: Scene, share = 1): Promise<void> => pause(lasting * share);

/** Kills a process, and for each point starts it again with that fault and waits until it has died of it. */
function killAt(...points: FaultPoint[]): Fault {
  return async (scene) => {
    const { installation, random } = scene;
    const place = onePlace(scene);
    await installation.end(place, 'SIGKILL');
    for (const point of points) {
      const server = await installation.start(place, `${point}:${random.between(1, 10)}`);
      expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
    }
    scene.note('kills', 1);
    scene.note('deaths at a named point', points.length);
  };
}

/** Breaks one way of one process for a while, or of all of them. */
function onWay(way: 'front' | 'database' | 'redis', breakIt: (proxy: TcpProxy) => void, all = false): Fault {
  return async (scene) => {
    const places = all ? scene.installation.places : [onePlace(scene)];
    for (const place of places) breakIt(place[way]);
    await meanwhile(scene);
    for (const place of places) place[way].heal();
  };
}

const cutAndRefuse = (proxy: TcpProxy) => {
  proxy.refuse();
  proxy.cut();
};

/** How long events take to a display at another process while there is no Redis: by the poll alone. */
async function measurePoll(scene: Scene): Promise<void> {
  const { installation } = scene;
  const [writing, watching] = scene.random.shuffled(installation.places);
  if (!writing || !watching) throw new Error('There are three.');
  const after = await headOf(installation.client(writing));
  const stream = await subscribe(installation.client(watching), AllEvents, { after });
  for (let round = 0; round < 3; round++) {
    const cursor = await scene.writers.makePlace(writing);
    const committed = performance.now();
    for (;;) {
      const message = await stream.next();
      if ('cursor' in message && message.cursor === cursor) break;
    }
    scene.note('slowest event without Redis, ms', Math.round(performance.now() - committed));
  }
  await stream.close();
}

/** A display that asks for much hangs, until its process gives it up. */
async function hang(scene: Scene): Promise<void> {
  const { installation, writers, displays, wall } = scene;
  const open = async () => {
    const numbers = await Promise.all(installation.places.map(({ url }) => openSockets(url)));
    return numbers.reduce((sum, number) => sum + number, 0);
  };
  await expect.poll(open, { timeout: 30_000 }).toBe(displays.length);
  wall.pause();
  // More than all buffers on the way hold.
  for (let sent = 0; sent < 20; sent++) await writers.measure(1_000);
  await expect.poll(open, { timeout: 60_000, interval: 100 }).toBe(displays.length - 1);
  wall.resume();
}

/** Every fault, by what it is told as. */
export const catalog: Readonly<Record<string, Fault>> = {
  'a process is killed': async (scene) => {
    const place = onePlace(scene);
    await pause(scene.random.between(0, 300));
    await scene.installation.end(place, 'SIGKILL');
    scene.note('kills', 1);
    await meanwhile(scene, 0.5);
  },
  'a process dies after it has locked': killAt('afterLocks'),
  'a process dies before it commits': killAt('beforeCommit'),
  'a process dies after it has committed, before it tells': killAt('afterCommit'),
  'a process dies after it has told, before it answers': killAt('beforeAnswer'),
  'a process dies at one point after the other': killAt(
    'afterLocks',
    'beforeCommit',
    'afterCommit',
    'beforeAnswer',
  ),
  'all processes are killed': async (scene) => {
    const { places } = scene.installation;
    await Promise.all(places.map((place) => scene.installation.end(place, 'SIGKILL')));
    scene.note('kills', places.length);
  },
  'a rolling restart': async (scene) => {
    for (const place of scene.installation.places) {
      expect(await scene.installation.end(place, 'SIGTERM')).toBe(0);
      await scene.installation.start(place);
      scene.note('restarts by SIGTERM', 1);
    }
  },
  'a process stands still': async (scene) => {
    const { server } = onePlace(scene);
    server?.kill('SIGSTOP');
    await meanwhile(scene, 2);
    server?.kill('SIGCONT');
  },
  'Redis is restarted': async (scene) => {
    const { redis } = scene.installation;
    await redis.stop();
    await redis.start();
    await meanwhile(scene, 0.5);
  },
  'Redis is flushed': async (scene) => {
    const connection = new Redis(scene.installation.redis.url);
    await connection.flushall();
    connection.disconnect();
    await meanwhile(scene, 0.5);
  },
  'Redis is stopped': async (scene) => {
    await scene.installation.redis.stop();
    await measurePoll(scene);
    await scene.installation.redis.start();
  },
  'PostgreSQL is restarted': async (scene) => {
    await scene.installation.postgres.stop('fast');
    await meanwhile(scene, 0.5);
    await scene.installation.postgres.start();
  },
  'PostgreSQL crashes': async (scene) => {
    await scene.installation.postgres.stop('immediate');
    await scene.installation.postgres.start();
  },
  'sessions of PostgreSQL are ended': async (scene) => {
    for (let round = 0; round < 5; round++) {
      await scene.installation.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = 'heatmark' AND pid <> pg_backend_pid() AND application_name = 'heatmark'`,
      );
      await meanwhile(scene, 0.2);
    }
  },
  'the way to PostgreSQL is cut': onWay('database', (proxy) => proxy.cut()),
  'connections to PostgreSQL are ended': onWay('database', (proxy) => proxy.end()),
  'PostgreSQL cannot be reached': onWay('database', cutAndRefuse),
  'the way to PostgreSQL is slow': onWay('database', (proxy) => proxy.delay(50, 100), true),
  'what goes to PostgreSQL is held up': onWay('database', (proxy) => proxy.hold('forward')),
  'what comes from PostgreSQL is held up': onWay('database', (proxy) => proxy.hold('back')),
  'connections to PostgreSQL are forgotten': onWay('database', (proxy) => proxy.forget()),
  'the way to Redis is cut': onWay('redis', (proxy) => proxy.cut()),
  'Redis cannot be reached': onWay('redis', cutAndRefuse),
  'what comes from Redis is held up': onWay('redis', (proxy) => proxy.hold('back')),
  'connections to Redis are forgotten': onWay('redis', (proxy) => proxy.forget(), true),
  'clients are cut off': onWay('front', (proxy) => proxy.cut(), true),
  'a process cannot be reached': onWay('front', cutAndRefuse),
  'the way to clients is slow': onWay('front', (proxy) => proxy.delay(50, 200), true),
  'what goes to clients is held up': onWay('front', (proxy) => proxy.hold('back')),
  'connections of clients are forgotten': onWay('front', (proxy) => proxy.forget()),
  'displays stop to read': async (scene) => {
    const hanging = scene.random.shuffled(scene.displays).slice(0, 2);
    for (const display of hanging) display.pause();
    await meanwhile(scene, 2);
    for (const display of hanging) display.resume();
  },
  'a wall of displays hangs while much is measured': hang,
};

/** One of each family, for the run that belongs to every change: the whole catalog takes minutes. */
export const brief: readonly string[] = [
  'a process dies at one point after the other',
  'a rolling restart',
  'Redis is stopped',
  'Redis is flushed',
  'PostgreSQL is restarted',
  'PostgreSQL crashes',
  'sessions of PostgreSQL are ended',
  'the way to PostgreSQL is cut',
  'what comes from PostgreSQL is held up',
  'the way to Redis is cut',
  'clients are cut off',
  'the way to clients is slow',
  'displays stop to read',
];
