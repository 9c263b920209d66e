import { Decimal } from 'decimal.js';

export type { Decimal } from 'decimal.js';

/** The number, or null for what is none. */
export function decimal(text: string | null | undefined): Decimal | null {
  return text !== null && text !== undefined && /^-?\d+(?:\.\d+)?$/u.test(text) ? new Decimal(text) : null;
}

/** Half a unit of the last digit that is printed: what rounding alone may change. */
export function halfLastDigit(text: string): Decimal {
  const decimals = /\.(\d+)$/u.exec(text)?.[1]?.length ?? 0;
  return new Decimal(5).div(new Decimal(10).pow(decimals + 1));
}

/** Factor to MPa, exact where the unit is defined so. https://www.nist.gov/pml/special-publication-811 */
const toMpa: Record<string, string> = {
  MPa: '1',
  'N/mm²': '1',
  GPa: '1000',
  // 1 lbf = 4.4482216152605 N, 1 in = 25.4 mm.
  ksi: '6.894757293168361',
  psi: '0.006894757293168361',
  'kgf/mm²': '9.80665',
};

/** A stress in MPa; null without a known unit. */
export function inMpa(value: string | null, unit: string | null): Decimal | null {
  const number = decimal(value);
  const factor = unit === null ? undefined : toMpa[unit];
  return number && factor ? number.times(factor) : null;
}

/** A share in percent; null for values without a number. */
export function inPercent(value: string | null, unit: string | null): Decimal | null {
  const number = decimal(value);
  if (!number) return null;
  return unit === 'ppm' ? number.div(10_000) : number;
}
