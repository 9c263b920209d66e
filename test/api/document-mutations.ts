/** The mutations of documents, as the tests that hold for every mutation know them. */
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { makeDocument } from '../support/documents.ts';
import { storeFile } from '../support/uploads.ts';
import type { MutationCase } from './mutations.ts';
import { absentId, create } from './support.ts';

const subject = { noun: 'Document', field: 'documentId' } as const;

const document = (client: Client, more: object = {}): Promise<string> =>
  makeDocument(client, client, { ...more });
const maker = (client: Client): Promise<string> => create(client, 'Manufacturer', { name: unique('Maker') });

export const documentCases: readonly MutationCase[] = [
  {
    mutation: 'createDocument',
    right: 'report',
    subject: null,
    rest: () => ({ fileId: absentId('File') }),
    input: async (client) => ({
      fileId: await storeFile(client, client, 'Hello'),
      about: [await maker(client)],
    }),
  },
  {
    mutation: 'updateDocument',
    right: 'work',
    subject,
    rest: () => ({}),
    input: async (client) => ({ documentId: await document(client), name: unique('Note') }),
  },
  {
    mutation: 'replaceDocument',
    right: 'work',
    subject,
    rest: async (client) => ({ fileId: await storeFile(client, client, 'Hello') }),
    input: async (client) => ({
      documentId: await document(client),
      fileId: await storeFile(client, client, 'Hello again'),
    }),
  },
  {
    mutation: 'archiveDocument',
    right: 'work',
    subject,
    rest: () => ({}),
    input: async (client) => ({ documentId: await document(client) }),
  },
  {
    mutation: 'linkDocument',
    right: 'report',
    subject,
    rest: async (client) => ({ about: [await maker(client)] }),
    input: async (client) => ({ documentId: await document(client), about: [await maker(client)] }),
  },
  {
    mutation: 'unlinkDocument',
    right: 'work',
    subject,
    rest: async (client) => ({ about: [await maker(client)] }),
    input: async (client) => {
      const about = [await maker(client)];
      return { documentId: await document(client, { about }), about };
    },
  },
  {
    mutation: 'drawDocumentSnapshot',
    right: 'work',
    subject,
    rest: () => ({}),
    input: async (client) => ({ documentId: await document(client) }),
  },
  {
    mutation: 'createZipFile',
    right: 'report',
    subject: null,
    rest: () => ({}),
    input: async (client) => ({ documentIds: [await document(client)] }),
  },
  {
    mutation: 'revokeZipFile',
    right: 'report',
    subject: { noun: 'ZipFile', field: 'zipFileId' },
    rest: () => ({}),
    input: async (client) => ({
      zipFileId: await create(client, 'ZipFile', { documentIds: [await document(client)] }),
    }),
  },
];
