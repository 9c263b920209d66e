import { Decimal } from 'decimal.js';
import { InvalidInputError, MalformedInputError } from '../errors.ts';
import { fromCore, type Measured } from './units.ts';

/**
 * An amount of a material: stored in the core unit of its dimension, shown in the unit in which the material is
 * counted. Both are exact to twelve places.
 */
export class Quantity {
  /** In the material's core unit. */
  readonly core: Decimal;
  readonly material: Measured;
  /** The unit in which it is shown. */
  readonly unit: string;

  constructor(core: { toFixed(): string }, material: Measured, unit: string = material.unit) {
    this.core = new Decimal(core.toFixed());
    this.material = material;
    this.unit = unit;
  }

  /** How many of its unit. */
  get value(): Decimal {
    return fromCore(this.core, this.unit, this.material);
  }

  /** The same amount in another unit. Throws {@link MalformedInputError} for one that measures something else. */
  to(unit: string): Quantity {
    const converted = new Quantity(this.core, this.material, unit);
    try {
      void converted.value;
    } catch (error) {
      if (error instanceof InvalidInputError) throw new MalformedInputError(error.message);
      throw error;
    }
    return converted;
  }
}
