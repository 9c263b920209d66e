/** Where material is put. */
import type { CommandContext } from '../commands/context.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { InvalidInputError } from '../errors.ts';

export interface Place {
  locationId: string;
  subLocationId: string | null;
}

/**
 * Checks where something is put, and holds the place until the commit.
 *
 * @throws InvalidInputError for what is not there or archived, and for an area of another location
 */
export async function requirePlace(
  context: CommandContext,
  place: { locationId: string; subLocationId?: string | null | undefined },
): Promise<Place> {
  const { locationId, subLocationId } = place;
  const [, area] = await requireReferences(context, [
    ...reference('Location', locationId, 'locationId'),
    ...reference('SubLocation', subLocationId, 'subLocationId'),
  ]);
  if (area && area.locationId !== locationId) {
    throw InvalidInputError.at('subLocationId', 'names an area of another location. Choose one of its own.');
  }
  return { locationId, subLocationId: subLocationId ?? null };
}

/**
 * Where a new batch is put: as the input says, checked, or where the old one is. An area alone is one of the same
 * location.
 *
 * @throws InvalidInputError as {@link requirePlace}
 */
export async function placeOf(
  context: CommandContext,
  { locationId, subLocationId }: { [K in keyof Place]?: string | null | undefined },
  otherwise: Place,
): Promise<Place> {
  if (locationId || subLocationId) {
    return requirePlace(context, { locationId: locationId ?? otherwise.locationId, subLocationId });
  }
  return { locationId: otherwise.locationId, subLocationId: otherwise.subLocationId };
}
