import type { Logger } from 'pino';

/** What a process does from time to time beside answering. Several processes may do the same at once. */
export interface Chore {
  start(): void;
  /** Begins no more rounds, and resolves when the one under way has ended. */
  stop(): Promise<void>;
}

export interface ChoreOptions {
  /** ms from one round to the next. A round that still runs then is not joined by another. */
  every: number;
  /** Whether the first round is at the start, or after the first pause. */
  atStart: boolean;
  /** One round. The signal aborts when the chore is stopped. */
  work: (signal: AbortSignal) => Promise<unknown>;
  log: Logger;
  /** What the log says of a round that failed; the next one tries again. */
  failure: string;
}

/** Rounds of work at a steady pace, whose failures are logged and never end anything. */
export function chore({ every, atStart, work, log, failure }: ChoreOptions): Chore {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  const round = async (): Promise<void> => {
    try {
      await work(ending.signal);
    } catch (error) {
      if (!ending.signal.aborted) log.warn({ err: error }, failure);
    }
  };
  const begin = () => {
    running ??= round().finally(() => {
      running = null;
    });
  };
  return {
    start() {
      if (atStart) begin();
      timer = setInterval(begin, every);
      timer.unref();
    },
    async stop() {
      if (timer) clearInterval(timer);
      ending.abort();
      await running;
    },
  };
}

/** Rows of many organizations, those of each together. */
export function byOrganization<Row extends { readonly organizationId: string }>(
  rows: readonly Row[],
): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.organizationId);
    if (group) group.push(row);
    else groups.set(row.organizationId, [row]);
  }
  return groups;
}
