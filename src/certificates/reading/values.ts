import { parseRange } from './headings.ts';
import {
  type DecimalMark,
  isBalance,
  type Operator,
  parseNumber,
  shiftDecimal,
  splitOperator,
} from './numbers.ts';
import { isStress, splitUnit } from './units.ts';

/** A measured value as read from one cell. */
export interface CellValue {
  value: string | null;
  operator: Operator | null;
  unit: string | null;
  text: string;
  /** 1, less where commas may group or divide. */
  sure: number;
}

/** Reads a cell of a table or form; null where it holds no value. `value` is null for `Balance` and `traces`. */
export function cellValue(text: string, mark: DecimalMark, scale = 0): CellValue | null {
  const trimmed = text.trim().replace(/[;,]$/u, '');
  if (isBalance(trimmed) || /^(?:tr\.?|traces?|spuren|tracce|trazas)$/iu.test(trimmed)) {
    return { value: null, operator: null, unit: null, text: trimmed, sure: 0.95 };
  }
  const { number, unit } = splitUnit(trimmed);
  // Thousands are met in psi and in no share or energy.
  const parsed = parseNumber(number, isStress(unit) ? (mark ?? '.') : mark);
  if (!parsed) return null;
  const value = scale ? shiftDecimal(parsed.value, scale) : parsed.value;
  return { value, operator: parsed.operator, unit, text: trimmed, sure: parsed.ambiguous ? 0.6 : 1 };
}

/** A share of an element: no share has thousands, so a comma or point always divides decimals. */
export function shareValue(text: string, scale: number): CellValue | null {
  return cellValue(text, text.includes(',') ? ',' : '.', scale);
}

/** The individual values of a cell such as `71.2, 84.2, 85.2J` or `71/84/85`; null where it is no list. */
export function listOf(text: string, mark: DecimalMark): { values: string[]; unit: string | null } | null {
  const { number, unit } = splitUnit(text.trim());
  const parts = number
    .split(/\s*[;/|]\s*|,\s+|\s+-\s+|\s+/u)
    .map((part) => part.trim())
    .filter(Boolean);
  if (parts.length < 2) return null;
  const values = parts.map((part) => parseNumber(part, mark)?.value ?? null);
  return values.every((value) => value !== null) ? { values, unit } : null;
}

export interface Limits {
  minimum: string | null;
  maximum: string | null;
}

/** Limits as printed: `0.15-0.22`, `max 0.22`, `0.22 max.`, `≥ 355`; none for a bare number. */
export function limitsOf(text: string, mark: DecimalMark, scale = 0): Limits {
  const exact = (part: string) => {
    const parsed = parseNumber(splitUnit(part).number, mark);
    return parsed ? shiftDecimal(parsed.value, scale) : null;
  };
  const range = parseRange(text);
  if (range) return { minimum: exact(range[0]), maximum: exact(range[1]) };
  const suffix = /^(.*\d[^\d]*?)\s*\(?(max|min)\w*\.?\)?$/iu.exec(text.trim());
  const turned = suffix ? `${suffix[2]} ${suffix[1]}` : text.trim();
  const { operator, rest } = splitOperator(turned);
  const value = exact(rest.trim());
  if (value === null) return { minimum: null, maximum: null };
  if (operator === '<' || operator === '<=') return { minimum: null, maximum: value };
  if (operator === '>' || operator === '>=') return { minimum: value, maximum: null };
  return { minimum: null, maximum: null };
}
