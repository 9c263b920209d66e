import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

/** An error at the top level of an answer. */
export interface TopLevelError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; requestId?: string; [key: string]: unknown };
}

/** What a request answered, and the shortcuts to what a test expects of it. */
export interface Answer<Data> {
  readonly status: number;
  readonly body: { data?: Data | null; errors?: TopLevelError[] };
  /** The data of an answer without errors. Throws, naming the errors, otherwise. */
  data(): Data;
  /** The top-level errors; throws where there is none. */
  graphqlErrors(): TopLevelError[];
}

type Member<Union, Name extends string> = Extract<Union, { __typename: Name }>;

type Members<Data> = Data extends object ? Exclude<Data[keyof Data], string | null | undefined> : never;

/** A typed client of one token. */
export interface Client {
  readonly url: string;
  readonly token: string | null;
  send<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Answer<Data>>;
  /** Any text, for requests that the schema would not type. */
  sendText(query: string, variables?: Record<string, unknown>): Promise<Answer<Record<string, unknown>>>;
  /** The data of a query. */
  query<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>;
  /** A mutation that succeeds: its success, by the name of its type. */
  success<
    Data,
    Variables,
    Name extends Members<Data> extends { __typename: infer N extends string } ? N : never,
  >(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    name: Name,
  ): Promise<Member<Members<Data>, Name>>;
  /** A mutation that is refused: the refusal, by the name of its type. The same as success, for reading. */
  refused<
    Data,
    Variables,
    Name extends Members<Data> extends { __typename: infer N extends string } ? N : never,
  >(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    name: Name,
  ): Promise<Member<Members<Data>, Name>>;
  /** The same server with another token, or none. */
  as(token: string | null): Client;
}

/** A client that speaks plain HTTP, as a stranger's would. */
export function createClient(url: string, token: string | null): Client {
  async function post<Data>(query: string, variables: unknown): Promise<Answer<Data>> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as Answer<Data>['body'];
    return {
      status: response.status,
      body,
      data() {
        if (body.errors || !body.data) throw new Error(`The request failed: ${JSON.stringify(body.errors)}`);
        return body.data;
      },
      graphqlErrors() {
        if (!body.errors) throw new Error(`The request did not fail: ${JSON.stringify(body.data)}`);
        return body.errors;
      },
    };
  }
  async function member(document: TypedDocumentNode, variables: unknown, name: string): Promise<never> {
    const data = (await post<Record<string, { __typename: string }>>(print(document), variables)).data();
    const [outcome] = Object.values(data);
    if (outcome?.__typename !== name) throw new Error(`Expected ${name}: ${JSON.stringify(outcome)}`);
    return outcome as never;
  }
  return {
    url,
    token,
    send: (document, variables) => post(print(document), variables),
    sendText: (query, variables) => post(query, variables),
    query: async (document, variables) => (await post<never>(print(document), variables)).data(),
    success: member as Client['success'],
    refused: member as Client['refused'],
    as: (other) => createClient(url, other),
  };
}
