import type { SnapshotStatus } from '../../prisma/generated/client/client.ts';
import type { DocumentStatus } from '../../src/documents/document.state.ts';
import { enumOf } from '../shared/enums.ts';

export const DocumentStatusRef = enumOf<DocumentStatus>('DocumentStatus', 'Whether a document is in use.', {
  IN_USE: 'It is the newest revision, and was not put away.',
  ARCHIVED: 'It was replaced or put away, and stays as it was.',
});

export const SnapshotStatusRef = enumOf<SnapshotStatus>(
  'SnapshotStatus',
  'How far the picture of the first page of a document is.',
  {
    NOT_UPLOADED: 'The content of the document has not come yet.',
    QUEUED: 'It waits to be drawn, or is being drawn.',
    COMPLETE: 'It is there.',
    SKIPPED: 'Documents of this kind have no picture, or are too large for one.',
    ERROR: 'The document could not be drawn, or its content was refused: the note says why.',
  },
);
