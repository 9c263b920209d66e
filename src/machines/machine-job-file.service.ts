import { idOf, line, text } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { requireStoredFile } from '../files/file.service.ts';

export const machineJobFileCommands = plainNoun('MachineJobFile', {
  right: 'work',
  fields: {
    name: line().describe('What people call it. Need not be unique.'),
    description: text().nullish().describe('What it tries.'),
    fileId: idOf('File').describe('The file, whose content has been uploaded.'),
  },
  unique: 'name',
  check: async (row, context, before) => {
    if (row.fileId !== before?.fileId) await requireStoredFile(context, row.fileId as string, 'fileId');
  },
});
