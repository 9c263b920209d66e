import type { CommandContext } from '../commands/context.ts';
import { InvalidInputError } from '../errors.ts';

/**
 * Writes these values over columns of rows of one table, other values for each row: one statement, whatever their
 * number. Every row gets the next version.
 *
 * @param columns the columns with their SQL types
 * @param rows each with its id and a value for every column, as JSON
 */
export async function writeEach(
  context: CommandContext,
  table: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns);
  const sets = names.map((name) => `"${name}" = v."${name}"`).join(', ');
  const types = names.map((name) => `"${name}" ${columns[name]}`).join(', ');
  await context.tx.$executeRawUnsafe(
    `UPDATE "${table}" t SET ${sets}, version = t.version + 1, "updatedAt" = $2::timestamptz
     FROM jsonb_to_recordset($3::text::jsonb) AS v(id uuid, ${types})
     WHERE t."organizationId" = $1::uuid AND t.id = v.id`,
    context.organizationId,
    context.now,
    JSON.stringify(rows),
  );
}

/**
 * Refuses a list in which two members have the same key.
 * @throws InvalidInputError naming the second of each pair
 */
export function requireDistinct<Member>(
  list: string,
  members: readonly Member[],
  keyOf: (member: Member) => string,
  field: string,
): void {
  const seen = new Set<string>();
  const again = members.flatMap((member, place) => {
    const key = keyOf(member);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [{ path: [list, String(place), field], message: 'stands in the list twice. Say it once.' }];
  });
  if (again.length > 0) throw new InvalidInputError(again.slice(0, 25));
}
