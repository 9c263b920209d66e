import { listOf } from '../shared/connection.ts';
import { byArchived, byId, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';

noun('MachineJobFile', {
  description: 'A file to try a machine with. What is printed for orders comes with a run.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What people call it.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it tries.' }),
    file: t.relation('file', { description: 'The file.' }),
  }),
});

export const machineJobFileList = listOf('MachineJobFile', {
  plural: 'files to try machines with',
  filters: {
    name: byText('name', 'By name.'),
    file: byId('fileId', 'File', 'By file.'),
    archived: byArchived,
  },
  search: ['name', 'description'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
