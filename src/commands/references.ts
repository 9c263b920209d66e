import { InvalidInputError, NotFoundError } from '../errors.ts';
import type { Row } from '../events/record.ts';
import { encodeId, fieldName, type Noun } from '../ids.ts';
import type { CommandContext } from './context.ts';
import type { GuardedAction } from './guards.ts';
import { type LockableNoun, type LockRequest, lockOrder } from './locks.ts';

/** An object that an input names, and where in the input it stands. */
export interface Reference {
  noun: LockableNoun;
  id: string;
  path: string[];
}

/** Whether a noun is one that commands lock. */
export function isLockable(noun: Noun): noun is LockableNoun {
  return (lockOrder as readonly Noun[]).includes(noun);
}

interface ManyDelegate {
  findMany(args: object): Promise<Row[]>;
}

const manyOf = (context: CommandContext, noun: Noun): ManyDelegate => {
  return (context.tx as unknown as Record<string, ManyDelegate>)[fieldName(noun)] as ManyDelegate;
};

/**
 * Locks what an input names together with the command's own rows, in one request. Without these locks an object
 * could be archived between the check that it is in use and the write that begins to use it.
 *
 * @throws InvalidInputError where the input names what is not there, NotFoundError where `own` does
 */
export async function lockReferences(
  context: CommandContext,
  references: readonly Reference[],
  own: LockRequest = {},
): Promise<void> {
  const request: Partial<Record<LockableNoun, readonly string[]>> = { ...own };
  for (const { noun, id } of references) request[noun] = [...(request[noun] ?? []), id];
  try {
    await context.lock(request);
  } catch (error) {
    const missing =
      error instanceof NotFoundError
        ? references.filter(({ noun, id }) => encodeId(noun, id) === error.id)
        : [];
    if (missing.length === 0) throw error;
    throw new InvalidInputError(
      missing.map(({ noun, path }) => ({ path, message: `names no ${noun} that is visible to you.` })),
    );
  }
}

/** A reference where the input names one; nothing where it does not. */
export function reference(noun: LockableNoun, id: string | null | undefined, ...path: string[]): Reference[] {
  return id ? [{ noun, id, path }] : [];
}

/**
 * Checks what an input names besides the command's own rows, and holds it until the commit: a shared lock keeps it
 * from being archived meanwhile and lets others refer to it too. Two statements a noun, whatever the number. Shared
 * locks are outside of the lock order: the rare deadlock is retried by the runner.
 *
 * @throws InvalidInputError naming every reference to what is not there or is archived
 */
export async function requireReferences(
  context: CommandContext,
  references: readonly Reference[],
): Promise<Row[]> {
  for (const noun of lockOrder) {
    const named = references.filter((each) => each.noun === noun);
    if (named.length === 0) continue;
    const found = await context.tx.$queryRawUnsafe<{ id: string }[]>(
      `SELECT id::text AS id FROM "${noun}" WHERE "organizationId" = $1::uuid AND id = ANY($2::uuid[]) ORDER BY id FOR SHARE`,
      context.organizationId,
      [...new Set(named.map((each) => each.id))],
    );
    const present = new Set(found.map((row) => row.id));
    const missing = named.filter(({ id }) => !present.has(id));
    if (missing.length > 0) {
      throw new InvalidInputError(
        missing.map(({ path }) => ({ path, message: `names no ${noun} that is visible to you.` })),
      );
    }
  }
  return requireInUse(context, references);
}

/**
 * The rows that the references name, in their order. Call it after {@link lockReferences}: one statement a noun.
 *
 * @throws InvalidInputError naming every reference to what is archived
 */
export async function requireInUse(
  context: CommandContext,
  references: readonly Reference[],
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (const noun of new Set(references.map((each) => each.noun))) {
    const ids = references.filter((each) => each.noun === noun).map((each) => each.id);
    const found = await manyOf(context, noun).findMany({ where: { id: { in: [...new Set(ids)] } } });
    for (const row of found) rows.set(row.id as string, row);
  }
  const archived = references.filter(({ id }) => rows.get(id)?.archivedAt);
  if (archived.length > 0) {
    throw new InvalidInputError(
      archived.map(({ noun, path }) => ({
        path,
        message: `names a ${noun} that is archived. Choose one in use.`,
      })),
    );
  }
  return references.map(({ id }) => rows.get(id) as Row);
}

/** How many of those that are in the way a refusal names. */
export const namedBlockers = 5;

/**
 * Blocks archiving while others still use the subject: names the first five live rows of `noun` whose `column` points
 * to it. It holds because whoever begins to use the subject locks it first ({@link lockReferences}).
 */
export function blockWhileUsed(
  archiving: GuardedAction<{ id: string }>,
  rule: string,
  noun: Noun,
  column: string,
  advice: string,
): void {
  archiving.add(rule, async (context, { id }) => {
    const users = await manyOf(context, noun).findMany({
      where: { [column]: id, archivedAt: null },
      orderBy: { name: 'asc' },
      take: namedBlockers,
      select: { id: true, name: true },
    });
    return users.map((user) => ({
      rule,
      message: `${noun} ${user.name} still uses it. ${advice}`,
      subject: { noun, uuid: user.id as string, label: user.name as string },
    }));
  });
}
