import { stateTable } from '../commands/states.ts';

/** Whether a document is in use: derived from when it was archived. */
export const DocumentStatus = { IN_USE: 'IN_USE', ARCHIVED: 'ARCHIVED' } as const;
export type DocumentStatus = keyof typeof DocumentStatus;

export type DocumentAction =
  | 'UPDATE_DOCUMENT'
  | 'REPLACE_DOCUMENT'
  | 'ARCHIVE_DOCUMENT'
  | 'LINK_DOCUMENT'
  | 'UNLINK_DOCUMENT'
  | 'PARSE_DOCUMENT'
  | 'RECORD_DOCUMENT_PARSER_REPORT'
  | 'DRAW_DOCUMENT_SNAPSHOT';

/** What is archived, because it was replaced or put away, stays as it was. Its picture can still be drawn. */
export const documentStates = stateTable<DocumentStatus, DocumentAction>('Document', {
  UPDATE_DOCUMENT: { from: ['IN_USE'], to: null },
  REPLACE_DOCUMENT: { from: ['IN_USE'], to: 'ARCHIVED' },
  ARCHIVE_DOCUMENT: { from: ['IN_USE'], to: 'ARCHIVED' },
  LINK_DOCUMENT: { from: ['IN_USE'], to: null },
  UNLINK_DOCUMENT: { from: ['IN_USE'], to: null },
  PARSE_DOCUMENT: { from: ['IN_USE'], to: null },
  RECORD_DOCUMENT_PARSER_REPORT: { from: ['IN_USE'], to: null },
  DRAW_DOCUMENT_SNAPSHOT: { from: ['IN_USE', 'ARCHIVED'], to: null },
});

/** The state of a document. */
export const documentStatus = ({ archivedAt }: { archivedAt: Date | null }): DocumentStatus =>
  archivedAt ? 'ARCHIVED' : 'IN_USE';
