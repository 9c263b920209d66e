/** Readings of documents by templates: asked for here, done in the background. */
import type { DocumentParsingJob } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import { idOf } from '../commands/input.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { BlockedError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { addJob } from '../jobs/job.ts';
import { relatedTo } from './document.record.ts';
import { lockDocument } from './document.rows.ts';
import { requireFitting, requireInstructions } from './parser.references.ts';
import { parsingJob } from './parsing.job.ts';
import { writeParsing } from './parsing.record.ts';

/** What a reading says that waits for the content of its document. */
const waiting = 'The content of the document has not come yet: it is read as soon as it is there.';

/**
 * Has a document read by a template after the commit; where its content has not come yet, as soon as
 * {@link queuePendingParsing} is told that it has. The caller holds the document and its file.
 *
 * @param templateId stands in the input as `parserTemplateId`
 * @returns the id of the reading
 * @throws InvalidInputError where the template is not there, archived, made for another document, or has no instructions
 */
export async function addParsing(
  context: CommandContext,
  { documentId, templateId }: { documentId: string; templateId: string },
): Promise<string> {
  const where = 'parserTemplateId';
  await requireReferences(context, reference('DocumentParserTemplate', templateId, where));
  await requireFitting(context, { documentId, templateId }, where);
  await requireInstructions(context, templateId, where);
  const { file } = await context.tx.document.findUniqueOrThrow({
    where: context.key(documentId),
    select: { file: { select: { status: true } } },
  });
  const isStored = file.status === 'STORED';
  const made = await context.tx.documentParsingJob.create({
    data: {
      ...context.fresh(),
      documentId,
      templateId,
      notes: isStored ? null : waiting,
      createdById: context.caller.tokenId,
    },
  });
  const related = await relatedTo(context, documentId);
  context.record('DocumentParsingJobCreated', 'DocumentParsingJob', null, made, { related });
  if (isStored) await addJob(context, parsingJob, made.id);
  return made.id;
}

/** The readings of documents that wait for a content, held until the commit: nothing is queued for them. */
async function waitingFor(
  context: CommandContext,
  documentIds: readonly string[],
): Promise<DocumentParsingJob[]> {
  if (documentIds.length === 0) return [];
  const found = await context.tx.$queryRawUnsafe<{ id: string }[]>(
    `SELECT r.id::text AS id FROM "DocumentParsingJob" r
     WHERE r."organizationId" = $1::uuid AND r."documentId" = ANY(string_to_array($2, ',')::uuid[]) AND r.status = 'PENDING'
       AND NOT EXISTS (SELECT 1 FROM "Job" j
                       WHERE j."organizationId" = r."organizationId" AND j.kind = $3 AND j."subjectId" = r.id)
     ORDER BY r.id FOR UPDATE`,
    context.organizationId,
    documentIds.join(','),
    parsingJob,
  );
  return context.tx.documentParsingJob.findMany({
    where: { organizationId: context.organizationId, id: { in: found.map(({ id }) => id) } },
    orderBy: { id: 'asc' },
  });
}

/** Has those readings of documents done that waited for their content: it has come. The caller holds the documents. */
export async function queuePendingParsing(
  context: CommandContext,
  documentIds: readonly string[],
): Promise<void> {
  for (const { id } of await waitingFor(context, documentIds)) await addJob(context, parsingJob, id);
}

/**
 * Ends those readings of documents that waited for a content that will not come. The caller holds the documents.
 *
 * @param reason why, in words for a person
 */
export async function failPendingParsing(
  context: CommandContext,
  documentIds: readonly string[],
  reason: string,
): Promise<void> {
  for (const before of await waitingFor(context, documentIds))
    await writeParsing(context, before, { status: 'ERROR', notes: reason });
}

/** What stands against reading a document. */
export const parsingDocument = new GuardedAction<{ documentId: string; templateId: string }>(
  'parseDocument',
  {
    'document.isNotBeingParsed': async (context, { documentId, templateId }) => {
      const standing = await context.tx.documentParsingJob.findFirst({
        where: {
          organizationId: context.organizationId,
          documentId,
          templateId,
          status: { in: ['PENDING', 'PROCESSING'] },
        },
        select: { id: true, document: { select: { name: true } } },
      });
      if (!standing) return [];
      const { id, document } = standing;
      return [
        {
          rule: 'document.isNotBeingParsed',
          message: `${document.name} is being read by this template already. Wait until that has ended.`,
          subject: { noun: 'DocumentParsingJob', uuid: id, label: document.name },
        },
      ];
    },
  },
);

/** Refuses a document without a content. @throws InvalidInputError */
async function requireContent(context: CommandContext, fileId: string): Promise<void> {
  const file = await context.tx.file.findUniqueOrThrow({ where: context.key(fileId) });
  if (file.status === 'EXPECTED')
    throw InvalidInputError.at('documentId', 'names a Document whose content has not come. Upload it first.');
  if (file.status === 'REFUSED')
    throw InvalidInputError.at(
      'documentId',
      `names a Document whose content was refused: ${file.refusal ?? 'no reason was kept'} Replace it.`,
    );
}

export const parseDocument = command('parseDocument', {
  description:
    'Has the values read from a document that a template names. This is done in the background: the job tells how far it is, and what became of it. A value that a person wrote is kept. The content must have been uploaded.',
  right: 'work',
  input: {
    documentId: idOf('Document').describe('The document.'),
    parserTemplateId: idOf('DocumentParserTemplate').describe(
      'The template: one for all documents, or one that was made for this.',
    ),
  },
  refusals: [NotFoundError, TransitionError, BlockedError],
  run: async (context, { documentId, parserTemplateId: templateId }) => {
    const { fileId } = await lockDocument(context, 'PARSE_DOCUMENT', { documentId });
    await requireContent(context, fileId);
    await parsingDocument.check(context, { documentId, templateId });
    const documentParsingJobId = await addParsing(context, { documentId, templateId });
    return { documentParsingJobId };
  },
});
