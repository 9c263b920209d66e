import { getDatamodel } from '../../prisma/generated/pothos.ts';
import type { Noun } from '../ids.ts';

/**
 * Prisma conditions as SQL, for what Prisma cannot ask in one statement: the first rows of each of many parents.
 * Covers the part of Prisma's language that `schema/shared/filters.ts` makes; anything else throws.
 */

interface Field {
  name: string;
  type: string;
  kind: string;
  isList: boolean;
  isRequired: boolean;
  relationName?: string | null;
  relationFromFields?: readonly string[];
}

const models = getDatamodel().datamodel.models as unknown as Readonly<
  Record<string, { fields: readonly Field[] }>
>;

const fieldOf = (model: string, name: string): Field => {
  const field = models[model]?.fields.find((each) => each.name === name);
  if (!field) throw new Error(`${model} has no field ${name}.`);
  return field;
};

/** Whether the column holds an enum. */
export function isEnumField(model: string, name: string): boolean {
  return fieldOf(model, name).kind === 'enum';
}

/** Whether the column may be empty. A condition that asks for null elsewhere is one that Prisma refuses. */
export function isNullable(model: string, name: string): boolean {
  return !fieldOf(model, name).isRequired;
}

/** The Prisma type of a column: `String`, `Int`, `DateTime`, `Decimal`. */
export function columnType(model: string, name: string): string {
  return fieldOf(model, name).type;
}

type Condition = Readonly<Record<string, unknown>>;

/**
 * The SQL of a Prisma condition on `alias`, a row of `model`. Values are appended to `parameters` and stand in
 * the text as $n, with types that PostgreSQL infers.
 */
export function whereToSql(model: string, where: Condition, alias: string, parameters: unknown[]): string {
  const parts = Object.entries(where).map(([name, value]) => {
    if (name === 'AND') return all(model, listOf(value), alias, parameters);
    if (name === 'OR') return any(model, listOf(value), alias, parameters);
    if (name === 'NOT') return `NOT ${all(model, listOf(value), alias, parameters)}`;
    const field = fieldOf(model, name);
    if (field.kind === 'object') return relationToSql(model, field, value as Condition, alias, parameters);
    return columnToSql(`${alias}."${name}"`, value, parameters);
  });
  return parts.length === 0 ? 'TRUE' : parts.join(' AND ');
}

const listOf = (value: unknown): Condition[] => (Array.isArray(value) ? value : [value]) as Condition[];

const all = (model: string, list: Condition[], alias: string, parameters: unknown[]): string =>
  list.length === 0
    ? 'TRUE'
    : `(${list.map((each) => `(${whereToSql(model, each, alias, parameters)})`).join(' AND ')})`;

const any = (model: string, list: Condition[], alias: string, parameters: unknown[]): string =>
  list.length === 0
    ? 'FALSE'
    : `(${list.map((each) => `(${whereToSql(model, each, alias, parameters)})`).join(' OR ')})`;

const comparisons: Readonly<Record<string, string>> = { equals: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' };

function columnToSql(column: string, value: unknown, parameters: unknown[]): string {
  const parameter = (operand: unknown) => `$${parameters.push(operand)}`;
  if (value === null) return `${column} IS NULL`;
  if (typeof value !== 'object' || value instanceof Date || !isPlain(value))
    return `${column} = ${parameter(value)}`;
  const { mode, ...operators } = value as Condition & { mode?: string };
  const parts = Object.entries(operators).map(([operator, operand]) => {
    const comparison = comparisons[operator];
    if (comparison)
      return operand === null ? `${column} IS NULL` : `${column} ${comparison} ${parameter(operand)}`;
    switch (operator) {
      case 'in':
      case 'notIn': {
        const list = (operand as unknown[]).map(parameter);
        if (list.length === 0) return operator === 'in' ? 'FALSE' : 'TRUE';
        return `${column} ${operator === 'in' ? 'IN' : 'NOT IN'} (${list.join(', ')})`;
      }
      case 'not':
        if (operand === null) return `${column} IS NOT NULL`;
        return `${column} <> ${parameter(operand)}`;
      case 'contains':
      case 'startsWith': {
        // Like Prisma's own, which leaves the signs of a pattern as they are: see `asWritten` of the filters.
        const pattern = `${operator === 'contains' ? '%' : ''}${String(operand)}%`;
        return `${column} ${mode === 'insensitive' ? 'ILIKE' : 'LIKE'} ${parameter(pattern)}`;
      }
      default:
        throw new Error(`The condition "${operator}" has no SQL here.`);
    }
  });
  return parts.length === 0 ? 'TRUE' : `(${parts.join(' AND ')})`;
}

// Decimals are objects and values too.
const isPlain = (value: object) => Object.getPrototypeOf(value) === Object.prototype;

/** Relations are joined by the columns that carry the organization, so a condition never looks across it. */
function relationToSql(
  model: string,
  field: Field,
  value: Condition,
  alias: string,
  parameters: unknown[],
): string {
  const target = field.type;
  const inner = `${alias}_${field.name}`;
  const [from, to] = field.relationFromFields?.length
    ? [field.relationFromFields, referenced(field.relationFromFields)]
    : inverse(model, field);
  const join = from.map((column, place) => `${inner}."${to[place]}" = ${alias}."${column}"`).join(' AND ');
  const exists = (condition: Condition) =>
    `EXISTS (SELECT 1 FROM "${target}" ${inner} WHERE ${join} AND (${whereToSql(target, condition, inner, parameters)}))`;
  const parts = Object.entries(value).map(([operator, condition]) => {
    if (operator === 'some' || operator === 'is') return exists(condition as Condition);
    if (operator === 'none' || operator === 'isNot') return `NOT ${exists(condition as Condition)}`;
    throw new Error(`The condition "${operator}" on ${model}.${field.name} has no SQL here.`);
  });
  return parts.length === 0 ? 'TRUE' : parts.join(' AND ');
}

// Every foreign key here is [organizationId, xId] → [organizationId, id] (or organizationId → id of Organization).
const referenced = (from: readonly string[]): readonly string[] =>
  from.length === 1 ? ['id'] : ['organizationId', 'id'];

function inverse(model: string, field: Field): [readonly string[], readonly string[]] {
  const other = models[field.type]?.fields.find(
    (each) =>
      each.relationName === field.relationName &&
      each.type === model &&
      (each.relationFromFields?.length ?? 0) > 0,
  );
  if (!other?.relationFromFields)
    throw new Error(`${model}.${field.name} has no foreign key on the other side.`);
  return [referenced(other.relationFromFields), other.relationFromFields];
}

/** The column of `model` that points to its parent through the parent's list relation. */
export function foreignKeyOf(parent: string, relation: string): { model: string; column: string } {
  const field = fieldOf(parent, relation);
  const [, columns] = inverse(parent, field);
  const column = columns.find((each) => each !== 'organizationId');
  if (!column) throw new Error(`${parent}.${relation} has no foreign key of its own.`);
  return { model: field.type, column };
}

/** The noun that a foreign key column refers to, or null for a column that refers to none. */
export function referredNoun(model: string, column: string): Noun | null {
  const relation = models[model]?.fields.find(
    (field) =>
      field.kind === 'object' && column !== 'organizationId' && field.relationFromFields?.includes(column),
  );
  return (relation?.type as Noun | undefined) ?? null;
}
