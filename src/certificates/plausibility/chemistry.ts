import { Decimal } from 'decimal.js';
import type { CertificateElement, CertificateHeat } from '../data.ts';
import { decimal, halfLastDigit, inPercent } from './decimals.ts';
import type { Finding } from './finding.ts';

/** The sum of what was analysed: rounding of many elements may exceed 100 % a little. */
const mostSum = new Decimal('100.5');

/** Shares that steels and light metals never have: a wrong unit or a lost point. */
const seldomAbove: Record<string, string> = {
  N: '0.6',
  P: '0.6',
  S: '0.5',
  B: '6',
  H: '0.1',
  O: '1',
  Ca: '0.1',
  As: '0.2',
  Sn: '12',
  Sb: '0.2',
};

type Add = (finding: Omit<Finding, 'heat' | 'path'> & { path?: string[] }) => void;

/** Shares of 0 to 100 %, their sum, doubles, limits that are printed, and values that a unit may have slipped in. */
export function checkChemistry(heat: CertificateHeat, add: Add): void {
  for (const [index, element] of heat.elements.entries()) {
    const path = ['elements', String(index)];
    const share = inPercent(element.value, element.unit);
    if (!share) continue;
    const name = label(element);
    if (share.lt(0) || share.gt(100)) {
      add({
        rule: 'chemistry.share',
        severity: 'ERROR',
        message: `${name} is ${share}%: a share is from 0 to 100 %. Check its unit and its decimal point.`,
        numbers: { value: share.toString() },
        path,
      });
      continue;
    }
    const most = seldomAbove[element.symbol];
    if (most !== undefined && share.gt(most)) {
      add({
        rule: 'chemistry.unlikely',
        severity: 'WARNING',
        message: `${name} of ${share}% is more than alloys hold: ppm may have been read as %, or the decimal point is lost.`,
        numbers: { value: share.toString(), atMost: most },
        path,
      });
    }
    checkLimits(element, name, path, add);
  }
  for (const analysis of [...new Set(heat.elements.map((element) => element.analysis))])
    checkSum(heat, analysis, add);
  checkDoubles(heat, add);
  checkNitrogen(heat, add);
}

/** `N 0.0047 %`, as the certificate names it. */
function label({ symbol, analysis, part }: CertificateElement): string {
  const details = [part?.toLowerCase(), analysis?.toLowerCase()].filter(Boolean).join(', ');
  return details ? `${symbol} (${details})` : symbol;
}

/** A printed value outside of the limits printed with it; `<0.01` keeps a maximum of 0.01. */
export function checkLimits(
  value: { value: string | null; operator: string | null; minimum: string | null; maximum: string | null },
  name: string,
  path: string[],
  add: Add,
): void {
  const number = decimal(value.value);
  const [minimum, maximum] = [decimal(value.minimum), decimal(value.maximum)];
  if (!number) return;
  if (minimum && maximum && minimum.gt(maximum)) {
    add({
      rule: 'limits.order',
      severity: 'ERROR',
      message: `The limits of ${name} are the wrong way round: ${minimum} to ${maximum}.`,
      numbers: { minimum: minimum.toString(), maximum: maximum.toString() },
      path,
    });
    return;
  }
  const below = value.operator === '<' || value.operator === '<=';
  if (minimum && number.lt(minimum) && !(value.operator === '>' || value.operator === '>=')) {
    add({
      rule: 'limits.minimum',
      severity: 'ERROR',
      message: `${name} of ${number} is below the stated minimum of ${minimum}.`,
      numbers: { value: number.toString(), minimum: minimum.toString() },
      path,
    });
  }
  if (maximum && number.gt(maximum) && !below) {
    add({
      rule: 'limits.maximum',
      severity: 'ERROR',
      message: `${name} of ${number} is above the stated maximum of ${maximum}.`,
      numbers: { value: number.toString(), maximum: maximum.toString() },
      path,
    });
  }
}

function checkSum(heat: CertificateHeat, analysis: CertificateElement['analysis'], add: Add): void {
  let sum = new Decimal(0);
  const counted = new Set<string>();
  for (const element of heat.elements) {
    // Soluble aluminium is a part of the total: counted once.
    if (element.analysis !== analysis || counted.has(element.symbol) || element.operator === '<') continue;
    counted.add(element.symbol);
    const share = inPercent(element.value, element.unit);
    // What is no share at all is found by itself.
    if (share?.gte(0) && share.lte(100)) sum = sum.plus(share);
  }
  if (sum.gt(mostSum)) {
    add({
      rule: 'chemistry.sum',
      severity: 'ERROR',
      message: `The elements add up to ${sum}%, more than 100 %: a unit or a decimal point is wrong.`,
      numbers: { sum: sum.toString(), atMost: mostSum.toString() },
    });
  }
}

function checkDoubles(heat: CertificateHeat, add: Add): void {
  const seen = new Map<string, { index: number; value: string | null }>();
  for (const [index, element] of heat.elements.entries()) {
    const key = `${element.symbol} ${element.part} ${element.analysis}`;
    const before = seen.get(key);
    if (before && before.value !== element.value) {
      add({
        rule: 'chemistry.double',
        severity: 'WARNING',
        message: `${label(element)} is stated twice with different values, ${before.value} and ${element.value}: say which holds.`,
        numbers: { first: before.value ?? '', second: element.value ?? '' },
        path: ['elements', String(index)],
      });
    } else seen.set(key, { index, value: element.value });
  }
}

/**
 * Aluminium-killed carbon steels hold some 0.002 to 0.015 % of nitrogen; 0.047 beside 0.04 of aluminium is
 * mostly 0.0047. Stainless steels may hold it.
 */
function checkNitrogen(heat: CertificateHeat, add: Add): void {
  const find = (symbol: string) => {
    const element = heat.elements.find((each) => each.symbol === symbol && each.operator === null);
    return element ? inPercent(element.value, element.unit) : null;
  };
  const index = heat.elements.findIndex((element) => element.symbol === 'N');
  const [nitrogen, aluminium, chromium, iron] = [find('N'), find('Al'), find('Cr'), find('Fe')];
  if (!nitrogen || !aluminium || aluminium.gt(1) || (iron?.lt(50) ?? false)) return;
  if (aluminium.gte('0.015') && nitrogen.gt('0.03') && !(chromium?.gt(5) ?? false)) {
    add({
      rule: 'chemistry.nitrogen',
      severity: 'WARNING',
      message: `N of ${nitrogen}% is some ten times what aluminium-killed steel holds: ${nitrogen.div(10)}% may be meant.`,
      numbers: { nitrogen: nitrogen.toString(), aluminium: aluminium.toString() },
      path: ['elements', String(index)],
    });
  }
}

/** What a formula of carbon equivalents adds up: each element with its divisor. */
const formulas: Record<string, { source: string; terms: readonly (readonly [string, string])[] }> = {
  CEV: {
    source: 'IIW, EN 10025-1',
    terms: [
      ['C', '1'],
      ['Mn', '6'],
      ['Cr', '5'],
      ['Mo', '5'],
      ['V', '5'],
      ['Ni', '15'],
      ['Cu', '15'],
    ],
  },
  CET: {
    source: 'EN 1011-2',
    terms: [
      ['C', '1'],
      ['Mn', '10'],
      ['Mo', '10'],
      ['Cr', '20'],
      ['Cu', '20'],
      ['Ni', '40'],
    ],
  },
  Pcm: {
    source: 'Ito and Bessyo, API 5L',
    terms: [
      ['C', '1'],
      ['Si', '30'],
      ['Mn', '20'],
      ['Cu', '20'],
      ['Cr', '20'],
      ['Ni', '60'],
      ['Mo', '15'],
      ['V', '10'],
      ['B', '0.2'],
    ],
  },
};

/**
 * Recomputes what the certificate prints, or null where carbon or manganese is missing. The tolerance is what the
 * rounding of each printed value, and of the result, can make.
 */
export function recompute(
  heat: CertificateHeat,
  symbol: string,
): { value: Decimal; tolerance: Decimal } | null {
  const formula = formulas[symbol];
  if (!formula) return null;
  const elements = heat.elements.filter((element) => element.analysis !== 'PRODUCT');
  let value = new Decimal(0);
  let tolerance = new Decimal(0);
  for (const [name, divisor] of formula.terms) {
    const element = elements.find((each) => each.symbol === name);
    const share = element ? inPercent(element.value, element.unit) : null;
    if (!element || !share) {
      if (name === 'C' || name === 'Mn') return null;
      // What is not analysed is next to nothing, and adds less than a hundredth.
      tolerance = tolerance.plus(new Decimal('0.02').div(divisor));
      continue;
    }
    if (element.operator === '<' || element.operator === '<=') {
      tolerance = tolerance.plus(share.div(divisor));
      continue;
    }
    value = value.plus(share.div(divisor));
    tolerance = tolerance.plus(halfLastDigit(share.toFixed(decimalsOf(element))).div(divisor));
  }
  return { value, tolerance };
}

function decimalsOf({ value, unit }: CertificateElement): number {
  const decimals = /\.(\d+)$/u.exec(value ?? '')?.[1]?.length ?? 0;
  return unit === 'ppm' ? decimals + 4 : decimals;
}

/** Carbon equivalents and sums that do not follow from the analysis. */
export function checkFormulas(heat: CertificateHeat, add: Add): void {
  for (const [index, printed] of heat.formulas.entries()) {
    const stated = decimal(printed.value);
    const path = ['formulas', String(index)];
    if (!stated) continue;
    checkLimits(printed, printed.symbol, path, add);
    const computed = recompute(heat, printed.symbol) ?? sumOf(heat, printed.symbol);
    if (!computed || printed.operator !== null || printed.analysis === 'PRODUCT') continue;
    const tolerance = computed.tolerance.plus(halfLastDigit(printed.value ?? ''));
    const difference = stated.minus(computed.value);
    if (difference.abs().lte(tolerance)) continue;
    const source = formulas[printed.symbol]?.source;
    add({
      rule: 'chemistry.formula',
      severity: 'ERROR',
      message: `${printed.symbol} is printed as ${stated}, the analysis gives ${computed.value.toDecimalPlaces(4)}${source ? ` (${source})` : ''}: one of the values is wrong.`,
      numbers: {
        printed: stated.toString(),
        computed: computed.value.toDecimalPlaces(4).toString(),
        tolerance: tolerance.toDecimalPlaces(4).toString(),
      },
      path,
    });
  }
}

/** `Cr+Mo+Ni`: the sum of its elements, where all of them are stated. */
function sumOf(heat: CertificateHeat, symbol: string): { value: Decimal; tolerance: Decimal } | null {
  const names = symbol.split('+');
  if (names.length < 2) return null;
  let value = new Decimal(0);
  let tolerance = new Decimal(0);
  for (const name of names) {
    const element = heat.elements.find((each) => each.symbol === name && each.analysis !== 'PRODUCT');
    const share = element && element.operator === null ? inPercent(element.value, element.unit) : null;
    if (!element || !share) return null;
    value = value.plus(share);
    tolerance = tolerance.plus(halfLastDigit(share.toFixed(decimalsOf(element))));
  }
  return { value, tolerance };
}
