import {
  mostPieces,
  redoPiece,
  remanufacturePieces,
  scrapPieces,
} from '../../src/production/piece.service.ts';
import { many, mutation, one } from '../shared/mutation.ts';

mutation(redoPiece, {
  piece: one('Piece', 'pieceId'),
  operation: one('Operation', 'operationId', 'The new attempt.'),
});
mutation(scrapPieces, {
  pieces: many('Piece', 'pieceIds', `The pieces as they are now, at most ${mostPieces}.`),
});
mutation(remanufacturePieces, {
  pieces: many('Piece', 'pieceIds', `The pieces that were replaced, as they are now, at most ${mostPieces}.`),
  replacements: many('Piece', 'replacementIds', 'The new pieces, in the same order, at most as many.'),
});
