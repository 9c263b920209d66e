/** The sections of a mill certification that a correction replaces: its heats, and their mechanical properties. */
import type { Heat, MillCertification } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { InvalidInputError } from '../errors.ts';
import type { HeatEntry, PropertyEntry } from './mill-certification.input.ts';
import {
  deleteHeats,
  heatsOfProperties,
  insertHeats,
  replaceHeats,
  requireDistinctHeats,
} from './mill-certification.rows.ts';
import { writeProperties } from './mill-certification.values.ts';

/** The heat that an entry stands for. */
export const heatIdOf = ({ heatId }: HeatEntry) => heatId;
/** The property that an entry stands for. */
export const propertyIdOf = ({ mechanicalPropertyId }: PropertyEntry) => mechanicalPropertyId;

/** What a correction says of them. */
export interface Sections {
  heats?: HeatEntry[] | null | undefined;
  properties?: PropertyEntry[] | null | undefined;
  deletedHeatIds?: string[] | null | undefined;
  deletedMechanicalPropertyIds?: string[] | null | undefined;
}

/**
 * Changes the heats and properties of a certification, which is locked.
 *
 * @throws InvalidInputError, and BlockedError where a lot came from a heat that is to go
 */
export async function changeSections(
  context: CommandContext,
  certification: MillCertification,
  { heats, properties, deletedHeatIds, deletedMechanicalPropertyIds }: Sections,
): Promise<void> {
  const where = { millCertificationId: certification.id };
  const standing = await context.tx.heat.findMany({ where, orderBy: { position: 'asc' } });
  const measured = await context.tx.mechanicalProperty.findMany({ where, orderBy: { position: 'asc' } });
  const goneHeats = named('deletedHeatIds', standing, deletedHeatIds ?? []);
  const goneProperties = named('deletedMechanicalPropertyIds', measured, deletedMechanicalPropertyIds ?? []);
  const keptHeats = standing.filter((heat) => !goneHeats.includes(heat));
  const keptProperties = measured.filter((property) => !goneProperties.includes(property));
  if (heats) requireAll('heats', 'deletedHeatIds', keptHeats, heats.map(heatIdOf));
  if (properties)
    requireAll('properties', 'deletedMechanicalPropertyIds', keptProperties, properties.map(propertyIdOf));
  if (heats) requireDistinctHeats(heats);

  await context.tx.mechanicalProperty.deleteMany({
    where: { id: { in: goneProperties.map(({ id }) => id) } },
  });
  const moved = new Set(properties?.map(propertyIdOf) ?? []);
  const stranded = keptProperties.filter(
    (property) => goneHeats.some(({ id }) => id === property.heatId) && !moved.has(property.id),
  );
  if (stranded.length > 0) {
    throw InvalidInputError.at(
      'deletedHeatIds',
      `names a heat whose mechanical properties stay: ${stranded.length}. Put them among deletedMechanicalPropertyIds, or with another heat.`,
    );
  }
  // First make room for properties that go to other heats, then remove the heats that they leave.
  const byId = new Map(keptHeats.map((heat) => [heat.id, heat]));
  let current = keptHeats;
  if (heats) {
    const entries = heats.map((entry, place) => ({
      entry,
      position: place + 1,
      before: byId.get(entry.heatId ?? ''),
    }));
    await replaceHeats(
      context,
      certification,
      entries.flatMap(({ before, ...rest }) => (before ? [{ ...rest, before }] : [])),
    );
    const firstNew = entries.filter(({ before }) => !before);
    const made = await insertHeats(
      context,
      certification,
      firstNew.map(({ entry }) => entry),
      keptHeats.length + 1,
    );
    await placeNewHeats(
      context,
      made,
      firstNew.map(({ position }) => position),
    );
    current = await context.tx.heat.findMany({
      where: { ...where, id: { notIn: goneHeats.map(({ id }) => id) } },
    });
  }
  if (properties) {
    const heatIds = heatsOfProperties(properties, current);
    const before = new Map(keptProperties.map((property) => [property.id, property]));
    await writeProperties(
      context,
      certification,
      properties.map((property, place) => ({
        property,
        heatId: heatIds[place] ?? '',
        before: before.get(property.mechanicalPropertyId ?? '') ?? null,
      })),
    );
  }
  await deleteHeats(context, goneHeats);
}

/** New heats stand where the section has them, between those that were there. */
async function placeNewHeats(
  context: CommandContext,
  heats: readonly Heat[],
  positions: readonly number[],
): Promise<void> {
  if (heats.length === 0) return;
  await context.tx.$executeRawUnsafe(
    `UPDATE "Heat" h SET position = n.position FROM jsonb_to_recordset($2::jsonb) AS n(id uuid, position int)
     WHERE h."organizationId" = $1::uuid AND h.id = n.id`,
    context.organizationId,
    JSON.stringify(heats.map(({ id }, place) => ({ id, position: positions[place] }))),
  );
}

/** The rows that ids name. */
function named<Row extends { id: string }>(
  path: string,
  rows: readonly Row[],
  ids: readonly string[],
): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const unknown = ids.flatMap((id, place) =>
    byId.has(id)
      ? []
      : [{ path: [path, String(place)], message: 'names nothing of this mill certification.' }],
  );
  if (unknown.length > 0) throw new InvalidInputError(unknown);
  return [...new Set(ids)].flatMap((id) => byId.get(id) ?? []);
}

/** A section that replaces all names all that is there, once, and nothing else. */
function requireAll(
  section: string,
  deleted: string,
  rows: readonly { id: string }[],
  entries: readonly (string | null | undefined)[],
): void {
  const ids = entries.flatMap((id) => id ?? []);
  named(section, rows, ids);
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice) throw InvalidInputError.at(section, 'names the same id twice.');
  const missing = rows.filter(({ id }) => !ids.includes(id));
  if (missing.length > 0) {
    throw InvalidInputError.at(
      section,
      `leaves out ${missing.length} that are there. Name them in ${section}, or among ${deleted}.`,
    );
  }
}
