import type { FileStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';

export type FileAction = 'ARCHIVE_FILE';

/** What a person may do with a file. EXPECTED ends by itself: in STORED by an upload, else in REFUSED. */
export const fileStates = stateTable<FileStatus, FileAction>('File', {
  ARCHIVE_FILE: { from: ['STORED', 'REFUSED'], to: null },
});

/** What its state allows; nothing once it is archived. */
export const fileActions = (file: { status: FileStatus; archivedAt: Date | null }): FileAction[] =>
  file.archivedAt ? [] : fileStates.allowedActions(file.status);
