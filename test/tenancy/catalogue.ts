import type { Database } from '../../src/database/open.ts';

/** Tables that hold no organization's rows. */
const shared = ['Organization', '_prisma_migrations'];

interface Table {
  name: string;
  columns: string[];
  primaryKey: string[];
  indexes: string[][];
  guarded: boolean;
}

interface ForeignKey {
  name: string;
  table: string;
  columns: string[];
  target: string;
  targetColumns: string[];
  onUpdate: string;
}

/** The names of columns by their numbers, in the order of the numbers. */
const namesOf = (relation: string, numbers: string) =>
  `ARRAY(SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY AS n(number, place)
         JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = n.number ORDER BY n.place)`;

async function tablesOf(database: Database): Promise<Table[]> {
  return database.query<Table>(`
    SELECT c.relname AS name,
      ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attnotnull) AS columns,
      coalesce((SELECT ${namesOf('c.oid', 'k.conkey')} FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p'), '{}') AS "primaryKey",
      (SELECT coalesce(json_agg(${namesOf('c.oid', 'i.indkey::int2[]')}), '[]') FROM pg_index i
        WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL) AS indexes,
      EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE t.tgrelid = c.oid AND t.tgname = 'hm_guard_tenant' AND t.tgenabled = 'O'
        AND p.proname = 'hm_refuse_other_organization'
        AND t.tgtype & 1 = 1 AND t.tgtype & 2 = 2 AND t.tgtype & 16 = 16) AS guarded
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname`);
}

async function foreignKeysOf(database: Database): Promise<ForeignKey[]> {
  return database.query<ForeignKey>(`
    SELECT k.conname AS name, c.relname AS table, ${namesOf('k.conrelid', 'k.conkey')} AS columns,
      f.relname AS target, ${namesOf('k.confrelid', 'k.confkey')} AS "targetColumns", k.confupdtype::text AS "onUpdate"
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
    WHERE k.contype = 'f' AND c.relnamespace = 'public'::regnamespace ORDER BY k.conname`);
}

const startsWith = (list: readonly string[], beginning: readonly string[]): boolean =>
  beginning.every((name) => list.slice(0, beginning.length).includes(name));

/**
 * Tables beside those of the schema that rules look at: each has to be a part of one of those, with the trigger that
 * parts inherit.
 */
async function strayTables(database: Database): Promise<string[]> {
  const rows = await database.query<{ name: string }>(`
    SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'public' AND n.nspname !~ '^(pg_|information_schema$)' AND NOT (
      EXISTS (SELECT 1 FROM pg_inherits i JOIN pg_class parent ON parent.oid = i.inhparent
        WHERE i.inhrelid = c.oid AND parent.relkind = 'p' AND parent.relnamespace = 'public'::regnamespace)
      AND EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'hm_guard_tenant' AND t.tgenabled = 'O')
    ) ORDER BY 1`);
  return rows.map(({ name }) => name);
}

/** Where the catalogue breaks the rules of "Organizations": one sentence each. */
export async function violationsOf(database: Database): Promise<string[]> {
  const tables = (await tablesOf(database)).filter(({ name }) => !shared.includes(name));
  const found = tables.flatMap(({ name, columns, primaryKey, guarded }) => [
    ...(columns.includes('organizationId') ? [] : [`${name} has no organizationId that is never empty.`]),
    ...(primaryKey[0] === 'organizationId'
      ? []
      : [`${name}'s primary key does not begin with organizationId.`]),
    ...(guarded ? [] : [`${name} has no trigger hm_guard_tenant.`]),
  ]);
  for (const { name, table, columns, target, targetColumns, onUpdate } of await foreignKeysOf(database)) {
    const carried = targetColumns[columns.indexOf('organizationId')];
    if (carried !== (target === 'Organization' ? 'id' : 'organizationId')) {
      found.push(`${name} does not carry the organization.`);
    }
    if (onUpdate !== 'r') found.push(`${name} is not ON UPDATE RESTRICT.`);
    const indexes = tables.find((each) => each.name === table)?.indexes ?? [];
    if (!indexes.some((index) => startsWith(index, columns))) found.push(`${name} has no index.`);
  }
  for (const name of await strayTables(database))
    found.push(`${name} is no guarded part of a table that the rules look at.`);
  return found;
}

/** The tables of organizations, and their foreign keys to rows of an organization. */
export async function organizationTables(database: Database): Promise<string[]> {
  return (await tablesOf(database)).map(({ name }) => name).filter((name) => !shared.includes(name));
}

/** Foreign keys between rows of organizations: the column beside organizationId, and the table it points to. */
export async function references(
  database: Database,
): Promise<{ name: string; table: string; column: string; target: string }[]> {
  return (await foreignKeysOf(database)).flatMap(({ name, table, columns, target }) => {
    const column = columns.find((each) => each !== 'organizationId');
    return column ? [{ name, table, column, target }] : [];
  });
}
