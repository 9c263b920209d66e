/**
 * The values of inputs. A command's input is one Zod object: it validates, it types the service, and the GraphQL
 * input is made from it (`schema/shared/mutation.ts`), so a field is declared once. `meta.scalar` names the
 * GraphQL scalar where the Zod type alone does not say it.
 */
import { Decimal } from 'decimal.js';
import { z } from 'zod';
import { MalformedInputError } from '../errors.ts';
import { decodeId, idPrefixes, type Noun } from '../ids.ts';

/** The uuid behind a public id. Throws {@link MalformedInputError} for what is no id of that noun. */
export function parseId(noun: Noun, id: string, where = 'id'): string {
  const decoded = decodeId(id);
  if (!decoded) {
    throw new MalformedInputError(
      `${where}: "${clip(id)}" is no id. A ${noun}'s looks like ${idPrefixes[noun]}_….`,
    );
  }
  if (decoded.noun !== noun) {
    throw new MalformedInputError(`${where}: ${id} is the id of a ${decoded.noun}; a ${noun}'s is needed.`);
  }
  return decoded.uuid;
}

/** The noun and uuid of a public id of any kind. Throws {@link MalformedInputError} for what is no id. */
export function parseAnyId(id: string, where = 'id'): { noun: Noun; uuid: string } {
  const decoded = decodeId(id);
  if (!decoded) throw new MalformedInputError(`${where}: "${clip(id)}" is no id.`);
  return decoded;
}

const clip = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** An id of any kind: public outside, a noun and a uuid inside. */
export function anyId(where: string) {
  return z
    .string()
    .transform((id) => parseAnyId(id, where))
    .meta({ scalar: 'ID' });
}

/** An id of that noun: public outside, a uuid inside. A malformed one is the request's fault, not a refusal. */
export function idOf(noun: Noun) {
  return z
    .string()
    .transform((id) => parseId(noun, id, `${noun} id`))
    .meta({ scalar: 'ID', noun });
}

/** One line of text, trimmed, not empty. */
export function line(max = 200) {
  return z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .regex(/^\P{Cc}*$/u, 'must be one line without control characters');
}

/** Text of several lines, trimmed. */
export function text(max = 10_000) {
  return z
    .string()
    .trim()
    .max(max, `must be at most ${max} characters`)
    .refine((value) => !value.includes('\0'), 'must not contain NUL characters');
}

/** An e-mail address, in lower case. */
export function email() {
  return line(254).toLowerCase().regex(z.regexes.email, 'must be an e-mail address');
}

/** A whole number within bounds. */
export function whole(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
}

/** An exact decimal within bounds, at most `places` after the point. */
export function decimal(options: { min?: number; above?: number; max?: number; places: number }) {
  const { min, above, max, places } = options;
  return z
    .custom<Decimal>((value) => Decimal.isDecimal(value), 'must be a decimal number')
    .refine((value) => min === undefined || value.gte(min), `must be at least ${min}`)
    .refine((value) => above === undefined || value.gt(above), `must be more than ${above}`)
    .refine((value) => max === undefined || value.lte(max), `must be at most ${max}`)
    .refine((value) => value.decimalPlaces() <= places, `must have at most ${places} places after the point`)
    .meta({ scalar: 'Decimal' });
}

/** An instant. The scalar has parsed it; the database's range is the limit. */
export function instant() {
  return z
    .date()
    .refine(
      (value) => value.getTime() > 0 && value.getUTCFullYear() < 10_000,
      'must lie between 1970 and 9999',
    )
    .meta({ scalar: 'DateTime' });
}

/** A place in the log: a cursor as streams give it. */
export function cursor() {
  return z.string().meta({ scalar: 'Cursor' });
}

/** A span: ISO 8601 outside, whole seconds inside. */
export function duration(max = 366 * 86_400) {
  return whole(0, max).meta({ scalar: 'Duration' });
}

/** 0 to 100; higher runs sooner. */
export function priority() {
  return whole(0, 100);
}

/** The version that the client read: a later one in the database refuses the command. */
export function expectedVersion() {
  return whole(1, 2_147_483_647)
    .nullish()
    .describe('The `version` you read. If the object has changed since, the answer is a ConflictError.');
}

/** The key that makes repeating a mutation safe. Every command's input has it. */
export const clientMutationId = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must be at most 200 characters')
  .nullish()
  .describe(
    'A key of your own. Sending the same input with the same key again, within 24 hours, has no second effect and answers the same.',
  );

/** An object without its undefined members, which Prisma (strictUndefinedChecks) refuses to guess about. */
export function defined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** One of the values of a database enum, under the enum's name. */
export function oneOf<Values extends Readonly<Record<string, string>>>(name: string, values: Values) {
  return z.enum(values).meta({ enum: name });
}

/** A UCUM code; the scalar has parsed it. */
export function unit() {
  return z.string().min(1).max(64).meta({ scalar: 'Unit' });
}

/** A calendar day. The scalar has parsed it, as its midnight in UTC. */
export function day() {
  return z
    .date()
    .refine((value) => value.getTime() > 0, 'must lie after 1970-01-01')
    .meta({ scalar: 'Date' });
}

/** Any JSON value that the database can keep, as text of at most `max` characters. */
export function json(max = 65_536) {
  return z
    .unknown()
    .refine(isKeepable, 'must not contain NUL characters or halves of surrogate pairs')
    .refine(
      (value) => (JSON.stringify(value)?.length ?? 0) <= max,
      `must be at most ${max} characters as JSON`,
    )
    .meta({ scalar: 'JSON' });
}

/** Whether every text in a JSON value is one that the database takes. */
export function isKeepable(value: unknown): boolean {
  if (typeof value === 'string') return !/\0|\p{Surrogate}/u.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => isKeepable(name) && isKeepable(member));
}

/** A password or a key: kept as it was typed, spaces too. */
export function secret(max = 1_000) {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .refine((value) => !value.includes('\0'), 'must not contain NUL characters');
}
