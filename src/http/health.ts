import type { PlainAnswer } from './metrics.ts';

/** Names what must work for this process to be sent requests, each with a probe that rejects if it does not. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

export interface Health {
  /** 200 as long as the process turns: only a restart helps if it does not. */
  live(): PlainAnswer;
  /** 200 if every check passes in time, else 503: send requests elsewhere for now. */
  ready(): Promise<PlainAnswer>;
}

function answer(status: number, body: object): PlainAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

/**
 * Answers /health/live and /health/ready. The answer names the checks and whether they passed; why one failed
 * goes to `onFailure` only, as messages of drivers name hosts and users.
 * @param options.timeoutMs how long a check may take; 2 s.
 */
export function createHealth(options: {
  checks: ReadinessChecks;
  timeoutMs?: number;
  onFailure?: (check: string, cause: unknown) => void;
}): Health {
  const { checks, timeoutMs = 2_000, onFailure } = options;
  // A probe that hangs is asked once, however often the endpoint is: polling must not pile up connections.
  const running = new Map<string, Promise<unknown>>();

  function probe(name: string, check: () => Promise<unknown>): Promise<unknown> {
    const current = running.get(name);
    if (current) return current;
    const started = (async () => check())().finally(() => running.delete(name));
    running.set(name, started);
    return started;
  }

  async function passes(name: string, check: () => Promise<unknown>): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await Promise.race([
        probe(name, check),
        new Promise((_, reject) => {
          timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
        }),
      ]);
      return true;
    } catch (cause) {
      onFailure?.(name, cause);
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    live: () => answer(200, { status: 'ok' }),
    async ready() {
      const results = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, await passes(name, check)] as const),
      );
      const ok = results.every(([, passed]) => passed);
      const named = Object.fromEntries(results.map(([name, passed]) => [name, passed ? 'ok' : 'failed']));
      return answer(ok ? 200 : 503, { status: ok ? 'ok' : 'unavailable', checks: named });
    },
  };
}
