import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { act, type SuccessOf } from '../client/act.ts';
import type { Client } from '../client/client.ts';
import { RefusedError } from '../client/errors.ts';
import type { Chance } from './random.ts';

/** What was done in a demonstration, by the name of the act, and what the shop's rules refused. */
export interface Tally {
  readonly done: Record<string, number>;
  readonly refused: Record<string, number>;
  /** What should not have happened. */
  readonly problems: string[];
}

export const emptyTally = (): Tally => ({ done: {}, refused: {}, problems: [] });

// Others act at the same time: what was read a moment ago may have changed. The next round reads it again.
export const passingRefusals: ReadonlySet<string> = new Set([
  'TransitionError',
  'BlockedError',
  'ConflictError',
  'NotFoundError',
]);

/** Somebody who works in a factory round by round: acts, and takes a refusal for an answer. */
export abstract class Worker {
  protected readonly client: Client;
  protected readonly chance: Chance;
  /** Refusals that are no problem. */
  protected readonly expected: ReadonlySet<string> = passingRefusals;
  readonly #tally: Tally;

  constructor(client: Client, chance: Chance, tally: Tally) {
    this.client = client;
    this.chance = chance;
    this.#tally = tally;
  }

  /** Looks around and does what is to be done after `minutes` more of the shop's time. */
  abstract round(minutes: number): Promise<void>;

  /** Whether something that happens once in `mean` minutes happens within these. */
  protected within(minutes: number, mean: number): boolean {
    return this.chance.happens(1 - Math.exp(-minutes / mean));
  }

  /** Acts; null where the shop's rules refuse it. */
  protected async try<Data extends object, Input>(
    document: TypedDocumentNode<Data, { input: Input }>,
    input: Input,
  ): Promise<SuccessOf<Data> | null> {
    try {
      const success = await act(this.client, document, input);
      count(this.#tally.done, success.__typename.replace(/Success$/, ''));
      return success;
    } catch (error) {
      if (!(error instanceof RefusedError) || !this.expected.has(error.refusal)) throw error;
      count(this.#tally.refused, error.refusal);
      return null;
    }
  }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
