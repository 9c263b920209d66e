import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { type InvalidInputError, MalformedInputError } from '../../src/errors.ts';
import { coreQuantity } from '../../src/materials/quantity.input.ts';
import { Quantity } from '../../src/materials/quantity.ts';

const titanium = { unit: 'kg', density: new Decimal('4.43') };
const screws = { unit: '{each}', density: null };
const entered = (value: string, unit?: string) => ({ value: new Decimal(value), unit });

describe('a quantity', () => {
  it.each([
    [entered('2.5'), '2500'],
    [entered('1', '[lb_av]'), '453.59237'],
    [entered('2', 'cm3'), '8.86'],
    [entered('0'), '0'],
  ])('of %j is stored in the core unit of its material', (input, core) => {
    expect(coreQuantity(input, titanium, 'quantity').toFixed()).toBe(core);
  });

  it('is refused where it measures something else, or is too little to be stored', () => {
    const refusal = (input: ReturnType<typeof entered>) => {
      try {
        return String(coreQuantity(input, titanium, ['items', '0', 'quantity']));
      } catch (error) {
        return (error as InvalidInputError).issues[0]?.path;
      }
    };
    expect(refusal(entered('1', 'm'))).toEqual(['items', '0', 'quantity', 'unit']);
    expect(refusal(entered('1', 'furlong'))).toEqual(['items', '0', 'quantity', 'unit']);
    expect(refusal(entered('0.0000001', 'ug'))).toEqual(['items', '0', 'quantity', 'value']);
  });

  it("is shown in its material's unit, and in others of its kind", () => {
    const quantity = new Quantity(new Decimal('453.59237'), titanium);
    expect([quantity.value.toFixed(), quantity.unit]).toEqual(['0.45359237', 'kg']);
    expect([quantity.to('[lb_av]').value.toFixed(), quantity.to('[lb_av]').unit]).toEqual(['1', '[lb_av]']);
    expect(quantity.to('[lb_av]').to('g').value.toFixed()).toBe('453.59237');
    expect(() => quantity.to('m')).toThrow(MalformedInputError);
    expect(() => new Quantity(new Decimal(1), screws).to('g')).toThrow(MalformedInputError);
  });
});
