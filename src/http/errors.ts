import { GraphQLError, type GraphQLErrorExtensions, Kind } from 'graphql';

/** The codes of top-level errors and the HTTP status that each one has. */
export const statusOf = Object.freeze({
  BAD_REQUEST: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  OPERATION_TOO_COMPLEX: 400,
  PAYLOAD_TOO_LARGE: 413,
  UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
});

export type ErrorCode = keyof typeof statusOf;

/** What a resolver's failure may be told as; undefined leaves it unexpected. */
export type MapError = (cause: unknown) => GraphQLError | undefined;

/** The part of a logger that masking needs. */
export interface ErrorLog {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

interface ApiErrorOptions {
  /** Further public facts beside the code. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** HTTP headers that go with the error. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Overrides the code's HTTP status. */
  readonly status?: number;
}

/** A top-level error that the caller may read: its text and extensions reach the client as they are. */
export class ApiError extends GraphQLError {
  constructor(code: ErrorCode, message: string, options: ApiErrorOptions = {}) {
    super(message, {
      extensions: {
        ...options.facts,
        code,
        http: {
          status: options.status ?? statusOf[code],
          ...(options.headers ? { headers: { ...options.headers } } : {}),
        },
      },
    });
  }
}

/** The request itself is malformed. */
export class BadRequest extends ApiError {
  constructor(message: string, options?: ApiErrorOptions) {
    super('BAD_REQUEST', message, options);
  }
}

/** A value or an id is malformed, or the id is another type's. What breaks a rule is a union member instead. */
export class BadUserInput extends ApiError {
  constructor(message: string, facts?: Readonly<Record<string, unknown>>) {
    super('BAD_USER_INPUT', message, facts ? { facts } : {});
  }
}

/** Nobody is signed in, or the token is not valid any more. */
export class Unauthenticated extends ApiError {
  constructor(message = 'Sign in first: this needs a valid token.') {
    super('UNAUTHENTICATED', message, { headers: { 'www-authenticate': 'Bearer' } });
  }
}

/** The caller is known and may not do this. */
export class Forbidden extends ApiError {
  constructor(message = 'You may not do this.') {
    super('FORBIDDEN', message);
  }
}

/** Too often. `retryAfter` is in seconds and also goes out as the Retry-After header. */
export class RateLimited extends ApiError {
  constructor(retryAfter: number, message = 'Too many requests: wait and try again.') {
    const seconds = Math.max(1, Math.ceil(retryAfter));
    super('RATE_LIMITED', message, {
      facts: { retryAfter: seconds },
      headers: { 'retry-after': String(seconds) },
    });
  }
}

/** The operation asks for more than one operation may. `facts` say which limit, or the cost. */
export class TooComplex extends ApiError {
  constructor(message: string, facts?: Readonly<Record<string, unknown>>) {
    super('OPERATION_TOO_COMPLEX', message, facts ? { facts } : {});
  }
}

/** The document, the variables or the body are too many bytes. */
export class PayloadTooLarge extends ApiError {
  constructor(message: string, facts?: Readonly<Record<string, unknown>>) {
    super('PAYLOAD_TOO_LARGE', message, facts ? { facts } : {});
  }
}

/** It cannot be answered now; trying again may help. */
export class Unavailable extends ApiError {
  constructor(message = 'Not available at the moment: try again.', retryAfter?: number) {
    super(
      'UNAVAILABLE',
      message,
      retryAfter === undefined
        ? {}
        : { facts: { retryAfter }, headers: { 'retry-after': String(retryAfter) } },
    );
  }
}

// Codes that libraries use for what our list names otherwise.
const foreignCodes: Readonly<Record<string, ErrorCode>> = {
  REQUEST_ENTITY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
};

// Literals and variables of a document: an error that points at one is about the value that the client sent.
const valueKinds: ReadonlySet<string> = new Set([
  Kind.VARIABLE_DEFINITION,
  Kind.VARIABLE,
  Kind.ARGUMENT,
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.NULL,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
  Kind.OBJECT_FIELD,
]);

const internalExtensions: ReadonlySet<string> = new Set([
  'originalError',
  'stacktrace',
  'exception',
  'unexpected',
  'cause',
  'stack',
]);

const tooManyVariableErrors = 'Too many errors processing variables';
const longestMessage = 2_000;

// Errors that have been masked: masking twice would log twice and lose the mapping.
const answered = new WeakSet<object>();
// What a deferred error hides until somebody who knows the request masks it for good.
const deferred = new WeakMap<object, unknown>();

/** The extension that says which HTTP answer an error asks for. Yoga reads it and leaves it out of the body. */
export interface HttpExtension {
  readonly status?: number;
  readonly spec?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

function httpOf(extensions: GraphQLErrorExtensions): HttpExtension | undefined {
  const http = extensions.http;
  return typeof http === 'object' && http !== null ? http : undefined;
}

/** The code of the list that an error carries, if it carries one. */
export function codeOf(error: unknown): ErrorCode | undefined {
  if (!(error instanceof GraphQLError)) return undefined;
  const code = error.extensions.code;
  if (typeof code !== 'string') return undefined;
  if (Object.hasOwn(statusOf, code)) return code as ErrorCode;
  return Object.hasOwn(foreignCodes, code) ? foreignCodes[code] : undefined;
}

function rootCause(error: unknown): unknown {
  let cause = error;
  // Bounded, as nothing keeps an error from being its own original.
  for (let i = 0; i < 20 && cause instanceof GraphQLError && cause.originalError != null; i++) {
    cause = cause.originalError;
  }
  return cause;
}

function isCoercionError(error: unknown): boolean {
  if (!(error instanceof GraphQLError)) return false;
  const kind = error.nodes?.[0]?.kind;
  return (kind !== undefined && valueKinds.has(kind)) || error.message.startsWith(tooManyVariableErrors);
}

function isInterruption(cause: unknown): boolean {
  return cause instanceof Error && (cause.name === 'AbortError' || cause.name === 'TimeoutError');
}

/** A library's "Did you mean …?" spells the schema out to those who may not read it. */
export function withoutSuggestion(message: string): string {
  const start = message.indexOf(' Did you mean ');
  return start !== -1 && message.endsWith('?') ? message.slice(0, start) : message;
}

function publicError(code: ErrorCode, shown: GraphQLError, at: unknown, suggestions: boolean): GraphQLError {
  const facts = Object.fromEntries(
    Object.entries(shown.extensions).filter(([key]) => key !== 'http' && !internalExtensions.has(key)),
  );
  const http = httpOf(shown.extensions);
  const place = at instanceof GraphQLError ? at : shown;
  let message = suggestions ? shown.message : withoutSuggestion(shown.message);
  // Coercion errors quote what was sent, which may be a megabyte.
  if (message.length > longestMessage) message = `${message.slice(0, longestMessage)}…`;
  const error = new GraphQLError(message, {
    nodes: place.nodes ?? null,
    source: place.source,
    positions: place.positions,
    path: place.path,
    extensions: { ...facts, code, http: { ...http, status: http?.status ?? statusOf[code] } },
  });
  answered.add(error);
  return error;
}

/** How `maskError` treats what is not of ours. */
export interface MaskOptions {
  /** Turns what the domain throws into what the client reads. */
  readonly mapError?: MapError | undefined;
  /** Whether "Did you mean …?" may stay: true only for those who may introspect. Default false. */
  readonly suggestions?: boolean | undefined;
}

/**
 * What the client reads of an error. Errors with a code of the list pass without their originals; bad values
 * become BAD_USER_INPUT; `mapError` is asked about the rest; what then remains is INTERNAL_SERVER_ERROR with
 * the request id alone, and the log has all of it. An error that has been masked before is returned as it is.
 */
export function maskError(
  error: unknown,
  requestId: string,
  log: ErrorLog,
  options: MaskOptions = {},
): GraphQLError {
  const held = typeof error === 'object' && error !== null ? deferred.get(error) : undefined;
  if (held !== undefined) return maskError(held, requestId, log, options);
  if (error instanceof GraphQLError && answered.has(error)) return error;

  const suggestions = options.suggestions ?? false;
  const cause = rootCause(error);
  for (const candidate of [error, cause]) {
    const code = codeOf(candidate);
    // A library may say INTERNAL_SERVER_ERROR itself, with whatever text: that one is logged and hidden too.
    if (code !== undefined && code !== 'INTERNAL_SERVER_ERROR') {
      return publicError(code, candidate as GraphQLError, error, suggestions);
    }
  }
  if (isCoercionError(error)) {
    return publicError('BAD_USER_INPUT', error as GraphQLError, error, suggestions);
  }
  const mapped = options.mapError?.(cause);
  if (mapped !== undefined) {
    const code = codeOf(mapped);
    if (code !== undefined) return publicError(code, mapped, error, true);
  }
  const place = error instanceof GraphQLError ? error : undefined;
  if (isInterruption(cause)) {
    log.warn({ err: cause, requestId, path: place?.path }, 'interrupted');
    return publicError('UNAVAILABLE', new Unavailable('Interrupted before it was done.'), error, true);
  }
  log.error({ err: cause, requestId, path: place?.path }, 'unexpected error');
  return publicError('INTERNAL_SERVER_ERROR', internalError(requestId), error, true);
}

function internalError(requestId: string | undefined): GraphQLError {
  return new ApiError('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.', {
    facts: requestId === undefined ? {} : { requestId },
  });
}

/**
 * For Yoga's own masking, which does not know the request: hides the error at once and keeps it until
 * `maskError` is given the result with the request at hand. If nobody does, it stays hidden, unlogged.
 */
export function deferMask(error: unknown): GraphQLError {
  if (error instanceof GraphQLError && (answered.has(error) || deferred.has(error))) return error;
  const hidden = internalError(undefined);
  deferred.set(hidden, error ?? new Error('nothing was thrown'));
  return hidden;
}

/**
 * Validation errors as the caller reads them. Those without a code are GRAPHQL_VALIDATION_FAILED; our own keep
 * their HTTP status under `application/json` too, where GraphQL over HTTP lets a failed validation be a 200.
 */
export function maskValidationErrors(
  errors: readonly unknown[],
  options: { readonly suggestions: boolean; readonly maximum: number },
): GraphQLError[] {
  return errors.slice(0, options.maximum).map((error) => {
    // Never left out, whatever it is: a list that is empty lets the document through.
    if (!(error instanceof GraphQLError)) return deferMask(error);
    if (answered.has(error)) return error;
    const code = codeOf(error) ?? 'GRAPHQL_VALIDATION_FAILED';
    const shown = publicError(code, error, error, options.suggestions);
    const spec = code === 'GRAPHQL_VALIDATION_FAILED' || code === 'BAD_USER_INPUT';
    shown.extensions.http = { ...httpOf(shown.extensions), spec };
    return shown;
  });
}
