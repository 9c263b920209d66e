/** A place in the log that an input names. */
import { InvalidInputError } from '../errors.ts';
import { decodeCursor } from '../events/cursor.ts';
import type { CommandContext } from './context.ts';

/**
 * The position that a cursor of this log names; the newest where there is none.
 *
 * @param path where in the input the cursor stands
 * @throws MalformedInputError for what is no cursor, InvalidInputError for one that this log never gave
 */
export async function positionOf(
  { tx, organizationId }: CommandContext,
  cursor: string | null | undefined,
  path: string,
): Promise<bigint> {
  const head = await tx.eventHead.findUniqueOrThrow({ where: { organizationId } });
  if (cursor === null || cursor === undefined) return head.position;
  const epoch = head.epoch.slice(0, 8);
  const given = decodeCursor(cursor, epoch);
  if (given.epoch !== epoch || given.position > head.position)
    throw InvalidInputError.at(path, 'is no cursor that this log ever gave. Use one that a stream gave.');
  return BigInt(given.position);
}
