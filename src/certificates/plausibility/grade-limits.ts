import type { CertificateData, CertificateHeat } from '../data.ts';
import { decimal, inMpa, inPercent } from './decimals.ts';
import type { Finding } from './finding.ts';
import { type Grade, gradeOf } from './grades.ts';

type Add = (finding: Omit<Finding, 'heat' | 'path'> & { path?: string[] }) => void;

/** The grades that the certificate states and the table knows. */
export function knownGrades(data: Pick<CertificateData, 'qualities'>): Grade[] {
  return [...new Set(data.qualities.flatMap((quality) => gradeOf(quality) ?? []))];
}

/**
 * Values outside of what the norm of a stated grade allows. A certificate may state several grades that its
 * material meets at once. A product analysis may exceed the ladle's limits by what the norm allows, so it is left out.
 */
export function checkGrade(heat: CertificateHeat, grade: Grade, add: Add): void {
  const about = (name: string, value: string, bound: string, low: boolean, path: string[]) =>
    add({
      rule: 'grade.limits',
      severity: 'WARNING',
      message: `${name} of ${value} is ${low ? 'below' : 'above'} the ${bound} that ${grade.names[0]} asks (${grade.source}).`,
      numbers: { value, [low ? 'minimum' : 'maximum']: bound },
      path,
    });
  for (const [index, element] of heat.elements.entries()) {
    const limits = grade.elements[element.symbol];
    const share = inPercent(element.value, element.unit);
    if (!limits || !share || element.analysis === 'PRODUCT' || element.part === 'SOLUBLE') continue;
    const path = ['elements', String(index)];
    const [low, high] = limits;
    const isBelow = element.operator === '<' || element.operator === '<=';
    if (low !== null && share.lt(low)) about(element.symbol, share.toString(), low, true, path);
    if (high !== null && share.gt(high) && !isBelow)
      about(element.symbol, share.toString(), high, false, path);
  }
  for (const [index, property] of heat.properties.entries()) {
    const test =
      property.kind === 'TENSILE_STRENGTH'
        ? 'TENSILE'
        : property.kind === 'ELONGATION'
          ? 'ELONGATION'
          : isYield(property.kind, property.symbol)
            ? 'YIELD'
            : null;
    const limits = test ? grade.properties[test] : undefined;
    const value = test === 'ELONGATION' ? decimal(property.value) : inMpa(property.value, property.unit);
    // Tests in the heat have limits of their own.
    const temperature = decimal(property.temperature?.value);
    if (!limits || !value || (temperature?.gt(40) ?? false)) continue;
    const path = ['properties', String(index)];
    const name = property.symbol ?? property.kind;
    const shown = value.toDecimalPlaces(1);
    if (limits[0] !== null && value.lt(limits[0])) about(name, shown.toString(), limits[0], true, path);
    if (limits[1] !== null && value.gt(limits[1])) about(name, shown.toString(), limits[1], false, path);
  }
}

function isYield(kind: string, symbol: string | null): boolean {
  if (kind === 'PROOF_STRENGTH') return symbol === null || symbol === 'Rp0.2';
  return kind === 'YIELD_STRENGTH' || kind === 'YIELD_STRENGTH_UPPER';
}
