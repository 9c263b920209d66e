/** Items of inspections: what was seen, written once. */
import type { File, InspectionCase } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { decimal, idOf, instant, line, text } from '../commands/input.ts';
import { reference as referenceTo, requireReferences } from '../commands/references.ts';
import { isUniqueViolation } from '../database/errors.ts';
import { BlockedError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { leafOf } from './evidence.ts';
import { inspectionCaseStates } from './inspection.state.ts';

/** How many items a case may have: it is read, shown and proven as a whole. */
export const mostItems = 200;

export const addInspectionItem = command('addInspectionItem', {
  description: `Adds a step to an open case, behind those that it has: a photo, a text, a place. An item is never changed and never removed. A case has at most ${mostItems}.`,
  right: 'report',
  input: {
    inspectionCaseId: idOf('InspectionCase').describe(
      'The case. One that is closed is refused: open another that continues it.',
    ),
    reference: line()
      .nullish()
      .describe(
        'A name for it, unique in the organization; the number of the case and its place unless given.',
      ),
    stepAction: line(100).describe('What was to be done: `Photography`, `Text`.'),
    stepTitle: line().nullish().describe('What the step is called.'),
    stepDescription: text(2_000).nullish().describe('What was to be done, in detail.'),
    description: text(2_000).nullish().describe('What the item shows.'),
    data: text().nullish().describe('What was found: a text, a measured value.'),
    latitude: decimal({ min: -90, max: 90, places: 7 })
      .nullish()
      .describe('Where it was, in degrees north (WGS 84); with `longitude`.'),
    longitude: decimal({ min: -180, max: 180, places: 7 })
      .nullish()
      .describe('Where it was, in degrees east (WGS 84); with `latitude`.'),
    accuracy: decimal({ min: 0, max: 99_999_999, places: 2 })
      .nullish()
      .describe('How far the place may be off, in m; with a place only.'),
    takenAt: instant().nullish().describe('When it was, by the device’s own clock, whatever that says.'),
    imageId: idOf('File').nullish().describe('The photo: a stored file that is an image.'),
    imageHash: line(64)
      .toLowerCase()
      .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256: 64 hexadecimal digits')
      .nullish()
      .describe('The SHA-256 of the photo as the device has it. A photo that has another is refused.'),
  },
  refusals: [NotFoundError, TransitionError, BlockedError],
  run: async (context, input) => {
    const { inspectionCaseId, imageId, imageHash, latitude, longitude, accuracy } = input;
    if ((latitude ?? null) === null ? (longitude ?? accuracy ?? null) !== null : (longitude ?? null) === null)
      throw InvalidInputError.at(
        latitude ? 'longitude' : 'latitude',
        'is missing: a place has latitude and longitude, and accuracy only beside them.',
      );
    await context.lock({ InspectionCase: [inspectionCaseId] });
    const found = await context.tx.inspectionCase.findUniqueOrThrow({ where: context.key(inspectionCaseId) });
    inspectionCaseStates.require(found.status, 'ADD_INSPECTION_ITEM');
    const image = await imageOf(context, imageId, imageHash);
    const position = await nextPosition(context, found);
    const row = {
      ...context.fresh(),
      caseId: found.id,
      position,
      reference: input.reference ?? `${found.number}/${position}`,
      description: input.description || null,
      stepAction: input.stepAction,
      stepTitle: input.stepTitle ?? null,
      stepDescription: input.stepDescription || null,
      data: input.data || null,
      latitude: latitude ?? null,
      longitude: longitude ?? null,
      accuracy: accuracy ?? null,
      takenAt: input.takenAt ?? null,
      imageId: image?.id ?? null,
      imageHash: image?.sha256 ?? null,
      createdById: context.caller.tokenId,
    };
    const item = { ...row, leafHash: leafOf(found.number, row) };
    try {
      await context.tx.inspectionItem.create({ data: item });
    } catch (error) {
      if (isUniqueViolation(error))
        throw InvalidInputError.at('reference', 'is taken by another InspectionItem. Choose another.');
      throw error;
    }
    context.record('InspectionItemAdded', 'InspectionItem', null, item, {
      related: [found.reportId, found.pieceId],
    });
    return { inspectionItemId: item.id, inspectionCaseId: found.id };
  },
});

async function nextPosition(context: CommandContext, { id, number }: InspectionCase): Promise<number> {
  const where = { organizationId: context.organizationId, caseId: id };
  const count = await context.tx.inspectionItem.count({ where });
  if (count < mostItems) return count + 1;
  throw new BlockedError([
    {
      rule: 'inspectionCase.hasRoom',
      message: `${number} has ${mostItems} items already. Close it, and open another case that continues it.`,
      subject: { noun: 'InspectionCase', uuid: id, label: number },
    },
  ]);
}

/**
 * The photo that an input names, with the hash that the server computed of it.
 *
 * @throws InvalidInputError where it is not there, is not stored, is no image, or has another hash than the device says
 */
async function imageOf(
  context: CommandContext,
  imageId: string | null | undefined,
  imageHash: string | null | undefined,
): Promise<(File & { sha256: string }) | null> {
  if (!imageId) {
    if (imageHash) throw InvalidInputError.at('imageHash', 'comes without an image. Give imageId as well.');
    return null;
  }
  await requireReferences(context, referenceTo('File', imageId, 'imageId'));
  const file = await context.tx.file.findUniqueOrThrow({ where: context.key(imageId) });
  const { sha256 } = file;
  if (file.status !== 'STORED' || sha256 === null)
    throw InvalidInputError.at('imageId', 'names a file without a content. Send the content first.');
  if (!file.mediaType?.startsWith('image/'))
    throw InvalidInputError.at(
      'imageId',
      `names a file that is no image, but ${file.mediaType ?? 'unknown'}.`,
    );
  if (imageHash && imageHash !== sha256)
    throw InvalidInputError.at(
      'imageHash',
      `is not that of the image that was sent: ${sha256}. Send it again.`,
    );
  return { ...file, sha256 };
}
