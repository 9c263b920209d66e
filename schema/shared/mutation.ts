/**
 * A command as a mutation: its input type made from the command's Zod object, its result a union of one success
 * and the refusals that it declares.
 */
import type { InputFieldRef, InputRef } from '@pothos/core';
import type { z } from 'zod';
import type { Command, Outcome, RefusalClass } from '../../src/commands/command.ts';
import { type Done, runCommand } from '../../src/commands/runner.ts';
import { IdempotencyError, InvalidInputError, UserError } from '../../src/errors.ts';
import { encodeCursor } from '../../src/events/cursor.ts';
import type { Noun } from '../../src/ids.ts';
import { builder, type Types } from '../builder.ts';
import { enumNamed } from './enums.ts';
import { rowLoader } from './rows.ts';

/** A field of a success: the object, or objects, whose ids stand in that member of the outcome. */
type Answer<Result extends Outcome> = {
  noun: Noun;
  id: keyof Result & string;
  description?: string;
  list?: boolean;
  /** There may be none: its member of the outcome is null. */
  nullable?: boolean;
};

/** A success: what the command answered, and when it became visible in the log. */
class Success<Result extends Outcome> {
  readonly typeName: string;
  readonly done: Done<Result>;
  constructor(typeName: string, done: Done<Result>) {
    this.typeName = typeName;
    this.done = done;
  }
}

/**
 * Adds a command to the mutations: `startRun(input: StartRunInput!): StartRunResult!`.
 * The success's objects are read after the commit, with the client's own selection.
 */
export function mutation<Result extends Outcome>(
  command: Command<Result>,
  answers: Record<string, Answer<Result> | Scalar<Result>>,
): void {
  const stem = command.name.charAt(0).toUpperCase() + command.name.slice(1);
  const successName = `${stem}Success`;
  const success = builder.objectRef<Success<Result>>(successName);
  success.implement({
    description: `What ${command.name} did.`,
    fields: (t) => {
      const fields: Record<string, unknown> = {
        cursor: t.field({
          type: 'Cursor',
          nullable: true,
          description: 'The place in the log just after this change; null where nothing had to change.',
          resolve: async ({ done }, _args, context) => {
            const { organizationId } = context.signedIn;
            const [{ epoch }, last] = await Promise.all([
              context.runtime.events.head(organizationId),
              context.prisma.event.findMany({
                where: { organizationId, causeId: done.causeId },
                orderBy: { position: 'desc' },
                take: 1,
                select: { position: true },
              }),
            ]);
            return last[0] ? encodeCursor({ epoch, position: Number(last[0].position) }) : null;
          },
        }),
      };
      for (const [name, answer] of Object.entries(answers)) {
        if ('scalar' in answer) {
          fields[name] = t.field({
            type: answer.scalar as never,
            nullable: answer.nullable ?? false,
            description: answer.description,
            resolve: ({ done }) =>
              ('secret' in answer
                ? (done.secrets?.[answer.secret] ?? null)
                : done.outcome[answer.from]) as never,
          });
          continue;
        }
        const type = answer.list ? [answer.noun] : answer.noun;
        fields[name] = t.field({
          type: type as never,
          nullable: answer.nullable ?? false,
          description:
            answer.description ?? (answer.list ? 'The objects as they are now.' : 'The object as it is now.'),
          resolve: async ({ done }, _args, context, info) => {
            const loader = rowLoader(context, info, answer.noun);
            const id = done.outcome[answer.id];
            if (Array.isArray(id)) return Promise.all(id.map((each: string) => loader.load(each))) as never;
            return (id === null ? null : loader.load(String(id))) as never;
          },
        });
      }
      return fields as never;
    },
  });
  const refusals = [...new Set<RefusalClass>([InvalidInputError, IdempotencyError, ...command.refusals])];
  const result = builder.unionType(`${stem}Result`, {
    description: `The outcome of ${command.name}.`,
    types: [success, ...(refusals as never[])],
    resolveType: (value: unknown) =>
      (value instanceof Success ? value.typeName : (value as UserError).name) as never,
  });
  const input = inputOf(`${stem}Input`, `The input of ${command.name}.`, command.input);
  builder.mutationField(command.name, (t) =>
    t.field({
      type: result as never,
      description: command.description,
      authScopes: { right: command.right },
      args: { input: t.arg({ type: input, required: true, description: `What ${command.name} needs.` }) },
      complexity: 10,
      resolve: async (_root, args, context) => {
        try {
          const invocation = { caller: context.signedIn, requestId: context.requestId };
          const done = await runCommand(context.runtime, invocation, command, args.input);
          // The mutations of one request run one after the other, and their answers must not come from before.
          context.memo.clear();
          return new Success(successName, done) as never;
        } catch (error) {
          if (error instanceof UserError && refusals.some((refusal) => error instanceof refusal))
            // As plain data: graphql-js takes an Error that a resolver returns for one that it throws.
            return { ...error, name: error.name, message: error.message } as never;
          throw error;
        }
      },
    }),
  );
}

/** A member of the outcome, or a secret that is told once, as a field of the success. */
export type Scalar<Result extends Outcome> = {
  scalar: 'String' | 'Int' | 'Boolean' | 'Decimal';
  description: string;
  nullable?: boolean;
} & ({ from: keyof Result & string } | { secret: string });

/** One object that the command made or changed. */
export function one<Result extends Outcome>(
  noun: Noun,
  id: keyof Result & string,
  description?: string,
): Answer<Result> {
  return { noun, id, ...(description ? { description } : {}) };
}

/** Several objects that the command made or changed. */
export function many<Result extends Outcome>(
  noun: Noun,
  id: keyof Result & string,
  description?: string,
): Answer<Result> {
  return { noun, id, list: true, ...(description ? { description } : {}) };
}

interface Meta {
  scalar?: string;
  noun?: Noun;
  enum?: string;
  input?: string;
  description?: string;
}

// By name: describing a Zod object where it is used makes another one.
const inputs = new Map<string, InputRef<unknown>>();

/** The GraphQL input of a Zod object, field by field. Nested objects carry `meta({ input: 'NameInput' })`. */
function inputOf(name: string, description: string, schema: z.ZodObject): InputRef<unknown> {
  const known = inputs.get(name);
  if (known) return known;
  const ref = builder.inputRef<Record<string, unknown>>(name);
  inputs.set(name, ref as InputRef<unknown>);
  ref.implement({
    description,
    fields: (t) => {
      const fields: Record<string, InputFieldRef<Types, unknown>> = {};
      for (const [field, member] of Object.entries(schema.shape)) {
        const { type, required, list, defaultValue, meta } = describe(
          member as z.ZodType,
          `${name}.${field}`,
        );
        fields[field] = t.field({
          type: (list ? [type] : type) as never,
          required: (list ? { list: required, items: true } : required) as never,
          ...(defaultValue !== undefined ? { defaultValue: defaultValue as never } : {}),
          description: meta.description ?? `(undescribed ${name}.${field})`,
        } as never) as never;
      }
      return fields as never;
    },
  });
  return ref as InputRef<unknown>;
}

interface Described {
  type: unknown;
  required: boolean;
  list: boolean;
  defaultValue: unknown;
  meta: Meta;
}

const metaOf = (schema: z.ZodType): Meta => (schema.meta() ?? {}) as Meta;

/** What GraphQL needs to know of one member: from the outermost that says it. */
function describe(schema: z.ZodType, where: string): Described {
  const meta = metaOf(schema);
  const definition = schema._zod.def as {
    type: string;
    innerType?: z.ZodType;
    element?: z.ZodType;
    in?: z.ZodType;
    defaultValue?: unknown;
    entries?: Record<string, string>;
  };
  const scalar = meta.scalar ?? null;
  const leaf = (type: unknown): Described => ({
    type,
    required: true,
    list: false,
    defaultValue: undefined,
    meta,
  });
  const through = (inner: z.ZodType, change: Partial<Described>): Described => {
    const described = describe(inner, where);
    return { ...described, ...change, meta: { ...described.meta, ...meta } };
  };
  switch (definition.type) {
    case 'optional':
    case 'nullable':
      return through(definition.innerType as z.ZodType, { required: false });
    case 'default':
      return through(definition.innerType as z.ZodType, {
        required: false,
        defaultValue: definition.defaultValue,
      });
    case 'array':
      // A list that is one value: the points of a boundary are pairs, and JSON to GraphQL.
      if (scalar) return leaf(scalar);
      return { ...through(definition.element as z.ZodType, { list: true, required: true }), meta };
    case 'object':
      if (!meta.input) throw new Error(`${where} is an object without meta({ input }).`);
      return leaf(inputOf(meta.input, meta.description ?? meta.input, schema as z.ZodObject));
  }
  if (scalar) return leaf(scalar);
  if (definition.type === 'pipe') return through(definition.in as z.ZodType, {});
  if (meta.enum) return leaf(enumNamed(meta.enum));
  switch (definition.type) {
    case 'string':
      return leaf('String');
    case 'boolean':
      return leaf('Boolean');
    case 'number':
      return leaf((definition as { format?: string; check?: string }).format === 'safeint' ? 'Int' : 'Float');
    default:
      throw new Error(
        `${where} has no GraphQL type: a Zod ${definition.type} needs meta({ scalar }) or meta({ enum }).`,
      );
  }
}
