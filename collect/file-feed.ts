import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pause } from '../client/backoff.ts';
import { type Items, SeenItems } from './items.ts';
import { Lines } from './lines.ts';
import { type Chunk, type Feed, type Observation, plausible, type Tracker } from './observation.ts';
import { observationOf, ShdrParser, type ShdrRecord } from './shdr.ts';
import { Timeline } from './timeline.ts';

/** What a recording holds. */
export interface Recording {
  readonly file: string;
  /** Of the content: two files with the same name are two recordings. */
  readonly hash: string;
  readonly observations: number;
  /** Of them, those that the mapping does not skip. */
  readonly collected: number;
  readonly items: ReadonlySet<string>;
  /** Commands of the protocol: they say nothing of the machine. */
  readonly commands: number;
  /** Why what could not be read, and how often. */
  readonly unreadable: ReadonlyMap<string, number>;
  /** ms, without what lies between stretches. */
  readonly span: number;
  readonly stretches: number;
}

async function* recordsOf(file: string, items: Items): AsyncGenerator<ShdrRecord> {
  const parser = new ShdrParser({ formOf: (item) => items.formOf(item) });
  const lines = new Lines();
  let dropped = 0;
  for await (const chunk of createReadStream(file)) {
    for (const line of lines.push(chunk as Buffer)) yield* parser.push(line);
    for (; dropped < lines.dropped; dropped++) yield { type: 'malformed', reason: 'line too long', text: '' };
  }
  for (const line of lines.end()) yield* parser.push(line);
  yield* parser.end();
}

// Assets have times of their own, from long before the recording.
const isAsset = ({ item }: Observation) => item.startsWith('@');

/**
 * Reads a recording once to learn what is in it: which items without a model are measurements can only be told at its
 * end.
 * @throws Error where it is no SHDR
 */
export async function survey(file: string, items: Items): Promise<Recording & { seen: SeenItems }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  const seen = new SeenItems();
  const names = new Set<string>();
  const timeline = new Timeline({ start: null });
  const unreadable = new Map<string, number>();
  const count = { observations: 0, collected: 0, commands: 0 };
  for await (const record of recordsOf(file, items)) {
    const observation = observationOf(record);
    if (record.type === 'command') count.commands++;
    else if (observation) {
      count.observations++;
      if (!items.isSkipped(observation.item)) count.collected++;
      names.add(observation.item);
      seen.learn(observation);
      if (!isAsset(observation)) timeline.place(new Date(observation.at));
    } else {
      const reason = record.type === 'malformed' ? record.reason : 'before any line with a time';
      unreadable.set(reason, (unreadable.get(reason) ?? 0) + 1);
    }
  }
  if (count.observations === 0) throw new Error(`${file} has no line with a timestamp: is it SHDR?`);
  const { elapsed: span, stretches } = timeline;
  return {
    file,
    hash: hash.digest('hex').slice(0, 16),
    ...count,
    items: names,
    unreadable,
    span,
    stretches,
    seen,
  };
}

export interface FileFeedOptions {
  readonly items: Items;
  /** Times as fast as recorded; Infinity as fast as it goes. */
  readonly speed: number;
  /** When the recording begins; null keeps its times. */
  readonly start: Date | null;
  readonly signal: AbortSignal;
}

/** ms after which a chunk goes, though it is not full. */
const chunkSpan = 500;

/**
 * A recording as a feed. The number of an observation is its place among those that are collected, so that any later
 * run goes on where the server is.
 */
export class FileFeed implements Feed {
  readonly #file: string;
  readonly #options: FileFeedOptions;
  #records: AsyncGenerator<Observation> | null = null;
  #held: Observation | null = null;
  #timeline: Timeline;
  #number = 0;
  /** Where in the recording, and when, playing began. */
  #began: { elapsed: number; at: number } | null = null;
  readonly instance: string;

  constructor(recording: Pick<Recording, 'file' | 'hash'>, options: FileFeedOptions) {
    this.#file = recording.file;
    this.#options = options;
    const { items } = options.items.mapping;
    const skipped = Object.keys(items).filter((key) => items[key]?.skip === true);
    const mapped = createHash('sha256').update(skipped.sort().join('\n')).digest('hex').slice(0, 8);
    this.instance = skipped.length === 0 ? recording.hash : `${recording.hash} without ${mapped}`;
    this.#timeline = this.#newTimeline();
  }

  async seek(after: number, tracker: Tracker): Promise<void> {
    await this.#records?.return(undefined);
    this.#timeline = this.#newTimeline();
    this.#records = this.#observations();
    this.#held = null;
    this.#began = null;
    this.#number = 0;
    while (this.#number < after) {
      const { value, done } = await this.#records.next();
      if (done) return;
      this.#number++;
      tracker.observe(value);
    }
  }

  async next(most: number): Promise<Chunk | null> {
    const first = this.#number + 1;
    const observations: Observation[] = [];
    const { signal } = this.#options;
    let until = Number.POSITIVE_INFINITY;
    while (observations.length < most && !signal.aborted) {
      const observation = this.#held ?? (await this.#read());
      this.#held = observation;
      if (!observation) break;
      const due = this.#due();
      if (due > until) break;
      if (due > Date.now()) {
        await pause(due - Date.now(), signal);
        continue;
      }
      if (observations.length === 0) until = Date.now() + chunkSpan;
      observations.push(observation);
      this.#held = null;
      this.#number++;
    }
    if (observations.length === 0) return null;
    return { first, observations, isBehindGap: false, connections: [] };
  }

  async acknowledge(): Promise<void> {}

  #newTimeline(): Timeline {
    const { start, speed } = this.#options;
    return new Timeline({ start, speed: Number.isFinite(speed) ? speed : 1_000 });
  }

  async #read(): Promise<Observation | null> {
    const next = await this.#records?.next();
    return next && !next.done ? next.value : null;
  }

  /** When what was read last is to be told. */
  #due(): number {
    const { speed } = this.#options;
    if (!Number.isFinite(speed)) return 0;
    this.#began ??= { elapsed: this.#timeline.elapsed, at: Date.now() };
    return this.#began.at + (this.#timeline.elapsed - this.#began.elapsed) / speed;
  }

  async *#observations(): AsyncGenerator<Observation> {
    const { items, start } = this.#options;
    for await (const record of recordsOf(this.#file, items)) {
      const observation = observationOf(record);
      if (!observation) continue;
      const place = isAsset(observation) ? null : new Date(observation.at);
      const at = place || start ? this.#timeline.place(place).observedAt.getTime() : observation.at;
      if (!items.isSkipped(observation.item)) yield { ...observation, at: plausible(at, Date.now()) };
    }
  }
}
