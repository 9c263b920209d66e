import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../src/errors.ts';
import { convertMeasured, isUcumCode } from '../../src/quality/ucum.ts';

describe('a measured value', () => {
  it.each([
    ['1', '[in_i]', 'mm', '25.4'],
    ['7.99', 'g/cm3', 'kg/m3', '7990'],
    ['1.1', 'GPa', 'N/mm2', '1100'],
    ['120', '/h', '/min', '2'],
    ['0.05', '%', '[ppm]', '500'],
    ['68', '[degF]', 'Cel', '20'],
    ['20', 'Cel', 'K', '293.15'],
    ['0', 'K', '[degF]', '-459.67'],
    ['0.123456789012', 'mm', 'mm', '0.123456789012'],
  ])('of %s %s is so many %s: %s', async (value, from, to, expected) => {
    expect((await convertMeasured(new Decimal(value), from, to)).toFixed()).toBe(expected);
  });

  it.each([
    ['g', 'mm'],
    ['{HV}', '{HRC}'],
    ['{HV}', '%'],
    ['mol', '1'],
    ['[pH]', 'mol/l'],
    ['bogus', 'mm'],
    ['mm', 'bogus'],
  ])('in %s is not one in %s', async (from, to) => {
    const refused = await convertMeasured(new Decimal(1), from, to, ['unit']).catch((error) => error);
    expect(refused).toBeInstanceOf(InvalidInputError);
    expect(refused.issues[0].path).toEqual(['unit']);
  });
});

describe('a UCUM code', () => {
  it.each(['%', 'MPa', '{HV}', '1', 's/(50.g)', 'g/cm3'])('is %s', async (code) => {
    expect(await isUcumCode(code)).toBe(true);
  });

  it.each(['bogus', 'Mpa', 'kilo'])('is not %s', async (code) => {
    expect(await isUcumCode(code)).toBe(false);
  });
});
