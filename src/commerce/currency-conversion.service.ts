import { Decimal } from 'decimal.js';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { decimal, expectedVersion, idOf, line } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';

const currencies = new Set(Intl.supportedValuesOf('currency'));
/** Places of a rate after the point, and what it must stay below. */
const ratePlaces = 12;
const rateLimit = 1_000_000_000_000;

const rateOfDefault = 'must be 1: this is the default currency, in which the rates of the others are told.';

export const currencyCommands = plainNoun('CurrencyConversion', {
  fields: {
    currency: line(3)
      .toUpperCase()
      .refine((code) => currencies.has(code), 'must be an ISO 4217 code such as EUR')
      .describe('Its ISO 4217 code. Unique in the organization.'),
    rate: decimal({ above: 0, max: rateLimit - 1, places: ratePlaces }).describe(
      'What one unit of the default currency is worth in this one, more than 0; 1 for the default itself.',
    ),
  },
  unique: 'currency',
  fixed: ['currency'],
  derive: async ({ rate }, context) => {
    await lockCurrencies(context);
    const isDefault = (await inUse(context)).every((each) => !each.isDefault);
    if (isDefault && !(rate as Decimal).eq(1)) throw InvalidInputError.at('rate', rateOfDefault);
    return { isDefault };
  },
  check: (row, _context, before) => {
    if (before?.isDefault && !(row.rate as Decimal).eq(1)) throw InvalidInputError.at('rate', rateOfDefault);
  },
});

currencyCommands.archiving.add('currencyConversion.notDefault', async (context, { id }) => {
  await lockCurrencies(context);
  const rows = await inUse(context);
  const [other] = rows.filter((row) => row.id !== id);
  if (!other || !rows.some((row) => row.id === id && row.isDefault)) return [];
  return [
    {
      rule: 'currencyConversion.notDefault',
      message: `It is the default currency. Make another the default first, such as ${other.currency}.`,
      subject: { noun: 'CurrencyConversion', uuid: other.id, label: other.currency },
    },
  ];
});

export const setDefaultCurrency = command('setDefaultCurrency', {
  description:
    'Makes a currency the default, in place of the one that is, and restates all rates in it. Costs that were entered stay as they are.',
  right: 'administer',
  input: {
    currencyConversionId: idOf('CurrencyConversion').describe(
      'The CurrencyConversion that becomes the default.',
    ),
    expectedVersion: expectedVersion(),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { currencyConversionId: id, expectedVersion: expected }) => {
    await lockCurrencies(context);
    const ids = (await inUse(context)).map((row) => row.id);
    await context.lock({ CurrencyConversion: [...ids, id] });
    const next = await context.tx.currencyConversion.findUniqueOrThrow({ where: context.key(id) });
    context.expectVersion('CurrencyConversion', next, expected);
    if (next.archivedAt)
      throw new TransitionError('CurrencyConversion', 'ARCHIVED', 'SET_DEFAULT_CURRENCY', []);
    if (next.isDefault) return { id };
    // The former first: two defaults may not stand beside each other even for a moment.
    const rows = (await inUse(context)).sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
    for (const before of rows) {
      const after = await context.tx.currencyConversion.update({
        where: context.key(before.id),
        data: {
          rate: restated(before.rate, next.rate),
          isDefault: before.id === id,
          ...context.touched(),
        },
      });
      context.record('CurrencyConversionChanged', 'CurrencyConversion', before, after);
    }
    return { id };
  },
});

const Wide = Decimal.clone({ precision: 60 });

/** A rate against another default, whose rate it was until now. */
function restated(rate: { toFixed(): string }, ofDefault: { toFixed(): string }): Decimal {
  const value = new Wide(rate.toFixed()).div(ofDefault.toFixed()).toDecimalPlaces(ratePlaces);
  if (value.isZero() || value.gte(rateLimit)) {
    throw InvalidInputError.at(
      'currencyConversionId',
      'names a currency in which the rates of others cannot be told: they would be too large or too small.',
    );
  }
  return value;
}

const inUse = (context: CommandContext) =>
  context.tx.currencyConversion.findMany({ where: { archivedAt: null }, orderBy: { currency: 'asc' } });

/**
 * Holds back others who choose the default: the first currency becomes it by itself, when there is no row yet that
 * could be locked.
 */
async function lockCurrencies(context: CommandContext): Promise<void> {
  await context.tx.$queryRawUnsafe(
    'SELECT id FROM "Organization" WHERE id = $1::uuid FOR NO KEY UPDATE',
    context.organizationId,
  );
}
