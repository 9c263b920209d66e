import { Decimal } from 'decimal.js';
import type { CertificateElement } from '../data.ts';
import { halfLastDigit, inPercent } from './decimals.ts';

/** One element of which two analyses of one heat disagree. */
export interface Difference {
  symbol: string;
  first: string;
  second: string;
  /** In percent of the alloy. */
  difference: string;
}

/**
 * Compares two analyses that claim to be of one heat. A ladle analysis is made once, so that certificates of its
 * pieces agree but for rounding; product analyses scatter, and are only compared with each other where both say so.
 * Values with `<` agree with all that are below.
 */
export function sameHeat(
  a: readonly CertificateElement[],
  b: readonly CertificateElement[],
): { same: boolean; compared: number; differences: Difference[] } {
  const differences: Difference[] = [];
  let compared = 0;
  for (const first of a) {
    if (first.analysis === 'PRODUCT') continue;
    const second = b.find(
      (other) =>
        other.symbol === first.symbol &&
        other.analysis !== 'PRODUCT' &&
        (other.part === first.part || other.part === null || first.part === null),
    );
    const [x, y] = [inPercent(first.value, first.unit), second ? inPercent(second.value, second.unit) : null];
    if (!second || !x || !y) continue;
    compared++;
    if (isBelow(first) || isBelow(second)) {
      const bothBelow = isBelow(first) && isBelow(second);
      if (bothBelow || (isBelow(first) ? y.lte(x) : x.lte(y))) continue;
    } else {
      // The same analysis, printed with fewer digits: the coarser one was rounded.
      const rounding = Decimal.max(halfDigit(first), halfDigit(second));
      if (x.minus(y).abs().lte(rounding)) continue;
    }
    differences.push({
      symbol: first.symbol,
      first: first.text,
      second: second.text,
      difference: x.minus(y).abs().toString(),
    });
  }
  return { same: differences.length === 0, compared, differences };
}

function isBelow({ operator }: CertificateElement): boolean {
  return operator === '<' || operator === '<=';
}

function halfDigit({ value, unit }: CertificateElement) {
  const half = halfLastDigit(value ?? '');
  return unit === 'ppm' ? half.div(10_000) : half;
}
