import { z } from 'zod';
import { command } from '../commands/command.ts';
import { expectedVersion, idOf, line } from '../commands/input.ts';
import { BlockedError, ConflictError, NotFoundError, TransitionError } from '../errors.ts';
import { newAttempts } from './operation.changes.ts';
import { applyRemanufacture, applyScrap } from './piece.ending.ts';
import { lockPieces } from './piece.scope.ts';
import { pieceStates } from './piece.state.ts';
import { latestSteps, settlePieces } from './settle.ts';

export const redoPiece = command('redoPiece', {
  description:
    'Tries the failed step of a piece again: a new attempt that waits for a run. The failed one stays in its history.',
  right: 'work',
  input: {
    pieceId: idOf('Piece').describe('The piece, in ERROR.'),
    expectedVersion: expectedVersion(),
    reason: line(500).nullish().describe('Why: it stays in the history.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { pieceId, expectedVersion: expected, reason }) => {
    const { tx, organizationId } = context;
    const found = await tx.piece.findUnique({
      where: context.key(pieceId),
      select: { orderId: true, lineItemId: true },
    });
    if (!found) throw new NotFoundError('Piece', pieceId);
    await context.lock({ Order: [found.orderId], LineItem: [found.lineItemId], Piece: [pieceId] });
    const piece = await tx.piece.findUniqueOrThrow({ where: context.key(pieceId) });
    context.expectVersion('Piece', piece, expected);
    pieceStates.require(piece.status, 'REDO_PIECE');
    const operations = await tx.operation.findMany({ where: { organizationId, pieceId } });
    const failed = (latestSteps(operations).get(pieceId) ?? []).filter((step) => step.status === 'ERROR');
    const [attempt] = await newAttempts(context, failed, null, reason ?? null);
    if (!attempt) throw new TransitionError('Piece', piece.status, 'REDO_PIECE', []);
    await settlePieces(context, [pieceId]);
    return { pieceId, operationId: attempt.id };
  },
});

/** The most pieces that are given up at once. */
export const mostPieces = 250;

const ending = {
  pieceIds: z
    .array(idOf('Piece'))
    .min(1, 'must name at least one')
    .max(mostPieces, `must name at most ${mostPieces}`)
    .describe(`The pieces, 1 to ${mostPieces}: all of them or none.`),
  reason: line(500).describe('Why: it stays in the history.'),
};

export const scrapPieces = command('scrapPieces', {
  description:
    'Gives pieces up: they become INCOMPLETE for good and leave their runs; what is being done on them has failed. Their line item is short of them, and is not complete until they are remanufactured. Refused for what is complete, shipped or cancelled.',
  right: 'work',
  input: ending,
  refusals: [NotFoundError, TransitionError, BlockedError],
  run: async (context, { pieceIds, reason }) => {
    const scope = await lockPieces(context, pieceIds);
    await applyScrap(context, scope, reason);
    return { pieceIds: scope.pieces.map((piece) => piece.id) };
  },
});

export const remanufacturePieces = command('remanufacturePieces', {
  description:
    'Makes pieces again: each becomes INCOMPLETE, unless it was scrapped before, and is replaced by a new piece of the same line item and workflow, which begins at the first step. Refused while a hold reaches one of them.',
  right: 'work',
  input: ending,
  refusals: [NotFoundError, TransitionError, BlockedError],
  run: async (context, { pieceIds, reason }) => {
    const scope = await lockPieces(context, pieceIds);
    const replacementIds = await applyRemanufacture(context, scope, reason);
    return { pieceIds: scope.pieces.map((piece) => piece.id), replacementIds };
  },
});
