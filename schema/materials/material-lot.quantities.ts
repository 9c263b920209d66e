/** How much is left of lots: one statement for all lots of a page. */
import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import { unopened } from '../../src/materials/settle.ts';

/** In core units. */
interface LotQuantities {
  unopened: { toFixed(): string };
  inBatches: { toFixed(): string };
}

const nothing: LotQuantities = { unopened: { toFixed: () => '0' }, inBatches: { toFixed: () => '0' } };

/** What is there of lots that have arrived: in unopened containers, and in batches, at hand or in machines. */
export const lotQuantities = (context: RequestContext) =>
  context.memo.once(
    'materialLot:quantities',
    () =>
      new DataLoader<string, LotQuantities>(async (ids) => {
        const rows = await context.prisma.$queryRawUnsafe<(LotQuantities & { id: string })[]>(
          `SELECT lot.id::text AS id, c.quantity AS unopened, b.quantity AS "inBatches" FROM "MaterialLot" lot
           CROSS JOIN LATERAL (
             SELECT coalesce(sum(c.quantity), 0) AS quantity FROM "MaterialContainer" c
             WHERE c."organizationId" = lot."organizationId" AND c."lotId" = lot.id AND ${unopened('c')}
               AND lot.status <> 'ON_ORDER') c
           CROSS JOIN LATERAL (
             SELECT coalesce(sum(coalesce((b.lots->>lot.id::text)::numeric, 0)
               + coalesce((b."reservedLots"->>lot.id::text)::numeric, 0)), 0) AS quantity
             FROM "MaterialBatch" b WHERE b.quantity > 0 AND hm_lot_ids(b."mixedLots") @> ARRAY[lot.id::text]
               AND b."organizationId" = lot."organizationId") b
           WHERE lot."organizationId" = $1::uuid AND lot.id = ANY($2::uuid[])`,
          context.signedIn.organizationId,
          [...ids],
        );
        const byId = new Map(rows.map((row) => [row.id, row]));
        return ids.map((id) => byId.get(id) ?? nothing);
      }),
  );
