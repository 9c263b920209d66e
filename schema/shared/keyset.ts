/** Cursors that carry the values of the order: a row that leaves the filter while someone pages moves nothing. */
import { Prisma } from '../../prisma/generated/client/client.ts';
import { columnType } from '../../src/database/where.ts';
import { MalformedInputError } from '../../src/errors.ts';
import type { Noun } from '../../src/ids.ts';
import type { Where } from './registry.ts';
import type { AnyRow } from './rows.ts';

type Direction = 'asc' | 'desc';

/** One column of an order. */
export interface OrderTerm {
  column: string;
  direction: Direction;
  nullable: boolean;
}

/** What a cursor begins with: the place in one list is none in another. */
const shapeOf = (noun: Noun, terms: readonly OrderTerm[]) =>
  `${noun}:${terms.map((term) => `${term.direction === 'desc' ? '-' : ''}${term.column}`).join()}`;

/** The cursor of a row in this order. */
export function encodeKeyset(noun: Noun, terms: readonly OrderTerm[], row: AnyRow): string {
  const values = terms.map(({ column }) => {
    const value = row[column];
    if (value instanceof Date) return { d: value.toISOString() };
    if (Prisma.Decimal.isDecimal(value)) return { n: (value as Prisma.Decimal).toFixed() };
    return value ?? null;
  });
  return Buffer.from(JSON.stringify([shapeOf(noun, terms), ...values]), 'utf8').toString('base64url');
}

/** The values that a cursor carries. Throws MalformedInputError for a cursor of another list or order. */
export function decodeKeyset(noun: Noun, terms: readonly OrderTerm[], cursor: string): unknown[] {
  const refuse = () =>
    new MalformedInputError(
      `after: this cursor is none of this list in this order. Use one that it gave for ${noun}.`,
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw refuse();
  }
  if (!Array.isArray(parsed) || parsed.length !== terms.length + 1 || parsed[0] !== shapeOf(noun, terms))
    throw refuse();
  return parsed.slice(1).map((value: unknown, place) => {
    const term = terms[place] as OrderTerm;
    if (value === null) {
      if (!term.nullable) throw refuse();
      return null;
    }
    const read = keyReaders[columnType(noun, term.column)]?.(value) ?? null;
    if (
      read === null ||
      (term.column === 'id' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(read)))
    ) {
      throw refuse();
    }
    return read;
  });
}

/** How a cursor's value becomes one of that column type again; null for what no cursor of ours holds. */
const keyReaders: Readonly<Record<string, (value: unknown) => unknown>> = {
  String: (value) => (typeof value === 'string' && !value.includes('\0') ? value : null),
  Int: (value) => (Number.isInteger(value) && Math.abs(value as number) < 2 ** 31 ? value : null),
  DateTime: (value) => {
    const text = typeof value === 'object' ? String((value as { d?: unknown }).d) : '';
    // As `toISOString` writes years that the database knows.
    const date = /^(?!0000)\d{4}-/.test(text) ? new Date(text) : null;
    return date && !Number.isNaN(date.getTime()) ? date : null;
  },
  Decimal: (value) => {
    const text = typeof value === 'object' ? String((value as { n?: unknown }).n) : '';
    return /^-?\d{1,30}(\.\d{1,30})?$/.test(text) ? new Prisma.Decimal(text) : null;
  },
};

/** The rows after a place: later in the first term, or equal in it and later in the next, and so on. */
export function afterKeyset(terms: readonly OrderTerm[], values: readonly unknown[]): Where {
  const alternatives: Where[] = [];
  terms.forEach((term, place) => {
    const value = values[place];
    // What is not set comes last: nothing is later than it.
    if (value === null) return;
    const beyond: Where = { [term.column]: { [term.direction === 'asc' ? 'gt' : 'lt']: value } };
    const later = term.nullable ? { OR: [beyond, { [term.column]: null }] } : beyond;
    const equal = terms.slice(0, place).map((earlier, at) => ({ [earlier.column]: values[at] }));
    alternatives.push({ AND: [...equal, later] });
  });
  const [first] = terms;
  if (!first || first.nullable) return { OR: alternatives };
  // Says nothing new, but is a bound that the index can begin at: the alternatives alone read every row before it.
  return {
    AND: [
      { [first.column]: { [first.direction === 'asc' ? 'gte' : 'lte']: values[0] } },
      { OR: alternatives },
    ],
  };
}

/** The order as Prisma wants it. */
export const prismaOrder = (terms: readonly OrderTerm[]) =>
  terms.map(({ column, direction, nullable }) => ({
    [column]: nullable ? { sort: direction, nulls: 'last' } : direction,
  }));
