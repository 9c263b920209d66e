/** Random histories of a powder shop, written as rows through the ledger, with what they make possible by brute force. */
import type { MaterialActionType } from '../../../prisma/generated/client/client.ts';
import { newId } from '../../../src/ids.ts';
import {
  applyAction,
  type Contents,
  emptyBatch,
  type LedgerAction,
  type Link,
  type Movement,
  onHand,
} from '../../../src/materials/ledger.ts';
import { amount, quantityOf, toJson } from '../../../src/materials/mixture.ts';
import { linkRow } from '../../../src/materials/rows.ts';
import { type TestApp, type TestOrganization, unique } from '../../support/app.ts';
import { makeOrder, makeShop, type Shop } from '../../support/factories.ts';
import { uuidOf } from '../support.ts';

/** One gram, in quanta. */
export const gram = 10n ** 12n;

/** What may happen: numbers choose, so that a history is a list of triples. */
export type Step = readonly [what: number, who: number, much: number];

type Taken = Pick<Movement, 'from' | 'to'> &
  Partial<Pick<Movement, 'sourceBatchId' | 'destinationBatchId' | 'container' | 'pieceId' | 'cycleShift'>> & {
    quantity: bigint;
  };

interface Machine {
  workstationId: string;
  loaded: string | null;
}

/** A shop whose history is made in memory, action by action, and written at once. */
export class History {
  readonly organizationId: string;
  readonly shop: Shop;
  readonly lots: { id: string; containers: { id: string; quantity: bigint; opened: boolean }[] }[] = [];
  readonly batches = new Map<string, Contents>();
  readonly pieces: string[];
  readonly machine: Machine;
  readonly links: Link[] = [];
  /** What may be in each batch now, in each piece, and ever was in each batch: uuids of lots, containers, batches. */
  readonly possible = new Map<string, Set<string>>();
  readonly ever = new Map<string, Set<string>>();
  readonly actions: {
    id: string;
    type: MaterialActionType;
    batchId: string | null;
    at: Date;
    workstationId: string | null;
  }[] = [];
  readonly stays: {
    batchId: string;
    nodeId: string;
    workstationId: string | null;
    startedAt: Date;
    endedAt: Date | null;
  }[] = [];
  #used = 0;
  #at = Date.UTC(2026, 0, 1);

  constructor(organizationId: string, shop: Shop, pieces: readonly string[]) {
    this.organizationId = organizationId;
    this.shop = shop;
    this.pieces = [...pieces];
    this.machine = { workstationId: uuidOf(shop.printerId), loaded: null };
  }

  /** The pieces that were made of something. */
  get made(): string[] {
    return this.pieces.slice(0, this.#used);
  }

  /** A lot of so many containers of so many grams each. */
  lot(containers: number, grams: number): string {
    const id = newId();
    const inside = Array.from({ length: containers }, () => ({
      id: newId(),
      quantity: BigInt(grams) * gram,
      opened: false,
    }));
    this.lots.push({ id, containers: inside });
    this.act(
      'RECEIVE_LOT',
      null,
      inside.map((each) => ({
        from: 'SUPPLIER',
        to: 'CONTAINER',
        container: this.#of(id, each.id),
        quantity: each.quantity,
      })),
    );
    return id;
  }

  #of = (lotId: string, id: string) => ({ id, lotId, expiresAt: null, usageCyclesLimit: null });

  /** A first batch, or an addition to one, of the next unopened container of a lot. */
  open(lotId: string, into: string | null = null): string | null {
    const lot = this.lots.find((each) => each.id === lotId);
    const container = lot?.containers.find((each) => !each.opened);
    if (!lot || !container) return null;
    container.opened = true;
    const batchId = into ?? newId();
    this.act(into ? 'ADD_CONTAINER' : 'CREATE_INITIAL_BATCH', batchId, [
      {
        from: 'CONTAINER',
        to: 'BATCH',
        destinationBatchId: batchId,
        container: this.#of(lot.id, container.id),
        quantity: container.quantity,
      },
    ]);
    return batchId;
  }

  available = (batchId: string): bigint =>
    quantityOf(this.batches.get(batchId)?.available ?? emptyBatch('').available);
  reserved = (batchId: string): bigint =>
    quantityOf(this.batches.get(batchId)?.reserved ?? emptyBatch('').reserved);

  split(batchId: string, quantity: bigint): string {
    const child = newId();
    this.act('SPLIT', batchId, [
      { from: 'BATCH', to: 'BATCH', sourceBatchId: batchId, destinationBatchId: child, quantity },
    ]);
    return child;
  }

  blend(sources: readonly { batchId: string; quantity: bigint }[], into = newId()): string {
    this.act(
      'BLEND',
      into,
      sources.map(({ batchId, quantity }) => ({
        from: 'BATCH',
        to: 'BATCH',
        sourceBatchId: batchId,
        destinationBatchId: into,
        quantity,
      })),
    );
    return into;
  }

  load(batchId: string, quantity: bigint): void {
    this.act('LOAD', batchId, [
      { from: 'BATCH', to: 'LOADED', sourceBatchId: batchId, destinationBatchId: batchId, quantity },
    ]);
    this.machine.loaded = batchId;
    this.#stay(batchId);
  }

  topOff(batchId: string, quantity: bigint): void {
    const into = this.machine.loaded as string;
    this.act('TOP_OFF', batchId, [
      { from: 'BATCH', to: 'LOADED', sourceBatchId: batchId, destinationBatchId: into, quantity },
    ]);
    this.#leave();
    this.#stay(into);
  }

  consume(quantity: bigint): string | null {
    const piece = this.pieces[this.#used];
    const batchId = this.machine.loaded as string;
    if (!piece) return null;
    this.#used += 1;
    this.act('CONSUME', batchId, [
      { from: 'LOADED', to: 'PIECE', sourceBatchId: batchId, pieceId: piece, quantity },
    ]);
    this.#unloadedIfEmpty();
    return piece;
  }

  /** Takes powder out of the chamber into a new batch, or out of the hopper back to its batch. */
  unload(where: 'UNLOAD_CHAMBER' | 'UNLOAD_HOPPER', quantity: bigint): string {
    const batchId = this.machine.loaded as string;
    const into = where === 'UNLOAD_CHAMBER' ? newId() : batchId;
    this.act(where, batchId, [
      {
        from: 'LOADED',
        to: 'BATCH',
        sourceBatchId: batchId,
        destinationBatchId: into,
        cycleShift: where === 'UNLOAD_CHAMBER' ? 1 : 0,
        quantity,
      },
    ]);
    if (where === 'UNLOAD_HOPPER' && this.reserved(batchId) > 0n) {
      this.#leave();
      this.#stay(batchId);
    }
    this.#unloadedIfEmpty();
    return into;
  }

  lose(type: 'SCRAP' | 'SIEVE' | 'SAMPLE' | 'ADJUST' | 'RETURN', batchId: string, quantity: bigint): void {
    const to = (
      {
        SCRAP: 'SCRAP',
        SIEVE: 'SIEVE_LOSS',
        SAMPLE: 'SAMPLE',
        ADJUST: 'ADJUSTMENT',
        RETURN: 'RETURNED',
      } as const
    )[type];
    this.act(type, batchId, [{ from: 'BATCH', to, sourceBatchId: batchId, quantity }]);
  }

  find(batchId: string, quantity: bigint): void {
    this.act('ADJUST', batchId, [{ from: 'ADJUSTMENT', to: 'BATCH', destinationBatchId: batchId, quantity }]);
  }

  #stay(batchId: string): void {
    const nodeId = this.batches.get(batchId)?.nodeId ?? batchId;
    const { workstationId } = this.machine;
    this.stays.push({ batchId, nodeId, workstationId, startedAt: new Date(this.#at), endedAt: null });
  }

  #leave(): void {
    const last = this.stays.at(-1);
    if (last) last.endedAt = new Date(this.#at);
  }

  #unloadedIfEmpty(): void {
    if (this.machine.loaded === null || this.reserved(this.machine.loaded) > 0n) return;
    this.#leave();
    this.machine.loaded = null;
  }

  /** The instant of the last action. */
  get at(): Date {
    return new Date(this.#at);
  }

  act(type: MaterialActionType, batchId: string | null, taken: readonly Taken[]): void {
    this.#at += 60_000;
    const movements = taken.map(
      (each): Movement => ({
        id: newId(),
        sourceBatchId: null,
        destinationBatchId: null,
        container: null,
        pieceId: null,
        cycleShift: 0,
        stored: null,
        ...each,
      }),
    );
    const atMachine = movements.some((each) => each.from === 'LOADED' || each.to === 'LOADED');
    const action: LedgerAction = {
      id: newId(),
      type,
      occurredAt: new Date(this.#at),
      batchId,
      workstationTypeId: null,
      sets: new Map(),
      movements,
    };
    this.#follow(movements);
    this.links.push(...applyAction(this.batches, action, () => newId()));
    this.actions.push({
      id: action.id,
      type,
      batchId,
      at: action.occurredAt,
      workstationId: atMachine ? this.machine.workstationId : null,
    });
  }

  /** What becomes possible, without the ledger: what is moved brings all that may be in it, and itself. */
  #follow(movements: readonly Movement[]): void {
    for (const { from, to, sourceBatchId, destinationBatchId, container, pieceId } of movements) {
      const brought = new Set<string>();
      if (from === 'SUPPLIER' && container) brought.add(container.lotId);
      if (from === 'CONTAINER' && container) brought.add(container.lotId).add(container.id);
      if (sourceBatchId && sourceBatchId !== destinationBatchId) {
        brought.add(sourceBatchId);
        for (const each of this.possible.get(sourceBatchId) ?? []) brought.add(each);
      }
      const into = to === 'PIECE' ? pieceId : to === 'CONTAINER' ? container?.id : destinationBatchId;
      if (!into || brought.size === 0) continue;
      const contents = this.batches.get(into);
      // What is empty begins anew.
      if (contents && onHand(contents) === 0n) this.possible.set(into, new Set());
      const now = this.possible.get(into) ?? new Set<string>();
      const ever = this.ever.get(into) ?? new Set<string>();
      for (const each of brought) {
        // A batch that comes back to itself is no ancestor of its own.
        if (each !== into) ever.add(each);
        now.add(each);
      }
      this.possible.set(into, now);
      this.ever.set(into, ever);
    }
  }

  /** Lets steps happen as far as they can. */
  play(steps: readonly Step[]): void {
    for (const [what, who, much] of steps) {
      const live = [...this.batches.keys()].filter((id) => this.available(id) > 1n);
      const batchId = live[who % Math.max(live.length, 1)];
      const other = live[(who + 1 + (much % 7)) % Math.max(live.length, 1)];
      const lot = this.lots[who % Math.max(this.lots.length, 1)];
      const part = (id: string) => {
        const there = this.available(id);
        const share = (there * BigInt(1 + (much % 97))) / 100n;
        return much % 5 === 0 || share === 0n ? there : share;
      };
      const { loaded } = this.machine;
      const inside = () => {
        const there = this.reserved(loaded as string);
        const share = (there * BigInt(1 + (much % 89))) / 90n;
        return much % 6 === 0 || share === 0n ? there : share;
      };
      switch (what % 14) {
        case 0:
          if (lot) this.open(lot.id);
          break;
        case 1:
          if (lot && batchId) this.open(lot.id, batchId);
          break;
        case 2:
        case 3:
          if (batchId) this.split(batchId, part(batchId));
          break;
        case 4:
        case 5:
          if (batchId && other && other !== batchId) {
            this.blend([
              { batchId, quantity: part(batchId) },
              { batchId: other, quantity: part(other) },
            ]);
          }
          break;
        case 6:
          // What was taken out comes back into one that exists.
          if (batchId && other && other !== batchId)
            this.blend([{ batchId, quantity: part(batchId) }], other);
          break;
        case 7:
        case 8:
          if (batchId && !loaded) this.load(batchId, part(batchId));
          else if (batchId && batchId !== loaded) this.topOff(batchId, part(batchId));
          break;
        case 9:
        case 10:
          if (loaded) this.consume(inside());
          break;
        case 11:
          if (loaded) this.unload(much % 2 === 0 ? 'UNLOAD_CHAMBER' : 'UNLOAD_HOPPER', inside());
          break;
        case 12:
          if (batchId)
            this.lose(
              (['SCRAP', 'SIEVE', 'SAMPLE', 'ADJUST', 'RETURN'] as const)[much % 5] ?? 'SCRAP',
              batchId,
              part(batchId),
            );
          break;
        default:
          if (batchId) this.find(batchId, BigInt(much + 1));
      }
    }
  }

  /** Writes everything that has happened. Once. */
  async write(app: TestApp): Promise<this> {
    const { prisma } = app.app;
    const { organizationId } = this;
    const now = new Date();
    const stamps = { version: 1, createdAt: now, updatedAt: now };
    const locationId = uuidOf(this.shop.locationId);
    const materialId = uuidOf(this.shop.materialId);
    await prisma.materialLot.createMany({
      data: this.lots.map(({ id, containers }) => ({
        organizationId,
        id,
        name: unique('Lot'),
        materialId,
        status: 'IN_USE',
        locationId,
        fullQuantity: amount(containers.reduce((sum, each) => sum + each.quantity, 0n)).toFixed(),
        ...stamps,
      })),
    });
    await prisma.materialContainer.createMany({
      data: this.lots.flatMap(({ id: lotId, containers }) =>
        containers.map(({ id, quantity, opened }) => ({
          organizationId,
          id,
          name: unique('Container'),
          type: 'DISPOSABLE' as const,
          status: opened ? ('EMPTY' as const) : ('NEW' as const),
          lotId,
          materialId,
          fullQuantity: amount(quantity).toFixed(),
          quantity: opened ? '0' : amount(quantity).toFixed(),
          locationId,
          ...stamps,
        })),
      ),
    });
    const made = [...this.batches.values()];
    await prisma.materialBatch.createMany({
      data: made.map((contents) => ({
        organizationId,
        id: contents.batchId,
        name: unique('Batch'),
        materialId,
        status: onHand(contents) === 0n ? ('DONE' as const) : ('IDLE' as const),
        quantity: amount(onHand(contents)).toFixed(),
        reserved: amount(quantityOf(contents.reserved)).toFixed(),
        fullQuantity: amount(onHand(contents)).toFixed(),
        locationId,
        workstationId: this.machine.loaded === contents.batchId ? this.machine.workstationId : null,
        nodeId: contents.nodeId ?? contents.batchId,
        mixedLots: toJson(contents.mixed.lots),
        mixedCycles: toJson(contents.mixed.cycles),
        lots: toJson(contents.available.lots),
        cycles: toJson(contents.available.cycles),
        reservedLots: toJson(contents.reserved.lots),
        reservedCycles: toJson(contents.reserved.cycles),
        lastActionAt: this.at,
        ...stamps,
      })),
    });
    await prisma.materialAction.createMany({
      data: this.actions.map(({ id, type, batchId, at, workstationId }) => ({
        organizationId,
        id,
        type,
        batchId,
        workstationId,
        occurredAt: at,
        createdAt: now,
        updatedAt: now,
      })),
    });
    await prisma.materialLink.createMany({
      data: this.links.map((link, position) => linkRow(organizationId, link, position)),
    });
    await prisma.materialStay.createMany({
      data: this.stays.map((stay) => ({ organizationId, id: newId(), locationId, ...stay })),
    });
    return this;
  }
}

/** A shop with pieces to be made, of an organization of its own unless one is given. */
export async function beginHistory(
  app: TestApp,
  { organization, pieces = 40 }: { organization?: TestOrganization; pieces?: number } = {},
): Promise<{ history: History; organization: TestOrganization; shop: Shop; pieceIds: string[] }> {
  const ours = organization ?? (await app.organizations()).ours;
  const shop = await makeShop(ours.client);
  const order = await makeOrder(ours.client, shop, { quantity: pieces });
  const pieceIds = order.pieces.map((piece) => piece.id);
  const history = new History(ours.organizationId, shop, pieceIds.map(uuidOf));
  return { history, organization: ours, shop, pieceIds };
}
