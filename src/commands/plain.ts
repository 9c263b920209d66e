/**
 * The commands of a plain noun: master data that is created, changed and archived, and has no rules beyond its
 * fields. A noun that outgrows them gets commands of its own.
 */
import type { z } from 'zod';
import { isUniqueViolation } from '../database/errors.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import type { EventKind } from '../events/kinds.ts';
import type { Row } from '../events/record.ts';
import type { Right } from '../identity/caller.ts';
import { fieldName, type Noun } from '../ids.ts';
import { type Command, command } from './command.ts';
import type { CommandContext } from './context.ts';
import { GuardedAction } from './guards.ts';
import { defined, expectedVersion, idOf } from './input.ts';
import type { LockableNoun } from './locks.ts';
import { isLockable, lockReferences, type Reference, requireInUse } from './references.ts';
import { actionOf } from './states.ts';

interface PlainDelegate {
  create(args: { data: object }): Promise<Row>;
  update(args: { where: object; data: object }): Promise<Row>;
  findUnique(args: { where: object }): Promise<Row | null>;
}

/** The delegate of a noun's model in this command's transaction. */
export function delegateIn(context: CommandContext, noun: Noun): PlainDelegate {
  return (context.tx as unknown as Record<string, PlainDelegate>)[fieldName(noun)] as PlainDelegate;
}

export interface PlainOptions<Shape extends z.ZodRawShape> {
  /** What a person enters, as Zod members named like the columns. */
  fields: Shape;
  /** The member whose value is unique in the organization (with others, perhaps), for the message. */
  unique: keyof Shape & string;
  right?: Right;
  /** Members that are given once: the update has no such input. */
  fixed?: readonly (keyof Shape & string)[];
  /** Columns that are set once, from what was entered. */
  derive?: (input: Row, context: CommandContext) => Row | Promise<Row>;
  /** What was entered as columns, where the two differ: a quantity is stored in another unit. */
  columns?: (input: Row, context: CommandContext, before: Row | null) => Row | Promise<Row>;
  /** What streams find it by besides what its row refers to. */
  related?: (row: Row, context: CommandContext) => Promise<readonly (string | null)[]>;
  /** Rules over several fields: the row as it would become, and as it is (null for a new one). */
  check?: (row: Row, context: CommandContext, before: Row | null) => void | Promise<void>;
}

type PlainCommand = Command<{ id: string }>;

export interface PlainCommands {
  noun: Noun;
  create: PlainCommand;
  update: PlainCommand;
  archive: PlainCommand;
  /** What stands against archiving: domains that point to the noun add guards. */
  archiving: GuardedAction<{ id: string }>;
  /** Writes a new row and records it, for commands that make one in another way, under their own locks. */
  insert: (context: CommandContext, columns: Row) => Promise<Row>;
}

/** Declares `createX`, `updateX` and `archiveX` of a plain noun. */
export function plainNoun<Shape extends z.ZodRawShape>(
  noun: LockableNoun,
  { fields, unique, right = 'administer', fixed = [], derive, columns, related, check }: PlainOptions<Shape>,
): PlainCommands {
  const subject = `${fieldName(noun)}Id`;
  const key = { [subject]: idOf(noun).describe(`The ${noun}.`) };
  const archiving = new GuardedAction<{ id: string }>(`archive${noun}`, {});
  const kind = (what: string) => `${noun}${what}` as EventKind<typeof noun>;

  const save = async (act: () => Promise<Row>): Promise<Row> => {
    try {
      return await act();
    } catch (error) {
      if (isUniqueViolation(error))
        throw InvalidInputError.at(unique, `is taken by another ${noun}. Choose another.`);
      throw error;
    }
  };
  const relatedTo = async (context: CommandContext, row: Row) => (await related?.(row, context)) ?? [];
  const insert = async (context: CommandContext, row: Row): Promise<Row> => {
    const made = await save(() => delegateIn(context, noun).create({ data: { ...context.fresh(), ...row } }));
    context.record(kind('Created'), noun, null, made, { related: await relatedTo(context, made) });
    return made;
  };
  const changeable = Object.fromEntries(
    Object.entries(fields).filter(([name]) => !fixed.includes(name as keyof Shape & string)),
  );

  const create = command(`create${noun}`, {
    description: `Creates a ${noun}.`,
    right,
    input: fields,
    refusals: [],
    run: async (context, { clientMutationId: _, ...input }: Row) => {
      const given = defined(input);
      const references = referencesOf(fields, given);
      await lockReferences(context, references);
      await requireInUse(context, references);
      await check?.(given, context, null);
      const derived = derive ? await derive(given, context) : {};
      const stored = columns ? await columns(given, context, null) : given;
      const row = await insert(context, { ...derived, ...stored });
      return { id: row.id as string };
    },
  });

  const update = command(`update${noun}`, {
    description: `Changes a ${noun}. What is left out stays as it is; null clears what may be empty.`,
    right,
    input: { ...key, expectedVersion: expectedVersion(), ...optionalFields(changeable) },
    refusals: [NotFoundError, ConflictError, TransitionError],
    run: async (
      context,
      { clientMutationId: _, [subject]: id, expectedVersion: expected, ...input }: Row,
    ) => {
      const given = defined(input);
      const references = referencesOf(fields, given);
      await lockReferences(context, references, { [noun]: [id as string] });
      const before = await current(
        context,
        noun,
        id as string,
        actionOf(`update${noun}`),
        expected as number | null,
      );
      // What it referred to before it may go on referring to, archived or not.
      await requireInUse(
        context,
        references.filter((each) => before[each.path[0] as string] !== each.id),
      );
      await check?.({ ...before, ...given }, context, before);
      const stored = columns ? await columns(given, context, before) : given;
      const after = await save(() =>
        delegateIn(context, noun).update({
          where: context.key(id as string),
          data: { ...stored, ...context.touched() },
        }),
      );
      context.record(kind('Changed'), noun, before, after, { related: await relatedTo(context, after) });
      return { id: id as string };
    },
  });

  const archive = command(`archive${noun}`, {
    description: `Archives a ${noun}: history keeps it, new work cannot use it.`,
    right,
    input: { ...key, expectedVersion: expectedVersion() },
    refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
    run: async (context, { [subject]: id, expectedVersion: expected }: Row) => {
      await context.lock({ [noun]: [id as string] });
      const before = await current(
        context,
        noun,
        id as string,
        actionOf(`archive${noun}`),
        expected as number | null,
      );
      await archiving.check(context, { id: id as string });
      const after = await delegateIn(context, noun).update({
        where: context.key(id as string),
        data: { archivedAt: context.now, ...context.touched() },
      });
      context.record(kind('Archived'), noun, before, after, { related: await relatedTo(context, after) });
      return { id: id as string };
    },
  });

  return {
    noun,
    create,
    update,
    archive,
    archiving,
    insert,
  };
}

/** The row, which is locked: in use, and at the version that the client expects. */
async function current(
  context: CommandContext,
  noun: LockableNoun,
  id: string,
  action: string,
  expected: number | null | undefined,
): Promise<Row> {
  const row = await delegateIn(context, noun).findUnique({ where: context.key(id) });
  if (!row) throw new NotFoundError(noun, id);
  context.expectVersion(noun, row as { version: number } & Row, expected);
  if (row.archivedAt) throw new TransitionError(noun, 'ARCHIVED', action, []);
  return row;
}

/** The same members, none of them needed. A default would set again what the client left out, so it is taken off. */
function optionalFields(fields: z.ZodRawShape): z.ZodRawShape {
  return Object.fromEntries(
    Object.entries(fields).map(([name, member]) => {
      const schema = member as z.ZodType & { _zod: { def: { type: string; innerType?: z.ZodType } } };
      const inner = schema._zod.def.type === 'default' ? (schema._zod.def.innerType as z.ZodType) : schema;
      const description = (schema.meta() as { description?: string } | undefined)?.description;
      const optional = (inner as z.ZodType).optional();
      return [name, description ? optional.describe(description) : optional];
    }),
  );
}

/** The noun that a member refers to, where it is an id. */
function referredNoun(schema: z.ZodType): Noun | null {
  const meta = schema.meta() as { noun?: Noun } | undefined;
  if (meta?.noun) return meta.noun;
  const { innerType } = schema._zod.def as { innerType?: z.ZodType };
  return innerType ? referredNoun(innerType) : null;
}

/** What the input refers to. */
function referencesOf(fields: z.ZodRawShape, input: Row): Reference[] {
  return Object.entries(fields).flatMap(([name, member]) => {
    const target = referredNoun(member as z.ZodType);
    const id = input[name];
    return target && isLockable(target) && typeof id === 'string' ? [{ noun: target, id, path: [name] }] : [];
  });
}
