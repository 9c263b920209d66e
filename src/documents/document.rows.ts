/** What the commands of documents share: their inputs, their locks, their links. */
import { z } from 'zod';
import type { Document } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { anyId, expectedVersion, idOf } from '../commands/input.ts';
import type { NamedObject } from '../commands/objects.ts';
import { type DocumentAction, documentStates, documentStatus } from './document.state.ts';

/** How many objects a document may be linked to. */
export const mostLinks = 100;

/** The objects that an input names. */
export const about = () =>
  z
    .array(anyId('about'))
    .max(mostLinks, `must be at most ${mostLinks} objects`)
    .describe(`What it belongs to: objects of any kind, at most ${mostLinks}.`);

/** The document that a command is about. */
export const documentSubject = {
  documentId: idOf('Document').describe('The document.'),
  expectedVersion: expectedVersion(),
};

interface Subject {
  documentId: string;
  expectedVersion?: number | null | undefined;
}

/** The document, locked, at the version that the client expects, in a state that allows the action. */
export async function lockDocument(
  context: CommandContext,
  action: DocumentAction,
  { documentId: id, expectedVersion: expected }: Subject,
): Promise<Document> {
  await context.lock({ Document: [id] });
  const found = await context.tx.document.findUniqueOrThrow({ where: context.key(id) });
  context.expectVersion('Document', found, expected);
  documentStates.require(documentStatus(found), action);
  return found;
}

/** Links a document to objects that were held before. */
export async function linkTo(
  context: CommandContext,
  documentId: string,
  subjects: readonly { subjectType: string; subjectId: string }[],
): Promise<void> {
  const made = await context.tx.documentLink.createManyAndReturn({
    data: subjects.map(({ subjectType, subjectId }) => ({
      ...context.fresh(),
      documentId,
      subjectType,
      subjectId,
      createdById: context.caller.tokenId,
    })),
  });
  for (const row of made) context.record('DocumentLinked', 'DocumentLink', null, row);
}

/** Each object once, as a link names it. */
export const linksOf = (named: readonly NamedObject[]) =>
  [...new Map(named.map((one) => [one.uuid, one])).values()].map(({ noun, uuid }) => ({
    subjectType: noun,
    subjectId: uuid,
  }));
