import { z } from 'zod';
import type { Right } from '../identity/caller.ts';
import type { Runtime } from '../runtime.ts';
import type { CommandContext } from './context.ts';
import { clientMutationId } from './input.ts';

/** JSON that a receipt can keep: a command's outcome is ids, never rows. */
export type Outcome = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** A class of refusals: `typeof BlockedError`. */
// biome-ignore lint/suspicious/noExplicitAny: constructors are compared by identity and never called through this type
export type RefusalClass = abstract new (...args: any[]) => Error;

/** One thing that a person or a machine does to the shop, and all that the runner needs to do it safely. */
export interface Command<Result extends Outcome = Outcome> {
  /** The mutation's name: a verb first. */
  readonly name: string;
  /** For the client's developer: what it does, when it refuses. */
  readonly description: string;
  readonly right: Right;
  readonly input: z.ZodObject;
  /** The refusals that can happen: the members of the mutation's result union. */
  readonly refusals: readonly RefusalClass[];
  /**
   * How many running numbers of which series it will need. They are taken before the transaction, so that
   * commands do not wait for each other; a refused command leaves a gap.
   */
  readonly numbers: (input: Parsed) => Readonly<Record<string, number>>;
  /** Runs before the transaction: what takes its time elsewhere, such as a name to resolve, must not hold one open. */
  readonly prepare: ((runtime: Runtime, input: Parsed) => Promise<void>) | null;
  /** Runs inside one transaction. Returns ids; what it throws undoes everything. */
  run(context: CommandContext, input: Parsed): Promise<Result>;
}

/** An input that its Zod object has parsed. Only `command` below knows its members' types. */
export type Parsed = Readonly<Record<string, unknown>>;

/** A command as a service writes it: `run` gets the input as its Zod members type it. */
interface Definition<Shape extends z.ZodRawShape, Result extends Outcome>
  extends Pick<Command, 'description' | 'right' | 'refusals'> {
  input: Shape;
  numbers?: (input: z.output<z.ZodObject<Shape>>) => Readonly<Record<string, number>>;
  prepare?: (runtime: Runtime, input: z.output<z.ZodObject<Shape>>) => Promise<void>;
  run(context: CommandContext, input: z.output<z.ZodObject<Shape>>): Promise<Result>;
}

/** Declares a command. */
export function command<Shape extends z.ZodRawShape, Result extends Outcome>(
  name: string,
  { description, right, refusals, input, numbers, prepare, run }: Definition<Shape, Result>,
): Command<Result> {
  return {
    name,
    description,
    right,
    refusals,
    input: z.object({ ...input, clientMutationId }),
    // The runner passes what `input` has parsed, so these are the types that the definition asked for.
    numbers: numbers ? (parsed) => numbers(parsed as never) : () => ({}),
    prepare: prepare ? (runtime, parsed) => prepare(runtime, parsed as never) : null,
    run: (context, parsed) => run(context, parsed as never),
  };
}
