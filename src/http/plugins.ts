import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { Plugin, YogaServerOptions } from 'graphql-yoga';
import type { Config } from '../config.ts';
import { createDocumentCache } from './document-cache.ts';
import { type ApiError, BadRequest, deferMask, type ErrorLog, type MapError, Unavailable } from './errors.ts';
import { type LimitOptions, limits, useLimits } from './limits.ts';
import { isHttp, requestIdOf, useMasking } from './masking.ts';
import { type Metrics, useMetrics } from './metrics.ts';
import { requestIdFrom, requestIdHeader } from './request-id.ts';

/** Options of `hardening`. */
export interface HardeningOptions extends LimitOptions {
  readonly log: ErrorLog;
  /** Tells domain errors that reach the top as what the client reads; must carry a code of the list. */
  readonly mapError?: MapError | undefined;
  /**
   * Whether the caller may read the schema and be given suggestions; nobody may unless told. It is asked while
   * the document is validated, hence synchronously and before the context is built: who calls must already
   * stand in the server context (on HTTP set in an `onRequestParse` or `onParams` hook, which may wait; on a
   * WebSocket part of what `getEnveloped` is given).
   */
  readonly mayIntrospect?: ((context: object) => boolean) | undefined;
  readonly metrics?: Metrics | undefined;
}

/**
 * Everything that stands between a stranger and the schema, as plugins; they go before all others. They work
 * in Yoga's pipeline, so that `getEnveloped` gives a WebSocket the same, except for what only HTTP has.
 */
export function hardening(options: HardeningOptions): Plugin[] {
  // A caller's rights that cannot be read are no rights.
  const mayIntrospect = (context: object): boolean => options.mayIntrospect?.(context) ?? false;
  return [
    ...(options.metrics ? [useMetrics(options.metrics)] : []),
    useRequestId(options.log),
    useMasking({
      log: options.log,
      mapError: options.mapError,
      mayIntrospect,
      maximum: options.limits?.errors,
    }),
    useJsonOnly(),
    useIntrospectionGate(mayIntrospect),
    useBadUserInputLiterals(),
    useLimits(options),
    useQueriesOnlyOverGet(),
    useExecutionTimeout(options.limits?.executionMs ?? limits.executionMs),
  ];
}

/**
 * Gives every request an id: the caller's if it is sane, else a new one. It stands in the context as
 * `requestId`, in the answer's header, in the log and in INTERNAL_SERVER_ERROR.
 */
export function useRequestId(log: ErrorLog): Plugin {
  const idOf = (request: Request, context: object): string =>
    requestIdOf(context) ?? requestIdFrom(request.headers.get(requestIdHeader));
  return {
    onRequest({ request, serverContext, requestHandler, setRequestHandler, fetchAPI }) {
      const requestId = idOf(request, serverContext);
      Object.assign(serverContext, { requestId });
      // What escapes Yoga is answered by its adapter with the stack as the body.
      setRequestHandler(async (handled, context) => {
        try {
          return await requestHandler(handled, context);
        } catch (cause) {
          log.error({ err: cause, requestId }, 'the request handler failed');
          const { message, extensions } = deferMask(cause);
          const errors = [{ message, extensions: { code: extensions.code, requestId } }];
          return new fetchAPI.Response(JSON.stringify({ errors }), {
            status: 500,
            headers: { 'content-type': 'application/json; charset=utf-8' },
          });
        }
      });
    },
    onResponse({ request, response, serverContext }) {
      response.headers.set(requestIdHeader, idOf(request, serverContext));
      // Answers differ by origin (CORS): a shared cache must not give one origin's to another.
      response.headers.append('vary', 'Origin');
    },
  };
}

/**
 * Takes GET and JSON bodies only. The other content types that Yoga understands can be sent across origins
 * without asking first (CSRF), or have parsers with a history of their own (multipart).
 */
export function useJsonOnly(): Plugin {
  return {
    onRequestParse({ request, url, setRequestParser }) {
      if (request.method === 'GET') {
        setRequestParser(() => parametersOfUrl(url));
      } else if (request.method === 'POST') {
        refuseContentType(request.headers.get('content-type'));
        setRequestParser(async (limited) => {
          const body = parseJson(await textOf(limited), 'The body');
          // Yoga refuses lists itself: batching is off.
          return Array.isArray(body) ? body : checkedParameters(body);
        });
      }
    },
  };
}

function refuseContentType(header: string | null): void {
  const [type, ...parameters] = (header ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (type !== 'application/json') {
    throw new BadRequest('Send the request as application/json.', {
      status: 415,
      headers: { 'accept-post': 'application/json' },
    });
  }
  if (charset !== undefined && !['utf-8', 'utf8', '"utf-8"', '"utf8"'].includes(charset)) {
    throw new BadRequest('Send the request as UTF-8.', { status: 415 });
  }
}

async function textOf(request: Request): Promise<string> {
  const bytes = await request.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new BadRequest('The body is not valid UTF-8.');
  }
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(`${what} is not valid JSON.`);
  }
}

function checkedParameters(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) throw new BadRequest('The body must be a JSON object.');
  const parameters: Record<string, unknown> = { ...body };
  const { operationName } = parameters;
  if (operationName != null && typeof operationName !== 'string') {
    throw new BadRequest('"operationName" must be a string.');
  }
  return parameters;
}

function parametersOfUrl(url: URL): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  for (const name of ['query', 'operationName']) {
    const text = url.searchParams.get(name);
    if (text) parameters[name] = text;
  }
  for (const name of ['variables', 'extensions']) {
    const text = url.searchParams.get(name);
    if (text) parameters[name] = parseJson(text, `"${name}"`);
  }
  return parameters;
}

// The name of the function is part of Yoga's key for cached validations: with and without it are two entries.
function IntrospectionIsRefusedRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      const name = node.name.value;
      if (name !== '__schema' && name !== '__type') return;
      context.reportError(
        new GraphQLError(`You may not introspect the schema: "${name}" needs a token that may.`, {
          nodes: node,
          extensions: { code: 'FORBIDDEN', http: { status: 403 } },
        }),
      );
    },
  };
}

/** Refuses `__schema` and `__type` to callers who may not introspect. `__typename` stays: caches need it. */
export function useIntrospectionGate(mayIntrospect: (context: object) => boolean): Plugin {
  return {
    onValidate({ context, addValidationRule }) {
      if (!mayIntrospect(context)) addValidationRule(IntrospectionIsRefusedRule);
    },
  };
}

/** Gives literals of a wrong type the code that variables of a wrong type have: it is the same mistake. */
export function useBadUserInputLiterals(): Plugin {
  const coded = new WeakMap<ValidationRule, ValidationRule>();

  function withCode(rule: ValidationRule): ValidationRule {
    if (rule.name !== 'ValuesOfCorrectTypeRule') return rule;
    const known = coded.get(rule);
    if (known) return known;
    const wrapped: ValidationRule = (context) =>
      rule(
        Object.create(context, {
          reportError: {
            value: (error: GraphQLError) => {
              error.extensions.code ??= 'BAD_USER_INPUT';
              context.reportError(error);
            },
          },
        }),
      );
    coded.set(rule, wrapped);
    return wrapped;
  }

  return {
    onValidate({ validateFn, setValidationFn }) {
      setValidationFn((schema, document, rules, typeInfo, options) =>
        validateFn(schema, document, rules?.map(withCode), typeInfo, options),
      );
    },
  };
}

/** Over GET only queries: Yoga refuses mutations itself, this refuses subscriptions. */
export function useQueriesOnlyOverGet(): Plugin {
  return {
    onSubscribe({ context, setResultAndStopExecution }) {
      if (!isHttp(context) || context.request.method !== 'GET') return;
      setResultAndStopExecution({
        errors: [
          new BadRequest('Only queries can be sent with GET: send a subscription with POST.', {
            status: 405,
            headers: { Allow: 'POST' },
          }),
        ],
      });
    },
  };
}

function isPromise<T>(value: unknown): value is Promise<T> {
  return value instanceof Promise || (value instanceof Object && 'then' in value);
}

/**
 * Answers UNAVAILABLE when a query or mutation runs for too long, and aborts `context.deadline`, which
 * resolvers may hand on to what they wait for. What does not heed the signal runs on unseen; the database's own
 * `statement_timeout` bounds that. The executor is not given the signal: it would race a promise for every
 * object of the answer, which cost wide answers 5 to 30 %.
 */
export function useExecutionTimeout(timeoutMs: number): Plugin {
  return {
    onExecute({ args, context, executeFn, setExecuteFn }) {
      const controller = new AbortController();
      Object.assign(context, { deadline: controller.signal });
      setExecuteFn((...given) => {
        const result: unknown = executeFn(...given);
        if (!isPromise(result)) return result;
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise((resolve) => {
          timer = setTimeout(() => {
            const error = tookTooLong(args.document, timeoutMs);
            controller.abort(error);
            resolve({ errors: [error] });
          }, timeoutMs);
        });
        return Promise.race([result, late]).finally(() => clearTimeout(timer));
      });
    },
  };
}

function tookTooLong(document: DocumentNode, timeoutMs: number): ApiError {
  const writes = document.definitions.some(
    (definition) => definition.kind === 'OperationDefinition' && definition.operation === 'mutation',
  );
  const advice = writes
    ? ' It may still take effect: repeat it with the same clientMutationId to learn what became of it.'
    : ' Ask for less at once.';
  return new Unavailable(`The operation took longer than ${timeoutMs / 1_000} s.${advice}`);
}

/** Request headers that a page of another origin may send. */
const corsRequestHeaders = ['authorization', 'content-type', 'accept', requestIdHeader];

/** Whether a browser's page of this origin may call; also for the handshake of a WebSocket, which has no CORS. */
export function originAllowed(config: Pick<Config, 'allowedOrigins'>, origin: string): boolean {
  return config.allowedOrigins.includes(origin);
}

/** What a person finds in GraphiQL at first. */
const graphiql = {
  title: 'Heatmark',
  headers: '{ "authorization": "Bearer <token>" }',
  shouldPersistHeaders: true,
  defaultQuery: `# Put your token under "Headers" below, then press the reload button on the left to see the schema.

query FirstLook {
  organization { name }
  eventCursor
  orders(first: 10, orderBy: [{ field: DUE_DATE }]) {
    totalCount
    nodes { number name status dueDate progress { stage count } }
  }
}
`,
};

/** What has to be an option of `createYoga`; spread it beside `schema`, `context` and `plugins`. */
export function yogaOptions(config: Pick<Config, 'allowedOrigins' | 'graphiql'>) {
  return {
    graphqlEndpoint: '/graphql',
    graphiql: config.graphiql ? graphiql : false,
    landingPage: false,
    batching: false,
    multipart: false,
    maxRequestBodySize: limits.bodyBytes,
    // Yoga's log prints whole errors to the console; `useMasking` logs what is unexpected, redacted.
    logging: false,
    maskedErrors: { maskError: deferMask },
    parserAndValidationCache: {
      documentCache: createDocumentCache<DocumentNode>({ characters: 500_000, entries: 1_000 }),
      errorCache: createDocumentCache<Error>({ characters: 50_000, entries: 100 }),
    },
    // Not a list of origins: Yoga reads an empty list as "all", and a list of one as "whoever asks".
    cors: (request: Request) => {
      const origin = request.headers.get('origin');
      if (origin === null || !originAllowed(config, origin)) return false;
      return {
        origin: [origin],
        credentials: false,
        methods: ['GET', 'POST'],
        allowedHeaders: corsRequestHeaders,
        exposedHeaders: [requestIdHeader, 'retry-after'],
        maxAge: 600,
      };
    },
  } satisfies YogaServerOptions<object, object>;
}
