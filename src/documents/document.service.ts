/** Documents: attached to what they are about, replaced by their next revision, put away. */
import { z } from 'zod';
import type { Document, File } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { defined, idOf, line, text } from '../commands/input.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { addJob } from '../jobs/job.ts';
import { recordDocument, subjectsOf } from './document.record.ts';
import { about, documentSubject, linksOf, linkTo, lockDocument } from './document.rows.ts';
import { requireFitting } from './parser.references.ts';
import { addParsing } from './parsing.service.ts';
import { changeSnapshot, noPicture, snapshotJob, snapshotOf } from './snapshot.ts';
import { requireSubjects } from './subjects.ts';

const fields = {
  name: line(255).describe('What it is called; as the file is, unless given.'),
  description: text(2_000).nullish().describe('What it is, for people.'),
  fileId: idOf('File').describe(
    'Its content. The file may be announced only: a picture and a reading wait until the content has come.',
  ),
  parserTemplateId: idOf('DocumentParserTemplate').nullish().describe('The template that it is read by.'),
  parse: z
    .boolean()
    .default(false)
    .describe('Whether it is read by its template by itself, as soon as its content is there.'),
};

/** The file and template that an input names, held until the commit. */
async function requireContent(
  context: CommandContext,
  { fileId, parserTemplateId }: { fileId: string; parserTemplateId?: string | null | undefined },
): Promise<File> {
  const [found] = await requireReferences(context, [
    ...reference('File', fileId, 'fileId'),
    ...reference('DocumentParserTemplate', parserTemplateId, 'parserTemplateId'),
  ]);
  const file = found as unknown as File;
  if (file.status === 'REFUSED') {
    throw InvalidInputError.at(
      'fileId',
      `names a File whose content was refused: ${file.refusal ?? 'no reason was kept'} Create another upload.`,
    );
  }
  return file;
}

const requireFittingTemplate = (context: CommandContext, documentId: string, templateId: string) =>
  requireFitting(context, { documentId, templateId }, 'parserTemplateId');

/** Has the first page drawn, where it can be. */
async function draw(context: CommandContext, document: Document): Promise<void> {
  if (document.snapshotStatus === 'QUEUED') await addJob(context, snapshotJob, document.id);
}

export const createDocument = command('createDocument', {
  description:
    'Attaches a file to whatever it is about. A picture of its first page is drawn in the background, and its values are read by a template where it names one.',
  right: 'report',
  input: { ...fields, name: fields.name.nullish(), about: about().default([]) },
  refusals: [],
  run: async (context, { name, description, fileId, parserTemplateId, parse, about: named }) => {
    if (parse && !parserTemplateId)
      throw InvalidInputError.at('parserTemplateId', 'must be given for the document to be read.');
    await requireSubjects(context, named, 'about');
    const file = await requireContent(context, { fileId, parserTemplateId });
    const fresh = context.fresh();
    const made = await context.tx.document.create({
      data: {
        ...fresh,
        seriesId: fresh.id,
        revision: 1,
        name: name ?? file.name,
        description: description ?? null,
        fileId,
        parserTemplateId: parserTemplateId ?? null,
        ...snapshotOf(file),
        userId: context.caller.userId,
        createdById: context.caller.tokenId,
      },
    });
    if (parserTemplateId) await requireFittingTemplate(context, made.id, parserTemplateId);
    const related = named.map(({ uuid }) => uuid);
    await recordDocument(context, 'DocumentCreated', null, made, { related });
    await linkTo(context, made.id, linksOf(named));
    await draw(context, made);
    if (parse && parserTemplateId)
      await addParsing(context, { documentId: made.id, templateId: parserTemplateId });
    return { documentId: made.id };
  },
});

export const updateDocument = command('updateDocument', {
  description:
    'Changes what is said of a document; its content stays: another content is its next revision (`replaceDocument`). What is left out stays as it is; null clears.',
  right: 'work',
  input: {
    ...documentSubject,
    name: fields.name.optional(),
    description: fields.description,
    parserTemplateId: fields.parserTemplateId,
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { name, description, parserTemplateId, ...on }) => {
    const before = await lockDocument(context, 'UPDATE_DOCUMENT', on);
    await requireReferences(
      context,
      reference('DocumentParserTemplate', parserTemplateId, 'parserTemplateId'),
    );
    if (parserTemplateId) await requireFittingTemplate(context, before.id, parserTemplateId);
    const after = await context.tx.document.update({
      where: context.key(before.id),
      data: { ...defined({ name, description, parserTemplateId }), ...context.touched() },
    });
    await recordDocument(context, 'DocumentChanged', before, after);
    return { documentId: before.id };
  },
});

export const replaceDocument = command('replaceDocument', {
  description:
    'Gives a document its next revision, with another content. It belongs to all that the former belongs to; the former is archived with its content, its links and its readings. What is left out is as it was.',
  right: 'work',
  input: {
    ...documentSubject,
    fileId: fields.fileId,
    name: fields.name.optional(),
    description: fields.description,
    parse: fields.parse,
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { fileId, name, description, parse, ...on }) => {
    const file = await requireContent(context, { fileId });
    const before = await lockDocument(context, 'REPLACE_DOCUMENT', on);
    if (parse && !before.parserTemplateId) {
      throw InvalidInputError.at(
        'parse',
        'needs a document that has a template. Give it one first (updateDocument).',
      );
    }
    const former = await context.tx.document.update({
      where: context.key(before.id),
      data: { archivedAt: context.now, ...context.touched() },
    });
    const subjects = await subjectsOf(context, before.id);
    const made = await context.tx.document.create({
      data: {
        ...context.fresh(),
        seriesId: before.seriesId,
        revision: before.revision + 1,
        previousId: before.id,
        name: name ?? before.name,
        description: description === undefined ? before.description : description,
        fileId,
        parserTemplateId: before.parserTemplateId,
        ...snapshotOf(file),
        userId: context.caller.userId,
        createdById: context.caller.tokenId,
      },
    });
    const related = subjects.map(({ subjectId }) => subjectId);
    await recordDocument(context, 'DocumentReplaced', before, former, { related: [...related, made.id] });
    await recordDocument(context, 'DocumentCreated', null, made, { related });
    await linkTo(context, made.id, subjects);
    await draw(context, made);
    if (parse && made.parserTemplateId)
      await addParsing(context, { documentId: made.id, templateId: made.parserTemplateId });
    return { documentId: made.id, previousId: before.id };
  },
});

export const archiveDocument = command('archiveDocument', {
  description:
    'Puts a document away: it stays where it is linked, and can be read, but is not offered any more.',
  right: 'work',
  input: documentSubject,
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, on) => {
    const before = await lockDocument(context, 'ARCHIVE_DOCUMENT', on);
    const after = await context.tx.document.update({
      where: context.key(before.id),
      data: { archivedAt: context.now, ...context.touched() },
    });
    await recordDocument(context, 'DocumentArchived', before, after);
    return { documentId: before.id };
  },
});

export const drawDocumentSnapshot = command('drawDocumentSnapshot', {
  description:
    'Has the picture of the first page drawn anew, where it could not be drawn before. A document that has no picture by its kind stays without.',
  right: 'work',
  input: documentSubject,
  refusals: [NotFoundError, ConflictError],
  run: async (context, on) => {
    const before = await lockDocument(context, 'DRAW_DOCUMENT_SNAPSHOT', on);
    const file = await context.tx.file.findUniqueOrThrow({ where: context.key(before.fileId) });
    const after = await changeSnapshot(context, before, { ...noPicture, ...snapshotOf(file) });
    await draw(context, after);
    return { documentId: before.id };
  },
});
