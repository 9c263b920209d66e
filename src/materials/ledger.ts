/**
 * What moving material does to what batches consist of: pure, exact, and the only place that says so. The commands
 * apply one action at a time; a recomputation applies all actions of some batches again, in the order in which they
 * happened. Both give the same, which the tests hold.
 */
import type {
  MaterialActionType,
  MaterialPlace,
  PowderQuality,
} from '../../prisma/generated/client/client.ts';
import {
  aged,
  amount,
  type Holding,
  minus,
  nothing,
  oldest,
  plus,
  portion,
  quantityOf,
  virgin,
} from './mixture.ts';

/** What a batch consists of, at one moment. */
export interface Contents {
  batchId: string;
  /** Changes whenever something is mixed in: the node of the genealogy. Null before the first. */
  nodeId: string | null;
  /** All of the batch when that node was made: its proportions hold until the next. */
  mixed: Holding;
  /** At hand now. */
  available: Holding;
  /** In the machine, or set aside for a deferred build. */
  reserved: Holding;
  quality: PowderQuality;
  expiresAt: Date | null;
  usageCyclesLimit: number | null;
  /** Types of workstation that some of it was in. */
  exposures: ReadonlySet<string>;
}

/** Nothing yet: a batch before its first action. */
export function emptyBatch(batchId: string): Contents {
  return {
    batchId,
    nodeId: null,
    mixed: nothing,
    available: nothing,
    reserved: nothing,
    quality: 'NEW',
    expiresAt: null,
    usageCyclesLimit: null,
    exposures: new Set(),
  };
}

/** A batch that is not yet anywhere: quantities of its two parts, in quanta. */
export const onHand = (contents: Contents): bigint =>
  quantityOf(contents.available) + quantityOf(contents.reserved);

/** How much of a batch there is, in quanta: in all, and of that reserved. */
export interface Parts {
  quantity: bigint;
  reserved: bigint;
}

export const partsOf = (contents: Contents): Parts => ({
  quantity: onHand(contents),
  reserved: quantityOf(contents.reserved),
});

/** What material brings into a batch besides itself. */
export type Traits = Pick<Contents, 'quality' | 'expiresAt' | 'usageCyclesLimit' | 'exposures'>;

/** Material that an action moves. */
export interface Movement {
  /** The id of its link. */
  id: string;
  from: MaterialPlace;
  to: MaterialPlace;
  sourceBatchId: string | null;
  destinationBatchId: string | null;
  /** The container of a lot that it comes from, with what virgin material out of it is. */
  container: { id: string; lotId: string; expiresAt: Date | null; usageCyclesLimit: number | null } | null;
  pieceId: string | null;
  quantity: bigint;
  cycleShift: number;
  /** What was stored of a source that is not computed again. */
  stored: { moved: Holding; fromNode: string | null; traits: Traits | null } | null;
}

/** An action as the ledger sees it. */
export interface LedgerAction {
  id: string;
  type: MaterialActionType;
  occurredAt: Date;
  /** The batch that it is done to, where there is one. */
  batchId: string | null;
  /** The type of machine that its material was in. */
  workstationTypeId: string | null;
  /** Traits that a person set, by batch. */
  sets: ReadonlyMap<string, Partial<Pick<Contents, 'quality' | 'expiresAt' | 'usageCyclesLimit'>>>;
  movements: readonly Movement[];
}

/** A link as it is stored: a movement with what it moved and between which nodes. */
export interface Link extends Omit<Movement, 'container' | 'stored'> {
  actionId: string;
  containerId: string | null;
  fromNode: string | null;
  toNode: string | null;
  moved: Holding;
  /** What it was like where it came from; null where it is of no consequence. */
  traits: Traits | null;
  occurredAt: Date;
}

/** More was to be taken than there was. */
export class ShortageError extends Error {
  override readonly name = 'ShortageError';
  readonly batchId: string;
  readonly wanted: bigint;
  readonly there: bigint;
  readonly action: LedgerAction;
  constructor(batchId: string, wanted: bigint, there: bigint, action: LedgerAction) {
    super(
      `Batch ${batchId} had ${amount(there).toFixed()} when ${amount(wanted).toFixed()} was taken by ${action.type} at ${action.occurredAt.toISOString()}.`,
    );
    this.batchId = batchId;
    this.wanted = wanted;
    this.there = there;
    this.action = action;
  }
}

/** Something was to be done to a batch before there was one. */
export class NotYetError extends Error {
  override readonly name = 'NotYetError';
  readonly batchId: string;
  constructor(batchId: string, action: LedgerAction) {
    super(`${action.type} at ${action.occurredAt.toISOString()} is before batch ${batchId} was made.`);
    this.batchId = batchId;
  }
}

/** The link that says that a batch goes on as another node: what was in it stays in it. */
export const isCarry = (link: {
  sourceBatchId: string | null;
  destinationBatchId: string | null;
  from: string;
  to: string;
}) =>
  link.sourceBatchId !== null &&
  link.sourceBatchId === link.destinationBatchId &&
  link.from === 'BATCH' &&
  link.to === 'BATCH';

/** The id of the link that carries a batch over to another node: told by the node. */
export type CarryId = (actionId: string, batchId: string) => string;

/**
 * Applies an action to the batches it touches, in place in `batches`, and answers its links, in order.
 *
 * Mixing rules (the practice of powder shops): proportions follow quantities; the earliest expiry and the smallest
 * limit win; unsieved if any is unsieved, unknown if any is unknown, else sieved if any is sieved; exposures add up.
 * Powder from the chamber was in a build once more and is unsieved.
 *
 * @throws ShortageError, NotYetError
 */
export function applyAction(batches: Map<string, Contents>, action: LedgerAction, carryId: CarryId): Link[] {
  const links: Link[] = [];
  const begun = new Map<string, string>();
  const state = (id: string | null): Contents => {
    if (!id) throw new Error(`An action of type ${action.type} moves material of no batch.`);
    const known = batches.get(id) ?? emptyBatch(id);
    batches.set(id, known);
    return known;
  };
  const link = (
    movement: Omit<Movement, 'container' | 'stored'>,
    more: Omit<Partial<Link>, 'id'>,
    moved: Holding,
  ) => {
    const { id, from, to, sourceBatchId, destinationBatchId, pieceId, quantity, cycleShift } = movement;
    links.push({
      id,
      from,
      to,
      sourceBatchId,
      destinationBatchId,
      pieceId,
      quantity,
      cycleShift,
      actionId: action.id,
      containerId: null,
      fromNode: null,
      toNode: null,
      traits: null,
      ...more,
      moved,
      occurredAt: action.occurredAt,
    });
  };

  for (const movement of action.movements) {
    const { drawn, node: fromNode, traits } = draw(movement, action, state);
    const arrived = aged(drawn, movement.cycleShift);
    let toNode: string | null = null;
    if (movement.to === 'BATCH' || movement.to === 'LOADED') {
      const contents = state(movement.destinationBatchId);
      const within = movement.sourceBatchId === movement.destinationBatchId && movement.from !== movement.to;
      // Back from the hopper: what was in a machine joins what was not.
      const joins = movement.from === 'CONTAINER' || movement.from === 'BATCH' || movement.from === 'LOADED';
      const mixes = joins && (!within || (movement.from === 'LOADED' && movement.to === 'BATCH'));
      if (mixes && !begun.has(contents.batchId)) {
        begun.set(contents.batchId, contents.nodeId === null ? contents.batchId : movement.id);
        const before = plus(contents.available, contents.reserved);
        if (contents.nodeId !== null && quantityOf(before) > 0n) {
          link(
            {
              id: carryId(action.id, contents.batchId),
              from: 'BATCH',
              to: 'BATCH',
              sourceBatchId: contents.batchId,
              destinationBatchId: contents.batchId,
              pieceId: null,
              quantity: quantityOf(before),
              cycleShift: 0,
            },
            { fromNode: contents.nodeId, toNode: movement.id },
            before,
          );
        }
      }
      if (mixes) {
        const exposed =
          movement.from === 'LOADED' && action.workstationTypeId ? [action.workstationTypeId] : [];
        mixTraits(contents, traits, exposed, action);
        contents.nodeId = begun.get(contents.batchId) as string;
      }
      toNode = contents.nodeId;
      if (movement.to === 'BATCH') contents.available = plus(contents.available, arrived);
      else {
        contents.reserved = plus(contents.reserved, arrived);
        // What is in the machine is exposed to it from now on.
        if (action.workstationTypeId)
          contents.exposures = new Set([...contents.exposures, action.workstationTypeId]);
      }
    } else if (movement.to === 'PIECE') {
      toNode = movement.pieceId;
    } else if (movement.to === 'CONTAINER') {
      toNode = movement.container?.id ?? null;
    }
    link(
      movement,
      {
        containerId: movement.container?.id ?? null,
        traits: movement.destinationBatchId && traits ? copyOf(traits) : null,
        // Powder that stays in its batch makes no edge.
        ...(fromNode !== null && fromNode === toNode ? {} : { fromNode, toNode }),
      },
      drawn,
    );
  }

  for (const batchId of begun.keys()) {
    const contents = state(batchId);
    contents.mixed = plus(contents.available, contents.reserved);
  }
  if (action.type === 'SIEVE') state(action.batchId).quality = 'SIEVED';
  for (const [batchId, set] of action.sets) Object.assign(state(batchId), set);
  return links;
}

const copyOf = ({ quality, expiresAt, usageCyclesLimit, exposures }: Traits): Traits => ({
  quality,
  expiresAt,
  usageCyclesLimit,
  exposures: new Set(exposures),
});

function draw(
  movement: Movement,
  action: LedgerAction,
  state: (id: string | null) => Contents,
): { drawn: Holding; node: string | null; traits: Traits | null } {
  const { from, quantity, container, stored } = movement;
  if (stored) return { drawn: stored.moved, node: stored.fromNode, traits: stored.traits };
  if (from === 'BATCH' || from === 'LOADED') {
    const contents = state(movement.sourceBatchId);
    const part = from === 'BATCH' ? contents.available : contents.reserved;
    const there = quantityOf(part);
    if (quantity > there) throw new ShortageError(contents.batchId, quantity, there, action);
    const drawn = portion(part, quantity);
    const rest = minus(part, drawn);
    if (from === 'BATCH') contents.available = rest;
    else contents.reserved = rest;
    return { drawn, node: contents.nodeId, traits: copyOf(contents) };
  }
  if (from === 'CONTAINER' && container) {
    const { expiresAt, usageCyclesLimit } = container;
    return {
      drawn: virgin(container.lotId, quantity),
      node: container.id,
      traits: { quality: 'NEW', expiresAt, usageCyclesLimit, exposures: new Set() },
    };
  }
  if (from === 'SUPPLIER' && container) {
    return { drawn: virgin(container.lotId, quantity), node: container.lotId, traits: null };
  }
  if (from === 'ADJUSTMENT' && container) {
    // An unopened container was found to hold more than was received.
    return { drawn: virgin(container.lotId, quantity), node: null, traits: null };
  }
  if (from === 'ADJUSTMENT') {
    // A stock-take that finds more finds more of the same.
    const contents = state(movement.destinationBatchId);
    const now = plus(contents.available, contents.reserved);
    const like = quantityOf(now) > 0n ? now : contents.mixed;
    // Nothing ever was in it, or all that made it was undone.
    if (quantityOf(like) === 0n) throw new NotYetError(contents.batchId, action);
    return {
      drawn: portion(like, quantity),
      node: null,
      traits: null,
    };
  }
  throw new Error(`Nothing can be taken from ${from}.`);
}

const rank: Record<PowderQuality, number> = { NEW: 0, SIEVED: 1, UNKNOWN: 2, UNSIEVED: 3 };

function mixTraits(
  contents: Contents,
  traits: Traits | null,
  exposed: readonly string[],
  action: LedgerAction,
): void {
  if (!traits) return;
  const wasEmpty = onHand(contents) === 0n;
  const quality = action.type === 'UNLOAD_CHAMBER' ? 'UNSIEVED' : traits.quality;
  contents.quality = wasEmpty || rank[quality] > rank[contents.quality] ? quality : contents.quality;
  contents.expiresAt = wasEmpty ? traits.expiresAt : earliest(contents.expiresAt, traits.expiresAt);
  contents.usageCyclesLimit = wasEmpty
    ? traits.usageCyclesLimit
    : smallest(contents.usageCyclesLimit, traits.usageCyclesLimit);
  contents.exposures = new Set([...(wasEmpty ? [] : contents.exposures), ...traits.exposures, ...exposed]);
}

const earliest = (a: Date | null, b: Date | null): Date | null => (a && b ? (a < b ? a : b) : (a ?? b));
const smallest = (a: number | null, b: number | null): number | null =>
  a !== null && b !== null ? Math.min(a, b) : (a ?? b);

/** How often the oldest portion of what is, or was last, in a batch was in a build. */
export function usageCyclesOf(contents: Contents): number {
  const now = plus(contents.available, contents.reserved);
  return oldest(quantityOf(now) > 0n ? now.cycles : contents.mixed.cycles);
}
