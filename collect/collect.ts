import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pause } from '../client/backoff.ts';
import type { Client } from '../client/client.ts';
import { AdapterSource } from './adapter-source.ts';
import { AgentSource } from './agent-source.ts';
import { FileFeed, type Recording, survey } from './file-feed.ts';
import { Health } from './health.ts';
import { Items } from './items.ts';
import { Journal } from './journal.ts';
import { lockFolder } from './lock.ts';
import { MachineTracker } from './machine-state.ts';
import type { Mapping } from './mapping.ts';
import { type DeviceModel, parseDevices } from './model.ts';
import type { Log } from './observation.ts';
import { type Progress, Sender, type SenderOptions } from './sender.ts';
import { type Compromises, findMachine, type Machine, Sensors } from './sensors.ts';

/** Where observations come from. */
export type Origin =
  | { readonly type: 'file'; readonly file: string; readonly speed: number; readonly start: Date | null }
  | { readonly type: 'adapter'; readonly host: string; readonly port: number }
  | { readonly type: 'agent'; readonly url: string; readonly poll: number | null };

export interface CollectOptions {
  readonly client: Client;
  readonly mapping: Mapping;
  readonly origin: Origin;
  /** Where journals lie, a folder each source. */
  readonly folder: string;
  readonly log: Log;
  /** Ends it in good order: what was read is sent, within `drain` ms. */
  readonly signal: AbortSignal;
  readonly drain?: number;
  /** Bytes that may wait in the journal for a server that is away. */
  readonly journalLimit?: number;
  readonly onProgress?: (progress: Progress, recording: Recording | null) => void;
  readonly most?: number;
  readonly longestWait?: number;
}

/** What a run has done. */
export interface Collected {
  readonly source: string;
  readonly progress: Progress;
  readonly compromises: Compromises;
  /** What was played; null for a live source. */
  readonly recording: Recording | null;
}

const modelOf = (mapping: Mapping): DeviceModel | null =>
  mapping.devices === undefined ? null : parseDevices(readFileSync(mapping.devices, 'utf8'), mapping.device);

/** The items of a mapping, and what a recording is known to hold. */
export async function surveyed(
  mapping: Mapping,
  file: string,
): Promise<{ items: Items; recording: Recording }> {
  const model = modelOf(mapping);
  const { seen, ...recording } = await survey(file, new Items(mapping, model));
  return { items: new Items(mapping, model, seen.types), recording };
}

/** Collects until a recording is at its end, or until it is stopped. */
export function collect(options: CollectOptions): Promise<Collected> {
  return options.origin.type === 'file' ? play(options, options.origin) : follow(options, options.origin);
}

/** The machine, which must be there or be made; where a live source must not wait, it is asked again and again. */
async function machineOf(
  { client, mapping, log, signal }: CollectOptions,
  isLive: boolean,
): Promise<Machine> {
  for (;;) {
    try {
      return await findMachine(client, mapping.machine);
    } catch (error) {
      if (!isLive || signal.aborted) throw error;
      log.warn(
        `the machine cannot be looked up, trying again: ${error instanceof Error ? error.message : error}`,
      );
      await pause(5_000, signal);
    }
  }
}

async function play(options: CollectOptions, origin: Extract<Origin, { type: 'file' }>): Promise<Collected> {
  const { client, mapping, log, signal, onProgress } = options;
  const { items, recording } = await surveyed(mapping, origin.file);
  const machine = await machineOf(options, false);
  const feed = new FileFeed(recording, { items, speed: origin.speed, start: origin.start, signal });
  // Each recording is known by itself, so that playing another in between loses nobody's place.
  const times = origin.start ? ` from ${origin.start.toISOString()}` : '';
  const source = `${mapping.source} ${recording.hash}${times}`;
  const sensors = new Sensors(client, machine, items, log);
  const stopped = stopAfter(signal, options.drain);
  const sender = new Sender(feed, {
    ...senderOptions(options, source, machine, sensors, () => items),
    signal: stopped.signal,
    isLive: false,
    onProgress: (progress) => onProgress?.(progress, recording),
  });
  try {
    return { source, progress: await sender.run(), compromises: sensors.compromises, recording };
  } finally {
    stopped.release();
  }
}

function senderOptions(
  { client, mapping, log, most, longestWait }: CollectOptions,
  source: string,
  machine: Machine,
  sensors: Sensors,
  items: () => Items,
): Omit<SenderOptions, 'signal' | 'isLive'> {
  return {
    client,
    source,
    machine,
    sensors,
    tracker: () => trackerOf(items),
    reportsBuilds: mapping.build !== undefined,
    log,
    ...(most === undefined ? {} : { most }),
    ...(longestWait === undefined ? {} : { longestWait }),
  };
}

const trackerOf = (items: () => Items) =>
  new MachineTracker({
    partOf: (observation) => items().partOf(observation),
    states: items().mapping.status.states,
  });

async function follow(
  options: CollectOptions,
  origin: Exclude<Origin, { type: 'file' }>,
): Promise<Collected> {
  const { client, mapping, log, signal, onProgress, longestWait, journalLimit } = options;
  const folder = join(options.folder, mapping.source.replace(/[^\w.-]/g, '_'));
  const models = new Models(mapping, join(folder, 'Devices.xml'));
  // Before the journal is opened: opening mends what a kill has left.
  const unlock = await lockFolder(folder);
  let sensors: Sensors | null = null;
  const journal = await Journal.open(folder, {
    tracker: () => trackerOf(() => models.items),
    log,
    ...(journalLimit === undefined ? {} : { limitBytes: journalLimit }),
  });
  const health = new Health(client, mapping.source, log);
  const source = { log, signal, ...(longestWait === undefined ? {} : { longestWait }) };
  const onHearing = ({ note }: { note: string | null }) => health.note('machine', note);
  const reading =
    origin.type === 'adapter'
      ? new AdapterSource(journal, {
          ...source,
          onHearing,
          host: origin.host,
          port: origin.port,
          items: models.items,
        }).run()
      : new AgentSource(journal, {
          ...source,
          onHearing,
          url: origin.url,
          poll: origin.poll,
          items: () => models.items,
          onModel: async (text) => {
            if (await models.use(text)) sensors?.use(models.items);
          },
        }).run();
  const ended = reading.finally(() => journal.end());
  // It is awaited below; until then its failure is nobody's surprise.
  ended.catch(() => {});
  const stopped = stopAfter(signal, options.drain ?? 10_000);
  const watch = setInterval(
    () => health.note('journal', journal.isFull ? 'it is full: nothing more is read' : null),
    5_000,
  );
  watch.unref();
  try {
    // Reading goes on whatever the server says, or does not.
    const machine = await machineOf(options, true);
    sensors = new Sensors(client, machine, models.items, log);
    health.start();
    const sender = new Sender(journal, {
      ...senderOptions(options, mapping.source, machine, sensors, () => models.items),
      signal: stopped.signal,
      isLive: true,
      onTrouble: (text) => health.note('server', text),
      onProgress: (progress) => onProgress?.(progress, null),
    });
    const [progress] = await Promise.all([sender.run(), ended]);
    return { source: mapping.source, progress, compromises: sensors.compromises, recording: null };
  } finally {
    clearInterval(watch);
    stopped.release();
    await journal.close();
    unlock();
    await health.stop();
  }
}

/** A signal that follows another after so many ms: time to send what was read. */
function stopAfter(signal: AbortSignal, drain = 10_000): { signal: AbortSignal; release(): void } {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  const begin = () => {
    timer = setTimeout(() => stopped.abort(), drain);
  };
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return {
    signal: stopped.signal,
    release: () => {
      if (timer) clearTimeout(timer);
      signal.removeEventListener('abort', begin);
    },
  };
}

/** The model of the device: as it is given, or as its agent told it last. */
class Models {
  items: Items;
  readonly #device: string | undefined;
  readonly #isGiven: boolean;
  readonly #kept: string;
  #text: string | null = null;

  constructor(mapping: Mapping, kept: string) {
    const given = modelOf(mapping);
    this.#isGiven = given !== null;
    this.#kept = kept;
    this.#device = mapping.device;
    try {
      if (!given) this.#text = readFileSync(kept, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    this.items = new Items(
      mapping,
      given ?? (this.#text === null ? null : parseDevices(this.#text, this.#device)),
    );
  }

  /** Takes the model that an agent tells. Answers whether it is another. */
  async use(text: string): Promise<boolean> {
    if (this.#isGiven || text === this.#text) return false;
    this.items = this.items.withModel(parseDevices(text, this.#device));
    this.#text = text;
    await writeFile(`${this.#kept}.new`, text);
    await rename(`${this.#kept}.new`, this.#kept);
    return true;
  }
}

/** A mapping as it is read by people: what of a recording would become what. */
export async function describe(mapping: Mapping, file: string): Promise<string> {
  const { items, recording } = await surveyed(mapping, file);
  const rows = [...recording.items].map((item) => {
    const { dataItem, label, valueType, unit, quantity, mapped, unknownUnit } = items.planOf(item);
    if (mapped?.skip) return [item, 'skipped'];
    const name = mapped?.sensorId ?? mapped?.sensor ?? label;
    const kind = valueType === 'TEXT' ? 'text' : `number in ${unit}`;
    const part = items.partOf({ at: 0, item, value: '' });
    return [
      item,
      `${name}: ${quantity}, ${kind}`,
      dataItem === item ? '' : `data item ${dataItem}`,
      part ? `(${part.toLowerCase()})` : '',
      unknownUnit ? `unknown unit ${unknownUnit}` : '',
    ];
  });
  const lines = rows.map(([item = '', ...rest]) => `${item.padEnd(32)} ${rest.filter(Boolean).join(', ')}`);
  return [`${recording.observations} observations of ${recording.items.size} items`, ...lines].join('\n');
}
