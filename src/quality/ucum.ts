/**
 * Converting measured values between any units of UCUM. The package knows the units; its arithmetic is of doubles, in
 * which an inch is 25.400000000000002 mm, so only its factors are taken, and rounded to the digits that are certain.
 */
import type { Unit } from '@lhncbc/ucum-lhc';
import { Decimal } from 'decimal.js';
import { InvalidInputError } from '../errors.ts';

const Wide = Decimal.clone({ precision: 60 });
// A double has nearly sixteen; what was multiplied from several loses one or two.
const certainDigits = 14;

// Loaded when it is first needed: it parses a megabyte of definitions, and most shops measure in one unit.
let loaded: Promise<(code: string) => Unit | null> | null = null;

async function unitOf(code: string): Promise<Unit | null> {
  loaded ??= import('@lhncbc/ucum-lhc').then(({ UcumLhcUtils }) => {
    const units = UcumLhcUtils.getInstance();
    return (wanted) => units.getSpecifiedUnit(wanted, 'validate').unit;
  });
  return (await loaded)(code);
}

/** Whether it is a code of UCUM: `MPa`, `%`, `{HV}`. */
export async function isUcumCode(code: string): Promise<boolean> {
  return (await unitOf(code)) !== null;
}

// What is to be added to a temperature before the factor makes kelvins of it.
const zeroes: Readonly<Record<string, { add: string; factor: Decimal }>> = {
  Cel: { add: '273.15', factor: new Wide(1) },
  degF: { add: '459.67', factor: new Wide(5).div(9) },
};

interface Scale {
  add: string;
  factor: Decimal;
}

/** How a unit counts the base of its dimension; null where no factor says it: pH, decibel, international units. */
function scaleOf(unit: Unit): Scale | null {
  if (unit.isArbitrary_) return null;
  if (unit.cnv_) return zeroes[unit.cnv_] ?? null;
  return { add: '0', factor: new Wide(unit.magnitude_) };
}

// {HV} and {HRC} are both 1 to UCUM, and so is the mole: hardnesses and amounts that no factor relates.
const kindOf = (unit: Unit, code: string): string =>
  [
    (unit.dim_?.dimVec_ ?? [0, 0, 0, 0, 0, 0, 0]).map(Number),
    unit.moleExp_,
    ...(code.match(/\{[^}]*\}/g) ?? []),
  ].join();

/**
 * A measured value in another unit, to twelve places.
 *
 * @throws InvalidInputError at `path` for what is no unit, or a unit of something else
 */
export async function convertMeasured(
  value: Decimal,
  from: string,
  to: string,
  path: readonly string[] = ['unit'],
): Promise<Decimal> {
  if (from === to) return value;
  const [source, target] = [await unitOf(from), await unitOf(to)];
  if (!source || !target) throw InvalidInputError.at([...path], `${source ? to : from} is no UCUM code.`);
  const [scale, wanted] = [scaleOf(source), scaleOf(target)];
  if (kindOf(source, from) !== kindOf(target, to) || !scale || !wanted) {
    throw InvalidInputError.at(
      [...path],
      `cannot be converted to ${to}. Measure in ${to}, or in a unit of the same kind.`,
    );
  }
  const ratio = scale.factor.div(wanted.factor);
  // Temperatures are exact by definition; the others come from doubles.
  const exact = source.cnv_ || target.cnv_;
  const factor = exact ? ratio : ratio.toSignificantDigits(certainDigits);
  return new Wide(value.toFixed()).plus(scale.add).times(factor).minus(wanted.add).toDecimalPlaces(12);
}
