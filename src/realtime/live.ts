import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { RequestContext } from '../context.ts';
import type { StreamMessage } from '../events/stream.ts';
import { RateLimited } from '../http/errors.ts';
import type { Metrics } from '../http/metrics.ts';
import type { Sessions } from './sessions.ts';

// How much older than a subscription an execution may be that it is given: displays that come back one after the
// other share, and nobody sees the shop as it was yesterday.
const sharedForMs = 1_000;

/** Executions of single messages that are running or were made lately, by everything that they depend on. */
class SharedExecutions {
  readonly #made = new Map<string, { at: number; result: Promise<ExecutionResult> }>();
  readonly #largest = 1_000;

  /**
   * The execution with this key: one that is running or made, unless it began long before the subscription did
   * (what has changed since without an event nobody would ever tell it), or a new one.
   */
  once(
    key: string,
    begunAt: number,
    now: number,
    run: () => Promise<ExecutionResult>,
  ): Promise<ExecutionResult> {
    const known = this.#made.get(key);
    if (known && known.at >= begunAt - sharedForMs) return known.result;
    const made = { at: now, result: run() };
    // Deleted first: the newest stand last, and the oldest go first.
    this.#made.delete(key);
    this.#made.set(key, made);
    // A failed execution (a database that is down) is not what later subscribers should see.
    const forget = () => {
      if (this.#made.get(key) === made) this.#made.delete(key);
    };
    made.result.then((done) => {
      if (done.errors?.length) forget();
    }, forget);
    const oldest = this.#made.keys().next().value;
    if (this.#made.size > this.#largest && oldest !== undefined) this.#made.delete(oldest);
    return made.result;
  }
}

/** Streams over HTTP (SSE) that one token may hold open. */
const streamsPerToken = 100;

let documents = 0;
const documentNumbers = new WeakMap<DocumentNode, number>();

/** A number for a parsed document: the same text is the same document, as Yoga caches what it parses. */
function numberOf(document: DocumentNode): number {
  const known = documentNumbers.get(document);
  if (known) return known;
  documents++;
  documentNumbers.set(document, documents);
  return documents;
}

/** The names of the variables that only say where to begin: `after: $cursor` of the subscription's field. */
function cursorVariables(operation: OperationDefinitionNode): Set<string> {
  const names = new Set<string>();
  for (const selection of operation.selectionSet.selections) {
    if (selection.kind !== Kind.FIELD) continue;
    for (const argument of selection.arguments ?? []) {
      if (argument.name.value === 'after' && argument.value.kind === Kind.VARIABLE)
        names.add(argument.value.name.value);
    }
  }
  return names;
}

/** What every message of this subscription is executed for, but for the message: the same for all who may share. */
function shareKey(args: ExecutionArgs, context: RequestContext): string {
  const operation = args.document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (!args.operationName || definition.name?.value === args.operationName),
  );
  const ignored = operation ? cursorVariables(operation) : new Set<string>();
  const variables = Object.entries(args.variableValues ?? {})
    .filter(([name]) => !ignored.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `${numberOf(args.document)} ${args.operationName ?? ''} ${context.authority} ${JSON.stringify(variables)}`;
}

/**
 * Subscriptions over WebSocket and SSE alike: the field's `subscribe` gives a stream of messages, and each message
 * is executed in a context of its own (the usual recipe keeps the first one's loaders, and with them stale rows
 * for weeks), once for all subscribers with the same document, variables and authority.
 */
export function useLiveSubscriptions(options: { metrics: Metrics; sessions: Sessions }): Plugin {
  const { metrics, sessions } = options;
  const shared = new SharedExecutions();
  const streams = new Map<string, number>();
  const count = (tokenId: string, change: 1 | -1): void => {
    const open = (streams.get(tokenId) ?? 0) + change;
    if (open > 0) streams.set(tokenId, open);
    else streams.delete(tokenId);
  };

  async function subscribe(args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
    const base = args.contextValue as RequestContext;
    // A socket bounds its own subscriptions; a stream over HTTP has a connection of its own.
    const held = base.signal === null && base.caller ? base.caller.tokenId : null;
    if (held && (streams.get(held) ?? 0) >= streamsPerToken) {
      return { errors: [new RateLimited(5, `At most ${streamsPerToken} streams over HTTP for one token.`)] };
    }
    const ended = new AbortController();
    const context = new RequestContext(base.runtime, base.caller, base.requestId, ended.signal);
    const source = await createSourceEventStream({ ...args, contextValue: context });
    if (!(Symbol.asyncIterator in source)) return source;
    const messages = (source as AsyncIterable<StreamMessage>)[Symbol.asyncIterator]();
    const key = shareKey(args, context);
    const clock = () => context.runtime.now().getTime();
    const begunAt = clock();
    metrics.subscriptionStarted();
    if (held) count(held, 1);
    let open = true;
    const end = () => {
      if (!open) return;
      open = false;
      leave();
      // The signal is the socket's: it outlives thousands of subscriptions.
      base.signal?.removeEventListener('abort', end);
      metrics.subscriptionEnded();
      if (held) count(held, -1);
      ended.abort();
    };
    const leave = context.caller ? sessions.enter(context.caller, end) : () => undefined;
    base.signal?.addEventListener('abort', end, { once: true });
    if (base.signal?.aborted) end();

    const results: AsyncIterableIterator<ExecutionResult> = {
      async next() {
        const message = await messages.next().catch((error: unknown) => {
          end();
          throw error;
        });
        if (message.done || !open) {
          end();
          // One that has ended while it held a message would never give its feed back.
          await messages.return?.();
          return { done: true, value: undefined };
        }
        const value = await shared.once(`${key} ${message.value.key}`, begunAt, clock(), async () =>
          execute({ ...args, rootValue: message.value, contextValue: context.fresh() }),
        );
        return { done: false, value };
      },
      async return() {
        // First the signal: a stream that waits for news could not be returned from until there are some.
        end();
        await messages.return?.();
        return { done: true, value: undefined };
      },
      async throw(error: unknown) {
        end();
        await messages.return?.();
        throw error;
      },
      [Symbol.asyncIterator]() {
        return results;
      },
    };
    return results;
  }

  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(subscribe as never);
    },
  };
}
