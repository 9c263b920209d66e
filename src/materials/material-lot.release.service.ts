/** What becomes of a lot that has arrived: put away, tested, released; or sent back, or scrapped. */
import type { MaterialLot } from '../../prisma/generated/client/client.ts';
import { type Command, command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import { line, text } from '../commands/input.ts';
import { BlockedError, ConflictError, NotFoundError, TransitionError } from '../errors.ts';
import { decimalOf } from './batch.row.ts';
import { changeLot, departures, emptied, hasArrived, held, onLot, openLot } from './material-lot.scope.ts';
import { type MaterialLotAction, materialLotStates } from './material-lot.state.ts';

/** What stands against releasing a lot. Later domains (certificates, tests) add their guards here. */
export const releasingLot = new GuardedAction<{ lot: MaterialLot }>('releaseMaterialLot', {});

const notes = text(2_000).nullish().describe('What there is to note; it stays in the history.');

/** A lot goes into another state, and nothing of it moves. */
function transition(
  name: string,
  action: MaterialLotAction,
  description: string,
  guards?: GuardedAction<{ lot: MaterialLot }>,
): Command<{ lotId: string }> {
  return command(name, {
    description,
    right: 'work',
    input: { ...onLot, notes },
    refusals: [NotFoundError, ConflictError, TransitionError, ...(guards ? [BlockedError] : [])],
    run: async (context, { lotId, expectedVersion, notes: noted }) => {
      await context.lock({ MaterialLot: [lotId] });
      const lot = await context.tx.materialLot.findUniqueOrThrow({ where: context.key(lotId) });
      context.expectVersion('MaterialLot', lot, expectedVersion);
      const status = materialLotStates.next(lot.status, action);
      await guards?.check(context, { lot });
      await changeLot(context, lot, { status }, { reason: noted ?? null });
      return { lotId };
    },
  });
}

export const storeMaterialLot = transition(
  'storeMaterialLot',
  'STORE_MATERIAL_LOT',
  'Puts a lot away: it is not to be used until it is released.',
);
export const testMaterialLot = transition(
  'testMaterialLot',
  'TEST_MATERIAL_LOT',
  'Begins the tests of a lot before its release.',
);
export const releaseMaterialLot = transition(
  'releaseMaterialLot',
  'RELEASE_MATERIAL_LOT',
  'Releases a lot for use: batches may be made of it. Refused while something stands against it, all of which is named.',
  releasingLot,
);

export const returnMaterialLot = command('returnMaterialLot', {
  description:
    'Sends a lot back to its supplier, whole: nothing of it was opened. Its containers leave with it.',
  right: 'work',
  input: { ...onLot, reason: line(500).describe('Why. It stays in the history.') },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const { books, lot, unopened } = await openLot(context, input, 'RETURN_MATERIAL_LOT');
    const status = materialLotStates.next(lot.status, 'RETURN_MATERIAL_LOT');
    for (const { id } of unopened) books.changeContainer(id, { ...emptied, workstationId: null });
    await changeLot(context, lot, { status }, { reason: input.reason });
    await books.post({
      type: 'RETURN_LOT',
      lotId: lot.id,
      quantity: decimalOf(held(unopened)),
      reason: input.reason,
      movements: departures(lot, unopened, 'RETURNED'),
    });
    await books.close();
    return { lotId: lot.id };
  },
});

/** How many batches the answer of a scrapping names. */
const namedBatches = 100;

export const scrapMaterialLot = command('scrapMaterialLot', {
  description:
    'Scraps a lot: what is in unopened containers is thrown away. Batches that were made of it stay, and are named in the answer. A lot on order is cancelled by it, and nothing moves.',
  right: 'work',
  input: { ...onLot, reason: line(500).describe('Why. It stays in the history.') },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, input) => {
    const { books, lot, unopened } = await openLot(context, input, 'SCRAP_MATERIAL_LOT');
    const status = materialLotStates.next(lot.status, 'SCRAP_MATERIAL_LOT');
    const arrived = hasArrived(lot);
    for (const { id } of unopened) {
      const archived = arrived ? {} : { archivedAt: context.now };
      books.changeContainer(id, { ...emptied, ...archived, workstationId: null });
    }
    await changeLot(context, lot, { status }, { reason: input.reason });
    await books.post({
      type: 'SCRAP_LOT',
      lotId: lot.id,
      quantity: decimalOf(arrived ? held(unopened) : 0n),
      reason: input.reason,
      movements: arrived ? departures(lot, unopened, 'SCRAP') : [],
    });
    await books.close();
    const batchIds = await liveBatchesOf(context, lot.id);
    return { lotId: lot.id, batchIds: batchIds.slice(0, namedBatches), batchCount: batchIds.length };
  },
});

/** The batches that hold something of the lot, oldest first. */
async function liveBatchesOf(context: CommandContext, lotId: string): Promise<string[]> {
  const rows = await context.tx.$queryRawUnsafe<{ id: string }[]>(
    `SELECT id::text AS id FROM "MaterialBatch" WHERE "organizationId" = $1::uuid AND quantity > 0
       AND hm_lot_ids("mixedLots") @> ARRAY[$2::text] ORDER BY id`,
    context.organizationId,
    lotId,
  );
  return rows.map((row) => row.id);
}
