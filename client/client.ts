import { randomUUID } from 'node:crypto';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type DocumentNode, getOperationAST, print } from 'graphql';
import { type Backoff, defaultBackoff, pause, waitBefore } from './backoff.ts';
import { AnswerError, ConnectionError, isPassing, type TopLevelError } from './errors.ts';
import { createSocket, type SubscribeOptions, type Subscription } from './subscription.ts';

export interface ClientOptions {
  /** The endpoint, `http://127.0.0.1:4000/graphql`; its WebSocket is at the same place. */
  readonly url: string;
  /** What the client signs in with. */
  readonly token: string;
  /** How often a request that got no answer is sent again; once unless given. */
  readonly retries?: number;
  readonly backoff?: Backoff;
  /** Is told before each wait for another attempt of a request. */
  readonly onRetry?: (reason: string, waitMs: number) => void;
}

/** A client of the API with one token. */
export interface Client {
  /**
   * Sends a query or mutation and answers its data.
   *
   * What got no answer is sent again. A mutation is safe to repeat: one whose `input` has no `clientMutationId` is
   * given one, so that the second sending has no second effect.
   * @throws AnswerError when the answer has errors at its top level, ConnectionError when none came.
   */
  request<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>;
  /**
   * Follows a subscription through lost connections: it resumes from the last cursor that it gave, so that nothing is
   * lost and nothing comes twice. The document must hand a variable `after` to the field, and select the cursors
   * (`… on Event { cursor } … on Position { cursor }`) and `to` of Gap. Ends with `close()`, by leaving the loop, or
   * by throwing what no other attempt would mend.
   */
  subscribe<Data extends object, Variables extends { after?: string | null }>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    options?: SubscribeOptions<Data>,
  ): Subscription<Data>;
  /** Ends every subscription and closes the socket. */
  close(): Promise<void>;
}

const networkRetries = 1;
/** ms; the server gives up after ten seconds, so what takes longer is a connection that is gone. */
const answerWithin = 30_000;

/** A client. It connects when it is first used. */
export function createClient(options: ClientOptions): Client {
  const { url, token, retries = networkRetries, backoff = defaultBackoff, onRetry } = options;
  const closed = new AbortController();
  const socket = createSocket({ url: url.replace(/^http/, 'ws'), token, backoff, signal: closed.signal });

  async function attempt<Data>(operation: string, body: string): Promise<Outcome<Data>> {
    let response: Response;
    let answer: Answer<Data>;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body,
        signal: AbortSignal.any([closed.signal, AbortSignal.timeout(answerWithin)]),
      });
      answer = (await response.json()) as Answer<Data>;
    } catch (cause) {
      return { failure: new ConnectionError(`${operation}: ${reasonOf(cause)}`, { cause }), retryAfter: 0 };
    }
    if (answer.errors?.length) {
      const failure = new AnswerError(operation, answer.errors);
      return { failure, retryAfter: isPassing(answer.errors) ? retryAfterOf(response, answer.errors) : null };
    }
    if (answer.data === null || answer.data === undefined) {
      return {
        failure: new ConnectionError(`${operation}: HTTP ${response.status} without data.`),
        retryAfter: 0,
      };
    }
    return { data: answer.data };
  }

  return {
    async request(document, variables) {
      const operation = getOperationAST(document);
      const name = operation?.name?.value ?? 'the operation';
      const sent = operation?.operation === 'mutation' ? withMutationId(variables) : variables;
      const body = JSON.stringify({ query: textOf(document), variables: sent });
      for (let tried = 0; ; tried++) {
        const outcome = await attempt<never>(name, body);
        if (!('failure' in outcome)) return outcome.data;
        if (outcome.retryAfter === null || tried >= retries || closed.signal.aborted) throw outcome.failure;
        const wait = Math.max(outcome.retryAfter, waitBefore(tried, backoff));
        onRetry?.(outcome.failure.message, wait);
        await pause(wait, closed.signal);
      }
    },
    subscribe: (document, variables, subscribeOptions = {}) =>
      socket.subscribe(textOf(document), variables, subscribeOptions),
    async close() {
      closed.abort();
      await socket.close();
    },
  };
}

interface Answer<Data> {
  data?: Data | null;
  errors?: TopLevelError[];
}

type Outcome<Data> =
  | { data: Data }
  /** `retryAfter`: ms to wait at least before another attempt; null where none would mend it. */
  | { failure: Error; retryAfter: number | null };

const texts = new WeakMap<DocumentNode, string>();

// The same document is sent for weeks: it is printed once.
function textOf(document: DocumentNode): string {
  const known = texts.get(document);
  if (known !== undefined) return known;
  const text = print(document);
  texts.set(document, text);
  return text;
}

function withMutationId(variables: unknown): unknown {
  const input = (variables as { input?: { clientMutationId?: unknown } } | null)?.input;
  if (typeof input !== 'object' || input === null || input.clientMutationId) return variables;
  return { ...(variables as object), input: { ...input, clientMutationId: randomUUID() } };
}

function retryAfterOf(response: Response, errors: readonly TopLevelError[]): number {
  const seconds = Number(errors[0]?.extensions?.retryAfter ?? response.headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) ? Math.min(seconds, 60) * 1_000 : 0;
}

// fetch hides the reason (ECONNREFUSED) in the cause of "fetch failed".
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (!(inner instanceof Error)) return String(inner);
  return 'code' in inner ? `${String(inner.code)} ${inner.message}`.trim() : inner.message;
}
