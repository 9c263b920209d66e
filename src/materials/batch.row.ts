/** A batch as a row of the database, and as the ledger sees it. */
import type { MaterialBatch } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import type { Row } from '../events/record.ts';
import { type Contents, onHand, usageCyclesOf } from './ledger.ts';
import { amount, fromJson, type Holding, quantityOf, toJson } from './mixture.ts';

/** A batch with the types of machine that some of it was in. */
export type BatchRow = MaterialBatch & { exposures: { workstationTypeId: string }[] };

/** What a command says of a batch that it makes. */
export interface NewBatch
  extends Pick<MaterialBatch, 'id' | 'name' | 'materialId' | 'locationId' | 'subLocationId'>,
    Partial<Pick<MaterialBatch, 'notes' | 'isInitial' | 'workstationId' | 'externalBuildId'>> {}

const holding = (lots: unknown, cycles: unknown): Holding => ({
  lots: fromJson(lots),
  cycles: fromJson(cycles),
});

/** What a batch's row says that it consists of. */
export function contentsOf(row: BatchRow): Contents {
  const mixed = holding(row.mixedLots, row.mixedCycles);
  return {
    batchId: row.id,
    // Nothing was in it yet, or all that made it was undone.
    nodeId: quantityOf(mixed) > 0n ? row.nodeId : null,
    mixed,
    available: holding(row.lots, row.cycles),
    reserved: holding(row.reservedLots, row.reservedCycles),
    quality: row.quality,
    expiresAt: row.expiresAt,
    usageCyclesLimit: row.usageCyclesLimit,
    exposures: new Set(row.exposures.map((each) => each.workstationTypeId)),
  };
}

/** Quanta as the type that Prisma gives decimals in. */
export function decimalOf(value: bigint): MaterialBatch['quantity'] {
  return amount(value) as unknown as MaterialBatch['quantity'];
}

/** The row of a new batch, with nothing in it yet. */
export function openingRow(context: CommandContext, fresh: NewBatch, at: Date): BatchRow {
  const zero = decimalOf(0n);
  return {
    ...context.fresh(fresh.id),
    name: fresh.name,
    materialId: fresh.materialId,
    status: 'NEW',
    customStatus: null,
    quality: 'NEW',
    quantity: zero,
    reserved: zero,
    fullQuantity: zero,
    usageCycles: 0,
    usageCyclesLimit: null,
    expiresAt: null,
    isInitial: fresh.isInitial ?? false,
    locationId: fresh.locationId,
    subLocationId: fresh.subLocationId,
    workstationId: fresh.workstationId ?? null,
    dockedAtId: null,
    externalBuildId: fresh.externalBuildId ?? null,
    notes: fresh.notes ?? null,
    nodeId: fresh.id,
    mixedLots: {},
    mixedCycles: {},
    lots: {},
    cycles: {},
    reservedLots: {},
    reservedCycles: {},
    lastActionId: null,
    lastActionAt: at,
    exposures: [],
  };
}

/**
 * The row with these contents. Its status follows: DONE with nothing left, IN_USE while it is in a machine, else IDLE.
 * A batch of which nothing is in the machine any more is not loaded.
 */
export function withContents(row: BatchRow, contents: Contents): BatchRow {
  const quantity = onHand(contents);
  const reserved = quantityOf(contents.reserved);
  const full = row.fullQuantity.gt(decimalOf(quantity)) ? row.fullQuantity : decimalOf(quantity);
  const workstationId = reserved > 0n ? row.workstationId : null;
  return {
    ...row,
    status:
      quantity === 0n
        ? 'DONE'
        : workstationId
          ? 'IN_USE'
          : row.status === 'NEW' && row.lastActionId === null
            ? 'NEW'
            : 'IDLE',
    workstationId,
    quality: contents.quality,
    quantity: decimalOf(quantity),
    reserved: decimalOf(reserved),
    fullQuantity: full,
    usageCycles: usageCyclesOf(contents),
    usageCyclesLimit: contents.usageCyclesLimit,
    expiresAt: contents.expiresAt,
    nodeId: contents.nodeId ?? row.id,
    mixedLots: toJson(contents.mixed.lots),
    mixedCycles: toJson(contents.mixed.cycles),
    lots: toJson(contents.available.lots),
    cycles: toJson(contents.available.cycles),
    reservedLots: toJson(contents.reserved.lots),
    reservedCycles: toJson(contents.reserved.cycles),
    exposures: [...contents.exposures].sort().map((workstationTypeId) => ({ workstationTypeId })),
  };
}

/** What the log keeps of a batch: not its shares, which follow from the links. */
export function toldOf(row: BatchRow): Row {
  const {
    mixedLots: _mixedLots,
    mixedCycles: _mixedCycles,
    lots: _lots,
    cycles: _cycles,
    reservedLots: _reservedLots,
    reservedCycles: _reservedCycles,
    nodeId: _nodeId,
    lastActionAt: _lastActionAt,
    exposures: _exposures,
    ...told
  } = row;
  return told;
}
