import type { ReadElement, ReadField, ReadFormula, ReadHeat } from './result.ts';

/** Gathers what is read for each heat, in the order in which heats appear. */
export class HeatBook {
  readonly heats: ReadHeat[] = [];
  /** Values that stand before any heat is named, or whose heat nothing tells. */
  private readonly unknown = emptyHeat(null);
  private current: ReadHeat | null = null;
  /** Heats by the pieces, tests or items that a table lists with them. */
  private readonly byPiece = new Map<string, string | null>();

  /** The heat of that number, made where it is new. Nothing is told of a heat by its number's letter case. */
  named(field: ReadField): ReadHeat {
    const key = keyOf(field.text);
    const known = this.heats.find((heat) => heat.number && keyOf(heat.number.text) === key);
    if (known?.number) {
      if (field.confidence > known.number.confidence) known.number = field;
      return known;
    }
    const heat = emptyHeat(field);
    this.heats.push(heat);
    return heat;
  }

  /** From here on values without a heat of their own belong to this heat; null: to several, so to none. */
  turnTo(heat: ReadHeat | null): void {
    this.current = heat;
  }

  /** The heat that values without one of their own belong to. */
  here(): ReadHeat {
    return this.current ?? this.unknown;
  }

  /** The heat of that number, where it has been met. */
  known(text: string): ReadHeat | null {
    const key = keyOf(text);
    return this.heats.find((heat) => heat.number && keyOf(heat.number.text) === key) ?? null;
  }

  learn(piece: string, heat: string): void {
    const key = keyOf(piece);
    if (!key) return;
    const known = this.byPiece.get(key);
    this.byPiece.set(key, known === undefined || known === heat ? heat : null);
  }

  /** The heat of a piece that another table lists; null where it is not listed, or with several heats. */
  heatOfPiece(piece: string): ReadHeat | null {
    const number = this.byPiece.get(keyOf(piece));
    if (!number) return null;
    return this.heats.find((heat) => heat.number && keyOf(heat.number.text) === keyOf(number)) ?? null;
  }

  /** All heats; values of an unknown heat belong to the only one there is, or stay unknown. */
  close(): ReadHeat[] {
    const { unknown } = this;
    const filled = unknown.elements.length + unknown.formulas.length + unknown.properties.length > 0;
    const [only] = this.heats;
    if (filled && only && this.heats.length === 1) {
      for (const element of unknown.elements) addOnce(only.elements, lessSure(element));
      for (const formula of unknown.formulas) addOnce(only.formulas, lessSure(formula));
      only.properties.push(...unknown.properties.map(lessSure));
      only.codes.push(...unknown.codes);
      only.process ??= unknown.process;
    } else if (filled) this.heats.push(unknown);
    return this.heats.filter((heat) => !isListedOnly(heat) || this.heats.length > 0);
  }
}

function isListedOnly(heat: ReadHeat): boolean {
  return heat.elements.length + heat.properties.length === 0;
}

function lessSure<T extends { confidence: number }>(read: T): T {
  return { ...read, confidence: read.confidence * 0.95 };
}

export function keyOf(text: string): string {
  return text.replace(/\s+/gu, '').toUpperCase();
}

function emptyHeat(number: ReadField | null): ReadHeat {
  return { number, process: null, elements: [], formulas: [], properties: [], codes: [] };
}

/** Adds a value unless the same is there: pages repeat their tables' rows. Limits that are new are taken over. */
export function addOnce<T extends ReadElement | ReadFormula>(list: T[], added: T): void {
  const part = (read: T) => ('part' in read ? read.part : null);
  const same = list.find(
    (other) =>
      other.symbol === added.symbol &&
      part(other) === part(added) &&
      other.text === added.text &&
      (other.analysis === added.analysis || added.analysis === null),
  );
  if (!same) list.push(added);
  else {
    same.minimum ??= added.minimum;
    same.maximum ??= added.maximum;
  }
}
