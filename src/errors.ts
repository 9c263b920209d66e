/**
 * What a command can refuse, as plain classes that know no GraphQL. Each is a member of the result unions of
 * the mutations that can refuse so (the same names there); `MalformedInputError` alone is a top-level error.
 */
import { encodeId, type Noun } from './ids.ts';

/** Names one object to a person and to a client. */
export interface SubjectReference {
  noun: Noun;
  uuid: string;
  label: string;
}

/** One reason why a guard refuses. */
export interface Blocker {
  /** Stable name of the rule, `workstation.hasRoom`. */
  rule: string;
  message: string;
  subject: SubjectReference | null;
}

/** One rule of a field that a value breaks. */
export interface InputIssue {
  /** Where in the input: `['lineItems', '0', 'quantity']`. */
  path: string[];
  message: string;
}

/** Base of all refusals: a message that says what to do. */
export abstract class UserError extends Error {
  override readonly name: string = this.constructor.name;
}

export class NotFoundError extends UserError {
  readonly id: string;
  constructor(noun: Noun, uuid: string) {
    const id = encodeId(noun, uuid);
    super(`No ${noun} with the id ${id} is visible to you.`);
    this.id = id;
  }
}

export class InvalidInputError extends UserError {
  readonly issues: InputIssue[];
  constructor(issues: InputIssue[]) {
    super(issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join(' '));
    this.issues = issues;
  }
  static at(path: string | string[], message: string): InvalidInputError {
    return new InvalidInputError([{ path: Array.isArray(path) ? path : [path], message }]);
  }
}

export class TransitionError extends UserError {
  readonly from: string;
  readonly action: string;
  readonly allowedActions: string[];
  /** @param label names the object, where an input names several. */
  constructor(noun: Noun, from: string, action: string, allowedActions: readonly string[], label?: string) {
    const allowed = allowedActions.length ? allowedActions.join(', ') : 'nothing';
    super(
      `${label ? `${noun} ${label}` : noun} is ${from}: ${action} is not possible. Possible now: ${allowed}.`,
    );
    this.from = from;
    this.action = action;
    this.allowedActions = [...allowedActions];
  }
}

export class BlockedError extends UserError {
  readonly blockedBy: Blocker[];
  constructor(blockedBy: Blocker[]) {
    super(blockedBy.map((blocker) => blocker.message).join(' '));
    this.blockedBy = blockedBy;
  }
}

export class ConflictError extends UserError {
  readonly currentVersion: number;
  constructor(noun: Noun, expected: number, current: number) {
    super(
      `${noun} was changed by someone else: you expected version ${expected}, it is ${current}. Read it again.`,
    );
    this.currentVersion = current;
  }
}

export class IdempotencyError extends UserError {
  constructor(clientMutationId: string) {
    super(
      `clientMutationId "${clientMutationId}" was used with another input. Repeat that input, or use a new id.`,
    );
  }
}

/** Malformed values and ids: the client's mistake in the request, not a refusal of the shop. */
export class MalformedInputError extends Error {
  override readonly name = 'MalformedInputError';
}

/** The caller's role does not allow it. */
export class AccessDeniedError extends Error {
  override readonly name = 'AccessDeniedError';
}
