/** What was read from documents: written by people here, by jobs in `parsing.reports.ts`. */
import { Prisma } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf, line, text } from '../commands/input.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { ConflictError, NotFoundError, TransitionError } from '../errors.ts';
import { relatedTo } from './document.record.ts';
import { lockDocument } from './document.rows.ts';
import { requireFitting } from './parser.references.ts';

/** The report of a document for an instruction, where there is one; the document is held. */
const standingReport = (context: CommandContext, documentId: string, instructionId: string) =>
  context.tx.documentParserReport.findUnique({
    where: {
      organizationId_documentId_instructionId: {
        organizationId: context.organizationId,
        documentId,
        instructionId,
      },
    },
  });

/** An instruction that a document may be read by. @throws InvalidInputError */
async function requireInstruction(
  context: CommandContext,
  documentId: string,
  instructionId: string,
): Promise<void> {
  const [found] = await requireReferences(
    context,
    reference('DocumentParserInstruction', instructionId, 'documentParserInstructionId'),
  );
  const { templateId } = found as { templateId: string };
  await requireFitting(context, { documentId, templateId }, 'documentParserInstructionId');
}

export const recordDocumentParserReport = command('recordDocumentParserReport', {
  description:
    'Writes by hand what a document says for an instruction, or corrects what was read. What a person wrote is kept when the document is read again. The history tells what was there before.',
  right: 'work',
  input: {
    documentId: idOf('Document').describe('The document.'),
    documentParserInstructionId: idOf('DocumentParserInstruction').describe('What the value is of.'),
    value: text(2_000).min(1, 'must not be empty').describe('The value; a number with a decimal point.'),
    unit: line(64)
      .nullish()
      .describe(
        'Its unit: a UCUM code where it is one (`kg`, `Cel`), else any text. None where it has none.',
      ),
    expectedVersion: expectedVersion(),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { documentId, documentParserInstructionId: instructionId, value, unit, ...on }) => {
    const { expectedVersion: expected } = on;
    await lockDocument(context, 'RECORD_DOCUMENT_PARSER_REPORT', { documentId });
    const before = await standingReport(context, documentId, instructionId);
    const related = await relatedTo(context, documentId);
    const columns = {
      jobId: null,
      value,
      unit: unit ?? null,
      reading: Prisma.DbNull,
      userId: context.caller.userId,
      createdById: context.caller.tokenId,
    };
    if (before) {
      context.expectVersion('DocumentParserReport', before, expected);
      const after = await context.tx.documentParserReport.update({
        where: context.key(before.id),
        data: { ...columns, ...context.touched() },
      });
      context.record('DocumentParserReportChanged', 'DocumentParserReport', before, after, { related });
      return { documentParserReportId: before.id };
    }
    // What was read by an instruction that is archived since can still be corrected.
    await requireInstruction(context, documentId, instructionId);
    // Whoever has read one has not read this one: there is none yet.
    context.expectVersion('DocumentParserReport', { version: 0 }, expected);
    const made = await context.tx.documentParserReport.create({
      data: { ...context.fresh(), documentId, instructionId, ...columns },
    });
    context.record('DocumentParserReportCreated', 'DocumentParserReport', null, made, { related });
    return { documentParserReportId: made.id };
  },
});
