import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import type { EventKind } from '../../client/generated/graphql.ts';
import { headOf } from '../realtime/acts.ts';
import { brief, catalog, type Scene } from './catalog.ts';
import {
  checkEffects,
  checkFeeds,
  checkHandles,
  checkReadings,
  checkTransactions,
  type Effects,
  type Followed,
  learnEffects,
  readLog,
} from './checks.ts';
import { Display, newDisplayCounts } from './displays.ts';
import { type Installation, startInstallation } from './installation.ts';
import { Random } from './random.ts';
import { makeWorkshop, Writers } from './writers.ts';

// See docs/reliability.md for what can be set.
const { FAULT_SEED, FAULT_ROUNDS, FAULT_ONLY, FAULT_MS = '1000', FAULT_WRITERS = '5' } = process.env;
const seed = Number(FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31));
// One that has just begun has had some 450 MiB, and Node collects late.
const mostMemory = 1_000;
// Of one process: its pool of ten, its two to Redis, what it listens on, and what clients keep alive.
const mostSockets = 60;

const random = new Random(seed);
const all = Object.keys(catalog);
const chosen = FAULT_ONLY?.split(',').flatMap((part) => all.filter((name) => name.includes(part)));
const plan = Array.from({ length: Number(FAULT_ROUNDS ?? 1) }, () =>
  random.shuffled(chosen ?? (FAULT_ROUNDS ? all : brief)),
).flat();

const counts = new Map<string, number>();
const note = (name: string, value: number) => {
  const before = counts.get(name) ?? 0;
  counts.set(name, name.startsWith('slowest') ? Math.max(before, value) : before + value);
};

const Everything = graphql(`
  subscription FaultsEverything($after: Cursor) {
    events(after: $after) {
      __typename
      ... on Event { cursor }
      ... on Position { cursor }
      ... on Gap { fromCursor toCursor }
    }
  }
`);
const SomeKinds = graphql(`
  subscription FaultsSomeKinds($after: Cursor, $filter: EventFilter) {
    events(after: $after, filter: $filter) {
      __typename
      ... on Event { cursor }
      ... on Position { cursor }
      ... on Gap { fromCursor toCursor }
      ... on LocationCreated { location { id name } }
    }
  }
`);
const Readings = graphql(`
  subscription FaultsReadings($after: Cursor) {
    sensorReadings(after: $after) {
      __typename
      ... on SensorReadings { cursor readings { value sensorId observedAt recordedAt } }
      ... on Position { cursor }
      ... on Gap { fromCursor toCursor }
    }
  }
`);

let installation: Installation;
let writers: Writers;
let effects: Effects;
let start: number;
let ofReadings: Display;
let wall: Display;
const displays: Display[] = [];
const followed: Followed[] = [];
const displayCounts = newDisplayCounts();

function show(
  document: TypedDocumentNode<object, never>,
  {
    after,
    variables = {},
    feeds = 1,
  }: { after: string; variables?: Record<string, unknown>; feeds?: number },
): Display {
  const wanted = Array.from({ length: feeds }, () => ({ query: print(document), variables, after }));
  const display = new Display(installation.places, wanted, { random: random.fork(), counts: displayCounts });
  displays.push(display);
  display.start();
  return display;
}

function follow(name: string, after: string, kinds: readonly EventKind[] | null = null, feeds = 1): void {
  const display = kinds
    ? show(SomeKinds, { after, variables: { filter: { kinds } } })
    : show(Everything, { after, feeds });
  for (const feed of display.feeds) followed.push({ name, feed, from: start, kinds });
}

beforeAll(async () => {
  console.log(`FAULT_SEED=${seed}: ${plan.length} faults`);
  installation = await startInstallation();
  const [first] = installation.places;
  if (!first) throw new Error('There are three.');
  const workshop = await makeWorkshop(installation.client(first));
  start = (await readLog(installation)).length;
  const after = await headOf(installation.client(first));
  for (const number of [1, 2, 3, 4]) follow(`display ${number}`, after);
  follow('display of places', after, ['LocationCreated']);
  follow('display of runs', after, ['RunStatusChanged', 'PieceStatusChanged']);
  follow('display with many feeds', after, null, 30);
  ofReadings = show(Readings, { after: 'START' });
  wall = show(Readings, { after: 'START', feeds: 30 });
  writers = new Writers(installation.places, workshop, random.fork());
  await writers.calmly();
  effects = await learnEffects(installation, writers);
});

afterAll(async () => {
  await writers?.rest();
  await Promise.all(displays.map((display) => display.stop()));
  if (installation) report();
  await installation?.stop();
});

/** The counts of the run, also where it has failed. */
function report(): void {
  const { lost, errors, warnings, mostMemory: memory } = installation;
  const run = { seed, ...Object.fromEntries(counts), 'peak memory of a process, MiB': memory };
  const said = { lost, errors, warnings: Object.fromEntries(warnings) };
  console.log(
    JSON.stringify({ ...run, writers: writers?.counts, displays: displayCounts, ...said }, null, 1),
  );
}

/** What must hold while everything is whole. */
async function checkAll(): Promise<void> {
  await writers.rest();
  expect(installation.lost).toEqual([]);
  expect(installation.errors).toEqual([]);
  await checkTransactions(installation);
  await checkEffects(installation, { writers, effects, start });
  await checkFeeds(installation, followed);
  const gaps = await checkReadings(installation, [...ofReadings.feeds, ...wall.feeds]);
  counts.set('gaps told in readings', gaps);
  expect(installation.mostMemory).toBeLessThan(mostMemory);
}

describe('three processes on one PostgreSQL and one Redis, while clients write and displays watch', () => {
  it('do what they are told where nothing is broken', async () => {
    writers.work(Number(FAULT_WRITERS));
    await checkAll();
  });

  it.each(plan.map((name) => [name]))('lose nothing and do nothing twice when %s', async (name) => {
    const fault = catalog[name];
    if (!fault) throw new Error(`No such fault: ${name}`);
    const scene: Scene = {
      ...{ installation, random, writers, displays, wall, note },
      lasting: Number(FAULT_MS),
    };
    writers.work(Number(FAULT_WRITERS));
    const begun = performance.now();
    await fault(scene);
    await installation.heal();
    const healed = performance.now();
    await checkAll();
    note('faults', 1);
    const ms = (from: number, to: number) => `${Math.round(to - from)} ms`;
    console.log(`${name}: ${ms(begun, healed)}, checked ${ms(healed, performance.now())} later`);
  });

  it('hold no more than before when all displays have gone', async () => {
    await Promise.all(displays.map((display) => display.stop()));
    await checkHandles(installation, mostSockets);
  });
});
