import { graphql } from '../../client/generated/gql.ts';
import type { CreateUploadInput } from '../../client/generated/graphql.ts';
import { type TestApp, unique } from './app.ts';
import type { Client } from './client.ts';

const CreateUpload = graphql(`
  mutation UploadCreate($input: CreateUploadInput!) {
    createUpload(input: $input) {
      __typename
      ... on CreateUploadSuccess { file { id } uploadUrl uploadUntil }
    }
  }
`);

const StoredFile = graphql(`
  query UploadState($id: ID!) {
    file(id: $id) { id name status mediaType size sha256 refusal storedAt version url }
  }
`);

/** What the server answered to a PUT. */
export interface UploadAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export type Content = string | Uint8Array<ArrayBuffer>;

/** An announced file, and how its content is sent. */
export interface Upload {
  readonly id: string;
  /** Absolute. */
  readonly url: string;
  put(content: Content, headers?: Record<string, string>): Promise<UploadAnswer>;
  /** The file as it is now. */
  file(): Promise<FileState>;
}

export type FileState = NonNullable<Awaited<ReturnType<typeof fileState>>>;

/** A file by its id, as its organization sees it. */
export async function fileState(client: Client, id: string) {
  return (await client.query(StoredFile, { id })).file;
}

/** Announces a file. */
export async function announce(
  app: Pick<TestApp, 'url'>,
  client: Client,
  input: Partial<CreateUploadInput> = {},
): Promise<Upload> {
  const made = await client.success(
    CreateUpload,
    { input: { name: unique('content.txt'), ...input } },
    'CreateUploadSuccess',
  );
  const url = new URL(made.uploadUrl, app.url).href;
  return {
    id: made.file.id,
    url,
    async put(content, headers = {}) {
      const response = await fetch(url, { method: 'PUT', body: content, headers });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    async file() {
      const file = await fileState(client, made.file.id);
      if (!file) throw new Error('The file is gone.');
      return file;
    },
  };
}

/** A stored file with that content, by its id. */
export async function storeFile(
  app: Pick<TestApp, 'url'>,
  client: Client,
  content: Content,
  input: Partial<CreateUploadInput> = {},
): Promise<string> {
  const upload = await announce(app, client, input);
  const answer = await upload.put(content);
  if (answer.status !== 201) throw new Error(`The upload was refused: ${JSON.stringify(answer)}`);
  return upload.id;
}
