import type { Runtime } from './runtime.ts';

/** Work that waits in the database, and is done by whichever process takes it first. */
export interface BackgroundWork<Claimed extends { readonly organizationId: string }> {
  /** The topic of the bus that says that there is more to do. */
  readonly topic: string;
  /** ms between two looks for what nobody was woken for. */
  readonly poll: number;
  /** How much is done at once, each of another organization. */
  readonly atOnce: number;
  /** What the log calls it. */
  readonly name: string;
  /** Takes the next piece of work, of none of these organizations; null where there is none. */
  claim(except: readonly string[]): Promise<Claimed | null>;
  /** Does it, and writes what came of it. Never throws. */
  work(claimed: Claimed): Promise<void>;
}

/**
 * Does work in the background, one piece of each organization at a time, so that nobody's backlog delays the others.
 * It looks when it is woken, and now and then by the clock: a wake-up may be lost.
 */
export class Background<Claimed extends { readonly organizationId: string }> {
  readonly #runtime: Runtime;
  readonly #task: BackgroundWork<Claimed>;
  readonly #working = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | null = null;
  #unsubscribe: (() => void) | null = null;
  #looking = false;
  #lookAgain = false;
  #stopped = true;

  constructor(runtime: Runtime, task: BackgroundWork<Claimed>) {
    this.#runtime = runtime;
    this.#task = task;
  }

  start(): void {
    const { poll, topic, name } = this.#task;
    this.#stopped = false;
    this.#timer = setInterval(() => this.look(), poll);
    this.#timer.unref();
    void this.#runtime.bus
      .subscribe(topic, () => this.look())
      .then((unsubscribe) => {
        if (this.#stopped) unsubscribe();
        else this.#unsubscribe = unsubscribe;
        this.look();
      })
      .catch((error: unknown) => this.#runtime.log.warn({ err: error }, `${name} wake by the clock only`));
  }

  /** Takes no more, and waits for what is being done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearInterval(this.#timer);
    this.#unsubscribe?.();
    await Promise.all(this.#working.values());
  }

  /** Looks for work now. */
  look(): void {
    if (this.#stopped) return;
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = true;
    void this.#fill()
      .catch((error: unknown) =>
        this.#runtime.log.warn({ err: error }, `${this.#task.name} could not be claimed`),
      )
      .finally(() => {
        this.#looking = false;
        if (!this.#lookAgain) return;
        this.#lookAgain = false;
        this.look();
      });
  }

  /** Begins work until there is no room, or none to begin. */
  async #fill(): Promise<void> {
    while (!this.#stopped && this.#working.size < this.#task.atOnce) {
      const claimed = await this.#task.claim([...this.#working.keys()]);
      if (!claimed) return;
      const { organizationId } = claimed;
      const done = this.#task.work(claimed).finally(() => {
        this.#working.delete(organizationId);
        this.look();
      });
      this.#working.set(organizationId, done);
    }
  }
}
