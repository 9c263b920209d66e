/** What is to be done with something that a hold affects. */
import { Disposition, type HoldDisposition } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import { expectedVersion, idOf, oneOf, text } from '../commands/input.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { readerOf } from '../materials/genealogy.graph.ts';
import { coreQuantity, quantity } from '../materials/quantity.input.ts';
import { affectedBy } from '../materials/recall.service.ts';
import { scopeOf } from './hold.reach.ts';
import { lockHold } from './hold.service.ts';
import { holdStates } from './hold.state.ts';

const items = [
  ['batchId', 'BATCH'],
  ['containerId', 'CONTAINER'],
  ['pieceId', 'PIECE'],
] as const;

export const addHoldDisposition = command('addHoldDisposition', {
  description:
    'Decides what is done with one item that a hold affects. USE_AS_IS is a concession: it counts once a second person has approved it. Of a batch the quantities of several dispositions must add up; one without a quantity is for all of it and takes the place of those before.',
  right: 'work',
  input: {
    holdId: idOf('Hold').describe('The hold.'),
    batchId: idOf('MaterialBatch').nullish().describe('The batch, where it is one.'),
    containerId: idOf('MaterialContainer').nullish().describe('The container, where it is one.'),
    pieceId: idOf('Piece').nullish().describe('The piece, where it is one.'),
    decision: oneOf('Disposition', Disposition).describe('What is done with it.'),
    quantity: quantity({ above: 0 })
      .nullish()
      .describe('Of a batch, how much of it; all of it unless given. Of nothing else.'),
    note: text(2_000).nullish().describe('Why.'),
  },
  refusals: [NotFoundError, TransitionError],
  run: async (context, input) => {
    const hold = await lockHold(context, { holdId: input.holdId });
    holdStates.require(hold.status, 'ADD_HOLD_DISPOSITION');
    const given = items.filter(([member]) => input[member]);
    const [item, other] = given;
    if (!item) throw InvalidInputError.at([], 'Name one item: batchId, containerId or pieceId.');
    if (other) throw InvalidInputError.at(other[0], 'comes beside another. Name one item a disposition.');
    const [member, kind] = item;
    const id = input[member] as string;
    const affected = await affectedBy(readerOf(context), scopeOf(hold));
    if (!affected[kind].includes(id)) {
      throw InvalidInputError.at(member, `names nothing that ${hold.number} affects.`);
    }
    if (input.quantity && kind !== 'BATCH')
      throw InvalidInputError.at(
        'quantity',
        'goes with a batch only: a piece or a container is decided about whole.',
      );
    const row = await context.tx.holdDisposition.create({
      data: {
        ...context.fresh(),
        holdId: hold.id,
        batchId: null,
        containerId: null,
        pieceId: null,
        [member]: id,
        decision: input.decision,
        quantity: await partOf(context, id, input.quantity),
        note: input.note ?? null,
        decidedById: context.caller.tokenId,
      },
    });
    context.record('HoldDispositionCreated', 'HoldDisposition', null, row);
    return { holdDispositionId: row.id, holdId: hold.id };
  },
});

/** How much of a batch, in core units; null for all of it. */
async function partOf(
  context: CommandContext,
  batchId: string,
  given: Parameters<typeof coreQuantity>[0] | null | undefined,
) {
  if (!given) return null;
  const batch = await context.tx.materialBatch.findUniqueOrThrow({
    where: context.key(batchId),
    include: { material: { select: { unit: true, density: true } } },
  });
  const core = coreQuantity(given, batch.material, 'quantity');
  if (core.gt(batch.quantity.toFixed()))
    throw InvalidInputError.at(
      ['quantity', 'value'],
      `is more than there is: ${batch.name} has ${batch.quantity.toFixed()} in core units.`,
    );
  return core.toFixed();
}

/** What stands against approving a concession. */
export const approvingDisposition = new GuardedAction<HoldDisposition>('approveHoldDisposition', {
  'disposition.concession': (_context, disposition) =>
    disposition.decision === 'USE_AS_IS'
      ? []
      : [
          {
            rule: 'disposition.concession',
            message: `${disposition.decision} needs no approval: only using something as it is does.`,
            subject: null,
          },
        ],
  'disposition.notApproved': (_context, disposition) =>
    disposition.approvedById
      ? [{ rule: 'disposition.notApproved', message: 'It has been approved.', subject: null }]
      : [],
  'disposition.secondPerson': async (context, disposition) => {
    const { tx, caller } = context;
    const decider = disposition.decidedById
      ? await tx.apiToken.findUnique({
          where: context.key(disposition.decidedById),
          select: { userId: true },
        })
      : null;
    const same =
      disposition.decidedById === caller.tokenId ||
      (caller.userId !== null && decider?.userId === caller.userId);
    if (!same) return [];
    const message = 'Who decided cannot approve: another person must.';
    return [{ rule: 'disposition.secondPerson', message, subject: null }];
  },
});

export const approveHoldDisposition = command('approveHoldDisposition', {
  description: 'Approves a concession (USE_AS_IS): by another person than the one who decided it.',
  right: 'work',
  input: {
    holdDispositionId: idOf('HoldDisposition').describe('The disposition.'),
    expectedVersion: expectedVersion(),
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { holdDispositionId, expectedVersion: expected }) => {
    const found = await context.tx.holdDisposition.findUnique({
      where: context.key(holdDispositionId),
      select: { holdId: true },
    });
    if (!found) throw new NotFoundError('HoldDisposition', holdDispositionId);
    await context.lock({ Hold: [found.holdId], HoldDisposition: [holdDispositionId] });
    const hold = await context.tx.hold.findUniqueOrThrow({ where: context.key(found.holdId) });
    holdStates.require(hold.status, 'APPROVE_HOLD_DISPOSITION');
    const before = await context.tx.holdDisposition.findUniqueOrThrow({
      where: context.key(holdDispositionId),
    });
    context.expectVersion('HoldDisposition', before, expected);
    await approvingDisposition.check(context, before);
    const after = await context.tx.holdDisposition.update({
      where: context.key(holdDispositionId),
      data: { approvedById: context.caller.tokenId, approvedAt: context.now, ...context.touched() },
    });
    context.record('HoldDispositionChanged', 'HoldDisposition', before, after, { related: [hold.id] });
    return { holdDispositionId, holdId: hold.id };
  },
});
