import { Decimal } from 'decimal.js';
import type { CertificateHeat, CertificateProperty } from '../data.ts';
import { checkLimits } from './chemistry.ts';
import { decimal, halfLastDigit, inMpa } from './decimals.ts';
import type { Finding } from './finding.ts';

type Add = (finding: Omit<Finding, 'heat' | 'path'> & { path?: string[] }) => void;

const yields = new Set(['YIELD_STRENGTH', 'YIELD_STRENGTH_UPPER', 'YIELD_STRENGTH_LOWER', 'PROOF_STRENGTH']);
const shares = new Set(['ELONGATION', 'UNIFORM_ELONGATION', 'REDUCTION_OF_AREA', 'SHEAR_AREA']);

/** Strengths of metals in MPa: below and above, the unit has slipped. */
const leastStrength = new Decimal(20);
const mostStrength = new Decimal(3_500);

/** Rm at least Re, shares of 0 to 100 %, means, ratios, units, and limits that are printed. */
export function checkMechanics(heat: CertificateHeat, add: Add): void {
  for (const [index, property] of heat.properties.entries()) {
    const path = ['properties', String(index)];
    const name = property.symbol ?? property.kind.toLowerCase().replaceAll('_', ' ');
    checkLimits(property, name, path, add);
    if (yields.has(property.kind) || property.kind === 'TENSILE_STRENGTH')
      checkStrength(property, name, path, add);
    if (shares.has(property.kind)) checkShare(property, name, path, add);
    checkMean(property, name, path, add);
  }
  checkYields(heat, add);
}

function checkStrength(property: CertificateProperty, name: string, path: string[], add: Add): void {
  const number = decimal(property.value);
  if (!number) return;
  if (property.unit === null) {
    add({
      rule: 'mechanics.unit',
      severity: 'WARNING',
      message: `${name} of ${number} has no unit: say which.`,
      numbers: { value: number.toString() },
      path,
    });
    return;
  }
  const strength = inMpa(property.value, property.unit);
  if (!strength || (strength.gte(leastStrength) && strength.lte(mostStrength))) return;
  add({
    rule: 'mechanics.unit',
    severity: 'ERROR',
    message: `${name} of ${number} ${property.unit} is ${strength.toDecimalPlaces(1)} MPa, which no metal has: ${likelyUnit(number, property.unit)}`,
    numbers: { value: number.toString(), megapascal: strength.toDecimalPlaces(3).toString() },
    path,
  });
}

function likelyUnit(number: Decimal, unit: string): string {
  for (const other of ['MPa', 'ksi', 'psi', 'kgf/mm²']) {
    const strength = other === unit ? null : inMpa(number.toString(), other);
    // Structural metals: a narrower band than what exists at all.
    if (strength?.gte(100) && strength.lte(2_000)) return `${other} may be meant.`;
  }
  return 'check the value and its unit.';
}

function checkShare(property: CertificateProperty, name: string, path: string[], add: Add): void {
  const number = decimal(property.value);
  if (!number) return;
  const least = property.kind === 'SHEAR_AREA' ? number.gte(0) : number.gt(0);
  if (least && number.lte(100)) return;
  add({
    rule: 'mechanics.share',
    severity: 'ERROR',
    message: `${name} is ${number}%: it has to be above 0 and at most 100 %.`,
    numbers: { value: number.toString() },
    path,
  });
}

/** A printed mean has to be that of the individual values, as far as its digits go. */
function checkMean(property: CertificateProperty, name: string, path: string[], add: Add): void {
  const individuals = property.individualValues.flatMap((value) => decimal(value) ?? []);
  const mean = decimal(property.value);
  if (!mean || individuals.length < 2 || individuals.length !== property.individualValues.length) return;
  const computed = individuals
    .reduce((sum, value) => sum.plus(value), new Decimal(0))
    .div(individuals.length);
  // Some mills cut digits instead of rounding, and individual values are rounded too.
  const rounding = Decimal.max(...property.individualValues.map(halfLastDigit));
  const tolerance = halfLastDigit(property.value ?? '')
    .times(2)
    .plus(rounding);
  if (mean.minus(computed).abs().lte(tolerance)) return;
  add({
    rule: 'mechanics.mean',
    severity: 'ERROR',
    message: `The mean of ${name} is printed as ${mean}, its ${individuals.length} values give ${computed.toDecimalPlaces(2)}.`,
    numbers: { printed: mean.toString(), computed: computed.toDecimalPlaces(4).toString() },
    path,
  });
}

/** The strengths of one specimen: a specimen yields before it breaks. */
function checkYields(heat: CertificateHeat, add: Add): void {
  const tensile = heat.properties
    .map((property, index) => ({ property, index }))
    .filter(({ property }) => property.kind === 'TENSILE_STRENGTH');
  for (const [index, property] of heat.properties.entries()) {
    if (!yields.has(property.kind)) continue;
    const own = inMpa(property.value, property.unit);
    const partner = tensile.filter(({ property: other }) => sameSpecimen(property, other));
    // Several tensile tests without specimens are printed in pairs, the nearest one belongs to it.
    const nearest = partner.sort((a, b) => Math.abs(a.index - index) - Math.abs(b.index - index))[0]
      ?.property;
    const strength = nearest ? inMpa(nearest.value, nearest.unit) : null;
    const name = property.symbol ?? 'The yield strength';
    const path = ['properties', String(index)];
    if (!own || !strength || !nearest) continue;
    if (own.gt(strength)) {
      add({
        rule: 'mechanics.yield',
        severity: 'ERROR',
        message: `${name} of ${property.value} ${property.unit} is above the tensile strength of ${nearest.value} ${nearest.unit}: a specimen yields before it breaks.`,
        numbers: {
          yield: own.toDecimalPlaces(3).toString(),
          tensile: strength.toDecimalPlaces(3).toString(),
        },
        path,
      });
    }
    checkRatio(heat, property, own, strength, add);
  }
}

function checkRatio(
  heat: CertificateHeat,
  property: CertificateProperty,
  own: Decimal,
  strength: Decimal,
  add: Add,
): void {
  const index = heat.properties.findIndex(
    (each) => each.kind === 'YIELD_RATIO' && sameSpecimen(each, property),
  );
  const ratio = heat.properties[index];
  const stated = decimal(ratio?.value);
  if (!ratio || !stated || strength.isZero()) return;
  const computed = own.div(strength);
  // The ratio may be printed the other way round (rebars: Rm/Re) or in percent.
  const forms = [computed, computed.times(100), new Decimal(1).div(computed)];
  const tolerance = halfLastDigit(ratio.value ?? '')
    .times(2)
    .plus('0.003');
  if (
    forms.some((form) =>
      stated
        .minus(form)
        .abs()
        .lte(stated.gt(2) ? tolerance.times(10) : tolerance),
    )
  )
    return;
  add({
    rule: 'mechanics.ratio',
    severity: 'WARNING',
    message: `The ratio of yield to tensile strength is printed as ${stated}, the values give ${computed.toDecimalPlaces(3)}.`,
    numbers: { printed: stated.toString(), computed: computed.toDecimalPlaces(4).toString() },
    path: ['properties', String(index)],
  });
}

function sameSpecimen(a: CertificateProperty, b: CertificateProperty): boolean {
  return (
    a.specimen === b.specimen && (a.direction === b.direction || a.direction === null || b.direction === null)
  );
}
