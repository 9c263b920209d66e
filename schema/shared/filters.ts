/**
 * The shared filter inputs. A noun says which of its columns can be filtered and how; every filter becomes a
 * Prisma condition, which `src/database/where.ts` also turns into SQL.
 */
import type { InputFieldRef, InputRef } from '@pothos/core';
import { parseAnyId, parseId } from '../../src/commands/input.ts';
import { isNullable } from '../../src/database/where.ts';
import { MalformedInputError } from '../../src/errors.ts';
import type { Noun } from '../../src/ids.ts';
import { builder, type Types } from '../builder.ts';
import { enumNamed } from './enums.ts';
import type { Where } from './registry.ts';

type Input = Readonly<Record<string, unknown>>;

/** One filterable field of a noun: its GraphQL input and the condition that a given value means. */
export interface Filter {
  /** The input, for a list of that noun. */
  input: (noun: Noun) => InputRef<unknown> | 'Boolean';
  description: string;
  where: (value: never, noun: Noun, now: Date) => Where;
}

const StringFilter = builder.inputType('StringFilter', {
  description: 'A condition on text. All members given must hold.',
  fields: (t) => ({
    equals: t.string({ required: false, description: 'Exactly this text.' }),
    in: t.stringList({ required: false, description: 'One of these, at most 250.' }),
    contains: t.string({
      required: false,
      description: 'This text somewhere in it, in upper or lower case.',
    }),
    startsWith: t.string({
      required: false,
      description: 'This text at its beginning, in upper or lower case.',
    }),
  }),
});

const IdFilter = builder.inputType('IdFilter', {
  description: 'A condition on a reference. All members given must hold.',
  fields: (t) => ({
    equals: t.id({ required: false, description: 'Refers to this object.' }),
    in: t.idList({ required: false, description: 'Refers to one of these, at most 250.' }),
  }),
});

const OptionalIdFilter = builder.inputType('OptionalIdFilter', {
  description: 'A condition on a reference that need not be there. All members given must hold.',
  fields: (t) => ({
    equals: t.id({ required: false, description: 'Refers to this object.' }),
    in: t.idList({ required: false, description: 'Refers to one of these, at most 250.' }),
    isNull: t.boolean({
      required: false,
      description: 'True: refers to nothing. False: refers to something.',
    }),
  }),
});

const IntFilter = builder.inputType('IntFilter', {
  description: 'A condition on a whole number. All members given must hold.',
  fields: (t) => ({
    equals: t.int({ required: false, description: 'Exactly this.' }),
    gte: t.int({ required: false, description: 'This or more.' }),
    lte: t.int({ required: false, description: 'This or less.' }),
  }),
});

const DateTimeFilter = builder.inputType('DateTimeFilter', {
  description: 'A condition on an instant. All members given must hold.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', required: false, description: 'At this instant or later.' }),
    before: t.field({ type: 'DateTime', required: false, description: 'Earlier than this instant.' }),
  }),
});

const OptionalDateTimeFilter = builder.inputType('OptionalDateTimeFilter', {
  description: 'A condition on an instant that need not be set. All members given must hold.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', required: false, description: 'At this instant or later.' }),
    before: t.field({ type: 'DateTime', required: false, description: 'Earlier than this instant.' }),
    isNull: t.boolean({ required: false, description: 'True: not set. False: set.' }),
  }),
});

const enumFilters = new Map<string, InputRef<unknown>>();

function enumFilter(name: string): InputRef<unknown> {
  const known = enumFilters.get(name);
  if (known) return known;
  const type = enumNamed(name);
  const made = builder.inputType(`${name}Filter`, {
    description: `A condition on a ${name}. All members given must hold.`,
    fields: (t) => ({
      equals: t.field({ type, required: false, description: 'Exactly this.' }),
      in: t.field({ type: [type], required: false, description: 'One of these, at most 250.' }),
      notIn: t.field({ type: [type], required: false, description: 'None of these, at most 250.' }),
    }),
  }) as unknown as InputRef<unknown>;
  enumFilters.set(name, made);
  return made;
}

/** Given members only; null and absent mean no condition. */
const given = (value: Input) =>
  Object.entries(value).filter(([, member]) => member !== null && member !== undefined);

/**
 * Conditions of one column from the members given. `isNull` is a condition of its own. What is not set meets no
 * other condition, and meets "none of these": said outright, as SQL would answer neither yes nor no, and `not` of
 * that is not yes either.
 */
function conditions(
  field: string,
  value: Input,
  nullable: boolean,
  translate: (member: string, operand: unknown) => Where,
): Where {
  const isSet = { [field]: { not: null } };
  return {
    AND: given(value).flatMap(([member, operand]): Where[] => {
      if (member === 'isNull') return [operand ? { [field]: null } : isSet];
      requireReadable(operand, `filter.${field}.${member}`);
      const condition = { [field]: translate(member, operand) };
      if (!nullable) return [condition];
      return member === 'notIn' ? [{ OR: [condition, { [field]: null }] }] : [isSet, condition];
    }),
  };
}

/** Text for a pattern of LIKE that matches it alone. Prisma puts `contains` and `startsWith` into one as they are. */
export const asWritten = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`);

const mostOperands = 250;

/** Refuses what the database would fail on: text with NUL, and more values than a statement can hold. */
export function requireReadable(operand: unknown, where: string): void {
  const values = Array.isArray(operand) ? operand : [operand];
  if (values.length > mostOperands) {
    throw new MalformedInputError(`${where} takes at most ${mostOperands} values; it has ${values.length}.`);
  }
  if (values.some((value) => typeof value === 'string' && value.includes('\0'))) {
    throw new MalformedInputError(`${where} must not contain NUL characters.`);
  }
}

/** Text of that column. `through` wraps the condition where the column is another table's. */
export function byText(field: string, description: string, through?: (where: Where) => Where): Filter {
  return {
    input: () => StringFilter as unknown as InputRef<unknown>,
    description,
    where: (value: Input, noun) => {
      const nullable = !through && isNullable(noun, field);
      const where = conditions(field, value, nullable, (member, operand) =>
        member === 'contains' || member === 'startsWith'
          ? { [member]: asWritten(String(operand)), mode: 'insensitive' }
          : { [member]: operand },
      );
      return through ? through(where) : where;
    },
  } as Filter;
}

/** A whole number of that column. */
export function byInt(field: string, description: string): Filter {
  return {
    input: () => IntFilter as unknown as InputRef<unknown>,
    description,
    where: (value: Input, noun) =>
      conditions(field, value, isNullable(noun, field), (member, operand) => ({ [member]: operand })),
  } as Filter;
}

/** An instant of that column. */
export function byInstant(field: string, description: string): Filter {
  return {
    input: (noun) =>
      (isNullable(noun, field) ? OptionalDateTimeFilter : DateTimeFilter) as unknown as InputRef<unknown>,
    description,
    where: (value: Input, noun) =>
      conditions(field, value, isNullable(noun, field), (member, operand) =>
        member === 'from' ? { gte: operand } : { lt: operand },
      ),
  } as Filter;
}

/** A truth of that column. */
export function byTruth(field: string, description: string): Filter {
  return { input: () => 'Boolean', description, where: (value: boolean) => ({ [field]: value }) } as Filter;
}

/** A value of that enum in that column. `through` wraps the condition where the column is another table's. */
export function byEnum(
  field: string,
  name: string,
  description: string,
  through?: (where: Where) => Where,
): Filter {
  return {
    input: () => enumFilter(name),
    description,
    where: (value: Input, noun) => {
      const nullable = !through && isNullable(noun, field);
      const where = conditions(field, value, nullable, (member, operand) => ({ [member]: operand }));
      return through ? through(where) : where;
    },
  } as Filter;
}

/**
 * A reference to that noun in that column. `through` wraps the condition where the column is another table's:
 * `through: (where) => ({ lineItems: { some: where } })`.
 */
export function byId(
  field: string,
  noun: Noun,
  description: string,
  through?: (where: Where) => Where,
): Filter {
  return {
    input: (owner) =>
      (!through && isNullable(owner, field) ? OptionalIdFilter : IdFilter) as unknown as InputRef<unknown>,
    description,
    where: (value: Input, owner) => {
      const nullable = !through && isNullable(owner, field);
      const where = conditions(field, value, nullable, (member, operand) => {
        const decode = (id: unknown) => parseId(noun, String(id), `filter.${field}`);
        return { [member]: Array.isArray(operand) ? operand.map(decode) : decode(operand) };
      });
      return through ? through(where) : where;
    },
  } as Filter;
}

/** A reference to an object of any kind in that column. `through` wraps the condition where the column is another table's. */
export function byObject(field: string, description: string, through?: (where: Where) => Where): Filter {
  return {
    input: () => IdFilter as unknown as InputRef<unknown>,
    description,
    where: (value: Input, noun) => {
      const nullable = !through && isNullable(noun, field);
      const where = conditions(field, value, nullable, (member, operand) => {
        const decode = (id: unknown) => parseAnyId(String(id), `filter.${field}`).uuid;
        return { [member]: Array.isArray(operand) ? operand.map(decode) : decode(operand) };
      });
      return through ? through(where) : where;
    },
  } as Filter;
}

/** A condition that no column states: the noun says what true and false mean, at the instant of the request. */
export function byRule(description: string, where: (value: boolean, now: Date) => Where): Filter {
  return {
    input: () => 'Boolean',
    description,
    where: (value: boolean, _noun, now) => where(value, now),
  } as Filter;
}

/** Whether it is archived: for every noun that can be. */
export const byArchived: Filter = byRule(
  'True: what is archived. False: what is in use. Both unless given.',
  (value) => ({ archivedAt: value ? { not: null } : null }),
);

// Prisma takes an empty OR and an empty NOT for no condition at all. Every noun has an id.
const never: Where = { id: { in: [] } };
const isEmpty = (where: Where) => Object.keys(where).length === 0;

/**
 * The condition that a filter input of that noun means at that instant, with `and`, `or` and `not`; an empty one for
 * no condition.
 */
export function whereOf(
  noun: Noun,
  filters: Readonly<Record<string, Filter>>,
  input: Input | null | undefined,
  now: Date,
): Where {
  const parts = given(input ?? {}).flatMap(([name, value]): Where[] => {
    if (name === 'and' || name === 'or') requireReadable(value, `filter.${name}`);
    if (name === 'and') return (value as Input[]).map((each) => whereOf(noun, filters, each, now));
    if (name === 'or') {
      const alternatives = (value as Input[]).map((each) => whereOf(noun, filters, each, now));
      if (alternatives.some(isEmpty)) return [];
      return [alternatives.length > 0 ? { OR: alternatives } : never];
    }
    if (name === 'not') {
      const where = whereOf(noun, filters, value as Input, now);
      return [isEmpty(where) ? never : { NOT: where }];
    }
    const filter = filters[name];
    // A condition without members, `{ status: {} }`, is none.
    const says = typeof value !== 'object' || given(value as Input).length > 0;
    return filter && says ? [filter.where(value as never, noun, now)] : [];
  });
  const wanted = parts.filter((part) => !isEmpty(part));
  return wanted.length > 1 ? { AND: wanted } : (wanted[0] ?? {});
}

/** Declares a noun's filter input: its filters, and `and`, `or`, `not` over them. */
export function filterInput(
  noun: Noun,
  plural: string,
  filters: Readonly<Record<string, Filter>>,
): InputRef<Input> {
  const ref = builder.inputRef<Input>(`${noun}Filter`);
  ref.implement({
    description: `Which ${plural} a list holds. All members given must hold.`,
    fields: (t) => {
      const fields: Record<string, InputFieldRef<Types, unknown>> = {};
      for (const [field, filter] of Object.entries(filters)) {
        fields[field] = t.field({
          type: filter.input(noun) as never,
          required: false,
          description: filter.description,
        }) as never;
      }
      fields.and = t.field({
        type: [ref],
        required: false,
        description: 'All of these must hold, at most 250.',
      }) as never;
      fields.or = t.field({
        type: [ref],
        required: false,
        description: 'At least one of these must hold; at most 250.',
      }) as never;
      fields.not = t.field({ type: ref, required: false, description: 'This must not hold.' }) as never;
      return fields as never;
    },
  });
  return ref;
}
