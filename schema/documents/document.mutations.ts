import {
  archiveDocument,
  createDocument,
  drawDocumentSnapshot,
  replaceDocument,
  updateDocument,
} from '../../src/documents/document.service.ts';
import { linkDocument, unlinkDocument } from '../../src/documents/document-link.service.ts';
import { mutation, one } from '../shared/mutation.ts';

for (const command of [
  createDocument,
  updateDocument,
  archiveDocument,
  linkDocument,
  unlinkDocument,
  drawDocumentSnapshot,
]) {
  mutation<{ documentId: string }>(command, { document: one('Document', 'documentId') });
}
mutation(replaceDocument, {
  document: one('Document', 'documentId', 'The new revision.'),
  previous: one('Document', 'previousId', 'The revision that it replaces, archived now.'),
});
