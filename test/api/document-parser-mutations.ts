/** The mutations of document parsers, as the tests that hold for every mutation know them. */
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { makeDocument } from '../support/documents.ts';
import { makeParserTemplate, parserTemplateNow } from '../support/parsers.ts';
import type { MutationCase } from './mutations.ts';

const template = { noun: 'DocumentParserTemplate', field: 'documentParserTemplateId' } as const;
const instruction = { noun: 'DocumentParserInstruction', field: 'documentParserInstructionId' } as const;
const document = { noun: 'Document', field: 'documentId' } as const;

/** The first instruction of a template. */
async function firstOf(client: Client, templateId: string): Promise<string> {
  return (await parserTemplateNow(client, templateId)).instructions.nodes[0]?.id ?? '';
}

const ofTemplate = (mutation: string, rest: () => object): MutationCase => ({
  mutation,
  right: 'work',
  subject: template,
  rest: () => ({ ...rest() }),
  input: async (client) => ({ documentParserTemplateId: await makeParserTemplate(client), ...rest() }),
});
const ofInstruction = (mutation: string, rest: () => object): MutationCase => ({
  mutation,
  right: 'work',
  subject: instruction,
  rest: () => ({ ...rest() }),
  input: async (client) => ({
    documentParserInstructionId: await firstOf(client, await makeParserTemplate(client)),
    ...rest(),
  }),
});

export const documentParserCases: readonly MutationCase[] = [
  {
    mutation: 'createDocumentParserTemplate',
    right: 'work',
    subject: null,
    rest: () => ({ name: unique('Delivery note') }),
    input: async () => ({ name: unique('Delivery note'), instructions: [{ name: 'Net weight' }] }),
  },
  ofTemplate('updateDocumentParserTemplate', () => ({ name: unique('Renamed') })),
  ofTemplate('archiveDocumentParserTemplate', () => ({})),
  ofTemplate('addDocumentParserInstruction', () => ({ name: unique('Batch') })),
  ofInstruction('updateDocumentParserInstruction', () => ({ name: unique('Batch') })),
  ofInstruction('archiveDocumentParserInstruction', () => ({})),
  {
    mutation: 'parseDocument',
    right: 'work',
    subject: document,
    rest: async (client) => ({ parserTemplateId: await makeParserTemplate(client) }),
    input: async (client) => ({
      documentId: await makeDocument(client, client),
      parserTemplateId: await makeParserTemplate(client),
    }),
  },
  {
    mutation: 'recordDocumentParserReport',
    right: 'work',
    subject: document,
    rest: async (client) => ({
      documentParserInstructionId: await firstOf(client, await makeParserTemplate(client)),
      value: '12.5',
    }),
    input: async (client) => ({
      documentId: await makeDocument(client, client),
      documentParserInstructionId: await firstOf(client, await makeParserTemplate(client)),
      value: '12.5',
    }),
  },
];
