/** The heats of a mill certification, written in few statements. */
import type { Heat, MillCertification } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { BlockedError, type InputIssue, InvalidInputError } from '../errors.ts';
import type { HeatEntry, PropertyEntry } from './mill-certification.input.ts';
import {
  insertElements,
  insertRows,
  shown,
  type WrittenElement,
  type WrittenHeat,
} from './mill-certification.values.ts';

/** Columns of a heat that people enter. */
const heatColumns = ({ number, process, product }: WrittenHeat) => ({
  number: number ?? null,
  process: process ?? null,
  product: product ?? null,
});

/** What the log keeps of a composition. */
const composition = (elements: readonly WrittenElement[]) =>
  elements.map(
    ({ symbol, value, operator, text, unit }) => `${symbol} ${shown(value, operator, text)} ${unit}`,
  );

/** Writes new heats in that order, after those that are there. Answers them. */
export async function insertHeats(
  context: CommandContext,
  certification: MillCertification,
  heats: readonly WrittenHeat[],
  firstPosition: number,
): Promise<Heat[]> {
  const made = heats.map(
    ({ reading, ...heat }, place): Heat => ({
      ...context.fresh(),
      millCertificationId: certification.id,
      position: firstPosition + place,
      ...heatColumns(heat),
      reading: reading ? { ...reading } : null,
    }),
  );
  await insertRows(context, 'Heat', made);
  await insertElements(
    context,
    certification.id,
    heats.map(({ elements }, place) => ({ id: made[place]?.id ?? '', elements })),
  );
  made.forEach((heat, place) => {
    context.record('HeatCreated', 'Heat', null, heat, {
      data: { composition: composition(heats[place]?.elements ?? []) },
    });
  });
  return made;
}

/** Replaces what heats say, and their whole composition. */
export async function replaceHeats(
  context: CommandContext,
  certification: MillCertification,
  heats: readonly { before: Heat; entry: HeatEntry; position: number }[],
): Promise<void> {
  if (heats.length === 0) return;
  const ids = heats.map(({ before }) => before.id);
  await context.tx.heatElement.deleteMany({ where: { heatId: { in: ids } } });
  const rows = heats.map(({ before, entry, position }) => ({
    ...before,
    ...heatColumns(entry),
    position,
    version: before.version + 1,
    updatedAt: context.now,
  }));
  // Two heats may take each other's number: none of the old ones stands in the way.
  const renamed = rows.filter((row, place) => row.number !== heats[place]?.before.number).map(({ id }) => id);
  await context.tx.$executeRawUnsafe(
    `UPDATE "Heat" SET number = id::text WHERE "organizationId" = $1::uuid AND id = ANY(string_to_array($2, ',')::uuid[])`,
    context.organizationId,
    renamed.join(','),
  );
  await context.tx.$executeRawUnsafe(
    `UPDATE "Heat" h SET number = n.number, process = n.process, product = n.product, position = n.position,
       version = n.version, "updatedAt" = $3::timestamptz
     FROM jsonb_to_recordset($2::jsonb) AS n(id uuid, number text, process text, product text, position int, version int)
     WHERE h."organizationId" = $1::uuid AND h.id = n.id`,
    context.organizationId,
    JSON.stringify(
      rows.map(({ id, number, process, product, position, version }) => ({
        id,
        number,
        process,
        product,
        position,
        version,
      })),
    ),
    context.now,
  );
  rows.forEach((after, place) => {
    const { before, entry } = heats[place] ?? {};
    if (!before || !entry) return;
    context.record('HeatChanged', 'Heat', before, after, {
      data: { composition: composition(entry.elements) },
    });
  });
  await insertElements(
    context,
    certification.id,
    heats.map(({ before, entry }) => ({ id: before.id, elements: entry.elements })),
  );
}

/**
 * Removes heats with their composition. Their properties must have gone before, or stand with another heat.
 *
 * @throws BlockedError naming the lots that came from one of them
 */
export async function deleteHeats(context: CommandContext, heats: readonly Heat[]): Promise<void> {
  if (heats.length === 0) return;
  const ids = heats.map(({ id }) => id);
  const links = await context.tx.materialLotHeat.findMany({
    where: { heatId: { in: ids } },
    include: { lot: { select: { id: true, name: true } }, heat: { select: { number: true } } },
    take: 20,
  });
  if (links.length > 0) {
    throw new BlockedError(
      links.map(({ lot, heat }) => ({
        rule: 'heat.noLots',
        message: `Lot ${lot.name} came from heat ${heat.number ?? '(no number)'}. Unlink it first.`,
        subject: { noun: 'MaterialLot', uuid: lot.id, label: lot.name },
      })),
    );
  }
  await context.tx.heatElement.deleteMany({ where: { heatId: { in: ids } } });
  await context.tx.heat.deleteMany({ where: { id: { in: ids } } });
  for (const heat of heats) {
    context.record('HeatDeleted', 'Heat', heat, { ...heat, version: heat.version + 1 });
  }
}

/** Which heat each property stands with: by its id, or by the number of one that the same input makes. */
export function heatsOfProperties(
  properties: readonly PropertyEntry[],
  heats: readonly Pick<Heat, 'id' | 'number'>[],
): string[] {
  const byNumber = new Map(heats.map(({ id, number }) => [number, id]));
  const ids = new Set(heats.map(({ id }) => id));
  const issues: InputIssue[] = [];
  const found = properties.map(({ heatId, heatNumber }, place) => {
    const path = (member: string) => ['properties', String(place), member];
    if (heatId && heatNumber) {
      issues.push({ path: path('heatNumber'), message: 'comes beside heatId. Give one of them.' });
    } else if (heatId) {
      if (ids.has(heatId)) return heatId;
      issues.push({ path: path('heatId'), message: 'names no heat of this mill certification.' });
    } else if (heatNumber) {
      const id = byNumber.get(heatNumber);
      if (id) return id;
      issues.push({ path: path('heatNumber'), message: `is the number of no heat here: "${heatNumber}".` });
    } else {
      const [only, other] = heats;
      if (only && !other) return only.id;
      issues.push({ path: path('heatId'), message: 'or heatNumber must say which heat was tested.' });
    }
    return '';
  });
  if (issues.length > 0) throw new InvalidInputError(issues);
  return found;
}

/** Refuses heats of one document that have the same number. */
export function requireDistinctHeats(heats: readonly Pick<HeatEntry, 'number'>[]): void {
  const seen = new Set<string>();
  const issues: InputIssue[] = [];
  heats.forEach(({ number }, place) => {
    const key = number ?? '';
    if (seen.has(key)) {
      issues.push({
        path: ['heats', String(place), 'number'],
        message: number
          ? `is the number of another heat of this document: "${number}".`
          : 'is missing in more than one heat: only one may be without.',
      });
    }
    seen.add(key);
  });
  if (issues.length > 0) throw new InvalidInputError(issues);
}
