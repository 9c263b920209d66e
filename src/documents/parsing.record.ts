import type { DocumentParsingJob, Prisma } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { relatedTo } from './document.record.ts';

/** How much is told of what became of a reading, in characters. */
export const longestNotes = 4_000;

/** Gives a reading, which is locked, these columns, and the log says so. */
export async function writeParsing(
  context: CommandContext,
  before: DocumentParsingJob,
  { status, notes }: Pick<DocumentParsingJob, 'status' | 'notes'>,
): Promise<DocumentParsingJob> {
  const data: Prisma.DocumentParsingJobUncheckedUpdateInput = {
    status,
    notes: notes?.slice(0, longestNotes) ?? null,
    ...context.touched(),
  };
  const after = await context.tx.documentParsingJob.update({ where: context.key(before.id), data });
  context.record('DocumentParsingJobStatusChanged', 'DocumentParsingJob', before, after, {
    reason: after.notes,
    related: await relatedTo(context, after.documentId),
  });
  return after;
}
