/** Finds labels in texts. */
import { tokensOf } from '../../certificates/reading/text-forms.ts';
import type { Cell } from './sheet.ts';

type Token = ReturnType<typeof tokensOf>[number];

/** A label in a text. */
export interface LabelMatch {
  /** Where what follows the label begins. */
  readonly end: number;
  /** Nothing stands before it. */
  readonly isFirst: boolean;
  /** `:`, `=` or a row of dots follows. */
  readonly isMarked: boolean;
  /** What stands in brackets behind it: often the unit. */
  readonly bracket: string | null;
  /** Where the value begins, in the text. */
  readonly valueStart: number;
  readonly value: string;
}

/** The words of a label, folded: case, accents and punctuation make no difference. */
export const wordsOf = (label: string): readonly string[] => tokensOf(label).map(({ token }) => token);

// A text is asked for many labels.
const tokensOfCell = new WeakMap<Cell, readonly Token[]>();

function tokens(cell: Cell): readonly Token[] {
  const known = tokensOfCell.get(cell);
  if (known) return known;
  const made = tokensOf(cell.text);
  tokensOfCell.set(cell, made);
  return made;
}

/** What may stand between a label and its value: a bracket, then a sign. */
const between = /^\.?\s*(?:[([{]([^)\]}]{1,24})[)\]}])?\s*([:=：]|\.{3,}|_{3,}|…)?\s*/u;

/** Every place where the label stands in the cell, on the boundaries of words. */
export function labelsIn(cell: Cell, label: readonly string[]): LabelMatch[] {
  const all = tokens(cell);
  const found: LabelMatch[] = [];
  for (let at = 0; label.length > 0 && at + label.length <= all.length; at++) {
    if (!label.every((word, place) => all[at + place]?.token === word)) continue;
    const end = (all[at + label.length - 1] as Token).end;
    const rest = cell.text.slice(end);
    const [passed = '', bracket, mark] = between.exec(rest) ?? [];
    found.push({
      end,
      isFirst: at === 0,
      isMarked: mark !== undefined,
      bracket: bracket?.trim() || null,
      valueStart: end + passed.length,
      value: rest.slice(passed.length).trim(),
    });
  }
  return found;
}

/** Whether a cell is one of these labels and no value: nothing else is in it, or what follows the label is marked. */
export const isLabel = (cell: Cell, labels: readonly (readonly string[])[]): boolean =>
  /[:=：]$/u.test(cell.text) ||
  labels.some((label) =>
    labelsIn(cell, label).some(({ isFirst, isMarked, value }) => isFirst && (isMarked || value === '')),
  );
