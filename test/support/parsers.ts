import { vi } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import type { DocumentReadingsQuery, ParsingJobStateQuery } from '../../client/generated/graphql.ts';
import { act, create } from '../api/support.ts';
import { unique } from './app.ts';
import type { Client } from './client.ts';

const ParserTemplateState = graphql(`
  query ParserTemplateState($id: ID!) {
    documentParserTemplate(id: $id) {
      id version name description archivedAt
      document { id }
      parent { id }
      customized { nodes { id } }
      instructions(orderBy: [{ field: POSITION }], filter: { archived: false }) {
        nodes { id version position name labels pattern unit }
      }
      parsingJobs { totalCount }
    }
  }
`);
const ParsingJobState = graphql(`
  query ParsingJobState($id: ID!) {
    documentParsingJob(id: $id) {
      id status notes
      document { id }
      template { id }
      reports { nodes { id } }
      createdBy { id }
    }
  }
`);
const DocumentReadings = graphql(`
  query DocumentReadings($id: ID!) {
    document(id: $id) {
      parserTemplate { id }
      parserTemplates { nodes { id } }
      parsingJobs { nodes { id status notes } }
      parserReports(orderBy: [{ field: CREATED_AT }]) {
        nodes {
          id version value unit text confidence page place isManual
          box { x y width height }
          instruction { id name }
          job { id }
          user { id }
        }
      }
    }
  }
`);

/** A template that reads these values, by their names or as inputs of instructions. */
export const makeParserTemplate = (
  client: Client,
  instructions: readonly (string | object)[] = ['Net weight'],
  more: object = {},
): Promise<string> =>
  create(client, 'DocumentParserTemplate', {
    name: unique('Delivery note'),
    instructions: instructions.map((each) => (typeof each === 'string' ? { name: each } : each)),
    ...more,
  });

/** A template as it is now, with its instructions in use, in order. */
export async function parserTemplateNow(client: Client, id: string) {
  const { documentParserTemplate } = await client.query(ParserTemplateState, { id });
  if (!documentParserTemplate) throw new Error('The template is gone.');
  return documentParserTemplate;
}

export type ParsingJobNow = NonNullable<ParsingJobStateQuery['documentParsingJob']>;

/** A reading when it has ended. */
export async function ended(client: Client, id: string): Promise<ParsingJobNow> {
  return vi.waitFor(
    async () => {
      const { documentParsingJob: job } = await client.query(ParsingJobState, { id });
      if (job?.status === 'COMPLETE' || job?.status === 'ERROR') return job;
      throw new Error(`The reading is ${job?.status} still.`);
    },
    { timeout: 60_000, interval: 100 },
  );
}

/** Asks for a reading; answers its id. */
export async function askToParse(
  client: Client,
  documentId: string,
  parserTemplateId: string,
): Promise<string> {
  const { documentParsingJob } = await act<{ documentParsingJob: { id: string } }>(
    client,
    'parseDocument',
    { documentId, parserTemplateId },
    'documentParsingJob { id }',
  );
  return documentParsingJob.id;
}

/** Has a document read, and waits for the end. */
export const parsed = async (
  client: Client,
  documentId: string,
  parserTemplateId: string,
): Promise<ParsingJobNow> => ended(client, await askToParse(client, documentId, parserTemplateId));

export type ReadingsNow = NonNullable<DocumentReadingsQuery['document']>;

/** What was read from a document so far, and by what. */
export async function readingsNow(client: Client, id: string): Promise<ReadingsNow> {
  const { document } = await client.query(DocumentReadings, { id });
  if (!document) throw new Error('The document is gone.');
  return document;
}
