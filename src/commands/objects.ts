/** Objects of any kind that an input names. */
import { InvalidInputError } from '../errors.ts';
import { encodeId, type Noun, nouns } from '../ids.ts';
import type { CommandContext } from './context.ts';

/** An object that an input names. */
export interface NamedObject {
  readonly noun: Noun;
  readonly uuid: string;
}

/**
 * Holds objects of any kind until the commit: one statement a noun, in the order of {@link nouns}, so that nobody waits
 * in a circle.
 *
 * @param path where in the input the list stands
 * @throws InvalidInputError naming each that is not there
 */
export async function requireObjects(
  context: CommandContext,
  objects: readonly NamedObject[],
  path: string,
): Promise<void> {
  const present = new Set<string>();
  for (const noun of nouns) {
    const named = objects.filter((object) => object.noun === noun).map(({ uuid }) => uuid);
    if (named.length === 0) continue;
    const own = noun === 'Organization' ? 'id' : '"organizationId"';
    const found = await context.tx.$queryRawUnsafe<{ id: string }[]>(
      `SELECT id::text AS id FROM "${noun}"
       WHERE ${own} = $1::uuid AND id = ANY(string_to_array($2, ',')::uuid[]) ORDER BY id FOR SHARE`,
      context.organizationId,
      [...new Set(named)].join(','),
    );
    for (const { id } of found) present.add(encodeId(noun, id));
  }
  const missing = objects.flatMap(({ noun, uuid }, place) =>
    present.has(encodeId(noun, uuid))
      ? []
      : [{ path: [path, String(place)], message: 'names nothing that is visible to you.' }],
  );
  if (missing.length > 0) throw new InvalidInputError(missing);
}
