/**
 * What a quantity of powder consists of, exactly. A mixture is its quantity split over keys: over lots, or over how
 * often the grains were in a build. Amounts are counted in quanta of 1e-12 of the core unit, as integers, so that
 * parts always add up to the whole: what is taken from a mixture is apportioned by largest remainders, and what is
 * left is the rest. No lot gains or loses a quantum whatever is split, blended or consumed.
 *
 * Possibility is another question: a lot of which a draw's share is less than a quantum may still be in it. Recall
 * and holds therefore follow the links of the genealogy, and shares are for expectation.
 */
import { Decimal } from 'decimal.js';
import { storedPlaces } from './units.ts';

/** Quanta by key. Never holds a zero or a negative amount. */
export type Shares = ReadonlyMap<string, bigint>;

/** The two ways in which a quantity is split: by lot, and by usage cycles. Both add up to the quantity. */
export interface Holding {
  readonly lots: Shares;
  readonly cycles: Shares;
}

export const nothing: Holding = { lots: new Map(), cycles: new Map() };

const quantum = new Decimal(10).pow(-storedPlaces);
const Wide = Decimal.clone({ precision: 60 });

/** A stored decimal as quanta. */
export function quanta(value: { toFixed(places?: number): string }): bigint {
  return BigInt(new Wide(value.toFixed()).div(quantum).toFixed(0));
}

/** Quanta as the decimal that is stored. */
export function amount(value: bigint): Decimal {
  return new Wide(value.toString()).times(quantum);
}

/** The sum of all shares. */
export function totalOf(shares: Shares): bigint {
  let sum = 0n;
  for (const each of shares.values()) sum += each;
  return sum;
}

/** Quanta of a holding. */
export const quantityOf = (holding: Holding): bigint => totalOf(holding.lots);

/** Material of one lot that was never in a build. */
export function virgin(lotId: string, quantity: bigint): Holding {
  return { lots: new Map([[lotId, quantity]]), cycles: new Map([['0', quantity]]) };
}

/** Both together. */
export function plus(a: Holding, b: Holding): Holding {
  return { lots: sum(a.lots, b.lots), cycles: sum(a.cycles, b.cycles) };
}

function sum(a: Shares, b: Shares): Shares {
  const result = new Map(a);
  for (const [key, value] of b) result.set(key, (result.get(key) ?? 0n) + value);
  return result;
}

/** What is left of a holding. Throws where the part is not in it. */
export function minus(a: Holding, b: Holding): Holding {
  return { lots: difference(a.lots, b.lots), cycles: difference(a.cycles, b.cycles) };
}

function difference(a: Shares, b: Shares): Shares {
  const result = new Map(a);
  for (const [key, value] of b) {
    const rest = (result.get(key) ?? 0n) - value;
    if (rest < 0n) throw new Error(`A mixture holds less of ${key} than is taken from it.`);
    if (rest === 0n) result.delete(key);
    else result.set(key, rest);
  }
  return result;
}

/**
 * `quantity` in the proportions of a holding, by largest remainders (ties by key, so that a recomputation gives the
 * same). Of at most what is there, no key gets more than it has. Throws where the proportions are of nothing.
 */
export function portion(of: Holding, quantity: bigint): Holding {
  return { lots: apportion(of.lots, quantity), cycles: apportion(of.cycles, quantity) };
}

function apportion(shares: Shares, quantity: bigint): Shares {
  const whole = totalOf(shares);
  if (quantity === whole) return new Map(shares);
  if (whole <= 0n) throw new Error('Nothing has no proportions.');
  const parts = [...shares].map(([key, share]) => {
    const product = share * quantity;
    return { key, floor: product / whole, remainder: product % whole };
  });
  let left = quantity - parts.reduce((total, part) => total + part.floor, 0n);
  const byRemainder = [...parts].sort((a, b) =>
    a.remainder === b.remainder ? (a.key < b.key ? -1 : 1) : a.remainder > b.remainder ? -1 : 1,
  );
  const extra = new Set<string>();
  for (const { key } of byRemainder) {
    if (left === 0n) break;
    extra.add(key);
    left -= 1n;
  }
  const result = new Map<string, bigint>();
  for (const { key, floor } of parts) {
    const value = floor + (extra.has(key) ? 1n : 0n);
    if (value > 0n) result.set(key, value);
  }
  return result;
}

/** The same material after `by` more uses. */
export function aged(holding: Holding, by: number): Holding {
  if (by === 0) return holding;
  const cycles = new Map<string, bigint>();
  for (const [key, value] of holding.cycles) cycles.set(String(Number(key) + by), value);
  return { lots: holding.lots, cycles };
}

/** How often the oldest portion was in a build; 0 for nothing. */
export function oldest(cycles: Shares): number {
  return Math.max(0, ...[...cycles.keys()].map(Number));
}

/** Shares as the database keeps them: an object of plain decimals, its keys in order. */
export function toJson(shares: Shares): Record<string, string> {
  return Object.fromEntries(
    [...shares].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, amount(value).toFixed()]),
  );
}

/** Shares as they were stored. */
export function fromJson(json: unknown): Shares {
  return new Map(
    Object.entries((json ?? {}) as Record<string, string>).map(([key, value]) => [
      key,
      quanta(new Wide(value)),
    ]),
  );
}

/** Places of a fraction. */
const fractionPlaces = 18;
const one = 10n ** BigInt(fractionPlaces);

/** A key's part of the whole, from more than 0 to 1. */
export interface Fraction {
  key: string;
  fraction: Decimal;
}

/**
 * The fractions of a mixture, largest first. They add up to exactly 1: rounded to 18 places by largest remainders,
 * and what is in the mixture is never rounded to nothing.
 */
export function fractionsOf(shares: Shares): Fraction[] {
  const whole = totalOf(shares);
  if (whole <= 0n) return [];
  const parts = [...shares].map(([key, share]) => {
    const product = share * one;
    const floor = product / whole;
    return { key, value: floor > 0n ? floor : 1n, remainder: floor > 0n ? product % whole : 0n };
  });
  let left = one - parts.reduce((total, part) => total + part.value, 0n);
  const order = [...parts].sort((a, b) =>
    a.remainder === b.remainder ? (a.key < b.key ? -1 : 1) : a.remainder > b.remainder ? -1 : 1,
  );
  for (const part of order) {
    if (left <= 0n) break;
    part.value += 1n;
    left -= 1n;
  }
  const sorted = parts.sort((a, b) =>
    a.value === b.value ? (a.key < b.key ? -1 : 1) : a.value > b.value ? -1 : 1,
  );
  // What the smallest were lifted by comes off the largest.
  const [largest] = sorted;
  if (largest) largest.value += left;
  return sorted.map(({ key, value }) => ({
    key,
    fraction: new Wide(value.toString()).div(new Wide(one.toString())),
  }));
}
