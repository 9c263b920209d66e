import { Decimal } from 'decimal.js';
import { GraphQLError, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { Duration } from 'luxon';
import { builder } from '../builder.ts';

const rfc3339 =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

const literalText = (node: ValueNode, scalar: string): string => {
  if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT) return node.value;
  throw new GraphQLError(`${scalar} must be written as a string.`, { nodes: node });
};

function parseInstant(value: unknown): Date {
  if (typeof value !== 'string' || !rfc3339.test(value)) {
    throw new GraphQLError(
      'DateTime must be an RFC 3339 instant with a time zone, such as "2026-03-01T08:00:00Z".',
    );
  }
  const instant = new Date(value.replace(/:60(?=[.Z+-])/, ':59'));
  // JavaScript takes the 30th of February for the 2nd of March, and knows years that the database does not.
  const [year, month, day] = value.slice(0, 10).split('-').map(Number) as [number, number, number];
  const years = instant.getUTCFullYear();
  if (
    new Date(Date.UTC(2000 + (year % 400), month - 1, day)).getUTCDate() !== day ||
    !(years >= 1 && years <= 9999)
  ) {
    throw new GraphQLError('DateTime must be a date that exists, of the years 1 to 9999.');
  }
  return instant;
}

builder.scalarType('DateTime', {
  description:
    'An instant: RFC 3339 in UTC with milliseconds, `2026-03-01T08:00:00.000Z`. Any offset is accepted as input.',
  serialize: (value) => value.toISOString(),
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : null),
});

function parseDay(value: unknown): Date {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) {
    throw new GraphQLError('Date must be a calendar day, such as "2026-03-01".');
  }
  return parseInstant(`${value}T00:00:00Z`);
}

builder.scalarType('Date', {
  description: 'A calendar day, `2026-03-01`, of no time zone.',
  serialize: (value) => value.toISOString().slice(0, 10),
  parseValue: parseDay,
  parseLiteral: (node) => parseDay(node.kind === Kind.STRING ? node.value : null),
});

const plainDecimal = /^-?(0|[1-9]\d{0,29})(\.\d{1,30})?$/;

function parseDecimal(value: unknown): Decimal {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !plainDecimal.test(text)) {
    throw new GraphQLError(
      'Decimal must be a plain decimal number in a string, such as "12.5" (no exponent, at most 30 digits).',
    );
  }
  return new Decimal(text);
}

builder.scalarType('Decimal', {
  description:
    'An exact decimal number as a string in plain notation without trailing zeros, `"12.5"`. Never rounded.',
  serialize: (value) => new Decimal(value).toFixed(),
  parseValue: parseDecimal,
  parseLiteral: (node) => parseDecimal(literalText(node, 'Decimal')),
});

function parseDuration(value: unknown): number {
  const duration = typeof value === 'string' ? Duration.fromISO(value) : null;
  // Years and months have no fixed length.
  if (!duration?.isValid || duration.years !== 0 || duration.months !== 0) {
    throw new GraphQLError(
      'Duration must be an ISO 8601 span in weeks, days, hours, minutes or seconds, such as "PT1H30M".',
    );
  }
  const seconds = duration.as('seconds');
  if (!Number.isSafeInteger(seconds)) throw new GraphQLError('Duration must be whole seconds.');
  return seconds;
}

/** Whole seconds as hours, minutes and seconds: the canonical text of a Duration. */
function formatDuration(seconds: number): string {
  return Duration.fromObject({ seconds }).shiftTo('hours', 'minutes', 'seconds').toISO() ?? 'PT0S';
}

builder.scalarType('Duration', {
  description: 'A span of time: ISO 8601, whole seconds, written in hours, minutes and seconds, `PT36H15M`.',
  serialize: formatDuration,
  parseValue: parseDuration,
  parseLiteral: (node) => parseDuration(literalText(node, 'Duration')),
});

const ucum = /^[\x21-\x7e]{1,64}$/;

function parseUnit(value: unknown): string {
  if (typeof value !== 'string' || !ucum.test(value)) {
    throw new GraphQLError('Unit must be a UCUM code, such as "kg", "cm3" or "Cel".');
  }
  return value;
}

builder.scalarType('Unit', {
  description:
    'A unit of measure as its case-sensitive UCUM code: `kg`, `cm3`, `Cel`, `/min`, `1` for a count.',
  serialize: (value) => value,
  parseValue: parseUnit,
  parseLiteral: (node) => parseUnit(literalText(node, 'Unit')),
});

function parseCursor(value: unknown): string {
  if (typeof value !== 'string' || value.length > 200)
    throw new GraphQLError('Cursor must be a string that a stream gave.');
  return value;
}

builder.scalarType('Cursor', {
  description:
    "A place in the organization's log. Opaque; the same for all streams of events. `START` is the beginning of the log.",
  serialize: (value) => value,
  parseValue: parseCursor,
  parseLiteral: (node) => parseCursor(literalText(node, 'Cursor')),
});

builder.scalarType('JSON', {
  description: 'A JSON value of any kind.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});
