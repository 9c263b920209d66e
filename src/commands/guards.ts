import { BlockedError, type Blocker } from '../errors.ts';
import type { CommandContext } from './context.ts';

/**
 * A guard looks at what an action would touch, under the command's locks, and names what stands against it.
 * It reads with the command's transaction and writes nothing.
 */
export type Guard<Subject> = (context: CommandContext, subject: Subject) => Promise<Blocker[]> | Blocker[];

/**
 * The guards of one action. The domain that owns the action makes it with its own guards; later domains (holds,
 * certificates, qualifications) add theirs with `add` and touch no service.
 */
export class GuardedAction<Subject> {
  readonly name: string;
  readonly #guards = new Map<string, Guard<Subject>>();

  constructor(name: string, guards: Record<string, Guard<Subject>>) {
    this.name = name;
    for (const [rule, guard] of Object.entries(guards)) this.add(rule, guard);
  }

  /** The names of the rules, in the order in which they are asked. */
  get rules(): string[] {
    return [...this.#guards.keys()];
  }

  /** Adds a guard. The rule's name is what a refused client sees in `blockedBy.rule`. */
  add(rule: string, guard: Guard<Subject>): void {
    if (this.#guards.has(rule)) throw new Error(`The guard ${rule} of ${this.name} is registered twice.`);
    this.#guards.set(rule, guard);
  }

  /** Asks every guard, so that a person sees all that is in the way at once. Throws {@link BlockedError}. */
  async check(context: CommandContext, subject: Subject): Promise<void> {
    const blockers: Blocker[] = [];
    for (const guard of this.#guards.values()) blockers.push(...(await guard(context, subject)));
    if (blockers.length > 0) throw new BlockedError(blockers);
  }
}
