/** An error at the top level of an answer. */
export interface TopLevelError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: string;
    readonly requestId?: string;
    readonly [key: string]: unknown;
  };
}

/** The server answered, and the answer has errors at its top level. Refusals of a mutation are in its data. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  /** As the server gave them. */
  readonly errors: readonly TopLevelError[];
  /** The code of the first error, where it has one. */
  readonly code: string | null;

  constructor(operation: string, errors: readonly TopLevelError[]) {
    super(`${operation}: ${errors.map((error) => error.message).join(' ')}`);
    this.errors = errors;
    this.code = errors[0]?.extensions?.code ?? null;
  }
}

/** No answer: the connection failed, or the server is too busy or gone, as often as was tried. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** A mutation was refused by the rules of the shop: its result is a member of its union that is no success. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** The type of the refusal: `TransitionError`, `BlockedError`, `ConflictError` … */
  readonly refusal: string;

  constructor(refusal: string, message: string) {
    super(`${refusal}: ${message}`);
    this.refusal = refusal;
  }
}

/** Errors that time heals: another attempt may succeed. */
const passing: ReadonlySet<string> = new Set(['UNAVAILABLE', 'RATE_LIMITED']);

/** Whether an answer says that the server cannot do it now. */
export function isPassing(errors: readonly TopLevelError[]): boolean {
  return errors.some((error) => passing.has(error.extensions?.code ?? ''));
}

/**
 * The success of a mutation's result union.
 * @throws RefusedError for every other member, with its message where the document selects one.
 */
export function succeeded<Result extends { __typename: string }>(
  result: Result,
): Extract<Result, { __typename: `${string}Success` }> {
  if (isSuccess(result)) return result;
  throw new RefusedError(result.__typename, 'message' in result ? String(result.message) : 'refused.');
}

function isSuccess<Result extends { __typename: string }>(
  result: Result,
): result is Extract<Result, { __typename: `${string}Success` }> {
  return result.__typename.endsWith('Success');
}
