/**
 * The books of one command: the batches and containers that it touches, locked, and all that posting an action to
 * them writes. A command opens the books, checks its guards against what they show, posts one or more actions, and
 * closes them; `close` writes rows, stays, lots and stocks, and records the events. The number of SQL statements does
 * not depend on how many batches, containers or pieces an action names.
 */
import type {
  MaterialAction,
  MaterialActionType,
  MaterialBatch,
  MaterialContainer,
  MaterialPlace,
  Prisma,
} from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import type { LockRequest } from '../commands/locks.ts';
import { observedAt } from '../commands/observed.ts';
import { isUniqueViolation, StaleScopeError } from '../database/errors.ts';
import { InvalidInputError } from '../errors.ts';
import { newId } from '../ids.ts';
import {
  type BatchRow,
  contentsOf,
  decimalOf,
  type NewBatch,
  openingRow,
  toldOf,
  withContents,
} from './batch.row.ts';
import {
  applyAction,
  type Contents,
  type LedgerAction,
  type Movement,
  NotYetError,
  type Parts,
  partsOf,
  ShortageError,
} from './ledger.ts';
import { amount, quanta, quantityOf } from './mixture.ts';
import { type LateAction, recompute } from './recompute.ts';
import { insertBatches, insertLinks, postingOf, writeBatches, writeContainers } from './rows.ts';
import { atHand, type Levels, settleLots, settleStays, settleStocks } from './settle.ts';

/** A movement as a command asks for it. */
export interface MovementDraft {
  from: MaterialPlace;
  to: MaterialPlace;
  /** In core units, more than 0. */
  quantity: { toFixed(): string };
  sourceBatchId?: string;
  destinationBatchId?: string;
  container?: Movement['container'];
  /** Which of the batch's containers it is taken from first, and which one it is put in. */
  fromContainerId?: string | null;
  pieceId?: string;
  cycleShift?: number;
}

/** An action as a command asks for it. */
export interface ActionDraft {
  type: MaterialActionType;
  batchId?: string | null;
  containerId?: string | null;
  lotId?: string | null;
  /** The machine that material was put in or comes from. */
  workstation?: { id: string; workstationTypeId: string } | null;
  runId?: string | null;
  /** In core units: what the action says of itself. */
  quantity?: { toFixed(): string } | null;
  reason?: string | null;
  notes?: string | null;
  data?: Prisma.InputJsonObject | null;
  parentActionId?: string | null;
  reversesId?: string | null;
  movements?: readonly MovementDraft[];
  /** Batches that it makes. */
  creates?: readonly NewBatch[];
  /** Traits that a person sets, by batch. */
  sets?: ReadonlyMap<string, Partial<Pick<Contents, 'quality' | 'expiresAt' | 'usageCyclesLimit'>>>;
  /** Other columns that it changes, by batch. */
  changes?: ReadonlyMap<string, Partial<BatchColumns>>;
}

type BatchColumns = Pick<
  MaterialBatch,
  | 'locationId'
  | 'subLocationId'
  | 'workstationId'
  | 'dockedAtId'
  | 'notes'
  | 'customStatus'
  | 'externalBuildId'
>;

export interface OpenOptions {
  batchIds: readonly string[];
  containerIds?: readonly string[];
  /** Locks of other kinds. */
  also?: LockRequest;
  /** When it happened, where that is not now. */
  occurredAt?: Date | null | undefined;
}

/**
 * Locks batches with their containers, and what follows from them, and reads them.
 *
 * An `occurredAt` before the last action of one of the batches is late: everything that descends from them since is
 * locked too, and computed again when the action is posted.
 *
 * @throws NotFoundError, InvalidInputError for an instant in the future
 */
export async function openBooks(context: CommandContext, options: OpenOptions): Promise<Books> {
  const { tx, organizationId } = context;
  const given = options.occurredAt ? observedAt(options.occurredAt, context.now, ['occurredAt']) : null;
  const batchIds = [...new Set(options.batchIds)];
  const affected = async (): Promise<{ batches: string[]; containers: string[]; stocks: string[] }> => {
    const batches = given ? await descendants(context, batchIds, given) : batchIds;
    const rows = await tx.$queryRawUnsafe<{ container: string | null; stock: string | null }[]>(
      `SELECT c.id::text AS container, NULL AS stock FROM "MaterialContainer" c
         WHERE c."organizationId" = $1::uuid AND c."batchId" = ANY($2::uuid[])
       UNION ALL
       SELECT NULL, s.id::text FROM "Stock" s
         WHERE s."organizationId" = $1::uuid AND s.minimum IS NOT NULL AND s."archivedAt" IS NULL
           AND (s."materialId", s."locationId") IN (
             SELECT b."materialId", b."locationId" FROM "MaterialBatch" b
             WHERE b."organizationId" = $1::uuid AND b.id = ANY($2::uuid[])
             UNION
             SELECT c."materialId", c."locationId" FROM "MaterialContainer" c
             WHERE c."organizationId" = $1::uuid AND c.id = ANY($3::uuid[]) AND c."lotId" IS NOT NULL)`,
      organizationId,
      batches,
      [...(options.containerIds ?? [])],
    );
    return {
      batches,
      containers: rows.flatMap((row) => row.container ?? []),
      stocks: rows.flatMap((row) => row.stock ?? []),
    };
  };
  const before = await affected();
  // Placing a hold takes the same lock alone: between the check that nothing is held and the commit, no hold appears.
  await holdGate(context, 'share');
  await context.lock({
    ...options.also,
    Stock: [...before.stocks, ...(options.also?.Stock ?? [])],
    MaterialContainer: [...before.containers, ...(options.containerIds ?? [])],
    MaterialBatch: before.batches,
  });
  const after = await affected();
  const grown = (was: readonly string[], is: readonly string[]) => is.some((id) => !was.includes(id));
  if (grown(before.batches, after.batches) || grown(before.containers, after.containers)) {
    throw new StaleScopeError();
  }
  const rows = await tx.materialBatch.findMany({
    where: { organizationId, id: { in: before.batches } },
    include: { exposures: { select: { workstationTypeId: true } } },
  });
  const containers = await tx.materialContainer.findMany({
    where: { organizationId, id: { in: [...before.containers, ...(options.containerIds ?? [])] } },
    orderBy: { id: 'asc' },
  });
  // Under the lock of the stocks, before anything is moved: what falls below a minimum is seen when the books close.
  const levels = before.stocks.length > 0 ? await atHand(context, before.stocks) : new Map();
  return new Books(context, rows, containers, levels, given);
}

/** What a command did to material, when all of it is written. */
export interface Posted {
  /** Where material went. */
  batchIds: readonly string[];
  pieceIds: readonly string[];
  actionIds: readonly string[];
}

/** Who wants to know what was posted, in the same transaction. Later domains add themselves. */
export const onPosted: ((context: CommandContext, posted: Posted) => Promise<void>)[] = [];

/** Serializes placing holds (`alone`) with everything that a hold could refuse (`share`), within an organization. */
export async function holdGate(context: CommandContext, how: 'share' | 'alone'): Promise<void> {
  const suffix = how === 'share' ? '_shared' : '';
  await context.tx.$queryRawUnsafe(
    `SELECT pg_advisory_xact_lock${suffix}(hashtextextended('holds ' || $1, 0))::text AS locked`,
    context.organizationId,
  );
}

/** The batches, and all that got something of them since. */
async function descendants(context: CommandContext, ids: readonly string[], since: Date): Promise<string[]> {
  const rows = await context.tx.$queryRawUnsafe<{ id: string }[]>(
    `WITH RECURSIVE down(id) AS (
       SELECT unnest($2::uuid[])
       UNION
       SELECT l."destinationBatchId" FROM down JOIN "MaterialLink" l
         ON l."organizationId" = $1::uuid AND l."sourceBatchId" = down.id
        AND l."occurredAt" >= $3 AND l."destinationBatchId" IS NOT NULL)
     SELECT id::text AS id FROM down`,
    context.organizationId,
    [...ids],
    since,
  );
  return rows.map((row) => row.id);
}

/** See the head of this file. */
export class Books {
  readonly #context: CommandContext;
  readonly #before: ReadonlyMap<string, BatchRow>;
  readonly #rows: Map<string, BatchRow>;
  readonly #containersBefore: ReadonlyMap<string, MaterialContainer>;
  readonly #containers: Map<string, MaterialContainer>;
  readonly #levels: Levels;
  readonly #contents = new Map<string, Contents>();
  readonly #created = new Set<string>();
  readonly #recomputed = new Set<string>();
  readonly #reached = {
    batchIds: new Set<string>(),
    pieceIds: new Set<string>(),
    actionIds: new Set<string>(),
  };
  readonly #given: Date | null;
  /** When its actions happened. */
  readonly occurredAt: Date;

  constructor(
    context: CommandContext,
    rows: readonly BatchRow[],
    containers: readonly MaterialContainer[],
    levels: Levels,
    given: Date | null,
  ) {
    this.#context = context;
    this.#before = new Map(rows.map((row) => [row.id, row]));
    this.#rows = new Map(this.#before);
    this.#containersBefore = new Map(containers.map((row) => [row.id, row]));
    this.#containers = new Map(this.#containersBefore);
    this.#levels = levels;
    this.#given = given;
    for (const row of rows) this.#contents.set(row.id, contentsOf(row));
    const last = Math.max(...rows.map((row) => row.lastActionAt.getTime()), 0);
    // A clock that lags, or a wait for locks, must not put an action before one that it follows.
    this.occurredAt = given ?? new Date(Math.max(last, context.now.getTime()));
  }

  /** The batch as it is now, after what was posted. */
  batch(id: string): BatchRow {
    const row = this.#rows.get(id);
    if (!row) throw new Error(`The books were not opened for the batch ${id}.`);
    return row;
  }

  /** What the batch consists of now. */
  contents(id: string): Contents {
    return this.#contents.get(id) ?? contentsOf(this.batch(id));
  }

  /** The container as it is now. */
  container(id: string): MaterialContainer {
    const row = this.#containers.get(id);
    if (!row) throw new Error(`The books were not opened for the container ${id}.`);
    return row;
  }

  /** The containers that hold the batch now. */
  containersOf(batchId: string): MaterialContainer[] {
    return [...this.#containers.values()].filter((container) => container.batchId === batchId);
  }

  /** Changes a container's own columns; written when the books are closed. */
  changeContainer(id: string, change: Partial<MaterialContainer>): void {
    this.#containers.set(id, { ...this.container(id), ...change });
  }

  /** Adds a container that a command has just made. */
  addContainer(row: MaterialContainer): void {
    this.#containers.set(row.id, row);
  }

  /** How much of the batch is at hand and in none of its containers. */
  loose(batchId: string): bigint {
    const held = this.containersOf(batchId).reduce((sum, each) => sum + quanta(each.quantity), 0n);
    return quantityOf(this.contents(batchId).available) - held;
  }

  /**
   * Posts an action: it is written with its links and postings, and the books show what follows.
   *
   * @throws InvalidInputError where a batch never had what an action takes from it
   */
  async post(draft: ActionDraft): Promise<MaterialAction> {
    await this.#open(draft.creates ?? []);
    const movements = (draft.movements ?? []).map((each) => this.#movement(each));
    const touched = new Set<string>(draft.batchId ? [draft.batchId] : []);
    for (const each of movements) {
      if (each.sourceBatchId) touched.add(each.sourceBatchId);
      if (each.destinationBatchId) touched.add(each.destinationBatchId);
    }
    const action = await this.#record({
      type: draft.type,
      lotId: draft.lotId ?? null,
      containerId: draft.containerId ?? null,
      batchId: draft.batchId ?? null,
      workstationId: draft.workstation?.id ?? null,
      runId: draft.runId ?? null,
      quantity: draft.quantity?.toFixed() ?? null,
      reason: draft.reason ?? null,
      notes: draft.notes ?? null,
      data: draft.data ?? {},
      previousActionId: draft.batchId ? this.batch(draft.batchId).lastActionId : null,
      parentActionId: draft.parentActionId ?? null,
    });
    this.#reached.actionIds.add(action.id);
    for (const { sourceBatchId, destinationBatchId, pieceId } of movements) {
      if (destinationBatchId && destinationBatchId !== sourceBatchId)
        this.#reached.batchIds.add(destinationBatchId);
      if (pieceId) this.#reached.pieceIds.add(pieceId);
    }
    const ledgerAction: LedgerAction = {
      id: action.id,
      type: draft.type,
      occurredAt: this.occurredAt,
      batchId: draft.batchId ?? null,
      workstationTypeId: draft.workstation?.workstationTypeId ?? null,
      sets: draft.sets ?? new Map(),
      movements,
    };
    if (this.#isLate([...touched])) {
      await this.#postLate({ ...ledgerAction, sequence: action.sequence }, [...touched]);
    } else await this.#postNow(ledgerAction, [...touched]);
    for (const batchId of touched) this.#show(batchId, action, draft.changes?.get(batchId) ?? {});
    for (const draftMovement of draft.movements ?? []) this.#settleContainers(draftMovement);
    this.#tell(action, [...touched]);
    return action;
  }

  /**
   * Undoes the last action of all the batches that it touched: what follows from the record is computed without it.
   * `back` says which of them are in a machine again; `unopened` are the containers that it opened, by id, and what is
   * in them again, in core units.
   */
  async reverse(
    undone: MaterialAction,
    reason: string,
    {
      back = new Map(),
      unopened = new Map(),
    }: {
      back?: ReadonlyMap<string, Partial<BatchColumns>>;
      unopened?: ReadonlyMap<string, { toFixed(): string }>;
    } = {},
  ): Promise<MaterialAction> {
    const { tx, organizationId } = this.#context;
    const touched = [...this.#before.keys()];
    const { lotId, containerId, batchId, workstationId, runId, quantity } = undone;
    const action = await this.#record({
      type: 'REVERSE',
      ...{ lotId, containerId, batchId, workstationId, runId, quantity },
      reason,
      previousActionId: undone.id,
      reversesId: undone.id,
    });
    // Its links stay as the record of what was said, and are no edges any more.
    await tx.materialLink.updateMany({
      where: { organizationId, actionId: undone.id },
      data: { fromNode: null, toNode: null },
    });
    const was = new Map(touched.map((id) => [id, this.#parts(id)]));
    await this.#postLate(null, touched);
    await this.#insertPostings(action.id, touched, was);
    for (const batchId of touched) this.#show(batchId, action, back.get(batchId) ?? {});
    for (const [id, held] of unopened)
      this.changeContainer(id, { status: 'NEW', batchId: null, quantity: decimalOf(quanta(held)) });
    this.#tell(action, touched);
    return action;
  }

  /** Writes everything that the posted actions changed, and records it. */
  async close(): Promise<void> {
    const context = this.#context;
    const changed = [...this.#rows.values()].filter((row) => row !== this.#before.get(row.id));
    await writeBatches(context, changed, this.#before);
    for (const row of changed) {
      const before = this.#before.get(row.id) ?? null;
      const kind = !before
        ? 'MaterialBatchCreated'
        : this.#recomputed.has(row.id)
          ? 'MaterialBatchRecomputed'
          : before.status !== row.status
            ? 'MaterialBatchStatusChanged'
            : 'MaterialBatchChanged';
      context.record(kind, 'MaterialBatch', before && toldOf(before), toldOf(row), {
        occurredAt: this.occurredAt,
      });
      // What was undone or recorded late may have left containers with more than there is: what went, went from others.
      this.#drainShortage(row.id);
    }
    const containers = [...this.#containers.values()].filter(
      (row) => row !== this.#containersBefore.get(row.id),
    );
    await writeContainers(context, containers, this.#containersBefore, this.#nodes(), this.occurredAt);
    // Where a batch stood before is history by now: what is recorded late changes where it stands since now.
    const since = this.#recomputed.size > 0 ? context.now : this.occurredAt;
    await settleStays(context, changed, this.#before, this.occurredAt, since);
    await settleLots(context, changed, this.#before);
    await settleStocks(context, this.#levels);
    const { batchIds, pieceIds, actionIds } = this.#reached;
    const posted = {
      batchIds: [...batchIds, ...this.#recomputed],
      pieceIds: [...pieceIds],
      actionIds: [...actionIds],
    };
    if (posted.actionIds.length > 0) for (const react of onPosted) await react(context, posted);
  }

  /** Writes an action, of now and of this caller. */
  #record(
    action: Omit<
      Prisma.MaterialActionUncheckedCreateInput,
      'organizationId' | 'id' | 'performedById' | 'occurredAt' | 'createdAt' | 'updatedAt'
    >,
  ): Promise<MaterialAction> {
    const { tx, organizationId, caller, now } = this.#context;
    return tx.materialAction.create({
      data: {
        ...action,
        organizationId,
        id: newId(),
        performedById: caller.tokenId,
        occurredAt: this.occurredAt,
        createdAt: now,
        updatedAt: now,
      },
    });
  }

  #tell(action: MaterialAction, related: readonly string[]): void {
    const { reason } = action;
    const { occurredAt } = this;
    const row = { ...action, version: 1 };
    this.#context.record('MaterialActionRecorded', 'MaterialAction', null, row, {
      related,
      reason,
      occurredAt,
    });
  }

  #nodes(): Map<string, string> {
    return new Map([...this.#rows.values()].map((row) => [row.id, row.nodeId]));
  }

  /** New batches, with nothing in them yet: the action refers to them. */
  async #open(created: readonly NewBatch[]): Promise<void> {
    if (created.length === 0) return;
    const rows = created.map((fresh) => openingRow(this.#context, fresh, this.occurredAt));
    try {
      await insertBatches(this.#context, rows);
    } catch (error) {
      if (isUniqueViolation(error))
        throw InvalidInputError.at('name', 'is taken by another MaterialBatch. Choose another.');
      throw error;
    }
    for (const row of rows) {
      this.#rows.set(row.id, row);
      this.#contents.set(row.id, contentsOf(row));
      this.#created.add(row.id);
    }
  }

  #isLate(touched: readonly string[]): boolean {
    const given = this.#given;
    return (
      given !== null && touched.some((id) => !this.#created.has(id) && this.batch(id).lastActionAt > given)
    );
  }

  #movement(draft: MovementDraft): Movement {
    return {
      id: newId(),
      from: draft.from,
      to: draft.to,
      sourceBatchId: draft.sourceBatchId ?? null,
      destinationBatchId: draft.destinationBatchId ?? null,
      container: draft.container ?? null,
      pieceId: draft.pieceId ?? null,
      quantity: quanta(draft.quantity),
      cycleShift: draft.cycleShift ?? 0,
      stored: null,
    };
  }

  async #postNow(action: LedgerAction, touched: readonly string[]): Promise<void> {
    const was = new Map(touched.map((id) => [id, this.#parts(id)]));
    const links = await this.#applied(() => applyAction(this.#contents, action, () => newId()));
    await insertLinks(this.#context, links);
    await this.#insertPostings(action.id, touched, was);
  }

  /** Computes all batches of these books anew, with an action that is recorded late or without one that was undone. */
  async #postLate(late: LateAction | null, touched: readonly string[]): Promise<void> {
    const existing = [...this.#before.keys()];
    const result = await this.#applied(() => recompute(this.#context, [...existing, ...this.#created], late));
    for (const [batchId, contents] of result.contents) {
      this.#contents.set(batchId, contents);
      if (!touched.includes(batchId)) {
        const before = this.batch(batchId);
        const after = withContents(before, contents);
        if (JSON.stringify(toldOf(before)) !== JSON.stringify(toldOf(after)) || result.changed.has(batchId)) {
          this.#rows.set(batchId, { ...after, version: before.version + 1, updatedAt: this.#context.now });
          this.#recomputed.add(batchId);
        }
      }
    }
    for (const batchId of touched) if (!this.#created.has(batchId)) this.#recomputed.add(batchId);
  }

  #parts(batchId: string): Parts {
    return partsOf(this.contents(batchId));
  }

  async #insertPostings(
    actionId: string,
    touched: readonly string[],
    was: ReadonlyMap<string, Parts>,
  ): Promise<void> {
    if (touched.length === 0) return;
    const { organizationId } = this.#context;
    await this.#context.tx.materialPosting.createMany({
      data: touched.map((batchId) => ({
        organizationId,
        ...postingOf(batchId, actionId, was.get(batchId), this.#parts(batchId)),
      })),
    });
  }

  /** What the ledger refuses, as the input's fault. */
  async #applied<T>(act: () => T | Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw this.#refusalOf(error);
    }
  }

  #refusalOf(error: unknown): unknown {
    if (error instanceof NotYetError) {
      const batch = this.#rows.get(error.batchId);
      return InvalidInputError.at(
        'occurredAt',
        `is when batch ${batch?.name ?? ''} had never consisted of anything.`,
      );
    }
    if (!(error instanceof ShortageError)) return error;
    const { batchId, wanted, there, action } = error;
    const name = this.#rows.get(batchId)?.name ?? 'the batch';
    return InvalidInputError.at(
      'quantity',
      `is more than there is: ${name} had ${amount(there).toFixed()} when ${amount(wanted).toFixed()} was taken from it (${action.type}, ${action.occurredAt.toISOString()}).`,
    );
  }

  /** The row after the action: what it consists of, its status, and what the command changes besides. */
  #show(batchId: string, action: MaterialAction, changes: Partial<BatchColumns>): void {
    const before = this.batch(batchId);
    const next = withContents({ ...before, ...changes }, this.contents(batchId));
    const last = action.occurredAt >= before.lastActionAt;
    const row: BatchRow = {
      ...next,
      lastActionId: last ? action.id : before.lastActionId,
      lastActionAt: last ? action.occurredAt : before.lastActionAt,
      version: this.#before.get(batchId) ? (this.#before.get(batchId) as BatchRow).version + 1 : 1,
      updatedAt: this.#context.now,
    };
    this.#rows.set(batchId, row);
  }

  /** What left the shelf left a container: the one that was named, then what is loose, then the oldest. */
  #settleContainers(movement: MovementDraft): void {
    const batchId = movement.sourceBatchId;
    if (!batchId || movement.from !== 'BATCH') return;
    if (movement.fromContainerId) {
      this.#drain(this.container(movement.fromContainerId), quanta(movement.quantity));
    }
    this.#drainShortage(batchId);
  }

  /** Containers hold no more than there is of their batch: the oldest are emptied first. */
  #drainShortage(batchId: string): void {
    let missing = -this.loose(batchId);
    for (const container of this.containersOf(batchId)) {
      if (missing <= 0n) break;
      // A module whose powder is all set aside still belongs to its batch.
      if (container.quantity.isZero()) continue;
      const taken = missing < quanta(container.quantity) ? missing : quanta(container.quantity);
      this.#drain(container, taken);
      missing -= taken;
    }
  }

  #drain(container: MaterialContainer, quantity: bigint): void {
    const rest = quanta(container.quantity) - quantity;
    if (rest < 0n) {
      throw InvalidInputError.at(
        'containerId',
        `holds ${container.quantity.toFixed()}, less than is to be taken from it.`,
      );
    }
    this.changeContainer(
      container.id,
      rest > 0n
        ? { quantity: decimalOf(rest) }
        : { quantity: decimalOf(0n), status: 'EMPTY', batchId: null, cleanedAt: null },
    );
  }
}
