import { connect, type Socket } from 'node:net';
import { pause, waitBefore } from '../client/backoff.ts';
import type { Items } from './items.ts';
import type { Journal } from './journal.ts';
import { Lines } from './lines.ts';
import { type Observation, plausible } from './observation.ts';
import { observationOf, ShdrParser } from './shdr.ts';
import type { SourceOptions } from './sources.ts';

export interface AdapterOptions extends SourceOptions {
  readonly host: string;
  readonly port: number;
  readonly items: Items;
}

/** How many lines that cannot be read are shown. */
const shown = 20;

/**
 * Reads an adapter into the journal, and connects again whenever that ends. The protocol has no numbers and no
 * repetition: what an adapter says while nobody is connected, it keeps to itself; on connecting it tells how
 * everything stands.
 */
export class AdapterSource {
  readonly #journal: Journal;
  readonly #options: AdapterOptions;
  /** Items that were heard, for UNAVAILABLE when the adapter goes. */
  readonly #heard = new Set<string>();
  #unreadable = 0;
  #attempts = 0;
  #isConnected: boolean | null = null;

  constructor(journal: Journal, options: AdapterOptions) {
    this.#journal = journal;
    this.#options = options;
  }

  /** Until it is told to stop. */
  async run(): Promise<void> {
    const { signal, log, host, port, longestWait = 30_000, onHearing } = this.#options;
    while (!signal.aborted) {
      const reason = await this.#listen().then(
        () => 'the adapter closed the connection',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      if (signal.aborted) return;
      if (this.#isConnected !== false) log.warn(`${host}:${port} is away: ${reason}`);
      onHearing({ isConnected: false, note: reason });
      await this.#lost();
      await pause(waitBefore(this.#attempts++, { first: 500, longest: longestWait }), signal);
    }
  }

  async #listen(): Promise<void> {
    const { host, port, signal, items, log, onHearing } = this.#options;
    const socket = connect({ host, port, signal });
    socket.setKeepAlive(true, 10_000);
    await opened(socket);
    log.info(`connected to ${host}:${port}`);
    onHearing({ isConnected: true, note: null });
    await this.#found();
    const heart = new Heart(socket);
    const parser = new ShdrParser({ formOf: (item) => items.formOf(item), now: Date.now });
    const lines = new Lines();
    let dropped = 0;
    try {
      // While the journal takes a chunk no other is read: the adapter waits where we cannot keep up.
      for await (const chunk of socket) {
        heart.rest();
        const observations: Observation[] = [];
        for (const line of lines.push(chunk as Buffer)) {
          if (line.startsWith('* PONG')) heart.answer(Number(line.slice(6)));
          else this.#read(parser, line, observations);
        }
        for (; dropped < lines.dropped; dropped++) this.#tell('a line is too long');
        if (observations.length > 0) await this.#journal.append(observations);
        heart.beat();
        this.#attempts = 0;
      }
    } finally {
      heart.stop();
      socket.destroy();
      for (const record of parser.end()) if (record.type === 'malformed') this.#tell(record.reason);
    }
  }

  #read(parser: ShdrParser, line: string, observations: Observation[]): void {
    const { items } = this.#options;
    for (const record of parser.push(line)) {
      const observation = observationOf(record);
      if (record.type === 'malformed') this.#tell(`${record.reason}: ${record.text.slice(0, 120)}`);
      if (!observation || items.isSkipped(observation.item)) continue;
      this.#heard.add(observation.item);
      observations.push({ ...observation, at: plausible(observation.at, Date.now()) });
    }
  }

  #tell(reason: string): void {
    this.#unreadable++;
    if (this.#unreadable <= shown) this.#options.log.warn(`cannot read: ${reason}`);
  }

  async #found(): Promise<void> {
    if (this.#isConnected === true) return;
    this.#isConnected = true;
    await this.#journal.append([], { connection: { at: Date.now(), isConnected: true } });
  }

  async #lost(): Promise<void> {
    if (this.#isConnected === false) return;
    this.#isConnected = false;
    const at = Date.now();
    const { unavailableOnDisconnect } = this.#options.items.mapping;
    const silent = unavailableOnDisconnect ? [...this.#heard].filter((item) => !item.startsWith('@')) : [];
    await this.#journal.append(
      silent.map((item) => ({ at, item, value: null })),
      { connection: { at, isConnected: false } },
    );
  }
}

function opened(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
}

/** Asks an adapter whether it lives, in the rhythm that it wants, and cuts the connection where it says nothing. */
class Heart {
  readonly #socket: Socket;
  /** ms in which it must say something; null while it has not told its rhythm: then silence is fine. */
  #silence: number | null = null;
  #pings: NodeJS.Timeout | null = null;
  #last = Date.now();
  #watch: NodeJS.Timeout | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#ping();
  }

  /** Something was heard, and its silence counts from now on. */
  beat(): void {
    this.#last = Date.now();
  }

  /** Nobody listens now: silence does not count. */
  rest(): void {
    this.#last = Number.POSITIVE_INFINITY;
  }

  /** The adapter answers, and tells how often it wants to be asked. */
  answer(interval: number): void {
    if (!(interval >= 100 && interval <= 3_600_000) || this.#pings) return;
    this.#silence = interval * 2;
    this.#pings = setInterval(() => this.#ping(), interval);
    this.#await();
  }

  stop(): void {
    if (this.#pings) clearInterval(this.#pings);
    if (this.#watch) clearTimeout(this.#watch);
  }

  #ping(): void {
    if (this.#socket.writable) this.#socket.write('* PING\n');
  }

  #await(): void {
    if (this.#watch) clearTimeout(this.#watch);
    if (this.#silence === null) return;
    const left = Number.isFinite(this.#last) ? this.#last + this.#silence - Date.now() : this.#silence;
    if (left <= 0) {
      this.#socket.destroy(new Error('it says nothing any more'));
      return;
    }
    this.#watch = setTimeout(() => this.#await(), left);
  }
}
