/** `npm run replay`: plays a recorded machine (SHDR, MTConnect's adapter format) into the API. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { act } from '../client/act.ts';
import { pause } from '../client/backoff.ts';
import { type Client, createClient } from '../client/client.ts';
import { graphql } from '../client/generated/gql.ts';
import { accessOf } from '../demo/access.ts';
import { CreateMachine, CreateSensor, IngestReadings, ReportMachine } from '../demo/mutations.ts';
import {
  type ShdrCondition,
  type ShdrMessage,
  type ShdrObservation,
  ShdrParser,
  type ShdrRecord,
} from '../demo/shdr.ts';
import { isStatusItem, type MachineState, ShdrMachine } from '../demo/shdr-machine.ts';
import { NumericItems } from '../demo/shdr-numbers.ts';
import { type Placed, Timeline } from '../demo/timeline.ts';

const help = `npm run replay -- FILE [options]

Plays a recording in SHDR through the public API: its numbers become sensors and their readings, its availability,
execution and conditions the status of a machine. What is missing (machine, sensors) is made, found by name otherwise.

  --speed N           times as fast as recorded; 10 unless given
  --machine NAME      unless given, the name of the file
  --workstation NAME  where a machine that is made stands
  --keep-time         with the recorded times; unless given the recording begins now and is as short as it plays
  --start TIME        the recording begins then: with the same speed, repeats a replay and stores nothing twice
  --organization C    a factory of the demonstration: nordlicht (unless given), rhein
  --url, --token      another server or token (HEATMARK_URL, HEATMARK_TOKEN). Making a machine needs an administrator's,
                      the rest a machine's.

Survives restarts of the server. The same file played with the same times (--keep-time, or --start and --speed) stores nothing
twice within a day, however often it is begun.`;

/** Readings of one mutation: the server takes no longer lists in variables. */
const batchSize = 250;
/** ms of the recording after which a batch is sent though it is not full. Not of the speed: a repeat cuts alike. */
const batchSpan = 2_000;
/** Attempts of a request that gets no answer: several minutes of a server that is away. */
const patience = 60;

const FindMachine = graphql(/* GraphQL */ `
  query ReplayMachine($name: String!) {
    machines(first: 1, filter: { name: { equals: $name }, archived: false }) { nodes { id name } }
  }
`);

const FindWorkstation = graphql(/* GraphQL */ `
  query ReplayWorkstation($name: String!) {
    workstations(first: 1, filter: { name: { equals: $name }, archived: false }) { nodes { id } }
    all: workstations(first: 20, filter: { archived: false }) { nodes { name } }
  }
`);

const FindSensors = graphql(/* GraphQL */ `
  query ReplaySensors($machineId: ID!, $after: String) {
    sensors(first: 100, after: $after, filter: { machine: { equals: $machineId }, archived: false }) {
      nodes { id name }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

interface Recording {
  readonly file: string;
  /** Of the content: two files with the same name are two recordings. */
  readonly hash: string;
  readonly lines: number;
  /** ms, without what lies between stretches. */
  readonly span: number;
  readonly stretches: number;
  readonly numeric: NumericItems;
}

async function* recordsOf(file: string): AsyncGenerator<ShdrRecord & { line: number }> {
  const parser = new ShdrParser();
  let line = 0;
  for await (const text of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line++;
    for (const record of parser.push(text)) yield { ...record, line };
  }
  for (const record of parser.end()) yield { ...record, line };
}

/** Reads the recording once to learn what is in it: which items are measurements can only be told at its end. */
async function survey(file: string): Promise<Recording> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  const numeric = new NumericItems();
  const timeline = new Timeline({ start: null });
  let lines = 0;
  for await (const record of recordsOf(file)) {
    lines = record.line;
    if (record.type === 'observation') numeric.learn(record);
    if (isTimed(record) && (record.at || timeline.stretches > 0)) timeline.place(record.at);
  }
  if (timeline.stretches === 0) throw new Error(`${file} has no line with a timestamp: is it SHDR?`);
  const { elapsed: span, stretches } = timeline;
  return { file, hash: hash.digest('hex').slice(0, 16), lines, span, stretches, numeric };
}

// Assets have times of their own, from long before the recording.
const isTimed = <Each extends ShdrRecord>(
  record: Each,
): record is Each & (ShdrObservation | ShdrCondition | ShdrMessage) =>
  record.type === 'observation' || record.type === 'condition' || record.type === 'message';

interface Target {
  readonly machineId: string;
  readonly machineName: string;
  /** By the name of the item. */
  readonly sensorIds: ReadonlyMap<string, string>;
}

/** Finds the machine and its sensors, and makes what is missing. */
async function prepare(
  client: Client,
  recording: Recording,
  machineName: string,
  workstation?: string,
): Promise<Target> {
  const { machines } = await client.request(FindMachine, { name: machineName });
  const machineId = machines.nodes[0]?.id ?? (await makeMachine(client, machineName, workstation));
  const byName = new Map<string, string>();
  let after: string | null = null;
  for (;;) {
    const { sensors }: { sensors: SensorPage } = await client.request(FindSensors, { machineId, after });
    for (const sensor of sensors.nodes) byName.set(sensor.name, sensor.id);
    if (!sensors.pageInfo.hasNextPage) break;
    after = sensors.pageInfo.endCursor;
  }
  const sensorIds = new Map<string, string>();
  for (const item of recording.numeric.names()) {
    const name = `${machineName} ${item}`;
    // The unit is in the device model, which a recording does not have: 1 claims none.
    const input = { name, quantity: item, unit: '1', machineId };
    sensorIds.set(item, byName.get(name) ?? (await act(client, CreateSensor, input)).sensor.id);
  }
  return { machineId, machineName, sensorIds };
}

interface SensorPage {
  nodes: { id: string; name: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

async function makeMachine(client: Client, name: string, workstation: string | undefined): Promise<string> {
  let workstationId: string | null = null;
  if (workstation !== undefined) {
    const found = await client.request(FindWorkstation, { name: workstation });
    workstationId = found.workstations.nodes[0]?.id ?? null;
    if (!workstationId) {
      const names = found.all.nodes.map((each) => each.name).join(', ');
      throw new Error(`There is no workstation "${workstation}". There are: ${names}.`);
    }
  }
  const input = { name, description: 'Played from a recording.', workstationId };
  return (await act(client, CreateMachine, input)).machine.id;
}

/** What became of the recording: every observation is counted once. */
interface Summary {
  observations: number;
  conditions: number;
  messages: number;
  assets: number;
  commands: number;
  readings: number;
  withoutValue: number;
  batches: number;
  states: number;
  /** States that the machine had surpassed already: another report was newer. */
  outdated: number;
  /** Why, and how often. */
  readonly skipped: Map<string, number>;
}

interface PlayOptions {
  readonly speed: number;
  /** When the recording begins; null keeps its times. */
  readonly start: Date | null;
  readonly signal: AbortSignal;
  readonly onProgress: (line: number, summary: Summary) => void;
}

interface Batch {
  readonly readings: { sensorId: string; value: number | null; observedAt: string }[];
  /** Where in the recording, in ms. */
  readonly begun: number;
}

/** Plays a recording in its own rhythm. Each request is repeated until it is answered. */
class Player {
  readonly summary: Summary = {
    observations: 0,
    conditions: 0,
    messages: 0,
    assets: 0,
    commands: 0,
    readings: 0,
    withoutValue: 0,
    batches: 0,
    states: 0,
    outdated: 0,
    skipped: new Map(),
  };
  readonly #client: Client;
  readonly #recording: Recording;
  readonly #target: Target;
  readonly #options: PlayOptions;
  readonly #machine = new ShdrMachine();
  readonly #timeline: Timeline;
  readonly #began = Date.now();
  readonly #key: string;
  #told: MachineState | null = null;
  #toldAt: { stretch: number; at: number } = { stretch: 0, at: 0 };
  #batch: Batch | null = null;
  /** The line that may have changed the status. All items of a line hold at once, so it is told behind the line. */
  #touched: { line: number; placed: Placed } | null = null;

  constructor(client: Client, recording: Recording, target: Target, options: PlayOptions) {
    this.#client = client;
    this.#recording = recording;
    this.#target = target;
    this.#options = options;
    this.#timeline = new Timeline({ start: options.start, speed: options.speed });
    // What makes a repeat the same: the content, the machine, the times.
    const times = options.start ? `${options.start.getTime()} at ${options.speed}` : 'as recorded';
    this.#key = `replay ${recording.hash} ${target.machineId.slice(-12)} ${times}`;
  }

  async play(): Promise<Summary> {
    for await (const record of recordsOf(this.#recording.file)) {
      if (this.#options.signal.aborted) break;
      if (this.#touched && this.#touched.line !== record.line) await this.#tell();
      if (isTimed(record)) await this.#play(record);
      else this.#pass(record);
      this.#options.onProgress(record.line, this.summary);
    }
    if (!this.#options.signal.aborted) {
      await this.#tell();
      await this.#flush();
    }
    // Cut short, the batch would not be the one that a repeat sends under the same key.
    else for (const _ of this.#batch?.readings ?? []) this.#skip('readings not sent: interrupted');
    return this.summary;
  }

  async #play(record: (ShdrObservation | ShdrCondition | ShdrMessage) & { line: number }): Promise<void> {
    if (!record.at && this.#timeline.stretches === 0) {
      this.#skip('without a time, before any line that has one');
      return;
    }
    const placed = this.#timeline.place(record.at);
    if (this.#batch && placed.elapsed - this.#batch.begun >= batchSpan) await this.#flush();
    const wait = this.#began + placed.elapsed / this.#options.speed - Date.now();
    if (wait > 0) await pause(wait, this.#options.signal);
    if (record.type === 'observation') {
      this.summary.observations++;
      await this.#observe(record, placed);
    } else if (record.type === 'condition') {
      this.summary.conditions++;
      this.#machine.condition(record);
      this.#touched = { line: record.line, placed };
    } else {
      this.summary.messages++;
      this.#skip('message: the API has no place for it');
    }
  }

  #pass(record: ShdrRecord): void {
    switch (record.type) {
      case 'asset':
        this.summary.assets++;
        this.#skip(`asset (${record.action}): the API has no place for it yet`);
        return;
      case 'command':
        this.summary.commands++;
        this.#skip('command of the protocol');
        return;
      case 'malformed':
        this.#skip(`malformed: ${record.reason}`);
    }
  }

  async #observe(observation: ShdrObservation & { line: number }, placed: Placed): Promise<void> {
    const { item, value } = observation;
    if (isStatusItem(item)) {
      if (this.#machine.observe(observation)) this.#touched = { line: observation.line, placed };
      else this.#skip(`${item}: "${value}" is no state that is known`);
      return;
    }
    const numbers = this.#recording.numeric.numbers(observation);
    if (numbers.length === 0) {
      if (value.trim() === '') this.#skip('empty value');
      else this.#skip('text: sensors measure numbers');
      return;
    }
    const observedAt = placed.observedAt.toISOString();
    for (const each of numbers) {
      const sensorId = this.#target.sensorIds.get(each.item);
      if (!sensorId) throw new Error(`No sensor for ${each.item}.`);
      this.#batch ??= { readings: [], begun: placed.elapsed };
      this.#batch.readings.push({ sensorId, value: each.value, observedAt });
      if (each.value === null) this.summary.withoutValue++;
      if (this.#batch.readings.length >= batchSize) await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    if (!batch) return;
    this.#batch = null;
    this.summary.batches++;
    const clientMutationId = `${this.#key} batch ${this.summary.batches}`;
    const { stored } = await act(this.#client, IngestReadings, {
      readings: batch.readings,
      clientMutationId,
    });
    this.summary.readings += stored;
  }

  /** Reports the status where it has changed. */
  async #tell(): Promise<void> {
    if (!this.#touched) return;
    const { observedAt } = this.#touched.placed;
    this.#touched = null;
    const state = this.#machine.state;
    if (this.#told?.status === state.status && this.#told.error === state.error) return;
    this.#told = state;
    this.summary.states++;
    // Within a stretch items are ms out of order: a state that came later must not look older than the last one.
    const stretch = this.#timeline.stretches;
    const earliest = this.#toldAt.stretch === stretch ? this.#toldAt.at : 0;
    this.#toldAt = { stretch, at: Math.max(observedAt.getTime(), earliest) };
    const { applied } = await act(this.#client, ReportMachine, {
      ...state,
      machineId: this.#target.machineId,
      observedAt: new Date(this.#toldAt.at).toISOString(),
      clientMutationId: `${this.#key} state ${this.summary.states}`,
    });
    if (!applied) this.summary.outdated++;
  }

  #skip(reason: string): void {
    this.summary.skipped.set(reason, (this.summary.skipped.get(reason) ?? 0) + 1);
  }
}

function print(summary: Summary, recording: Recording, target: Target, seconds: number): void {
  const skipped = [...summary.skipped].sort(([, a], [, b]) => b - a);
  const total = skipped.reduce((sum, [, count]) => sum + count, 0);
  const rows: [string, string][] = [
    ['lines', String(recording.lines)],
    ['observations', String(summary.observations)],
    ['conditions', String(summary.conditions)],
    [
      'readings stored',
      `${summary.readings} of ${target.sensorIds.size} sensors in ${summary.batches} batches`,
    ],
    ['  without a value', String(summary.withoutValue)],
    [
      'states reported',
      `${summary.states}${summary.outdated > 0 ? `, ${summary.outdated} of them surpassed` : ''}`,
    ],
    ['skipped', String(total)],
    ...skipped.map(([reason, count]): [string, string] => [`  ${reason}`, String(count)]),
    ['took', `${seconds.toFixed(1)} s`],
  ];
  for (const [name, value] of rows) console.log(`${name.padEnd(46)} ${value}`);
}

async function main(): Promise<void> {
  const { values: flags, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      speed: { type: 'string', default: '10' },
      machine: { type: 'string' },
      workstation: { type: 'string' },
      'keep-time': { type: 'boolean', default: false },
      start: { type: 'string' },
      organization: { type: 'string' },
      url: { type: 'string' },
      token: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  if (flags.help || !file) return console.log(help);
  const speed = Number(flags.speed);
  if (!(speed > 0)) throw new Error('--speed must be a number above 0.');
  const recording = await survey(file);
  const start = flags['keep-time'] ? null : flags.start ? new Date(flags.start) : new Date();
  if (start && Number.isNaN(start.getTime()))
    throw new Error('--start must be an instant: 2026-03-01T08:00:00Z.');
  const client = createClient({
    ...accessOf(flags, 'administrator'),
    retries: patience,
    onRetry: (reason, waitMs) => console.error(`-- ${reason}; again in ${(waitMs / 1_000).toFixed(1)} s`),
  });
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  const began = Date.now();
  try {
    const machine = flags.machine ?? basename(file).replace(/\..*$/, '');
    const target = await prepare(client, recording, machine, flags.workstation);
    const span = (recording.span / 1_000).toFixed(0);
    const stretches = recording.stretches > 1 ? ` in ${recording.stretches} stretches` : '';
    const times = start ? `as if from ${start.toISOString()}` : 'with its own times';
    console.error(
      `${machine}: ${recording.lines} lines, ${span} s${stretches}, ${times}, ${speed} times as fast`,
    );
    if (start) console.error(`repeat without storing twice: --start ${start.toISOString()} --speed ${speed}`);
    let shown = Date.now();
    const player = new Player(client, recording, target, {
      speed,
      start,
      signal: ended.signal,
      onProgress: (line, summary) => {
        if (Date.now() - shown < 2_000) return;
        shown = Date.now();
        const percent = Math.round((100 * line) / recording.lines);
        console.error(`${percent} %  line ${line}, ${summary.readings} readings, ${summary.states} states`);
      },
    });
    const summary = await player.play();
    print(summary, recording, target, (Date.now() - began) / 1_000);
  } finally {
    await client.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
