import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { Client } from './client.ts';
import { succeeded } from './errors.ts';

/** The members of the union that a document's one field answers with. */
type ResultOf<Data> = Extract<Data[keyof Data], { __typename: string }>;

/** The success among them. */
export type SuccessOf<Data> = Extract<ResultOf<Data>, { __typename: `${string}Success` }>;

/**
 * Sends a document with one mutation of the form `verb(input: $input)` and answers its success.
 * @throws RefusedError when the shop's rules refuse it, and whatever `request` throws.
 */
export async function act<Data extends object, Input>(
  client: Pick<Client, 'request'>,
  document: TypedDocumentNode<Data, { input: Input }>,
  input: Input,
): Promise<SuccessOf<Data>> {
  const data = await client.request(document, { input });
  const [result] = Object.values(data) as ResultOf<Data>[];
  if (!result) throw new Error('The document has no field.');
  return succeeded(result);
}
