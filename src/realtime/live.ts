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
import type { RequestContext } from '../context.ts';
import { type StreamMessage, SubscriptionStream } from '../events/stream.ts';
import { RateLimited } from '../http/errors.ts';
import type { Metrics } from '../http/metrics.ts';
import { FanOutGroup } from './fan-out.ts';
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

/** What the pipeline of subscriptions needs of the application. */
export interface LiveOptions {
  metrics: Metrics;
  sessions: Sessions;
  /** A result as a socket's client may read it: errors masked. Results on other ways are masked by the pipeline. */
  mask: (result: ExecutionResult, requestId: string) => ExecutionResult;
}

/**
 * Subscriptions over WebSocket and SSE alike: the field's `subscribe` gives a stream of messages, and each message
 * is executed in a context of its own (the usual recipe keeps the first one's loaders, and with them stale rows
 * for weeks), once for all subscribers with the same document, variables and authority. Those of them on sockets
 * that have caught up are served together by a {@link FanOutGroup}.
 */
export function useLiveSubscriptions({ metrics, sessions, mask }: LiveOptions): Plugin {
  const shared = new SharedExecutions();
  const groups = new Map<string, FanOutGroup>();
  const streams = new Map<string, number>();
  const count = (tokenId: string, change: 1 | -1): void => {
    const open = (streams.get(tokenId) ?? 0) + change;
    if (open > 0) streams.set(tokenId, open);
    else streams.delete(tokenId);
  };

  /** How the messages of a subscription become results. */
  function executions(args: ExecutionArgs, context: RequestContext, key: string) {
    const clock = () => context.runtime.now().getTime();
    const begunAt = clock();
    return (message: StreamMessage): Promise<ExecutionResult> =>
      shared.once(`${key} ${message.key}`, begunAt, clock(), async () =>
        execute({ ...args, rootValue: message, contextValue: context.fresh() }),
      );
  }

  /** The group of a subscription: the one that is there, or a new one that goes on from its place. */
  function groupOf(
    key: string,
    args: ExecutionArgs,
    context: RequestContext,
    stream: SubscriptionStream,
    position: number,
  ): FanOutGroup {
    const known = groups.get(key);
    if (known) return known;
    const result = executions(args, context, key);
    const made: FanOutGroup = new FanOutGroup({
      stream,
      position,
      payloadOf: async (message) => JSON.stringify(mask(await result(message), context.requestId)),
      onEnd: () => {
        if (groups.get(key) === made) groups.delete(key);
      },
    });
    groups.set(key, made);
    return made;
  }

  async function subscribe(args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
    const base = args.contextValue as RequestContext;
    // A socket bounds its own subscriptions; a stream over HTTP has a connection of its own.
    const held = base.signal === null && base.caller ? base.caller.tokenId : null;
    if (held && (streams.get(held) ?? 0) >= streamsPerToken) {
      return { errors: [new RateLimited(5, `At most ${streamsPerToken} streams over HTTP for one token.`)] };
    }
    const ended = new AbortController();
    const context = base.until(ended.signal);
    const stream = await createSourceEventStream({ ...args, contextValue: context });
    if (!(Symbol.asyncIterator in stream)) return stream;
    if (!(stream instanceof SubscriptionStream)) throw new Error('A subscription without a stream.');
    metrics.subscriptionStarted();
    if (held) count(held, 1);
    const end = () => {
      if (ended.signal.aborted) return;
      ended.abort();
      leave();
      // The signal is the socket's: it outlives thousands of subscriptions.
      base.signal?.removeEventListener('abort', end);
      metrics.subscriptionEnded();
      if (held) count(held, -1);
    };
    const leave = context.caller ? sessions.enter(context.caller, end) : () => undefined;
    base.signal?.addEventListener('abort', end, { once: true });
    if (base.signal?.aborted) end();

    const results = follow(args, context, stream, ended.signal);
    const iterator: AsyncIterableIterator<ExecutionResult> = {
      async next() {
        try {
          const result = await results.next();
          if (result.done) end();
          return result;
        } catch (error) {
          end();
          throw error;
        }
      },
      async return() {
        // First the signal: a stream that waits for news could not be returned from until there are some.
        end();
        await results.return();
        return { done: true, value: undefined };
      },
      async throw(error: unknown) {
        end();
        await results.return();
        throw error;
      },
      [Symbol.asyncIterator]() {
        return iterator;
      },
    };
    return iterator;
  }

  /**
   * The results of one subscription, one by one while it catches up. At the head, with an outlet, it is served by its
   * group, and nothing comes here until the group lets go.
   */
  async function* follow(
    args: ExecutionArgs,
    context: RequestContext,
    stream: SubscriptionStream,
    ended: AbortSignal,
  ): AsyncGenerator<ExecutionResult, void, void> {
    const key = `${shareKey(args, context)} ${stream.key}`;
    const result = executions(args, context, key);
    const { outlet } = context;
    let own = new AbortController();
    const stop = () => own.abort();
    ended.addEventListener('abort', stop, { once: true });
    let messages = stream.begin(own.signal);
    try {
      for (;;) {
        const { done, value: message } = await messages.next();
        if (done || ended.aborted) return;
        if (message.type !== 'Idle') {
          yield await result(message);
          continue;
        }
        if (!outlet) continue;
        const seat = groupOf(key, args, context, stream, message.position).join(outlet, message.position);
        if (!seat) continue;
        const leave = () => seat.leave();
        ended.addEventListener('abort', leave, { once: true });
        await seat.attached;
        // What its own stream has heard in this moment and has no place in the log.
        own.abort();
        for await (const left of messages) if (left.type === 'Tick') yield await result(left);
        const { position, undelivered } = await seat.departed;
        ended.removeEventListener('abort', leave);
        if (ended.aborted) return;
        own = new AbortController();
        messages = stream.resume(position, own.signal);
        if (undelivered) yield await result(undelivered);
      }
    } finally {
      ended.removeEventListener('abort', stop);
      own.abort();
      // One that has ended while it held a message would never give its feed back.
      await messages.return();
    }
  }

  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(subscribe as never);
    },
  };
}
