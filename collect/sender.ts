import { act } from '../client/act.ts';
import { pause, waitBefore } from '../client/backoff.ts';
import type { Client } from '../client/client.ts';
import { AnswerError, ConnectionError, RefusedError } from '../client/errors.ts';
import type { SensorReadingInput } from '../client/generated/graphql.ts';
import { CollectBuildReport, CollectMachineReport, CollectReadings, CollectSource } from './documents.ts';
import type { BuildState, MachineState, MachineTracker } from './machine-state.ts';
import type { Chunk, Feed, Log } from './observation.ts';
import type { Machine, Sensors } from './sensors.ts';

export interface SenderOptions {
  readonly client: Client;
  /** The name by which the server knows how far this source is. */
  readonly source: string;
  readonly machine: Machine;
  readonly sensors: Sensors;
  readonly tracker: () => MachineTracker;
  readonly reportsBuilds: boolean;
  readonly log: Log;
  /** Ends it between two messages, and a wait for another attempt. */
  readonly signal: AbortSignal;
  /**
   * A live source goes on: refusals that no repetition mends are waited out, as somebody will see to them, and what it
   * says later is no older state of its machine, whatever its clock says. A recording ends there, and may hold stretches
   * in any order.
   */
  readonly isLive: boolean;
  /** Observations of one message. */
  readonly most?: number;
  /** ms; the longest wait between two attempts. */
  readonly longestWait?: number;
  /** Is told what the server does not take, and null when it does again. */
  readonly onTrouble?: (text: string | null) => void;
  readonly onProgress?: (progress: Progress) => void;
}

/** What became of the observations, in this run. */
export interface Progress {
  /** The number up to which the server has them all. */
  sequence: number;
  stored: number;
  /** The server had them already: their first sending got no answer. */
  skipped: number;
  /** Numbers that never came: lost at the source. */
  missed: number;
  messages: number;
  /** Sent again, after no answer or one of trouble. */
  repeated: number;
  reports: number;
  /** Reports of which the server knew something newer. */
  outdated: number;
}

/** Numbers do not fit any more: somebody else sends under this name, or the server was set back. */
class OutOfStep extends Error {}

const fewest = 50;
/** Characters of the readings of one message: the server takes 2 MiB. */
const longestMessage = 1_500_000;

// What sending again does not mend.
const lasting: ReadonlySet<string> = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'UNAUTHENTICATED',
]);

/**
 * Sends a feed to the server, each observation exactly once: it begins where the server is, numbers every message, and
 * repeats one until it is answered. Memory holds one message.
 */
export class Sender {
  readonly progress: Progress = {
    sequence: 0,
    stored: 0,
    skipped: 0,
    missed: 0,
    messages: 0,
    repeated: 0,
    reports: 0,
    outdated: 0,
  };
  readonly #feed: Feed;
  readonly #options: SenderOptions;
  readonly #most: number;
  #size: number;
  #tracker: MachineTracker;
  #told: { state: MachineState | null; build: BuildState | null } = { state: null, build: null };
  /** The instant of the newest report. */
  #newest = 0;

  constructor(feed: Feed, options: SenderOptions) {
    this.#feed = feed;
    this.#options = options;
    this.#most = options.most ?? 5_000;
    this.#size = this.#most;
    this.#tracker = options.tracker();
  }

  /** Until the feed ends, or it is stopped. */
  async run(): Promise<Progress> {
    const { signal, log } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#start();
        for (;;) {
          const chunk = signal.aborted ? null : await this.#feed.next(this.#size);
          if (!chunk) return this.progress;
          await this.#send(chunk);
        }
      } catch (error) {
        if (error instanceof Stopped) break;
        if (!(error instanceof OutOfStep)) throw error;
        log.warn(`${error.message} Asking the server where it is.`);
        await pause(500, signal);
      }
    }
    return this.progress;
  }

  /** Goes to where the server is. */
  async #start(): Promise<void> {
    const { client, source } = this.#options;
    const { ingestSource } = await this.#persist(() => client.request(CollectSource, { name: source }));
    const goesOn = ingestSource?.instance === this.#feed.instance;
    const after = goesOn ? Number(ingestSource.sequence) : 0;
    this.#tracker = this.#options.tracker();
    await this.#feed.seek(after, this.#tracker);
    this.progress.sequence = after;
    await this.#feed.acknowledge(after);
  }

  async #send(chunk: Chunk): Promise<void> {
    const { sensors } = this.#options;
    let { observations } = chunk;
    let { first } = chunk;
    await this.#report(chunk);
    let isBehindGap = chunk.isBehindGap;
    while (observations.length > 0) {
      const sent = await this.#persist(async (isRepeated) => {
        await sensors.provide(observations.slice(0, this.#size).map(({ item }) => item));
        const readings = this.#fitting(
          observations.slice(0, this.#size).map((each) => sensors.reading(each)),
        );
        if (isRepeated) this.progress.repeated++;
        await this.#ingest(first, readings, isBehindGap);
        return readings.length;
      });
      observations = observations.slice(sent);
      first += sent;
      isBehindGap = false;
      this.progress.sequence = first - 1;
      this.#size = Math.min(this.#most, this.#size * 2);
      await this.#feed.acknowledge(first - 1);
      this.#options.onProgress?.(this.progress);
    }
  }

  /** As many as one message holds. */
  #fitting(readings: readonly SensorReadingInput[]): readonly SensorReadingInput[] {
    let length = 0;
    const end = readings.findIndex((each) => {
      // A character may be six bytes of JSON, or three of UTF-8.
      length += 160 + Buffer.byteLength(JSON.stringify(each.text ?? ''));
      return length > longestMessage;
    });
    return end === -1 ? readings : readings.slice(0, Math.max(1, end));
  }

  async #ingest(first: number, readings: readonly SensorReadingInput[], isBehindGap: boolean): Promise<void> {
    const { client, source, log } = this.#options;
    const sequence = String(first + readings.length - 1);
    try {
      const done = await act(client, CollectReadings, {
        source: { name: source, instance: this.#feed.instance, sequence, allowGap: isBehindGap },
        readings: [...readings],
      });
      this.progress.messages++;
      this.progress.stored += done.stored;
      this.progress.skipped += done.skipped;
      this.progress.missed += done.missed;
      if (done.missed > 0) log.warn(`gap: ${done.missed} numbers before ${first} never came`);
    } catch (error) {
      if (error instanceof RefusedError && error.refusal === 'SequenceGapError')
        throw new OutOfStep(error.message);
      throw error;
    }
  }

  /**
   * Reports what the observations say of the machine, before they are stored: killed in between, it says so again,
   * which changes nothing. Of one instant the last state counts.
   */
  async #report({ observations, connections }: Chunk): Promise<void> {
    const reports = new Map<number, { state: MachineState; build: BuildState | null }>();
    const note = () => {
      const { state, build } = this.#tracker;
      reports.set(this.#newest, { state, build });
    };
    const connectBefore = (place: number) => {
      for (const each of connections.filter((connection) => connection.place === place)) {
        this.#newest = Math.max(this.#newest, each.connection.at);
        this.#tracker.connect(each.connection);
        note();
      }
    };
    const places = new Set(connections.map(({ place }) => place));
    for (const [place, observation] of observations.entries()) {
      if (places.has(place)) connectBefore(place);
      this.#tracker.observe(observation);
      if (observation.item.startsWith('@')) continue;
      this.#newest = this.#options.isLive ? Math.max(this.#newest, observation.at) : observation.at;
      note();
    }
    if (places.has(observations.length)) connectBefore(observations.length);
    for (const [at, { state, build }] of reports) {
      if (!isSame(state, this.#told.state)) await this.#reportMachine(state, at);
      if (build && this.#options.reportsBuilds && !isSame(build, this.#told.build)) {
        await this.#reportBuild(build, at);
      }
    }
  }

  async #reportMachine(state: MachineState, at: number): Promise<void> {
    const { client, machine } = this.#options;
    const observedAt = new Date(at).toISOString();
    await this.#tell(() =>
      act(client, CollectMachineReport, { machineId: machine.id, ...state, observedAt }),
    );
    this.#told = { ...this.#told, state };
  }

  async #reportBuild(build: BuildState, at: number): Promise<void> {
    const { client, machine } = this.#options;
    const { name, status, layer } = build;
    const observedAt = new Date(at).toISOString();
    await this.#tell(() =>
      act(client, CollectBuildReport, {
        machineId: machine.id,
        name,
        status,
        currentLayer: layer,
        observedAt,
      }),
    );
    this.#told = { ...this.#told, build };
  }

  /** A report that is refused (a collector that is disabled, a layer that goes back) is told here, and left. */
  async #tell(send: () => Promise<{ applied: boolean }>): Promise<void> {
    const { log } = this.#options;
    const { applied } = await this.#persist(async () => {
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        log.warn(`a report was refused: ${error.message}`);
        return { applied: false };
      }
    });
    this.progress.reports++;
    if (!applied) this.progress.outdated++;
  }

  /** Does something until it is answered. @throws Stopped; what no repetition mends, where that ends it. */
  async #persist<Result>(attempt: (isRepeated: boolean) => Promise<Result>): Promise<Result> {
    const { signal, log, onTrouble, isLive, longestWait = 15_000 } = this.#options;
    for (let tried = 0; ; tried++) {
      if (signal.aborted && tried > 0) throw new Stopped();
      try {
        const result = await attempt(tried > 0);
        if (tried > 0) {
          log.info('the server answers again');
          onTrouble?.(null);
        }
        return result;
      } catch (error) {
        if (error instanceof OutOfStep) throw error;
        const isLasting = !(error instanceof ConnectionError) && !isPassing(error);
        if (isLasting && !isLive) throw error;
        const text = error instanceof Error ? error.message : String(error);
        if (tried === 0 || isLasting) log.warn(`not taken, trying again: ${text}`);
        onTrouble?.(text);
        // A message may be what is too much: the next is smaller. And sensors may have been changed.
        this.#size = Math.max(fewest, Math.floor(this.#size / 2));
        if (isLasting) this.#options.sensors.forget();
        await pause(waitBefore(tried, { first: 250, longest: longestWait }), signal);
      }
    }
  }
}

/** It was told to end before the server answered. */
class Stopped extends Error {}

const isPassing = (error: unknown): boolean =>
  error instanceof AnswerError && !(error.code !== null && lasting.has(error.code));

const isSame = (a: object, b: object | null): boolean => JSON.stringify(a) === JSON.stringify(b);
