import type { RequestContext } from '../../src/context.ts';
import { may, type Right } from '../../src/identity/caller.ts';
import type { Noun } from '../../src/ids.ts';

/** A condition on rows, in Prisma's form. */
export type Where = Readonly<Record<string, unknown>>;

interface Registered {
  /** The right that sees the noun at all. */
  access: Right;
  /** Which rows of the organization this caller sees; null for all. */
  visible: ((context: RequestContext) => Where | null) | null;
}

const registered = new Map<Noun, Registered>();

export function registerNoun(noun: Noun, rules: Registered): void {
  registered.set(noun, rules);
}

/** The nouns that the schema declares. */
export function declaredNouns(): Noun[] {
  return [...registered.keys()];
}

export function accessTo(noun: Noun): Right {
  return registered.get(noun)?.access ?? 'read';
}

/** Whether the caller may see the noun at all. */
export function mayAccess(noun: Noun, context: RequestContext): boolean {
  return context.caller !== null && may(context.caller, accessTo(noun));
}

/** Which rows this caller sees, or null for all of the organization's. */
export function visibleWhere(noun: Noun, context: RequestContext): Where | null {
  return registered.get(noun)?.visible?.(context) ?? null;
}
