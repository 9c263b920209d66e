/** Writing many rows at once: one statement a kind, whatever their number. */
import type { MaterialContainer, Prisma } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { newId } from '../ids.ts';
import type { BatchRow } from './batch.row.ts';
import type { Link, Parts, Traits } from './ledger.ts';
import { amount, toJson } from './mixture.ts';

/** Traits as a link keeps them. */
export function traitsJson(traits: Traits | null): Prisma.InputJsonObject | undefined {
  if (!traits) return undefined;
  return {
    quality: traits.quality,
    expiresAt: traits.expiresAt?.toISOString() ?? null,
    usageCyclesLimit: traits.usageCyclesLimit,
    exposures: [...traits.exposures].sort(),
  };
}

/** A link as a row; `position` is its place in its action. */
export function linkRow(organizationId: string, link: Link, position: number) {
  const traits = traitsJson(link.traits);
  return {
    organizationId,
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
    quantity: amount(link.quantity).toFixed(),
    cycleShift: link.cycleShift,
    lots: toJson(link.moved.lots),
    cycles: toJson(link.moved.cycles),
    occurredAt: link.occurredAt,
    ...(traits ? { traits } : {}),
  };
}

/** Stores the links of an action, in their order. */
export async function insertLinks(context: CommandContext, links: readonly Link[]): Promise<void> {
  if (links.length === 0) return;
  await context.tx.materialLink.createMany({
    data: links.map((link, position) => linkRow(context.organizationId, link, position)),
  });
}

/** What an action changed of a batch, as a posting without its organization. */
export function postingOf(batchId: string, actionId: string, before: Parts | undefined, after: Parts) {
  return {
    batchId,
    actionId,
    change: amount(after.quantity - (before?.quantity ?? 0n)).toFixed(),
    reservedChange: amount(after.reserved - (before?.reserved ?? 0n)).toFixed(),
    quantityAfter: amount(after.quantity).toFixed(),
    reservedAfter: amount(after.reserved).toFixed(),
  };
}

/** Inserts new batches. None is in a machine before something is in it. */
export async function insertBatches(context: CommandContext, rows: readonly BatchRow[]): Promise<void> {
  await context.tx.materialBatch.createMany({
    data: rows.map(
      ({ exposures: _, ...row }) => ({ ...row, workstationId: null }) as Prisma.MaterialBatchCreateManyInput,
    ),
  });
}

/** Updates batches and what they were exposed to. */
export async function writeBatches(
  context: CommandContext,
  rows: readonly BatchRow[],
  before: ReadonlyMap<string, BatchRow>,
): Promise<void> {
  if (rows.length === 0) return;
  const { tx, organizationId } = context;
  // Those that leave a machine first: the one that goes into it must find it free.
  for (const group of [
    rows.filter((row) => row.workstationId === null),
    rows.filter((row) => row.workstationId !== null),
  ]) {
    if (group.length === 0) continue;
    await tx.$executeRawUnsafe(
      `UPDATE "MaterialBatch" b SET
         name = x.name, status = x.status::"MaterialBatchStatus", "customStatus" = x."customStatus",
         quality = x.quality::"PowderQuality", quantity = x.quantity, reserved = x.reserved,
         "fullQuantity" = x."fullQuantity", "usageCycles" = x."usageCycles",
         "usageCyclesLimit" = x."usageCyclesLimit", "expiresAt" = x."expiresAt", "locationId" = x."locationId",
         "subLocationId" = x."subLocationId", "workstationId" = x."workstationId", "dockedAtId" = x."dockedAtId",
         "externalBuildId" = x."externalBuildId", notes = x.notes, "nodeId" = x."nodeId",
         "mixedLots" = x."mixedLots", "mixedCycles" = x."mixedCycles", lots = x.lots, cycles = x.cycles,
         "reservedLots" = x."reservedLots", "reservedCycles" = x."reservedCycles",
         "lastActionId" = x."lastActionId", "lastActionAt" = x."lastActionAt", version = x.version,
         "updatedAt" = x."updatedAt"
       FROM jsonb_to_recordset($2::jsonb) AS x(
         id uuid, name text, status text, "customStatus" text, quality text, quantity numeric, reserved numeric,
         "fullQuantity" numeric, "usageCycles" int, "usageCyclesLimit" int, "expiresAt" timestamptz,
         "locationId" uuid, "subLocationId" uuid, "workstationId" uuid, "dockedAtId" uuid, "externalBuildId" text,
         notes text, "nodeId" uuid, "mixedLots" jsonb, "mixedCycles" jsonb, lots jsonb, cycles jsonb,
         "reservedLots" jsonb, "reservedCycles" jsonb, "lastActionId" uuid, "lastActionAt" timestamptz, version int,
         "updatedAt" timestamptz)
       WHERE b."organizationId" = $1::uuid AND b.id = x.id`,
      organizationId,
      JSON.stringify(group.map(({ exposures: _, ...row }) => row)),
    );
  }
  const types = (row: BatchRow | undefined) => row?.exposures.map((each) => each.workstationTypeId) ?? [];
  // An action that was undone exposed it to nothing.
  const gone = rows.flatMap((row) =>
    types(before.get(row.id))
      .filter((id) => !types(row).includes(id))
      .map((workstationTypeId) => ({ batchId: row.id, workstationTypeId })),
  );
  if (gone.length > 0) await tx.materialBatchExposure.deleteMany({ where: { organizationId, OR: gone } });
  const made = rows.flatMap((row) =>
    types(row)
      .filter((id) => !types(before.get(row.id)).includes(id))
      .map((workstationTypeId) => ({
        organizationId,
        batchId: row.id,
        workstationTypeId,
        since: row.lastActionAt,
      })),
  );
  if (made.length > 0) await tx.materialBatchExposure.createMany({ data: made, skipDuplicates: true });
}

/** Updates containers, and ends and begins their fillings. New containers are inserted by those who make them. */
export async function writeContainers(
  context: CommandContext,
  rows: readonly MaterialContainer[],
  before: ReadonlyMap<string, MaterialContainer>,
  nodes: ReadonlyMap<string, string>,
  at: Date,
): Promise<void> {
  if (rows.length === 0) return;
  const { tx, organizationId } = context;
  const next = rows.map((row) => {
    const version = before.has(row.id) ? (before.get(row.id) as MaterialContainer).version + 1 : row.version;
    return { ...row, version, updatedAt: context.now };
  });
  await tx.$executeRawUnsafe(
    `UPDATE "MaterialContainer" c SET
       name = x.name, type = x.type::"MaterialContainerType", status = x.status::"MaterialContainerStatus",
       "materialId" = x."materialId", "batchId" = x."batchId", "fullQuantity" = x."fullQuantity",
       quantity = x.quantity, tare = x.tare, "cleanedAt" = x."cleanedAt", "locationId" = x."locationId",
       "subLocationId" = x."subLocationId", "workstationId" = x."workstationId", notes = x.notes,
       "archivedAt" = x."archivedAt", version = x.version, "updatedAt" = x."updatedAt"
     FROM jsonb_to_recordset($2::jsonb) AS x(
       id uuid, name text, type text, status text, "materialId" uuid, "batchId" uuid, "fullQuantity" numeric,
       quantity numeric, tare numeric, "cleanedAt" timestamptz, "locationId" uuid, "subLocationId" uuid,
       "workstationId" uuid, notes text, "archivedAt" timestamptz, version int, "updatedAt" timestamptz)
     WHERE c."organizationId" = $1::uuid AND c.id = x.id`,
    organizationId,
    JSON.stringify(next),
  );
  const moved = next.filter((row) => (before.get(row.id)?.batchId ?? null) !== row.batchId);
  const left = moved.filter((row) => before.get(row.id)?.batchId);
  if (left.length > 0) {
    await tx.materialContainerFilling.updateMany({
      where: { organizationId, containerId: { in: left.map((row) => row.id) }, endedAt: null },
      data: { endedAt: at },
    });
  }
  const filled = moved.filter((row) => row.batchId);
  if (filled.length > 0) {
    await tx.materialContainerFilling.createMany({
      data: filled.map((row) => ({
        organizationId,
        id: newId(),
        containerId: row.id,
        batchId: row.batchId as string,
        nodeId: nodes.get(row.batchId as string) ?? (row.batchId as string),
        startedAt: at,
      })),
    });
  }
  for (const row of next) {
    const was = before.get(row.id) ?? null;
    const kind = was && !was.archivedAt && row.archivedAt ? 'Archived' : 'Changed';
    context.record(`MaterialContainer${kind}`, 'MaterialContainer', was, row, {
      occurredAt: at,
    });
  }
}
