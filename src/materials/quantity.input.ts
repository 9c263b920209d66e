import type { Decimal } from 'decimal.js';
import { z } from 'zod';
import { decimal, unit } from '../commands/input.ts';
import { InvalidInputError } from '../errors.ts';
import { type Measured, stockUnits, storedPlaces, toCore } from './units.ts';

// In any unit, by any density, it still fits the columns; and so does the sum of very many.
const largest = 1_000_000_000_000;

/** A unit in which stock can be counted. */
export function stockUnit() {
  return unit()
    .refine((code) => stockUnits.includes(code), `must be a unit of stock: one of ${stockUnits.join(', ')}`)
    .meta({ scalar: 'Unit' });
}

/** A quantity as a person enters it; {@link coreQuantity} makes of it what is stored. */
export function quantity(bounds: { min?: number; above?: number } = {}) {
  return z
    .object({
      value: decimal({ ...bounds, max: largest, places: storedPlaces }).describe('How much.'),
      unit: unit().nullish().describe("The unit of the value; the material's own unless given."),
    })
    .meta({ input: 'QuantityInput', description: 'An amount of a material, in a unit of stock.' });
}

export type QuantityInput = z.output<ReturnType<typeof quantity>>;

/**
 * What an entered quantity is in the material's core unit. `path` is where the quantity stands in the input.
 *
 * @throws InvalidInputError at `path` where the unit measures something else, or the amount is too little to be stored
 */
export function coreQuantity(
  { value, unit }: QuantityInput,
  material: Measured,
  path: string | readonly string[],
): Decimal {
  const at = typeof path === 'string' ? [path] : path;
  const core = toCore(value, unit, material, [...at, 'unit']);
  if (core.isZero() && !value.isZero()) {
    throw InvalidInputError.at([...at, 'value'], 'is less than the smallest amount that can be kept.');
  }
  return core;
}
