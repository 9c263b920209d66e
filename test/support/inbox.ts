import { type Deferred, deferred } from './deferred.ts';

const patience = 30_000;

/** What arrives by itself, for a test that reads it one by one. */
export class Inbox<T> {
  readonly #arrived: T[] = [];
  readonly #waiting: Deferred<T>[] = [];
  #over: Error | null = null;

  push(value: T): void {
    const first = this.#waiting.shift();
    if (first) first.resolve(value);
    else this.#arrived.push(value);
  }

  /** Nothing more will arrive: what has arrived can still be read. */
  end(error: Error): void {
    this.#over ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#over);
  }

  /** The next to arrive. Throws once it has ended, and after ten seconds of waiting. */
  async next(within = patience): Promise<T> {
    if (this.#arrived.length > 0) return this.#arrived.shift() as T;
    if (this.#over) throw this.#over;
    const waiting = deferred<T>();
    this.#waiting.push(waiting);
    const timer = setTimeout(() => {
      const place = this.#waiting.indexOf(waiting);
      if (place >= 0) this.#waiting.splice(place, 1);
      waiting.reject(new Error(`Nothing has arrived within ${within / 1_000} s.`));
    }, within);
    return waiting.promise.finally(() => clearTimeout(timer));
  }

  async take(count: number): Promise<T[]> {
    const taken: T[] = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }
}
