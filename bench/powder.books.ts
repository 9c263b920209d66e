/**
 * The books of a powder network in memory: what src/materials/books.ts does to rows of the database, done to objects.
 * The ledger itself is the project's own, so nodes, shares and quantities are what the commands would have written.
 */
import type { MaterialActionType, MaterialPlace } from '../prisma/generated/client/client.ts';
import {
  applyAction,
  type Contents,
  emptyBatch,
  type Link,
  type Movement,
  onHand,
  usageCyclesOf,
} from '../src/materials/ledger.ts';
import { quantityOf } from '../src/materials/mixture.ts';
import { traitsJson } from '../src/materials/rows.ts';
import {
  type Cell,
  columns,
  decimalText,
  type RowOf,
  type Sink,
  sharesText,
  type Table,
} from './powder.rows.ts';

/** A place where something stood, or a batch that a container held. */
interface Spell {
  id: string;
  nodeId: string;
  since: number;
}

/** A delivery. Its containers appear one after the other, as they are opened. */
export interface Lot {
  readonly id: string;
  readonly name: string;
  readonly materialId: string;
  readonly expiresAt: Date | null;
  readonly since: number;
  full: bigint;
  version: number;
  readonly unopened: Container[];
  opened: boolean;
}

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly lot: Lot;
  readonly full: bigint;
  readonly since: number;
  quantity: bigint;
  filling: Spell | null;
}

export interface Batch {
  readonly id: string;
  readonly name: string;
  readonly materialId: string;
  readonly isInitial: boolean;
  readonly since: number;
  contents: Contents;
  full: bigint;
  workstation: Workstation | null;
  lastActionId: string | null;
  lastActionAt: number;
  version: number;
  containers: Container[];
  shelf: Spell | null;
  machine: (Spell & { workstation: Workstation }) | null;
  exposed: Map<string, number>;
}

export interface Workstation {
  readonly id: string;
  readonly typeId: string;
}

/** An action, as the generator asks for it. */
export interface Act {
  type: MaterialActionType;
  /** The batch that it is done to. */
  batch?: Batch;
  lot?: Lot;
  workstation?: Workstation;
  runId?: string;
  quantity: bigint;
  reason?: string;
  movements: readonly Movement[];
}

export interface BooksOptions {
  readonly organizationId: string;
  readonly tokenId: string;
  readonly locationId: string;
  /** When it begins, in ms since 1970, and how long an action takes. */
  readonly begin: number;
  readonly step: number;
  readonly sink: Sink;
  /** Of the organization, below 4096: keeps the ids of two networks apart. */
  readonly place?: number;
}

/** How often each was counted. */
export interface Counts {
  batches: number;
  actions: number;
  links: number;
  /** Links that join what batches consist of. */
  batchLinks: number;
}

const tags = new Map(Object.keys(columns).map((table, place) => [table, (0x100 + place).toString(16)]));

export class PowderBooks {
  readonly #options: BooksOptions;
  readonly #contents = new Map<string, Contents>();
  readonly #live = new Map<string, Batch>();
  readonly counts: Counts = { batches: 0, actions: 0, links: 0, batchLinks: 0 };
  /** Every lot of which something is, or was, here. */
  readonly lots = new Map<string, Lot>();
  now: number;
  #ids = 0;

  constructor(options: BooksOptions) {
    this.#options = options;
    this.now = options.begin;
  }

  /** A UUIDv7 of now: its time, whose it is, what it is, and its number. */
  id(table: Table): string {
    const time = Math.floor(this.now).toString(16).padStart(12, '0');
    const place = (this.#options.place ?? 0).toString(16).padStart(3, '0');
    const number = (++this.#ids).toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${tags.get(table)}-8${place}-${number}`;
  }

  /** Emits a row; the organization and the stamps are added. */
  emit<Name extends Table>(table: Name, row: RowOf<Name>, since = this.now, version = 1): void {
    const values: Readonly<Record<string, Cell | undefined>> = row;
    const created = iso(since);
    this.#options.sink(
      table,
      (columns[table] as readonly string[]).map((column) => {
        if (column === 'organizationId') return this.#options.organizationId;
        if (column === 'version') return version;
        if (column === 'createdAt') return created;
        if (column === 'updatedAt') return iso(this.now);
        return values[column] ?? null;
      }),
    );
  }

  get live(): IterableIterator<Batch> {
    return this.#live.values();
  }

  batch(materialId: string, isInitial = false): Batch {
    const number = ++this.counts.batches;
    const id = this.id('MaterialBatch');
    const batch: Batch = {
      id,
      name: `P-${String(number).padStart(7, '0')}`,
      materialId,
      isInitial,
      since: this.now,
      contents: emptyBatch(id),
      full: 0n,
      workstation: null,
      lastActionId: null,
      lastActionAt: this.now,
      version: 0,
      containers: [],
      shelf: null,
      machine: null,
      exposed: new Map(),
    };
    this.#live.set(id, batch);
    this.#contents.set(id, batch.contents);
    return batch;
  }

  /** Posts an action and answers its links. A batch of which nothing is left is written, and gone. */
  post(act: Act): readonly Link[] {
    this.now += this.#options.step;
    const { batch } = act;
    const id = this.id('MaterialAction');
    const occurredAt = new Date(Math.floor(this.now));
    const touched = new Set<string>(batch ? [batch.id] : []);
    for (const each of act.movements) {
      if (each.sourceBatchId) touched.add(each.sourceBatchId);
      if (each.destinationBatchId) touched.add(each.destinationBatchId);
    }
    const before = [...touched].map((each) => this.#parts(each));
    const links = applyAction(
      this.#contents,
      {
        id,
        type: act.type,
        occurredAt,
        batchId: batch?.id ?? null,
        workstationTypeId: act.workstation?.typeId ?? null,
        sets: new Map(),
        movements: act.movements,
      },
      () => this.id('MaterialLink'),
    );
    this.emit('MaterialAction', {
      id,
      type: act.type,
      lotId: act.lot?.id ?? null,
      batchId: batch?.id ?? null,
      workstationId: act.workstation?.id ?? null,
      runId: act.runId ?? null,
      quantity: decimalText(act.quantity),
      reason: act.reason ?? null,
      data: '{}',
      previousActionId: batch?.lastActionId ?? null,
      performedById: this.#options.tokenId,
      occurredAt: occurredAt.toISOString(),
    });
    this.counts.actions++;
    for (const [position, link] of links.entries()) this.#emitLink(link, position);
    for (const movement of act.movements) this.#settleContainers(movement);
    for (const [place, batchId] of [...touched].entries()) {
      this.#emitPosting(batchId, id, before[place] as Parts);
      this.#settle(batchId, id, act.workstation ?? null);
    }
    return links;
  }

  /** A container was opened into a batch, which goes on being in it. */
  open(container: Container, batch: Batch): void {
    container.lot.opened = true;
    container.filling = {
      id: this.id('MaterialContainerFilling'),
      nodeId: batch.contents.nodeId ?? batch.id,
      since: this.now,
    };
    batch.containers.push(container);
  }

  /** Writes all that is still there. */
  close(): void {
    const present = new Set<string>();
    for (const batch of [...this.#live.values()]) {
      for (const lot of batch.contents.mixed.lots.keys()) present.add(lot);
      this.#retire(batch);
    }
    for (const lot of this.lots.values()) {
      for (const container of lot.unopened) this.#emitContainer(container, null);
      const there = present.has(lot.id) || lot.unopened.length > 0;
      this.emit(
        'MaterialLot',
        {
          id: lot.id,
          name: lot.name,
          materialId: lot.materialId,
          status: !lot.opened ? 'AVAILABLE' : there ? 'IN_USE' : 'DONE',
          deliveredAt: iso(lot.since),
          expiresAt: lot.expiresAt?.toISOString() ?? null,
          usageCyclesLimit: null,
          locationId: this.#options.locationId,
          fullQuantity: decimalText(lot.full),
        },
        lot.since,
        lot.version,
      );
    }
    this.lots.clear();
  }

  #parts(batchId: string): Parts {
    const contents = this.#contents.get(batchId) ?? emptyBatch(batchId);
    return { quantity: onHand(contents), reserved: quantityOf(contents.reserved) };
  }

  #emitLink(link: Link, position: number): void {
    const traits = traitsJson(link.traits);
    this.counts.links++;
    if (link.sourceBatchId && link.destinationBatchId && link.fromNode && link.toNode)
      this.counts.batchLinks++;
    this.emit('MaterialLink', {
      id: link.id,
      actionId: link.actionId,
      position,
      fromPlace: link.from,
      toPlace: link.to,
      fromNode: link.fromNode,
      toNode: link.toNode,
      sourceBatchId: link.sourceBatchId,
      destinationBatchId: link.destinationBatchId,
      containerId: link.containerId,
      pieceId: link.pieceId,
      quantity: decimalText(link.quantity),
      cycleShift: link.cycleShift,
      lots: sharesText(link.moved.lots),
      cycles: sharesText(link.moved.cycles),
      traits: traits ? JSON.stringify(traits) : null,
      occurredAt: link.occurredAt.toISOString(),
    });
  }

  #emitPosting(batchId: string, actionId: string, before: Parts): void {
    const after = this.#parts(batchId);
    this.emit('MaterialPosting', {
      batchId,
      actionId,
      change: decimalText(after.quantity - before.quantity),
      reservedChange: decimalText(after.reserved - before.reserved),
      quantityAfter: decimalText(after.quantity),
      reservedAfter: decimalText(after.reserved),
    });
  }

  /** The batch after an action: its place, what it was exposed to, its last action. */
  #settle(batchId: string, actionId: string, workstation: Workstation | null): void {
    const batch = this.#live.get(batchId);
    if (!batch) return;
    const { quantity, reserved } = this.#parts(batchId);
    batch.contents = this.#contents.get(batchId) as Contents;
    batch.workstation = reserved > 0n ? (workstation ?? batch.workstation) : null;
    if (quantity > batch.full) batch.full = quantity;
    batch.lastActionId = actionId;
    batch.lastActionAt = this.now;
    batch.version++;
    for (const type of batch.contents.exposures)
      if (!batch.exposed.has(type)) batch.exposed.set(type, this.now);
    const nodeId = batch.contents.nodeId ?? batch.id;
    const shelved = quantity > reserved;
    if (batch.shelf && (!shelved || batch.shelf.nodeId !== nodeId)) {
      this.#emitStay(batch, batch.shelf, null, this.now);
      batch.shelf = null;
    }
    if (shelved) batch.shelf ??= { id: this.id('MaterialStay'), nodeId, since: this.now };
    if (batch.machine && (!batch.workstation || batch.machine.nodeId !== nodeId)) {
      this.#emitStay(batch, batch.machine, batch.machine.workstation, this.now);
      batch.machine = null;
    }
    if (batch.workstation) {
      batch.machine ??= {
        id: this.id('MaterialStay'),
        nodeId,
        since: this.now,
        workstation: batch.workstation,
      };
    }
    if (quantity === 0n) this.#retire(batch);
  }

  #emitStay(batch: Batch, spell: Spell, workstation: Workstation | null, until: number | null): void {
    this.emit('MaterialStay', {
      id: spell.id,
      batchId: batch.id,
      nodeId: spell.nodeId,
      locationId: this.#options.locationId,
      workstationId: workstation?.id ?? null,
      startedAt: iso(spell.since),
      endedAt: until === null ? null : iso(until),
    });
  }

  /** What left the shelf left a container: what is loose first, then the oldest. */
  #settleContainers(movement: Movement): void {
    const batch =
      movement.from === 'BATCH' && movement.sourceBatchId && this.#live.get(movement.sourceBatchId);
    if (!batch || batch.containers.length === 0) return;
    const contents = this.#contents.get(batch.id) as Contents;
    let missing =
      batch.containers.reduce((sum, each) => sum + each.quantity, 0n) - quantityOf(contents.available);
    batch.containers = batch.containers.filter((container) => {
      if (missing <= 0n) return true;
      const taken = missing < container.quantity ? missing : container.quantity;
      container.quantity -= taken;
      missing -= taken;
      if (container.quantity > 0n) return true;
      this.#emitContainer(container, batch);
      return false;
    });
  }

  #emitContainer(container: Container, batch: Batch | null): void {
    const holds = container.quantity > 0n;
    this.emit(
      'MaterialContainer',
      {
        id: container.id,
        name: container.name,
        type: 'DISPOSABLE',
        status: !container.filling ? 'NEW' : holds ? 'IN_USE' : 'EMPTY',
        lotId: container.lot.id,
        materialId: container.lot.materialId,
        batchId: holds && batch ? batch.id : null,
        fullQuantity: decimalText(container.full),
        quantity: decimalText(container.quantity),
        locationId: this.#options.locationId,
      },
      container.since,
    );
    if (!container.filling || !batch) return;
    this.emit('MaterialContainerFilling', {
      id: container.filling.id,
      containerId: container.id,
      batchId: batch.id,
      nodeId: container.filling.nodeId,
      startedAt: iso(container.filling.since),
      endedAt: holds ? null : iso(this.now),
    });
  }

  /** Writes a batch as it is, with all that is open of it, and forgets it. */
  #retire(batch: Batch): void {
    const { contents } = batch;
    const quantity = onHand(contents);
    const reserved = quantityOf(contents.reserved);
    if (batch.shelf) this.#emitStay(batch, batch.shelf, null, null);
    if (batch.machine) this.#emitStay(batch, batch.machine, batch.machine.workstation, null);
    for (const container of batch.containers) this.#emitContainer(container, batch);
    for (const [workstationTypeId, since] of batch.exposed) {
      this.emit('MaterialBatchExposure', { batchId: batch.id, workstationTypeId, since: iso(since) });
    }
    this.emit(
      'MaterialBatch',
      {
        id: batch.id,
        name: batch.name,
        materialId: batch.materialId,
        status:
          quantity === 0n ? 'DONE' : batch.workstation ? 'IN_USE' : batch.version === 1 ? 'NEW' : 'IDLE',
        quality: contents.quality,
        quantity: decimalText(quantity),
        reserved: decimalText(reserved),
        fullQuantity: decimalText(batch.full),
        usageCycles: usageCyclesOf(contents),
        usageCyclesLimit: contents.usageCyclesLimit,
        expiresAt: contents.expiresAt?.toISOString() ?? null,
        isInitial: batch.isInitial,
        locationId: this.#options.locationId,
        workstationId: batch.workstation?.id ?? null,
        nodeId: contents.nodeId ?? batch.id,
        mixedLots: sharesText(contents.mixed.lots),
        mixedCycles: sharesText(contents.mixed.cycles),
        lots: sharesText(contents.available.lots),
        cycles: sharesText(contents.available.cycles),
        reservedLots: sharesText(contents.reserved.lots),
        reservedCycles: sharesText(contents.reserved.cycles),
        lastActionId: batch.lastActionId,
        lastActionAt: iso(batch.lastActionAt),
      },
      batch.since,
      batch.version,
    );
    this.#live.delete(batch.id);
    this.#contents.delete(batch.id);
  }
}

interface Parts {
  quantity: bigint;
  reserved: bigint;
}

const iso = (ms: number): string => new Date(Math.floor(ms)).toISOString();

/** A movement; what is left out is nothing. */
export const moved = (
  from: MaterialPlace,
  to: MaterialPlace,
  quantity: bigint,
  id: string,
  more: Partial<Movement> = {},
): Movement => ({
  id,
  from,
  to,
  quantity,
  sourceBatchId: null,
  destinationBatchId: null,
  container: null,
  pieceId: null,
  cycleShift: 0,
  stored: null,
  ...more,
});
