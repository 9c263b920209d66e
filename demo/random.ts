/** Chance that can be repeated: the same seed gives the same demonstration. */
export interface Chance {
  /** From 0 up to 1. */
  next(): number;
  /** True in that share of all cases. */
  happens(share: number): boolean;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  /** One of them; undefined of none. */
  of<T>(all: readonly T[]): T | undefined;
  /** About `mean`, rarely further than three times `spread` from it. */
  around(mean: number, spread: number): number;
}

/** mulberry32: small, and good enough for a shop that nobody builds. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    happens: (share) => next() < share,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    of: (all) => all[Math.floor(next() * all.length)],
    // The sum of three is close to a bell: each has a variance of 1/12.
    around: (mean, spread) => mean + (next() + next() + next() - 1.5) * 2 * spread,
  };
}
