import type { Transaction } from '../database/client.ts';
import { ConflictError } from '../errors.ts';
import type { EventDraft, EventKind } from '../events/kinds.ts';
import type { Tick } from '../events/log.ts';
import { changedFields, type Row, relatedIds } from '../events/record.ts';
import { faultPoint } from '../faults.ts';
import type { Files } from '../files/files.ts';
import type { Caller } from '../identity/caller.ts';
import { type Noun, newId } from '../ids.ts';
import type { Secrets } from '../secrets.ts';
import { type LockRequest, lockOrder, lockRows } from './locks.ts';

/** What a command has while it runs: its transaction, its caller, its clock, and the ways to lock and to record. */
export class CommandContext {
  readonly tx: Transaction;
  readonly caller: Caller;
  /** The instant of the command: one for all that it writes. */
  readonly now: Date;
  /** What the events of this command share. */
  readonly causeId: string = newId();
  readonly drafts: EventDraft[] = [];
  /** Progress to tell after the commit: not an event, and lost where nobody watches. */
  readonly ticks: Tick[] = [];
  /** Readings were stored: those who watch sensors are woken after the commit. */
  readingsStored = false;
  /** Topics of the bus to publish on after the commit: somebody has something to do. */
  readonly wakes = new Set<string>();
  /** Answers that are given once and never stored: the text of a new token. */
  readonly secrets: Record<string, string> = {};
  readonly #numbers: Map<string, bigint>;
  readonly #vault: Secrets | null;
  readonly #files: Files | null;
  #lastLocked = -1;

  constructor(
    tx: Transaction,
    caller: Caller,
    now: Date,
    numbers: ReadonlyMap<string, bigint>,
    vault: Secrets | null = null,
    files: Files | null = null,
  ) {
    this.tx = tx;
    this.caller = caller;
    this.now = now;
    this.#numbers = new Map(numbers);
    this.#vault = vault;
    this.#files = files;
  }

  get organizationId(): string {
    return this.caller.organizationId;
  }

  /** The compound key of a row of the caller's organization, as Prisma wants it. */
  key(id: string): { organizationId_id: { organizationId: string; id: string } } {
    return { organizationId_id: { organizationId: this.organizationId, id } };
  }

  /** The columns that every new row of a noun has. */
  fresh(id: string = newId()): {
    organizationId: string;
    id: string;
    version: number;
    createdAt: Date;
    updatedAt: Date;
  } {
    return { organizationId: this.organizationId, id, version: 1, createdAt: this.now, updatedAt: this.now };
  }

  /** What every update of a row sets besides its own columns. */
  touched(): { version: { increment: 1 }; updatedAt: Date } {
    return { version: { increment: 1 }, updatedAt: this.now };
  }

  /**
   * Locks the rows that this command's guards read. May be called again only for kinds later in the lock
   * order; anything else could deadlock and throws at once.
   */
  async lock(request: LockRequest): Promise<void> {
    const kinds = lockOrder.flatMap((noun, place) => (request[noun]?.length ? [place] : []));
    if (kinds.some((place) => place <= this.#lastLocked)) {
      throw new Error(
        `Locks out of order: ${Object.keys(request).join(', ')} after ${lockOrder[this.#lastLocked]}.`,
      );
    }
    await lockRows(this.tx, this.organizationId, request);
    this.#lastLocked = Math.max(this.#lastLocked, ...kinds);
    faultPoint('afterLocks');
  }

  /** Refuses with {@link ConflictError} where the client read another version than the one that stands. */
  expectVersion(noun: Noun, row: { version: number }, expected: number | null | undefined): void {
    if (expected !== null && expected !== undefined && expected !== row.version) {
      throw new ConflictError(noun, expected, row.version);
    }
  }

  /** A secret that a client gave, as a `sealed…` column keeps it: the log says only whether there is one. */
  seal(text: string): Uint8Array<ArrayBuffer> {
    if (!this.#vault) throw new Error('This command was given nothing to seal with.');
    return this.#vault.seal(this.organizationId, text);
  }

  /** The files of the organization: for small contents, as the transaction waits for them. */
  get files(): Files {
    if (!this.#files) throw new Error('This command was given no files.');
    return this.#files;
  }

  /** The next running number of a series that the command declared in `numbers`. */
  number(series: string): bigint {
    const next = this.#numbers.get(series);
    if (next === undefined) throw new Error(`The command did not declare the number series ${series}.`);
    this.#numbers.set(series, next + 1n);
    return next;
  }

  /** Tells displays, after the commit, that something has moved on within its state. `stamp` grows with it. */
  progress(row: Row, stamp: string): void {
    this.ticks.push({ subjectId: row.id as string, related: relatedIds(row, []), stamp });
  }

  /**
   * Records what happened to one object: kept in the log with the commit, or not at all.
   * `before` is null for something new; only the fields that differ are kept.
   */
  record<N extends Noun>(
    kind: EventKind<N>,
    noun: N,
    before: Row | null,
    after: Row,
    more: {
      reason?: string | null;
      related?: readonly (string | null)[];
      occurredAt?: Date;
      data?: Row;
    } = {},
  ): void {
    const difference = changedFields(before, after);
    this.drafts.push({
      kind,
      subjectType: noun,
      subjectId: after.id as string,
      version: after.version as number,
      related: relatedIds(after, [...(before ? relatedIds(before, []) : []), ...(more.related ?? [])]),
      before: difference.before,
      after: difference.after,
      data: more.data ?? null,
      reason: more.reason ?? null,
      occurredAt: (more.occurredAt ?? this.now).toISOString(),
    });
  }
}
