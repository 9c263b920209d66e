import { redoPiece } from '../../src/production/piece.service.ts';
import { mutation, one } from '../shared/mutation.ts';

mutation(redoPiece, {
  piece: one('Piece', 'pieceId'),
  operation: one('Operation', 'operationId', 'The new attempt.'),
});
