import { createZipFile, revokeZipFile } from '../../src/documents/zip-file.service.ts';
import { mutation, one } from '../shared/mutation.ts';

for (const command of [createZipFile, revokeZipFile]) {
  mutation<{ zipFileId: string }>(command, { zipFile: one('ZipFile', 'zipFileId') });
}
