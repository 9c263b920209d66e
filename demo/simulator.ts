import { pause } from '../client/backoff.ts';
import { createClient } from '../client/client.ts';
import { AnswerError, ConnectionError, isPassing } from '../client/errors.ts';
import { type DemoOrganization, tokenOf } from './access.ts';
import { Connector } from './connector.ts';
import { factories } from './factories.ts';
import { Operator } from './operator.ts';
import { PowderHand } from './powder-hand.ts';
import { chance } from './random.ts';
import { emptyTally, type Tally, type Worker } from './shift.ts';

export interface SimulateOptions {
  /** The endpoint. */
  readonly url: string;
  readonly organizations: readonly DemoOrganization[];
  /** Minutes of the shop in a minute of ours; 60 unless given: a second is a minute. */
  readonly speed?: number | undefined;
  /** Ends after so many minutes of the shop; never unless given. */
  readonly minutes?: number | undefined;
  /** Ends after one round of everybody. */
  readonly once?: boolean | undefined;
  /** Of its chances; by the clock unless given. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Waits between two rounds. */
  readonly wait?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** Is told what went wrong. The simulator goes on. */
  readonly onProblem?: ((error: unknown) => void) | undefined;
}

/** ms between the rounds of a worker: machines report more often than people look. */
const rounds = { connector: 1_000, operator: 2_000, powder: 2_000 };
/** ms between the attempts to reach a server that is away. */
const awayWait = 2_000;

/**
 * Works in the demo factories through the public API, as machines and as people, and answers what was done. It waits
 * for every answer before its next act, and as long again as a slow round took, so that it slows when the server does.
 */
export async function simulate(options: SimulateOptions): Promise<Tally> {
  const { url, organizations, speed = 60, seed = Date.now() } = options;
  const tally = emptyTally();
  const signal = options.signal ?? new AbortController().signal;
  const open = (token: string) => createClient({ url, token });
  const clients = organizations.map((organization) => ({
    operator: open(tokenOf(organization, 'operator')),
    machine: open(tokenOf(organization, 'machine')),
  }));
  try {
    await Promise.all(
      organizations.flatMap(({ code }, place) => {
        const plan = factories.find((factory) => factory.code === code);
        const pair = clients[place];
        if (!plan || !pair) return [];
        const connector = new Connector(plan, pair.machine, chance(seed + 2 * place), tally);
        const operator = new Operator(plan, speed, pair.operator, chance(seed + 2 * place + 1), tally);
        const hand = plan.powder && new PowderHand(plan.powder, pair.operator, chance(seed + 97), tally);
        return [
          keepWorking(connector, rounds.connector, { ...options, speed, signal, tally }),
          keepWorking(operator, rounds.operator, { ...options, speed, signal, tally }),
          ...(hand ? [keepWorking(hand, rounds.powder, { ...options, speed, signal, tally })] : []),
        ];
      }),
    );
  } finally {
    await Promise.all(clients.flatMap((pair) => [pair.operator.close(), pair.machine.close()]));
  }
  return tally;
}

async function keepWorking(
  worker: Worker,
  every: number,
  options: SimulateOptions & { speed: number; signal: AbortSignal; tally: Tally },
): Promise<void> {
  const { speed, signal, tally, minutes: total, once, wait = pause } = options;
  const minutes = (every / 60_000) * speed;
  const most = once
    ? 1
    : total === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(1, Math.ceil(total / minutes));
  for (let round = 0; round < most && !signal.aborted; round++) {
    const begun = Date.now();
    let rest = every;
    try {
      await worker.round(minutes);
    } catch (error) {
      if (signal.aborted) return;
      options.onProblem?.(error);
      if (isAway(error)) rest = Math.max(every, awayWait);
      else tally.problems.push(error instanceof Error ? error.message : String(error));
      // For weeks nobody reads them.
      if (tally.problems.length > 1_000) tally.problems.shift();
    }
    if (round + 1 < most) await wait(Math.max(rest, Date.now() - begun), signal);
  }
}

const isAway = (error: unknown): boolean =>
  error instanceof ConnectionError || (error instanceof AnswerError && isPassing(error.errors));
