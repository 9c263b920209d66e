import { z } from 'zod';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf } from '../commands/input.ts';
import { lockReferences, requireInUse } from '../commands/references.ts';
import { ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { dimensionOf } from './units.ts';

/** How many partners a material may have at most: their list is not paged. */
const mostPartners = 250;

export const setMaterialBlendPartners = command('setMaterialBlendPartners', {
  description:
    'Sets which other materials a material may be blended with, in place of those that it had. It holds from both sides.',
  right: 'administer',
  input: {
    materialId: idOf('Material').describe('The Material.'),
    expectedVersion: expectedVersion(),
    partnerIds: z
      .array(idOf('Material'))
      .max(mostPartners, `must be at most ${mostPartners} materials`)
      .describe(
        `All the materials that it may be blended with besides itself, at most ${mostPartners}; counted in units of the same kind.`,
      ),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { materialId: id, expectedVersion: expected, partnerIds }) => {
    const references = partnerIds.map((partnerId, place) => ({
      noun: 'Material' as const,
      id: partnerId,
      path: ['partnerIds', String(place)],
    }));
    await lockReferences(context, references, { Material: [id] });
    const before = await context.tx.material.findUniqueOrThrow({ where: context.key(id) });
    context.expectVersion('Material', before, expected);
    if (before.archivedAt)
      throw new TransitionError('Material', 'ARCHIVED', 'SET_MATERIAL_BLEND_PARTNERS', []);

    const were = await partnersOf(context, id);
    const are = [...new Set(partnerIds)].sort();
    const added = are.filter((each) => !were.includes(each));
    const removed = were.filter((each) => !are.includes(each));
    if (added.length === 0 && removed.length === 0) return { id };
    const partners = await requireInUse(
      context,
      references.filter((each) => added.includes(each.id)),
    );
    const wrong = references.flatMap(({ id: partnerId, path }) => {
      const partner = partners.find((each) => each.id === partnerId);
      if (partnerId === id) return [{ path, message: 'is the material itself, which needs no leave.' }];
      if (!partner || dimensionOf(partner.unit as string) === dimensionOf(before.unit)) return [];
      return [
        { path, message: `names a Material that is counted in ${partner.unit}, not in ${before.unit}.` },
      ];
    });
    if (wrong.length > 0) throw new InvalidInputError(wrong);

    await context.tx.materialBlendPartner.deleteMany({
      where: {
        OR: [
          { materialId: id, partnerId: { in: removed } },
          { materialId: { in: removed }, partnerId: id },
        ],
      },
    });
    await addPartners(context, id, added);
    const after = await context.tx.material.update({ where: context.key(id), data: context.touched() });
    context.record(
      'MaterialChanged',
      'Material',
      { ...before, blendPartnerIds: were },
      { ...after, blendPartnerIds: are },
      { related: [...added, ...removed] },
    );
    return { id };
  },
});

/** The ids of the materials that a material may be blended with. */
export async function partnersOf(context: CommandContext, materialId: string): Promise<string[]> {
  const rows = await context.tx.materialBlendPartner.findMany({ where: { materialId } });
  return rows.map((row) => row.partnerId).sort();
}

/**
 * Lets a material be blended with others: both directions are stored. All of them are locked by the caller.
 *
 * @throws InvalidInputError where a partner would have too many of its own
 */
export async function addPartners(
  context: CommandContext,
  materialId: string,
  partnerIds: readonly string[],
): Promise<void> {
  const { organizationId } = context;
  const counts = await context.tx.materialBlendPartner.groupBy({
    by: ['materialId'],
    where: { materialId: { in: [...partnerIds] } },
    _count: { _all: true },
  });
  const full = counts.find((each) => each._count._all >= mostPartners);
  if (full) {
    throw InvalidInputError.at(
      ['partnerIds', String(partnerIds.indexOf(full.materialId))],
      `names a Material that may be blended with ${mostPartners} others already.`,
    );
  }
  await context.tx.materialBlendPartner.createMany({
    data: partnerIds.flatMap((partnerId) => [
      { organizationId, materialId, partnerId },
      { organizationId, materialId: partnerId, partnerId: materialId },
    ]),
  });
}
