import type { PieceStatus } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import { expectedVersion, idOf, line } from '../commands/input.ts';
import { stateTable } from '../commands/states.ts';
import { ConflictError, NotFoundError, TransitionError } from '../errors.ts';
import { newAttempts } from './operation.changes.ts';
import { latestSteps, settlePieces } from './settle.ts';

/** What a person may do with a piece by itself. Its status follows from its operations: see `piece.status.ts`. */
export const pieceStates = stateTable<PieceStatus, 'REDO_PIECE'>('Piece', {
  REDO_PIECE: { from: ['ERROR'], to: 'CONFIRMED' },
});

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
