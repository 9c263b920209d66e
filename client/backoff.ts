/** How long to wait between attempts, in ms. */
export interface Backoff {
  /** The longest first wait. */
  readonly first: number;
  /** The longest of all waits. */
  readonly longest: number;
}

export const defaultBackoff: Backoff = { first: 500, longest: 5_000 };

/**
 * The wait before an attempt, from 0 on: doubling, and at random between half of it and all of it, so that the
 * displays of a shop do not all come back in the same instant.
 */
export function waitBefore(attempt: number, { first, longest }: Backoff, random = Math.random): number {
  const most = Math.min(longest, first * 2 ** Math.min(attempt, 30));
  return most / 2 + random() * (most / 2);
}

/** Waits; returns at once when the signal ends it. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
