/**
 * Actions that are recorded late: what descends from their batches is computed anew, from all actions in the order in
 * which they happened. Nothing of the record changes, only what follows from it: nodes, shares, postings.
 */
import type {
  MaterialActionType,
  MaterialPlace,
  PowderQuality,
} from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { InvalidInputError } from '../errors.ts';
import { newId } from '../ids.ts';
import {
  applyAction,
  type Contents,
  emptyBatch,
  isCarry,
  type LedgerAction,
  type Link,
  type Movement,
  NotYetError,
  partsOf,
  type Traits,
} from './ledger.ts';
import { fromJson, type Holding, quanta, toJson } from './mixture.ts';
import { insertLinks, postingOf, traitsJson } from './rows.ts';

/** An action with its place among those of the same instant. */
export interface LateAction extends LedgerAction {
  sequence: bigint;
}

/** How many links a recomputation goes through at most. */
const limit = 50_000;

interface StoredLink {
  id: string;
  actionId: string;
  type: MaterialActionType;
  sequence: bigint;
  occurredAt: Date;
  workstationTypeId: string | null;
  data: {
    sets?: { quality?: PowderQuality; expiresAt?: string | null; usageCyclesLimit?: number | null };
  } | null;
  batchId: string | null;
  fromPlace: MaterialPlace;
  toPlace: MaterialPlace;
  fromNode: string | null;
  toNode: string | null;
  sourceBatchId: string | null;
  destinationBatchId: string | null;
  containerId: string | null;
  pieceId: string | null;
  quantity: string;
  cycleShift: number;
  lots: Record<string, string>;
  cycles: Record<string, string>;
  traits: {
    quality: PowderQuality;
    expiresAt: string | null;
    usageCyclesLimit: number | null;
    exposures: string[];
  } | null;
}

/** The history of some batches, as actions for the ledger: without those that were undone, and what undid them. */
export async function historyOf(
  context: Pick<CommandContext, 'tx' | 'organizationId'>,
  batchIds: readonly string[],
): Promise<{ actions: LateAction[]; stored: Map<string, StoredLink> }> {
  const rows = await context.tx.$queryRawUnsafe<StoredLink[]>(
    `SELECT l.id::text AS id, a.id::text AS "actionId", a.type::text AS type, a.sequence, a."occurredAt",
            w."workstationTypeId"::text AS "workstationTypeId", a.data, a."batchId"::text AS "batchId",
            l."fromPlace"::text AS "fromPlace", l."toPlace"::text AS "toPlace", l."fromNode"::text AS "fromNode",
            l."toNode"::text AS "toNode", l."sourceBatchId"::text AS "sourceBatchId",
            l."destinationBatchId"::text AS "destinationBatchId", l."containerId"::text AS "containerId",
            l."pieceId"::text AS "pieceId", l.quantity::text AS quantity, l."cycleShift", l.lots, l.cycles, l.traits
     FROM "MaterialAction" a
     LEFT JOIN "MaterialLink" l ON l."organizationId" = a."organizationId" AND l."actionId" = a.id
     LEFT JOIN "Workstation" w ON w."organizationId" = a."organizationId" AND w.id = a."workstationId"
     WHERE a."organizationId" = $1::uuid AND a.id IN (
       SELECT "actionId" FROM "MaterialPosting" WHERE "organizationId" = $1::uuid AND "batchId" = ANY($2::uuid[]))
       AND a.type <> 'REVERSE' AND NOT EXISTS (
         SELECT 1 FROM "MaterialAction" r WHERE r."organizationId" = $1::uuid AND r."reversesId" = a.id)
     ORDER BY a."occurredAt", a.sequence, l.position
     LIMIT ${limit + 1}`,
    context.organizationId,
    [...batchIds],
  );
  if (rows.length > limit) {
    throw InvalidInputError.at(
      'occurredAt',
      `lies so far back that more than ${limit} movements would have to be computed again. Record it with a later instant, or as a stock-take.`,
    );
  }
  const own = new Set(batchIds);
  const stored = new Map<string, StoredLink>();
  const actions = new Map<string, LateAction & { movements: Movement[] }>();
  for (const row of rows) {
    const action = actions.get(row.actionId) ?? {
      id: row.actionId,
      type: row.type,
      sequence: BigInt(row.sequence),
      occurredAt: new Date(row.occurredAt),
      batchId: row.batchId,
      workstationTypeId: row.workstationTypeId,
      sets: setsOf(row),
      movements: [],
    };
    actions.set(row.actionId, action);
    if (row.id === null) continue;
    stored.set(row.id, row);
    const shape = { sourceBatchId: row.sourceBatchId, destinationBatchId: row.destinationBatchId };
    if (isCarry({ ...shape, from: row.fromPlace, to: row.toPlace })) continue;
    action.movements.push(movementOf(row, own));
  }
  return { actions: [...actions.values()], stored };
}

function setsOf(row: StoredLink): LedgerAction['sets'] {
  const sets = row.data?.sets;
  if (!sets || !row.batchId) return new Map();
  const { expiresAt, ...rest } = sets;
  return new Map([
    [
      row.batchId,
      { ...rest, ...(expiresAt !== undefined ? { expiresAt: expiresAt ? new Date(expiresAt) : null } : {}) },
    ],
  ]);
}

function movementOf(row: StoredLink, own: ReadonlySet<string>): Movement {
  const moved: Holding = { lots: fromJson(row.lots), cycles: fromJson(row.cycles) };
  const computed =
    (row.fromPlace === 'BATCH' || row.fromPlace === 'LOADED') &&
    row.sourceBatchId !== null &&
    own.has(row.sourceBatchId);
  const gains = row.fromPlace === 'ADJUSTMENT';
  const traits: Traits | null = row.traits && {
    ...row.traits,
    expiresAt: row.traits.expiresAt ? new Date(row.traits.expiresAt) : null,
    exposures: new Set(row.traits.exposures),
  };
  const foreign = (place: MaterialPlace, batchId: string | null) =>
    (place === 'BATCH' || place === 'LOADED') && batchId !== null && !own.has(batchId);
  return {
    id: row.id,
    from: row.fromPlace,
    // What went to a batch that is not computed again is out of sight.
    to: foreign(row.toPlace, row.destinationBatchId) ? 'PIECE' : row.toPlace,
    sourceBatchId: row.sourceBatchId,
    destinationBatchId: row.destinationBatchId,
    container: null,
    pieceId: foreign(row.toPlace, row.destinationBatchId) ? row.toNode : row.pieceId,
    quantity: quanta({ toFixed: () => row.quantity }),
    cycleShift: row.cycleShift,
    stored: computed || gains ? null : { moved, fromNode: row.fromNode, traits },
  };
}

const before = (a: LateAction, b: LateAction): number =>
  a.occurredAt.getTime() - b.occurredAt.getTime() || (a.sequence < b.sequence ? -1 : 1);

interface Recomputed {
  contents: Map<string, Contents>;
  /** Batches of which something changed that their row does not show. */
  changed: Set<string>;
}

/**
 * Computes `batchIds` anew, with the action `late` at its place if there is one, and writes what changed of links,
 * postings, stays and fillings. One statement for each of these tables, whatever the number of batches.
 *
 * @throws ShortageError where an action then takes more than there was, NotYetError where there was no batch yet
 */
export async function recompute(
  context: CommandContext,
  batchIds: readonly string[],
  late: LateAction | null,
): Promise<Recomputed> {
  const { actions, stored } = await historyOf(context, batchIds);
  // The late action stands there already, without links.
  const known = new Map(actions.map((action) => [action.id, action]));
  if (late) known.set(late.id, late);
  // A batch of which all that made it was undone is empty.
  const contents = new Map<string, Contents>(batchIds.map((id) => [id, emptyBatch(id)]));
  const fresh: Link[] = [];
  const changedLinks: Link[] = [];
  const carries: Link[] = [];
  const changed = new Set<string>();
  const postings: ReturnType<typeof postingOf>[] = [];
  const nodes: { batchId: string; nodeId: string; at: string }[] = [];
  const own = new Set(batchIds);
  for (const action of [...known.values()].sort(before)) {
    const touched = new Set(
      action.movements.flatMap((each) =>
        [each.sourceBatchId, each.destinationBatchId].filter((id) => id !== null && own.has(id)),
      ) as string[],
    );
    const was = new Map([...touched].map((id) => [id, partsOf(contents.get(id) ?? emptyBatch(id))]));
    const links = applyAction(contents, action, () => newId());
    if (late && action === late && late.batchId && contents.get(late.batchId)?.nodeId === null)
      throw new NotYetError(late.batchId, late);
    for (const link of links) {
      if (isCarry(link)) carries.push(link);
      else if (action.id === late?.id) fresh.push(link);
      else if (differs(link, stored.get(link.id))) {
        changedLinks.push(link);
        for (const id of [link.sourceBatchId, link.destinationBatchId]) if (id) changed.add(id);
      }
    }
    for (const batchId of touched) {
      postings.push(
        postingOf(batchId, action.id, was.get(batchId), partsOf(contents.get(batchId) as Contents)),
      );
      const nodeId = contents.get(batchId)?.nodeId;
      if (nodeId) nodes.push({ batchId, nodeId, at: action.occurredAt.toISOString() });
    }
  }
  for (const id of [...contents.keys()]) if (!own.has(id)) contents.delete(id);
  await writeRecomputed(context, batchIds, { fresh, changedLinks, carries, postings, nodes });
  return { contents, changed };
}

function differs(link: Link, row: StoredLink | undefined): boolean {
  if (!row) return true;
  const canonical = (json: Record<string, string>) => JSON.stringify(toJson(fromJson(json)));
  const isForeign = link.to === 'PIECE' && row.toPlace !== 'PIECE';
  return (
    link.fromNode !== row.fromNode ||
    (!isForeign && link.toNode !== row.toNode) ||
    JSON.stringify(toJson(link.moved.lots)) !== canonical(row.lots) ||
    JSON.stringify(toJson(link.moved.cycles)) !== canonical(row.cycles)
  );
}

async function writeRecomputed(
  context: CommandContext,
  batchIds: readonly string[],
  written: {
    fresh: readonly Link[];
    changedLinks: readonly Link[];
    carries: readonly Link[];
    postings: readonly Record<string, unknown>[];
    nodes: readonly { batchId: string; nodeId: string; at: string }[];
  },
): Promise<void> {
  const { tx, organizationId } = context;
  await tx.$executeRawUnsafe(
    `DELETE FROM "MaterialLink" WHERE "organizationId" = $1::uuid AND "sourceBatchId" = ANY($2::uuid[])
       AND "destinationBatchId" = "sourceBatchId" AND "fromPlace" = 'BATCH' AND "toPlace" = 'BATCH'`,
    organizationId,
    [...batchIds],
  );
  if (written.changedLinks.length > 0) {
    await tx.$executeRawUnsafe(
      `UPDATE "MaterialLink" l SET "fromNode" = x."fromNode",
         "toNode" = CASE WHEN x.foreign THEN l."toNode" ELSE x."toNode" END,
         lots = x.lots, cycles = x.cycles, traits = coalesce(x.traits, l.traits)
       FROM jsonb_to_recordset($2::jsonb) AS x(id uuid, "fromNode" uuid, "toNode" uuid, "foreign" boolean, lots jsonb,
         cycles jsonb, traits jsonb)
       WHERE l."organizationId" = $1::uuid AND l.id = x.id`,
      organizationId,
      JSON.stringify(
        written.changedLinks.map((link) => ({
          id: link.id,
          fromNode: link.fromNode,
          toNode: link.toNode,
          foreign: link.to === 'PIECE' && link.destinationBatchId !== null,
          lots: toJson(link.moved.lots),
          cycles: toJson(link.moved.cycles),
          traits: traitsJson(link.traits) ?? null,
        })),
      ),
    );
  }
  await insertLinks(context, written.fresh);
  await insertLinks(context, written.carries);
  await tx.$executeRawUnsafe(
    `INSERT INTO "MaterialPosting" ("organizationId", "batchId", "actionId", change, "reservedChange",
       "quantityAfter", "reservedAfter")
     SELECT $1::uuid, x."batchId", x."actionId", x.change, x."reservedChange", x."quantityAfter", x."reservedAfter"
     FROM jsonb_to_recordset($2::jsonb) AS x("batchId" uuid, "actionId" uuid, change numeric,
       "reservedChange" numeric, "quantityAfter" numeric, "reservedAfter" numeric)
     ON CONFLICT ("organizationId", "batchId", "actionId") DO UPDATE SET change = excluded.change,
       "reservedChange" = excluded."reservedChange", "quantityAfter" = excluded."quantityAfter",
       "reservedAfter" = excluded."reservedAfter"`,
    organizationId,
    JSON.stringify(written.postings),
  );
  // What a batch consisted of when a stay or a filling began.
  for (const table of ['MaterialStay', 'MaterialContainerFilling']) {
    await tx.$executeRawUnsafe(
      `UPDATE "${table}" s SET "nodeId" = n."nodeId"
       FROM (
         SELECT DISTINCT ON (t.id) t.id, x."nodeId"
         FROM "${table}" t JOIN jsonb_to_recordset($2::jsonb) AS x("batchId" uuid, "nodeId" uuid, at timestamptz, place int)
           ON x."batchId" = t."batchId" AND x.at <= t."startedAt"
         WHERE t."organizationId" = $1::uuid
         ORDER BY t.id, x.place DESC) n
       WHERE s."organizationId" = $1::uuid AND s.id = n.id AND s."nodeId" <> n."nodeId"`,
      organizationId,
      JSON.stringify(written.nodes.map((node, place) => ({ ...node, place }))),
    );
  }
}
