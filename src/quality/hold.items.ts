/** What a hold affects and somebody must decide about, and what stands against releasing the hold. */
import type { Decimal } from 'decimal.js';
import type { Hold, HoldDisposition } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import type { Blocker } from '../errors.ts';
import { genealogyKinds, readerOf, type Subject } from '../materials/genealogy.graph.ts';
import { amount, quanta } from '../materials/mixture.ts';
import { affectedBy } from '../materials/recall.service.ts';
import { scopeOf } from './hold.reach.ts';

/** Something that is affected and is there. */
export interface LiveItem extends Subject {
  label: string;
  /** In core units, of a batch. */
  quantity: Decimal | null;
  /** What was scrapped or sent back of a batch since the hold was placed. */
  gone: Decimal | null;
  dispositions: HoldDisposition[];
}

// A refusal names so many items; a person deals with them and sees the next.
const named = 25;

/**
 * What is affected by a hold and there: batches with something in them, unopened containers, and pieces, shipped or
 * not, each with what was decided about it under this hold. Three statements.
 */
export async function liveItems(context: CommandContext, hold: Hold): Promise<LiveItem[]> {
  const reader = readerOf(context);
  const affected = await affectedBy(reader, scopeOf(hold));
  const rows = await reader.query<Subject & { label: string; quantity: string | null; gone: string | null }>(
    `SELECT 'BATCH' AS kind, b.id::text AS id, b.name AS label, b.quantity::text AS quantity, coalesce((
         SELECT sum(l.quantity) FROM "MaterialLink" l
         JOIN "MaterialAction" a ON a."organizationId" = l."organizationId" AND a.id = l."actionId"
         WHERE l."organizationId" = $1::uuid AND l."sourceBatchId" = b.id AND l."toPlace" IN ('SCRAP', 'RETURNED')
           AND l."fromNode" IS NOT NULL
           AND a."createdAt" >= $5::timestamptz), 0)::text AS gone
       FROM "MaterialBatch" b WHERE b."organizationId" = $1::uuid AND b.id = ANY($2::uuid[]) AND b.quantity > 0
     UNION ALL
     SELECT 'CONTAINER', c.id::text, c.name, NULL, NULL FROM "MaterialContainer" c
       WHERE c."organizationId" = $1::uuid AND c.id = ANY($3::uuid[]) AND c.status = 'NEW' AND c.quantity > 0
     UNION ALL
     SELECT 'PIECE', p.id::text, p.serial, NULL, NULL FROM "Piece" p
       WHERE p."organizationId" = $1::uuid AND p.id = ANY($4::uuid[])
     ORDER BY 1, 3`,
    [...affected.BATCH],
    [...affected.CONTAINER],
    [...affected.PIECE],
    hold.createdAt.toISOString(),
  );
  const dispositions = await context.tx.holdDisposition.findMany({
    where: { organizationId: context.organizationId, holdId: hold.id },
    orderBy: { id: 'asc' },
  });
  const byItem = new Map<string, HoldDisposition[]>();
  for (const each of dispositions) {
    const item = each.batchId ?? each.containerId ?? each.pieceId ?? '';
    byItem.set(item, [...(byItem.get(item) ?? []), each]);
  }
  const decimal = (text: string | null) => (text === null ? null : amount(quanta({ toFixed: () => text })));
  return rows.map((row) => ({
    ...row,
    quantity: decimal(row.quantity),
    gone: decimal(row.gone),
    dispositions: inForce(byItem.get(row.id) ?? []),
  }));
}

/**
 * The dispositions that count: from the last that is for all of the item. A batch may be divided, so that those that
 * follow stand beside each other; who was wrong decides about all of it anew.
 */
export function inForce(dispositions: readonly HoldDisposition[]): HoldDisposition[] {
  const last = dispositions.findLastIndex((each) => each.quantity === null);
  const parts = dispositions.slice(last + 1);
  return parts.length > 0 ? parts : dispositions.slice(Math.max(last, 0));
}

type Releasing = { hold: Hold; items: readonly LiveItem[] };

const blocked = (rule: string, items: readonly LiveItem[], message: (item: LiveItem) => string): Blocker[] =>
  items.slice(0, named).map((item) => ({
    rule,
    message: message(item),
    subject: { noun: genealogyKinds[item.kind].noun, uuid: item.id, label: item.label },
  }));

const sumOf = (dispositions: readonly HoldDisposition[]): bigint =>
  dispositions.reduce((sum, each) => sum + (each.quantity ? quanta(each.quantity) : 0n), 0n);

/** Whether what was decided is about all that there is of a batch, or was before some of it was scrapped or sent back. */
function addsUp({ quantity, gone, dispositions }: LiveItem): boolean {
  if (!quantity || dispositions.length === 0 || dispositions.some((each) => each.quantity === null))
    return true;
  const decided = sumOf(dispositions);
  return decided === quanta(quantity) || decided === quanta(quantity) + (gone ? quanta(gone) : 0n);
}

/** What stands against releasing a hold. */
export const releasingHold = new GuardedAction<Releasing>('releaseHold', {
  'hold.decided': (_context, { items }) =>
    blocked(
      'hold.decided',
      items.filter(({ dispositions }) => dispositions.length === 0),
      ({ label }) => `${label} has no disposition. Decide what is done with it.`,
    ),
  'hold.addsUp': (_context, { items }) =>
    blocked(
      'hold.addsUp',
      items.filter((item) => !addsUp(item)),
      ({ label, quantity, dispositions }) =>
        `The dispositions of ${label} add up to ${amount(sumOf(dispositions)).toFixed()}, and there is ${quantity?.toFixed()} of it. Decide about all of it anew.`,
    ),
  'hold.approved': (_context, { items }) =>
    blocked(
      'hold.approved',
      items.filter(({ dispositions }) =>
        dispositions.some((each) => each.decision === 'USE_AS_IS' && !each.approvedById),
      ),
      ({ label }) => `The concession for ${label} waits for a second person's approval.`,
    ),
});
