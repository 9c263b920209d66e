import { Decimal } from 'decimal.js';

/** A row as a service has it. */
export type Row = Readonly<Record<string, unknown>>;

// Kept beside every event, or the same for every row of the log: not part of what changed.
const notAFact = new Set(['organizationId', 'version', 'createdAt', 'updatedAt', 'hash']);

/** A value as the log keeps it: JSON, decimals and instants in their one text. */
function asJson(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Decimal.isDecimal(value)) return (value as Decimal).toFixed();
  if (typeof value === 'bigint') return value.toString();
  return value ?? null;
}

/** Whether two sealed values, or their absences, are the same. */
function same(a: unknown, b: unknown): boolean {
  if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array)) return (a ?? null) === (b ?? null);
  return Buffer.compare(a, b) === 0;
}

/**
 * The fields that differ, before and after. Everything that has a value, for a new row.
 * Of a sealed value only whether there is one: `sealedPassword` is told as `hasPassword`.
 */
export function changedFields(
  before: Row | null,
  after: Row,
): { before: Record<string, unknown> | null; after: Record<string, unknown> | null } {
  const was: Record<string, unknown> = {};
  const is: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(after)) {
    if (notAFact.has(field) || field === 'id') continue;
    if (field.startsWith('sealed')) {
      if (same(before?.[field], value)) continue;
      const name = `has${field.slice('sealed'.length)}`;
      is[name] = value != null;
      if (before) was[name] = before[field] != null;
      continue;
    }
    const next = asJson(value);
    const last = before ? asJson(before[field]) : null;
    if (JSON.stringify(next) === JSON.stringify(last)) continue;
    is[field] = next;
    if (before) was[field] = last;
  }
  return { before: before ? was : null, after: is };
}

// Numbers of other systems, and what every row points to.
const notAReference = new Set(['organizationId', 'externalId', 'trackingId']);
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What streams filter an event by: its subject, and every object that the row points to. The database adds where it
 * happened: the workstation and location of a run or machine (`hm_place_events`).
 */
export function relatedIds(row: Row, more: readonly (string | null)[]): string[] {
  const ids = new Set<string>([row.id as string]);
  for (const [field, value] of Object.entries(row)) {
    if (!field.endsWith('Id') || notAReference.has(field)) continue;
    if (typeof value === 'string' && uuid.test(value)) ids.add(value);
  }
  for (const id of more) if (id) ids.add(id);
  return [...ids];
}
