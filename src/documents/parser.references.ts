/** What the commands of document parsers look up. */
import type { CommandContext } from '../commands/context.ts';
import { InvalidInputError } from '../errors.ts';

/**
 * Refuses a template that was made for another document: its labels and patterns are of that one. It holds for all
 * revisions of its document.
 *
 * @param where where in the input the template, or what belongs to it, stands
 * @throws InvalidInputError
 */
export async function requireFitting(
  context: CommandContext,
  { documentId, templateId }: { documentId: string; templateId: string },
  where: string,
): Promise<void> {
  const template = await context.tx.documentParserTemplate.findUniqueOrThrow({
    where: context.key(templateId),
    select: { document: { select: { seriesId: true, name: true } } },
  });
  if (!template.document) return;
  const { seriesId } = await context.tx.document.findUniqueOrThrow({
    where: context.key(documentId),
    select: { seriesId: true },
  });
  if (seriesId === template.document.seriesId) return;
  throw InvalidInputError.at(
    where,
    `is of a template that was made for another document, ${template.document.name}. Choose one for all documents, or make one for this.`,
  );
}

/** Refuses a template that reads nothing. @throws InvalidInputError */
export async function requireInstructions(
  context: CommandContext,
  templateId: string,
  where: string,
): Promise<void> {
  const count = await context.tx.documentParserInstruction.count({
    where: { organizationId: context.organizationId, templateId, archivedAt: null },
  });
  if (count === 0)
    throw InvalidInputError.at(
      where,
      'names a template without instructions: there is nothing to read. Add one first.',
    );
}
