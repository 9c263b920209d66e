/** JSON as names with a value each. */
import { RefusedError } from '../../apart/refused.ts';
import { parseUnit } from '../../certificates/reading/units.ts';

interface Entry {
  readonly key: string;
  readonly value: string;
  /** `$.parts[0].weight` */
  readonly path: string;
}

/** Deeper values are not read. */
const deepest = 64;
const mostEntries = 200_000;

/**
 * The values in a JSON text, at any depth, with their names: `netWeight` and `net_weight` are read as two words, a unit
 * at the end of a name as one in brackets, and `{"name": "Weight", "value": 12, "unit": "kg"}` as one value.
 *
 * @throws RefusedError for what is no JSON
 */
export function entriesOf(text: string): Entry[] {
  let root: unknown;
  try {
    JSON.parse(text);
    // Numbers as they are written: 12.50 has a place more than 12.5.
    root = JSON.parse(
      text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gu, (part) =>
        part.startsWith('"') ? part : `"${part}"`,
      ),
    );
  } catch (error) {
    throw new RefusedError(`The content is no JSON: ${(error as Error).message}.`);
  }
  const entries: Entry[] = [];
  collect(root, { name: '', above: '', path: '$' }, 0, entries);
  return entries;
}

interface At {
  readonly name: string;
  readonly above: string;
  readonly path: string;
}

function collect(node: unknown, at: At, depth: number, entries: Entry[]): void {
  if (depth > deepest || entries.length >= mostEntries || node === null) return;
  if (typeof node !== 'object') {
    add(String(node), at, entries);
    return;
  }
  if (Array.isArray(node)) {
    for (const [index, member] of node.entries())
      collect(member, { ...at, path: `${at.path}[${index}]` }, depth + 1, entries);
    return;
  }
  const members = node as Record<string, unknown>;
  const whole = measured(members);
  if (whole) {
    if (whole.name) add(whole.value, { ...at, name: whole.name, above: '' }, entries);
    add(whole.value, at, entries);
  }
  for (const [key, member] of Object.entries(members)) {
    const path = /^[A-Za-z_$][\w$]*$/u.test(key) ? `${at.path}.${key}` : `${at.path}[${JSON.stringify(key)}]`;
    collect(member, { name: key, above: at.name, path }, depth + 1, entries);
  }
}

/** A value under its name, and under that and the name of what it is in: `weight`, `part weight`. */
function add(value: string, { name, above, path }: At, entries: Entry[]): void {
  if (value.trim() === '' || name === '') return;
  entries.push({ key: spelled(name), value, path });
  if (above !== '') entries.push({ key: `${spelled(above)} ${spelled(name)}`, value, path });
}

const textIn = (members: Readonly<Record<string, unknown>>, names: readonly string[]): string | null => {
  const name = names.find((each) => typeof members[each] === 'string' && members[each] !== '');
  return name === undefined ? null : (members[name] as string);
};

/** An object that is one value with its unit, and perhaps its name. */
function measured(members: Readonly<Record<string, unknown>>): { name: string | null; value: string } | null {
  const value = textIn(members, ['value', 'val', 'result', 'actual']);
  if (value === null) return null;
  const unit = textIn(members, ['unit', 'units', 'uom', 'unitOfMeasure']);
  const name = textIn(members, ['name', 'label', 'key', 'parameter', 'property', 'characteristic', 'title']);
  return { name, value: unit === null ? value : `${value} ${unit}` };
}

/** A name of a program as words. */
function spelled(name: string): string {
  const words = name
    .replace(/([\p{Ll}\d])(?=\p{Lu})/gu, '$1 ')
    .replace(/[_-]+/gu, ' ')
    .trim()
    .split(/\s+/u);
  const unit = words.length > 1 ? parseUnit(words.at(-1) ?? '') : null;
  return unit === null ? words.join(' ') : `${words.slice(0, -1).join(' ')} (${words.at(-1)})`;
}
