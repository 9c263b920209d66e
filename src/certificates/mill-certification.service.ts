/** Mill certifications: uploaded to be read, or entered by hand; corrected, reviewed, and read again. */
import { z } from 'zod';
import type { Heat, MillCertification, Prisma } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { defined, expectedVersion, idOf, json } from '../commands/input.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { requireStoredFile } from '../files/file.service.ts';
import { newId } from '../ids.ts';
import { addJob } from '../jobs/job.ts';
import { En10168InvalidError, fromEn10168, parseEn10168 } from './en10168.ts';
import { assess } from './mill-certification.findings.ts';
import { mostHeats, mostProperties } from './mill-certification.heats.ts';
import {
  chosenId,
  documentInput,
  type HeatEntry,
  heatsInput,
  type PropertyEntry,
  propertiesInput,
} from './mill-certification.input.ts';
import { rowsOfData } from './mill-certification.read.ts';
import { readingJob } from './mill-certification.reading.ts';
import { heatsOfProperties, insertHeats, requireDistinctHeats } from './mill-certification.rows.ts';
import { changeSections, heatIdOf, propertyIdOf } from './mill-certification.sections.ts';
import { millCertificationStates } from './mill-certification.state.ts';
import { writeProperties } from './mill-certification.values.ts';

/** Bytes of a document that is read. */
const largestDocument = 50 * 1024 * 1024;

const chosen = chosenId()
  .nullish()
  .describe(
    'A GUID of your own, which becomes its id (`mill_` and its 32 digits): sending it again makes no second one. One is made unless given.',
  );
const isTestRun = z
  .boolean()
  .default(false)
  .describe('A trial: lists do not show it unless asked, and no lot can come from its heats.');

/** The stored PDF that an input names. */
async function requirePdf(context: CommandContext, fileId: string) {
  const file = await requireStoredFile(context, fileId, 'fileId');
  if (file.mediaType !== 'application/pdf') {
    throw InvalidInputError.at('fileId', `must be a PDF; it is ${file.mediaType}.`);
  }
  if ((file.size ?? 0n) > largestDocument) {
    throw InvalidInputError.at('fileId', `must have at most ${largestDocument} bytes; it has ${file.size}.`);
  }
  return file;
}

type Columns = Omit<
  Prisma.MillCertificationCreateManyInput,
  'organizationId' | 'id' | 'version' | 'createdAt' | 'updatedAt' | 'createdById'
>;

/** Inserts a row under an id that may be taken: null then. */
async function insertUnder(
  context: CommandContext,
  id: string,
  columns: Columns,
): Promise<MillCertification | null> {
  const [inserted] = await context.tx.millCertification.createManyAndReturn({
    data: [{ ...context.fresh(id), ...columns, createdById: context.caller.tokenId }],
    skipDuplicates: true,
  });
  return inserted ?? null;
}

/** Refuses an id that stands for something else already. */
const taken = (certification: MillCertification, what: string) =>
  new BlockedError([
    {
      rule: 'millCertification.otherContent',
      message: `A mill certification with this id is there already, ${what}. Choose another id.`,
      subject: {
        noun: 'MillCertification',
        uuid: certification.id,
        label: certification.originalFileName ?? certification.id,
      },
    },
  ]);

export const uploadMillCertification = command('uploadMillCertification', {
  description:
    'Takes the PDF of a mill to be read: status, pages, heats and values follow by themselves, and are told on millCertificationEvents. The same content under the same id again is the same mill certification; other content under it is refused.',
  right: 'work',
  input: {
    guid: chosen,
    fileId: idOf('File').describe('The PDF, uploaded (createUpload): at most 50 MiB.'),
    isTestRun,
  },
  refusals: [BlockedError],
  run: async (context, { guid, fileId, isTestRun }) => {
    const file = await requirePdf(context, fileId);
    const id = guid ?? newId();
    const made = await insertUnder(context, id, {
      source: 'UPLOAD',
      fileId,
      originalFileName: file.name,
      isTestRun,
    });
    if (!made) {
      const standing = await context.tx.millCertification.findUniqueOrThrow({
        where: context.key(id),
        include: { file: { select: { sha256: true } } },
      });
      if (standing.source !== 'UPLOAD') throw taken(standing, 'entered by hand');
      if (standing.file?.sha256 !== file.sha256) throw taken(standing, 'with other content');
      return { millCertificationId: id };
    }
    context.record('MillCertificationCreated', 'MillCertification', null, made);
    await addJob(context, readingJob, id);
    return { millCertificationId: id };
  },
});

export const createMillCertification = command('createMillCertification', {
  description:
    'Enters a mill certification by hand: with its data, and its PDF where there is one, which is kept and not read.',
  right: 'work',
  input: {
    guid: chosen,
    fileId: idOf('File').nullish().describe('The PDF, uploaded (createUpload).'),
    isTestRun,
    document: documentInput.nullish().describe('The fields of the document itself.'),
    heats: heatsInput().nullish().describe('Its heats, in order; none of them has an id yet.'),
    properties: propertiesInput().nullish().describe('The mechanical properties of its heats, in order.'),
  },
  refusals: [BlockedError],
  run: async (context, { guid, fileId, isTestRun, document, heats, properties }) => {
    const file = fileId ? await requirePdf(context, fileId) : null;
    const id = guid ?? newId();
    const made = await insertUnder(context, id, {
      source: 'MANUAL',
      status: 'COMPLETED',
      fileId: fileId ?? null,
      originalFileName: file?.name ?? null,
      isTestRun,
      ...defined(document ?? {}),
      lastEditedById: context.caller.tokenId,
    });
    if (!made) {
      throw taken(
        await context.tx.millCertification.findUniqueOrThrow({ where: context.key(id) }),
        'entered before',
      );
    }
    refuseIds(heats ?? [], properties ?? []);
    requireDistinctHeats(heats ?? []);
    const rows = await insertHeats(context, made, heats ?? [], 1);
    await writeProperties(context, made, withHeats(properties ?? [], rows));
    const after = await assess(context, made, {});
    context.record('MillCertificationCreated', 'MillCertification', null, after);
    return { millCertificationId: id };
  },
});

export const importMillCertification = command('importMillCertification', {
  description:
    'Takes a mill certification as JSON of EN 10168, as some mills send it beside the PDF or instead of it. What has no field here is kept, and comes back with `en10168`.',
  right: 'work',
  input: {
    guid: chosen,
    fileId: idOf('File').nullish().describe('The PDF beside it, uploaded (createUpload).'),
    isTestRun,
    document: json(900_000).describe('The document as JSON of EN 10168; at most 900,000 characters.'),
  },
  refusals: [BlockedError],
  run: async (context, { guid, fileId, isTestRun, document: given }) => {
    const file = fileId ? await requirePdf(context, fileId) : null;
    const { imported, rows } = readEn10168(given);
    const { en10168, ...columns } = rows.document as Columns & { en10168: object };
    const id = guid ?? newId();
    const made = await insertUnder(context, id, {
      ...columns,
      source: 'MANUAL',
      status: 'COMPLETED',
      fileId: fileId ?? null,
      originalFileName: file?.name ?? null,
      isTestRun,
      en10168: { ...en10168, imported } as Prisma.InputJsonObject,
    });
    if (!made) {
      throw taken(
        await context.tx.millCertification.findUniqueOrThrow({ where: context.key(id) }),
        'entered before',
      );
    }
    const heats = await insertHeats(context, made, rows.heats, 1);
    await writeProperties(
      context,
      made,
      rows.heats.flatMap(({ properties }, place) =>
        properties.map((property) => ({ property, heatId: heats[place]?.id ?? '', before: null })),
      ),
    );
    const after = await assess(context, made, {});
    context.record('MillCertificationCreated', 'MillCertification', null, after);
    return { millCertificationId: id };
  },
});

/**
 * An EN 10168 document as rows.
 *
 * @throws InvalidInputError naming every member that is not as the schema wants it
 */
function readEn10168(given: unknown) {
  try {
    const imported = parseEn10168(given);
    return { imported, rows: rowsOfData(fromEn10168(imported)) };
  } catch (error) {
    if (!(error instanceof En10168InvalidError)) throw error;
    throw new InvalidInputError(
      error.issues.slice(0, 100).map(({ path, message }) => ({ path: ['document', ...path], message })),
    );
  }
}

/** What is made new has no ids yet. */
function refuseIds(heats: readonly HeatEntry[], properties: readonly PropertyEntry[]): void {
  const of = (list: string, member: string, ids: readonly (string | null | undefined)[]) =>
    ids.flatMap((id, place) =>
      id ? [{ path: [list, String(place), member], message: 'names nothing: all of it is new.' }] : [],
    );
  const issues = [
    ...of('heats', 'heatId', heats.map(heatIdOf)),
    ...of('properties', 'mechanicalPropertyId', properties.map(propertyIdOf)),
  ];
  if (issues.length > 0) throw new InvalidInputError(issues);
}

const withHeats = (properties: readonly PropertyEntry[], heats: readonly Heat[]) => {
  const heatIds = heatsOfProperties(properties, heats);
  return properties.map((property, place) => ({ property, heatId: heatIds[place] ?? '', before: null }));
};

export const updateMillCertification = command('updateMillCertification', {
  description:
    'Corrects what a mill certification says. Each section that is given replaces all of it: what is there must be named in it, or among the deleted ids. Sections that are left out stay. A review becomes void.',
  right: 'work',
  input: {
    millCertificationId: idOf('MillCertification').describe('The MillCertification.'),
    expectedVersion: expectedVersion(),
    document: documentInput
      .nullish()
      .describe('Fields of the document itself: those left out stay, null clears.'),
    heats: heatsInput()
      .nullish()
      .describe('All its heats, in order: with their ids those that are there, without one the new ones.'),
    properties: propertiesInput().nullish().describe('All mechanical properties, in order, in the same way.'),
    deletedHeatIds: z
      .array(idOf('Heat'))
      .max(mostHeats, `must have at most ${mostHeats} ids`)
      .nullish()
      .describe('Heats that go. Refused while a lot came from one.'),
    deletedMechanicalPropertyIds: z
      .array(idOf('MechanicalProperty'))
      .max(mostProperties, `must have at most ${mostProperties} ids`)
      .nullish()
      .describe('Mechanical properties that go.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, input) => {
    const id = input.millCertificationId;
    await context.lock({ MillCertification: [id] });
    const before = await context.tx.millCertification.findUniqueOrThrow({ where: context.key(id) });
    context.expectVersion('MillCertification', before, input.expectedVersion);
    const status = millCertificationStates.next(before.status, 'UPDATE_MILL_CERTIFICATION');
    await changeSections(context, before, input);
    const after = await assess(context, before, {
      ...defined(input.document ?? {}),
      status,
      statusNotes: null,
      revision: { increment: 1 },
      lastEditedById: context.caller.tokenId,
      // What was approved is not this any more.
      reviewStatus: null,
      reviewComment: null,
      reviewedById: null,
      reviewedAt: null,
    });
    context.record('MillCertificationChanged', 'MillCertification', before, after);
    return { millCertificationId: id };
  },
});

export const retryMillCertification = command('retryMillCertification', {
  description: 'Has a mill certification read again that could not be read.',
  right: 'work',
  input: { millCertificationId: idOf('MillCertification').describe('The MillCertification.') },
  refusals: [NotFoundError, TransitionError],
  run: async (context, { millCertificationId: id }) => {
    await context.lock({ MillCertification: [id] });
    const before = await context.tx.millCertification.findUniqueOrThrow({ where: context.key(id) });
    const status = millCertificationStates.next(before.status, 'RETRY_MILL_CERTIFICATION');
    const after = await context.tx.millCertification.update({
      where: context.key(id),
      data: { status, statusNotes: null, ...context.touched() },
    });
    context.record('MillCertificationStatusChanged', 'MillCertification', before, after);
    await addJob(context, readingJob, id);
    return { millCertificationId: id };
  },
});
