import { pause, waitBefore } from '../client/backoff.ts';
import { AgentError, type AgentHeader, parseStreams } from './agent-streams.ts';
import type { Items } from './items.ts';
import type { Journal } from './journal.ts';
import { boundaryOf, partsOf } from './multipart.ts';
import type { SourceOptions } from './sources.ts';

export interface AgentOptions extends SourceOptions {
  /** The agent, or one of its devices: `http://host:5000/device`. */
  readonly url: string;
  /** The items by the newest model. */
  readonly items: () => Items;
  /** Is told the model, as the agent has it, before anything that goes by it. */
  readonly onModel: (devices: string) => Promise<void>;
  /** ms between two questions; null streams, where the agent can. */
  readonly poll?: number | null;
  /** Observations of one answer. */
  readonly count?: number;
  /** ms after which the agent shows that it lives, and without which it counts as gone. */
  readonly heartbeat?: number;
}

/** Where reading goes on. It is kept with what was read, in one piece. */
interface Position {
  readonly instanceId: string;
  readonly next: number;
}

/**
 * Reads an agent into the journal, by its numbers: each observation once, whatever is repeated. What the agent has
 * dropped before it was read is a gap, of which the numbers of the journal tell; how everything stands is then asked
 * anew (`/current`).
 */
export class AgentSource {
  readonly #journal: Journal;
  readonly #options: AgentOptions;
  #attempts = 0;
  #isConnected: boolean | null = null;

  constructor(journal: Journal, options: AgentOptions) {
    this.#journal = journal;
    this.#options = options;
  }

  /** Until it is told to stop. */
  async run(): Promise<void> {
    const { signal, log, url, onHearing, longestWait = 30_000 } = this.#options;
    while (!signal.aborted) {
      const reason = await this.#read().then(
        () => 'the agent ended the stream',
        (error: unknown) => reasonOf(error),
      );
      if (signal.aborted) return;
      if (this.#attempts === 1) {
        log.warn(`${url} is away: ${reason}`);
        onHearing({ isConnected: false, note: reason });
        await this.#connection(false);
      }
      // A stream that merely ended is taken up at once.
      await pause(waitBefore(this.#attempts++, { first: 250, longest: longestWait }), signal);
    }
  }

  get #position(): Position | null {
    return this.#journal.position as Position | null;
  }

  async #read(): Promise<void> {
    await this.#options.onModel(await this.#get('/probe'));
    const current = parseStreams(await this.#get('/current'), Date.now());
    if (!this.#isKnown(current.header)) await this.#snapshot(current);
    await this.#heard();
    const { poll = null, count = 2_000 } = this.#options;
    while (!this.#options.signal.aborted) {
      try {
        if (poll === null) await this.#stream(count);
        else await this.#poll(count, poll);
        return;
      } catch (error) {
        if (
          !(error instanceof LostPlace) &&
          !(error instanceof AgentError && error.code === 'OUT_OF_RANGE')
        ) {
          throw error;
        }
        await this.#options.onModel(await this.#get('/probe'));
        await this.#snapshot(parseStreams(await this.#get('/current'), Date.now()));
      }
    }
  }

  /** Whether the agent still has what comes next. */
  #isKnown({ instanceId, first, next }: AgentHeader): boolean {
    const position = this.#position;
    return position?.instanceId === instanceId && position.next >= first && position.next <= next;
  }

  /**
   * Takes up a place. The first time: how everything stands, and on from there. After a loss: what is known of before
   * the agent's oldest observation, and on from that.
   */
  async #snapshot({ header, observations }: ReturnType<typeof parseStreams>): Promise<void> {
    const position = this.#position;
    const { instanceId, first, next } = header;
    const goesOn = position?.instanceId === instanceId && position.next <= next;
    const from = position ? Math.max(first, 1) : next;
    if (position && goesOn && position.next >= from) return;
    const told = observations.filter(
      ({ sequence }) => sequence < from && (!goesOn || sequence >= (position?.next ?? 0)),
    );
    const items = this.#options.items();
    const kept = told.filter(({ item }) => !items.isSkipped(item));
    // How much another instance was silent about nobody knows: one number stands for it.
    const lost = position ? (goesOn ? from - position.next - told.length : 1) : 0;
    if (position) {
      this.#options.log.warn(
        goesOn
          ? `gap: the agent has dropped up to ${lost} observations before number ${from}`
          : `gap: the agent has begun anew (instance ${position.instanceId} → ${instanceId})`,
      );
    }
    await this.#journal.append(kept, { position: { instanceId, next: from } satisfies Position, lost });
  }

  async #stream(count: number): Promise<void> {
    const { heartbeat = 10_000, signal } = this.#options;
    const silent = new AbortController();
    const watch = setTimeout(() => silent.abort(new Error('it says nothing any more')), heartbeat * 2);
    const from = this.#position?.next ?? 1;
    try {
      const response = await fetch(
        this.#url(`/sample?from=${from}&count=${count}&interval=100&heartbeat=${heartbeat}`),
        { signal: AbortSignal.any([signal, silent.signal]), headers: { accept: '*/*' } },
      );
      const type = response.headers.get('content-type') ?? '';
      if (!response.body || boundaryOf(type) === null) {
        await this.#take(await response.text());
        // An agent that does not stream is asked again and again.
        return await this.#poll(count, 1_000);
      }
      for await (const text of partsOf(response.body, type)) {
        watch.refresh();
        await this.#take(text);
        watch.refresh();
      }
    } finally {
      clearTimeout(watch);
    }
  }

  async #poll(count: number, interval: number): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      const { next = 1 } = this.#position ?? {};
      const isMore = await this.#take(await this.#get(`/sample?from=${next}&count=${count}`));
      if (!isMore) await pause(interval, signal);
    }
  }

  /** Writes what is new in a document into the journal. Answers whether anything was. */
  async #take(text: string): Promise<boolean> {
    const { header, observations } = parseStreams(text, Date.now());
    const position = this.#position;
    if (!position || header.instanceId !== position.instanceId) throw new LostPlace();
    const fresh = observations.filter(({ sequence }) => sequence >= position.next);
    const next = Math.max(header.next, (fresh.at(-1)?.sequence ?? 0) + 1);
    // What is missing before it may be another device's, unless the agent has dropped it.
    const begins = fresh[0]?.sequence ?? position.next;
    if (begins > position.next && header.first > position.next) throw new LostPlace();
    this.#attempts = 0;
    await this.#heard();
    if (next <= position.next) return false;
    const items = this.#options.items();
    await this.#journal.append(
      fresh.filter(({ item }) => !items.isSkipped(item)),
      { position: { instanceId: header.instanceId, next } satisfies Position },
    );
    return true;
  }

  async #heard(): Promise<void> {
    if (this.#isConnected === true) return;
    this.#options.log.info(`connected to ${this.#options.url}`);
    this.#options.onHearing({ isConnected: true, note: null });
    await this.#connection(true);
  }

  async #connection(isConnected: boolean): Promise<void> {
    if (this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    await this.#journal.append([], { connection: { at: Date.now(), isConnected } });
  }

  async #get(path: string): Promise<string> {
    const { signal } = this.#options;
    const response = await fetch(this.#url(path), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
      headers: { accept: 'text/xml, application/xml' },
    });
    const text = await response.text();
    // Agents answer a refusal as a document, some with an error status.
    if (!response.ok && !text.includes('MTConnectError')) throw new Error(`HTTP ${response.status}`);
    return text;
  }

  #url(path: string): string {
    return `${this.#options.url.replace(/\/+$/, '')}${path}`;
  }
}

/** The agent is not where reading would go on: another instance, or it has dropped what comes next. */
class LostPlace extends Error {}

function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
}
