import { randomUUID } from 'node:crypto';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { type ErrorLog, type MapError, type MaskOptions, maskError, maskValidationErrors } from './errors.ts';
import { limits } from './limits.ts';

/** An execution result, as far as masking reads it. */
interface WithErrors {
  readonly errors?: readonly unknown[] | undefined;
  readonly data?: unknown;
}

/**
 * The result with every error masked and no more than `limits.errors` of them. Errors beside data lose their
 * HTTP status: the answer then is a 200, as GraphQL over HTTP says.
 */
export function maskResult<T extends WithErrors>(
  result: T,
  requestId: string | undefined,
  log: ErrorLog,
  options: MaskOptions & { readonly maximum?: number | undefined } = {},
): T {
  if (!result.errors || result.errors.length === 0) return result;
  const id = requestId ?? randomUUID();
  const maximum = options.maximum ?? limits.errors;
  const errors = result.errors.slice(0, maximum).map((error) => maskError(error, id, log, options));
  if (result.errors.length > maximum) {
    // The rest is not logged one by one: a list of 10,000 failing items must not write 10,000 lines.
    log.warn({ requestId: id, omitted: result.errors.length - maximum }, 'errors left out of the answer');
  }
  if (result.data != null) {
    for (const error of errors) delete error.extensions.http;
  }
  return { ...result, errors };
}

/** The result as a WebSocket sends it: masked, and without what only HTTP reads. */
export function maskForSocket<T extends WithErrors>(
  result: T,
  requestId: string | undefined,
  log: ErrorLog,
  options: MaskOptions & { readonly maximum?: number | undefined } = {},
): T {
  const shown = maskResult(result, requestId, log, options);
  for (const error of shown.errors ?? []) dropHttp(error);
  return shown;
}

/**
 * Errors as a WebSocket sends them: what only HTTP reads is left out (Yoga does this for HTTP itself), and no
 * more than `maximum` are sent.
 */
export function socketErrors(
  errors: readonly GraphQLError[],
  maximum: number = limits.errors,
): GraphQLFormattedError[] {
  return errors.slice(0, maximum).map((error) => {
    const { extensions, ...rest } = error.toJSON();
    if (!extensions) return rest;
    const { http: _http, ...facts } = extensions;
    return { ...rest, extensions: facts };
  });
}

/** Options of `useMasking`. */
export interface MaskingOptions {
  readonly log: ErrorLog;
  readonly mapError?: MapError | undefined;
  /** Whether this caller may be told names of the schema in "Did you mean …?". */
  readonly mayIntrospect: (context: object) => boolean;
  /** Errors of one answer. */
  readonly maximum?: number | undefined;
}

/** The request id that a context carries, if any does. */
export function requestIdOf(context: object | undefined): string | undefined {
  if (context === undefined || !('requestId' in context)) return undefined;
  return typeof context.requestId === 'string' ? context.requestId : undefined;
}

/**
 * Masks the errors of everything that a caller is answered: validation, context, execution, each event of a
 * subscription, and over HTTP whatever went wrong before or around those. Yoga's own masking knows neither the
 * request nor the caller; it is given `deferMask`, and the result is masked for good here.
 */
export function useMasking(options: MaskingOptions): Plugin {
  const { log, mapError, mayIntrospect, maximum = limits.errors } = options;

  function masked<T extends WithErrors>(result: T, context: object, http = isHttp(context)): T {
    if (!result.errors || result.errors.length === 0) return result;
    // Yoga leaves the HTTP extension out of its answers; a WebSocket sends errors as they are.
    const mask = http ? maskResult : maskForSocket;
    return mask(result, requestIdOf(context), log, {
      mapError,
      maximum,
      suggestions: mayIntrospect(context),
    });
  }

  return {
    onPluginInit({ registerContextErrorHandler }) {
      registerContextErrorHandler(({ context, error, setError }) => {
        const id = requestIdOf(context as object) ?? randomUUID();
        setError(maskError(error, id, log, { mapError }));
      });
    },
    onValidate({ context }) {
      return ({ valid, result, setResult }) => {
        if (valid) return;
        setResult(maskValidationErrors(result, { suggestions: mayIntrospect(context), maximum }));
      };
    },
    onExecute({ context }) {
      return {
        onExecuteDone({ result, setResult }) {
          if (isAsyncIterable(result)) {
            return { onNext: (next) => next.setResult(masked(next.result, context)) };
          }
          setResult(masked(result, context));
          return undefined;
        },
      };
    },
    onSubscribe({ context }) {
      return {
        onSubscribeResult({ result, setResult }) {
          if (isAsyncIterable(result)) {
            return { onNext: (next) => next.setResult(masked(next.result, context)) };
          }
          setResult(masked(result, context));
          return undefined;
        },
        onSubscribeError({ error, setError }) {
          setError(maskError(error, requestIdOf(context) ?? randomUUID(), log, { mapError }));
        },
      };
    },
    onResultProcess({ result, setResult, serverContext }) {
      if (isAsyncIterable(result) || Array.isArray(result)) return;
      // Before the parameters are read, the context does not hold the request yet.
      setResult(masked(result, serverContext, true));
    },
  };
}

/** Whether a context belongs to an HTTP request. A WebSocket's context must not carry a `request`. */
export function isHttp(context: object): boolean {
  return 'request' in context && context.request instanceof Object && 'headers' in context.request;
}

function dropHttp(error: unknown): void {
  if (error instanceof Error && 'extensions' in error && error.extensions instanceof Object) {
    delete (error.extensions as Record<string, unknown>).http;
  }
}
