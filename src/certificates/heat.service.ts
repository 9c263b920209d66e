/** Which heats a lot of material came from, and that a lot is not released without the document that its material needs. */
import { z } from 'zod';
import type { InspectionDocumentType, MillCertification } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import { idOf, line } from '../commands/input.ts';
import { requireReferences } from '../commands/references.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { releasingLot } from '../materials/material-lot.release.service.ts';

export const linkMaterialLotHeats = command('linkMaterialLotHeats', {
  description:
    'Says that a lot came from heats: what is made of it has their chemistry in its history. Heats that are linked already stay so.',
  right: 'work',
  input: {
    lotId: idOf('MaterialLot').describe('The lot.'),
    heatIds: z
      .array(idOf('Heat'))
      .min(1, 'must name a heat')
      .max(100, 'must have at most 100 ids')
      .describe('The heats that it came from.'),
  },
  refusals: [NotFoundError],
  run: async (context, { lotId, heatIds }) => {
    await context.lock({ MaterialLot: [lotId] });
    const ids = [...new Set(heatIds)];
    await requireReferences(
      context,
      ids.map((id, place) => ({ noun: 'Heat' as const, id, path: ['heatIds', String(place)] })),
    );
    const heats = await context.tx.heat.findMany({
      where: { id: { in: ids } },
      include: { millCertification: { select: { isTestRun: true } } },
    });
    const trials = heats.filter((heat) => heat.millCertification.isTestRun);
    if (trials.length > 0) {
      throw new InvalidInputError(
        trials.map((heat) => ({
          path: ['heatIds', String(ids.indexOf(heat.id))],
          message: 'is of a trial: no lot came from it.',
        })),
      );
    }
    const standing = await context.tx.materialLotHeat.findMany({ where: { lotId, heatId: { in: ids } } });
    const linked = new Set(standing.map(({ heatId }) => heatId));
    const made = await context.tx.materialLotHeat.createManyAndReturn({
      data: ids
        .filter((id) => !linked.has(id))
        .map((heatId) => ({ ...context.fresh(), lotId, heatId, linkedById: context.caller.tokenId })),
    });
    const documentOf = new Map(heats.map(({ id, millCertificationId }) => [id, millCertificationId]));
    for (const link of made) {
      context.record('MaterialLotHeatLinked', 'MaterialLotHeat', null, link, {
        related: [documentOf.get(link.heatId) ?? null],
      });
    }
    return { lotId };
  },
});

export const unlinkMaterialLotHeat = command('unlinkMaterialLotHeat', {
  description: 'Takes back that a lot came from a heat. The history keeps that it was said.',
  right: 'work',
  input: {
    lotId: idOf('MaterialLot').describe('The lot.'),
    heatId: idOf('Heat').describe('The heat.'),
    reason: line(500).describe('Why. It stays in the history.'),
  },
  refusals: [NotFoundError],
  run: async (context, { lotId, heatId, reason }) => {
    await context.lock({ MaterialLot: [lotId] });
    const [link] = await context.tx.materialLotHeat.findMany({
      where: { lotId, heatId },
      include: { heat: { select: { millCertificationId: true } } },
    });
    if (!link) throw InvalidInputError.at('heatId', 'names no heat that the lot is linked to.');
    const { heat, ...row } = link;
    await context.tx.materialLotHeat.deleteMany({ where: { id: link.id } });
    context.record(
      'MaterialLotHeatUnlinked',
      'MaterialLotHeat',
      row,
      { ...row, version: row.version + 1 },
      {
        reason,
        related: [heat.millCertificationId],
      },
    );
    return { lotId };
  },
});

const rank: Record<InspectionDocumentType, number> = { TYPE_2_1: 1, TYPE_2_2: 2, TYPE_3_1: 3, TYPE_3_2: 4 };

/** A type of document as EN 10204 writes it: "3.1". */
export const documentTypeText = (type: InspectionDocumentType): string =>
  type.replace('TYPE_', '').replace('_', '.');

/** Why a document is not enough for a material that needs `needed`; null where it is. */
function insufficiency(
  { documentType, reviewStatus }: Pick<MillCertification, 'documentType' | 'reviewStatus'>,
  needed: InspectionDocumentType,
): string | null {
  if (!documentType || rank[documentType] < rank[needed]) {
    return `is ${documentType ? `of type ${documentTypeText(documentType)}` : 'of no known type'}`;
  }
  if (reviewStatus === 'ISSUE') return 'has an issue';
  if (reviewStatus === null) return 'is not approved';
  return null;
}

// EN 10204 where the material demands it: a lot is not used before its document is there and approved.
releasingLot.add('lot.inspectionDocument', async (context, { lot }) => {
  const { requiredDocument, name } = await context.tx.material.findUniqueOrThrow({
    where: context.key(lot.materialId),
    select: { requiredDocument: true, name: true },
  });
  if (!requiredDocument) return [];
  const links = await context.tx.materialLotHeat.findMany({
    where: { lotId: lot.id },
    include: { heat: { select: { number: true, millCertification: true } } },
    orderBy: { id: 'asc' },
  });
  const type = documentTypeText(requiredDocument);
  if (links.length === 0) {
    return [
      {
        rule: 'lot.inspectionDocument',
        message: `${name} needs an inspection document ${type}, and the lot is linked to no heat. Link it (linkMaterialLotHeats).`,
        subject: { noun: 'MaterialLot', uuid: lot.id, label: lot.name },
      },
    ];
  }
  return links.flatMap(({ heat: { number, millCertification: document } }) => {
    const why = insufficiency(document, requiredDocument);
    if (!why) return [];
    const label = document.certificateNumber ?? document.originalFileName ?? 'without a number';
    return [
      {
        rule: 'lot.inspectionDocument',
        message: `${name} needs an approved inspection document ${type}; that of heat ${number ?? '(no number)'}, ${label}, ${why}.`,
        subject: { noun: 'MillCertification' as const, uuid: document.id, label },
      },
    ];
  });
});
