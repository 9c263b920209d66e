import type { Document } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import type { EventKind } from '../events/kinds.ts';

/** What a document is linked to. */
export async function subjectsOf(
  context: CommandContext,
  documentId: string,
): Promise<{ subjectType: string; subjectId: string }[]> {
  return context.tx.documentLink.findMany({
    where: { documentId },
    orderBy: { id: 'asc' },
    select: { subjectType: true, subjectId: true },
  });
}

/** The ids of what a document is linked to: whoever follows one of those hears of the document. */
export async function relatedTo(context: CommandContext, documentId: string): Promise<string[]> {
  return (await subjectsOf(context, documentId)).map(({ subjectId }) => subjectId);
}

/** Records what happened to a document: whoever follows what it is linked to hears of it. */
export async function recordDocument(
  context: CommandContext,
  kind: EventKind<'Document'>,
  before: Document | null,
  after: Document,
  more: { reason?: string | null; related?: readonly string[] } = {},
): Promise<void> {
  const related = more.related ?? (await relatedTo(context, after.id));
  context.record(kind, 'Document', before, after, { reason: more.reason ?? null, related });
}
