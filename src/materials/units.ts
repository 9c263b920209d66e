/**
 * Units in which stock is counted, by their UCUM codes. All factors are exact decimals, which floats are not: an inch
 * is 25.4 mm and a pound 453.59237 g by definition. Quantities are stored in the core unit of their dimension, to
 * twelve places, so that whatever is entered in a listed unit is stored exactly.
 *
 * Source of the definitions: the UCUM specification, version 2.2.
 */
import { Decimal } from 'decimal.js';
import { InvalidInputError } from '../errors.ts';

/** What kind of quantity a unit measures. */
export type Dimension = 'MASS' | 'VOLUME' | 'COUNT' | 'LENGTH' | 'AREA';

/** The unit in which quantities of a dimension are stored. */
export const coreUnits: Readonly<Record<Dimension, string>> = {
  MASS: 'g',
  VOLUME: 'cm3',
  COUNT: '{each}',
  LENGTH: 'm',
  AREA: 'm2',
};

// The unit, its dimension, and how many core units it is.
const exact: readonly (readonly [code: string, dimension: Dimension, factor: string])[] = [
  ['ug', 'MASS', '0.000001'],
  ['mg', 'MASS', '0.001'],
  ['g', 'MASS', '1'],
  ['kg', 'MASS', '1000'],
  ['t', 'MASS', '1000000'],
  ['[oz_av]', 'MASS', '28.349523125'],
  ['[lb_av]', 'MASS', '453.59237'],
  ['uL', 'VOLUME', '0.001'],
  ['ul', 'VOLUME', '0.001'],
  ['mm3', 'VOLUME', '0.001'],
  ['mL', 'VOLUME', '1'],
  ['ml', 'VOLUME', '1'],
  ['cm3', 'VOLUME', '1'],
  ['L', 'VOLUME', '1000'],
  ['l', 'VOLUME', '1000'],
  ['dm3', 'VOLUME', '1000'],
  ['m3', 'VOLUME', '1000000'],
  ['[cin_i]', 'VOLUME', '16.387064'],
  ['[cft_i]', 'VOLUME', '28316.846592'],
  ['[gal_us]', 'VOLUME', '3785.411784'],
  ['{each}', 'COUNT', '1'],
  ['1', 'COUNT', '1'],
  ['um', 'LENGTH', '0.000001'],
  ['mm', 'LENGTH', '0.001'],
  ['cm', 'LENGTH', '0.01'],
  ['m', 'LENGTH', '1'],
  ['km', 'LENGTH', '1000'],
  ['[in_i]', 'LENGTH', '0.0254'],
  ['[ft_i]', 'LENGTH', '0.3048'],
  ['mm2', 'AREA', '0.000001'],
  ['cm2', 'AREA', '0.0001'],
  ['m2', 'AREA', '1'],
  ['[sin_i]', 'AREA', '0.00064516'],
  ['[sft_i]', 'AREA', '0.09290304'],
];

const units = new Map(
  exact.map(([code, dimension, factor]) => [code, { dimension, factor: new Decimal(factor) }]),
);

/** The codes of all units of stock. */
export const stockUnits: readonly string[] = exact.map(([code]) => code);

/** Decimal arithmetic that does not round what is stored: 38 digits, twelve of them after the point. */
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_EVEN });

/** Places after the point that are stored, in core units. */
export const storedPlaces = 12;

/** The dimension of a unit of stock, or null where it is none. */
export function dimensionOf(unit: string): Dimension | null {
  return units.get(unit)?.dimension ?? null;
}

/**
 * The core unit of a material that is counted in `unit`.
 *
 * @throws InvalidInputError for one that was entered before it had to be a unit of stock
 */
export function coreUnitOf(unit: string): string {
  const dimension = dimensionOf(unit);
  if (dimension) return coreUnits[dimension];
  throw InvalidInputError.at(
    'materialId',
    `names a material that is counted in ${unit}, which is no unit of stock. Change its unit to one of ${stockUnits.join(', ')}.`,
  );
}

/** What a conversion needs of a material. */
export interface Measured {
  /** The UCUM code in which its stock is counted. */
  readonly unit: string;
  /** g/cm3; needed between mass and volume alone. */
  readonly density: { toFixed(): string } | null;
}

/**
 * Converts between units of stock: within a dimension exactly where the answer ends within 40 digits; between mass
 * and volume by the material's density.
 *
 * @throws InvalidInputError at `path`, where the units measure different things
 */
export function convert(
  value: Decimal,
  from: string,
  to: string,
  density: Measured['density'] = null,
  path: readonly string[] = ['unit'],
): Decimal {
  const [source, target] = [units.get(from), units.get(to)];
  const unknown = !source ? from : !target ? to : null;
  if (unknown || !source || !target) {
    throw InvalidInputError.at(
      [...path],
      `${unknown} is no unit of stock. Use one of ${stockUnits.join(', ')}.`,
    );
  }
  const core = new Exact(value).times(source.factor);
  if (source.dimension === target.dimension) return core.div(target.factor);
  const [measures, wanted] = [source.dimension, target.dimension];
  if (measures === 'MASS' && wanted === 'VOLUME' && density) {
    return core.div(density.toFixed()).div(target.factor);
  }
  if (measures === 'VOLUME' && wanted === 'MASS' && density) {
    return core.times(density.toFixed()).div(target.factor);
  }
  const advice =
    new Set([measures, wanted]).size === 2 &&
    [measures, wanted].every((each) => ['MASS', 'VOLUME'].includes(each))
      ? 'Enter the density of the material, or use a unit of the same kind.'
      : 'Use a unit of the same kind.';
  throw InvalidInputError.at(
    [...path],
    `measures ${measures.toLowerCase()}, and ${to} measures ${wanted.toLowerCase()}. ${advice}`,
  );
}

/**
 * A quantity as it is stored: in the core unit of the material, to {@link storedPlaces} places.
 *
 * @throws InvalidInputError at `path` for a unit of another dimension
 */
export function toCore(
  value: Decimal,
  unit: string | null | undefined,
  material: Measured,
  path: readonly string[] = ['unit'],
): Decimal {
  const core = coreUnitOf(material.unit);
  return convert(value, unit ?? material.unit, core, material.density, path).toDecimalPlaces(storedPlaces);
}

/** A stored quantity in another unit, to {@link storedPlaces} places. */
export function fromCore(value: Decimal, unit: string, material: Measured): Decimal {
  return convert(value, coreUnitOf(material.unit), unit, material.density).toDecimalPlaces(storedPlaces);
}
