/** The mutations of files, as the tests that hold for every mutation know them. */
import { unique } from '../support/app.ts';
import { storeFile } from '../support/uploads.ts';
import type { MutationCase } from './mutations.ts';

export const fileCases: readonly MutationCase[] = [
  {
    mutation: 'createUpload',
    right: 'report',
    subject: null,
    rest: () => ({ name: 'scan.csv' }),
    input: async () => ({
      name: unique('scan.csv'),
      mediaType: 'text/csv',
      size: '7',
      sha256: 'a'.repeat(64),
    }),
  },
  {
    mutation: 'archiveFile',
    right: 'work',
    subject: { noun: 'File', field: 'fileId' },
    rest: () => ({}),
    input: async (client) => ({ fileId: await storeFile(client, client, unique('content')) }),
  },
];
