import { vi } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import type { DocumentStateQuery } from '../../client/generated/graphql.ts';
import { Paper } from '../../src/pdf/paper.ts';
import { create } from '../api/support.ts';
import { type TestApp, unique } from './app.ts';
import type { Client } from './client.ts';
import { storeFile } from './uploads.ts';

const DocumentState = graphql(`
  query DocumentState($id: ID!) {
    document(id: $id) {
      id version name description revision status allowedActions archivedAt
      file { id name status }
      previous { id }
      next { id }
      previousDocuments { totalCount nodes { id revision } }
      snapshot { status note width height file { id name mediaType url } }
      links { totalCount nodes { id subject { __typename id } } }
      user { id }
    }
  }
`);

export type DocumentNow = NonNullable<DocumentStateQuery['document']>;

/** A document as it is now. */
export async function documentNow(client: Client, id: string): Promise<DocumentNow> {
  const { document } = await client.query(DocumentState, { id });
  if (!document) throw new Error('The document is gone.');
  return document;
}

/** A PDF of one page with these lines of text. */
export async function letter(
  lines: readonly string[] = ['Nothing to say.'],
): Promise<Uint8Array<ArrayBuffer>> {
  const paper = new Paper({ title: 'Letter', author: 'Somebody', at: new Date('2026-01-05T08:00:00Z') });
  for (const line of lines) paper.text(line);
  return Uint8Array.from(await paper.finish());
}

/** A document with that content, by its id. */
export async function makeDocument(
  app: Pick<TestApp, 'url'>,
  client: Client,
  {
    content = 'Hello',
    file = {},
    ...more
  }: { content?: string | Uint8Array<ArrayBuffer>; file?: object; [field: string]: unknown } = {},
): Promise<string> {
  const fileId = await storeFile(app, client, content, file);
  return create(client, 'Document', { fileId, name: unique('Note'), ...more });
}

/** The document when its picture is there, or will never be. */
export async function drawn(client: Client, id: string): Promise<DocumentNow> {
  return vi.waitFor(
    async () => {
      const now = await documentNow(client, id);
      if (['COMPLETE', 'SKIPPED', 'ERROR'].includes(now.snapshot.status)) return now;
      throw new Error(`The picture is ${now.snapshot.status} still.`);
    },
    { timeout: 60_000, interval: 100 },
  );
}
