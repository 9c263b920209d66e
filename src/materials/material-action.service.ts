/** Undoing an action. */
import type { MaterialActionType } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import { idOf } from '../commands/input.ts';
import { StaleScopeError } from '../database/errors.ts';
import { BlockedError, type Blocker, InvalidInputError, NotFoundError } from '../errors.ts';
import { openBooks } from './books.ts';
import { batchSubject } from './material-batch.guards.ts';
import { reason, refuse } from './material-batch.input.ts';

const reversible: readonly MaterialActionType[] = [
  'CREATE_INITIAL_BATCH',
  'ADD_CONTAINER',
  'SPLIT',
  'BLEND',
  'SIEVE',
  'LOAD',
  'TOP_OFF',
  'CONSUME',
  'UNLOAD_CHAMBER',
  'UNLOAD_HOPPER',
  'SAMPLE',
  'SCRAP',
  'RETURN',
  'ADJUST',
];

export const reverseMaterialAction = command('reverseMaterialAction', {
  description:
    'Undoes an action that was recorded by mistake, while it is the last on all the batches that it touched. Both stay in the history; what the batches consist of follows as if neither had been.',
  right: 'work',
  input: { actionId: idOf('MaterialAction').describe('The action.'), reason },
  refusals: [NotFoundError, BlockedError],
  run: async (context, { actionId, reason: why }) => {
    const { tx, organizationId } = context;
    const undone = await tx.materialAction.findUnique({ where: context.key(actionId) });
    if (!undone) throw new NotFoundError('MaterialAction', actionId);
    if (!reversible.includes(undone.type)) {
      throw InvalidInputError.at(
        'actionId',
        `is of type ${undone.type}, which cannot be undone. Do the opposite instead.`,
      );
    }
    const postings = await tx.materialPosting.findMany({
      where: { organizationId, actionId },
      orderBy: { batchId: 'asc' },
    });
    const links = await tx.materialLink.findMany({ where: { organizationId, actionId } });
    const unopened = new Map(
      links.flatMap((link) =>
        link.fromPlace === 'CONTAINER' && link.containerId
          ? [[link.containerId, link.quantity] as const]
          : [],
      ),
    );
    const batchIds = postings.map((each) => each.batchId);
    const books = await openBooks(context, {
      batchIds,
      containerIds: [...unopened.keys()],
      also: {
        ...(undone.workstationId ? { Workstation: [undone.workstationId] } : {}),
        ...(undone.lotId ? { MaterialLot: [undone.lotId] } : {}),
      },
    });
    const again = await tx.materialAction.findMany({
      where: { organizationId, reversesId: actionId },
      take: 1,
    });
    if (again.length > 0) throw InvalidInputError.at('actionId', 'is undone already.');
    const batches = batchIds.map((id) => books.batch(id));
    refuse(
      batches
        .filter((batch) => batch.lastActionId !== actionId)
        .map(
          (batch): Blocker => ({
            rule: 'action.last',
            message: `Something was done to batch ${batch.name} since. Undo that first, or book what is different now.`,
            subject: batchSubject(batch),
          }),
        ),
    );
    // What goes back into a machine needs it free.
    const back = new Map<string, { workstationId: string }>();
    if (undone.workstationId) {
      const holders = await tx.materialBatch.findMany({
        where: { organizationId, workstationId: undone.workstationId },
        select: { id: true, name: true },
      });
      for (const posting of postings) {
        const wasLoaded = posting.reservedAfter.minus(posting.reservedChange).gt(0);
        if (!wasLoaded) continue;
        const other = holders.find((each) => !batchIds.includes(each.id));
        if (other) {
          refuse([
            {
              rule: 'workstation.empty',
              message: `The machine holds batch ${other.name} by now.`,
              subject: batchSubject(other),
            },
          ]);
        }
        back.set(posting.batchId, { workstationId: undone.workstationId });
      }
    }
    if (batches.length === 0) throw new StaleScopeError();
    await books.reverse(undone, why, { back, unopened });
    await books.close();
    return { batchIds };
  },
});
