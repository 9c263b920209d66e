import type { Piece, PieceStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';

export type PieceAction = 'REDO_PIECE' | 'SCRAP_PIECES' | 'REMANUFACTURE_PIECES';

const alive: PieceStatus[] = ['CONFIRMED', 'QUEUED', 'IN_PROGRESS', 'ERROR'];

/**
 * What a person may do with a piece by itself. But for INCOMPLETE and CANCELLED, which end it for good, its status
 * follows from its operations: see `piece.status.ts`.
 */
export const pieceStates = stateTable<PieceStatus, PieceAction>('Piece', {
  REDO_PIECE: { from: ['ERROR'], to: 'CONFIRMED' },
  SCRAP_PIECES: { from: alive, to: 'INCOMPLETE' },
  REMANUFACTURE_PIECES: { from: [...alive, 'INCOMPLETE'], to: 'INCOMPLETE' },
});

/** Whether something can still become of a piece. */
export const isAlive = ({ status }: Pick<Piece, 'status'>): boolean => alive.includes(status);

/** What may be done with that piece: one that is replaced already is not replaced again. */
export function pieceActions({
  status,
  replacedById,
}: Pick<Piece, 'status' | 'replacedById'>): PieceAction[] {
  const allowed = pieceStates.allowedActions(status);
  return replacedById === null ? allowed : allowed.filter((action) => action !== 'REMANUFACTURE_PIECES');
}
