import { isUnavailable, type ShdrObservation } from './shdr.ts';

/** A number that an item said, or null where it said that it has none. */
export interface ItemNumber {
  /** The item; of a vector its component, `Xpos.1`. */
  readonly item: string;
  readonly value: number | null;
}

// `12.5`, or `12.5:MANUAL` where a counter was reset.
const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?(:[A-Z_]+)?$/i;

// Digits that count nothing: names of tools, programs, blocks.
const names = /(asset|serial|program|pallet|fixture|block|label|version|id)$|id$/i;

/** What one value says: so many numbers side by side; 0 for text; null for nothing (empty, UNAVAILABLE). */
function shapeOf(value: string): number | null {
  const text = value.trim();
  if (text === '' || isUnavailable(text)) return null;
  const parts = text.split(/\s+/);
  return parts.every((part) => number.test(part)) ? parts.length : 0;
}

/**
 * Which items of a recording are measurements: those whose every value is a number, or always the same count of
 * numbers side by side (a position in space). To know, the whole recording must have been shown to `learn`.
 */
export class NumericItems {
  readonly #shapes = new Map<string, number>();

  learn({ item, value }: ShdrObservation): void {
    const shape = shapeOf(value);
    if (shape === null) return;
    const known = this.#shapes.get(item);
    this.#shapes.set(item, known === undefined || known === shape ? shape : 0);
  }

  /** How many numbers the item has; 0 for what is no measurement. */
  #widthOf(item: string): number {
    return names.test(item) ? 0 : (this.#shapes.get(item) ?? 0);
  }

  /** The names of all measurements, components of vectors by themselves, in the order of their first appearance. */
  names(): string[] {
    return [...this.#shapes.keys()].flatMap((item) => componentsOf(item, this.#widthOf(item)));
  }

  /** The numbers of a value. None for an empty one: the item says nothing, not even that it has no value. */
  numbers({ item, value }: ShdrObservation): ItemNumber[] {
    const width = this.#widthOf(item);
    const text = value.trim();
    if (width === 0 || text === '') return [];
    const parts = text.split(/\s+/);
    return componentsOf(item, width).map((name, place) => ({
      item: name,
      value: isUnavailable(text) ? null : Number.parseFloat(parts[place] ?? ''),
    }));
  }

  has(item: string): boolean {
    return this.#widthOf(item) > 0;
  }
}

function componentsOf(item: string, width: number): string[] {
  if (width <= 1) return width === 1 ? [item] : [];
  return Array.from({ length: width }, (_, place) => `${item}.${place + 1}`);
}
