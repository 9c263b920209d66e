/** Parser templates: which values are read from a kind of document, or from one document. */
import { z } from 'zod';
import type { DocumentParserInstruction } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { InvalidInputError } from '../errors.ts';
import { type InstructionInput, instructionInput, mostInstructions, templateFields } from './parser.input.ts';
import { liveInstructions } from './parser-instruction.service.ts';

const plain = plainNoun('DocumentParserTemplate', { fields: templateFields, unique: 'name', right: 'work' });

export const updateDocumentParserTemplate = plain.update;
export const archiveDocumentParserTemplate = plain.archive;

export const createDocumentParserTemplate = command('createDocumentParserTemplate', {
  description:
    'Creates a parser template with its instructions; or, for one document, a template that only that document and its other revisions are read by. Made of another template, it takes over its instructions unless it is given others.',
  right: 'work',
  input: {
    ...templateFields,
    documentId: idOf('Document').nullish().describe('The one document that it is for.'),
    parentId: idOf('DocumentParserTemplate')
      .nullish()
      .describe(
        'The template that it is made of, with a document only. One that was itself made for a document is refused.',
      ),
    instructions: z
      .array(instructionInput)
      .max(mostInstructions, `must have at most ${mostInstructions} instructions`)
      .nullish()
      .describe(
        `The values to read, in order; at most ${mostInstructions}. Those of the parent unless given; none where there is no parent.`,
      ),
  },
  refusals: [],
  run: async (context, { name, description, documentId, parentId, instructions }) => {
    if (parentId && !documentId)
      throw InvalidInputError.at(
        'documentId',
        'must be given beside parentId: a template is made of another for one document.',
      );
    await requireReferences(context, [
      ...reference('Document', documentId, 'documentId'),
      ...reference('DocumentParserTemplate', parentId, 'parentId'),
    ]);
    const parent = parentId ? await instructionsOfParent(context, parentId) : [];
    const chosen = instructions ?? parent;
    refuseRepeated(chosen);
    const template = await plain.insert(context, {
      name,
      description: description ?? null,
      documentId: documentId ?? null,
      parentId: parentId ?? null,
    });
    await insertInstructions(context, template.id as string, chosen);
    return { id: template.id as string };
  },
});

/** The instructions in use of the template that another is made of. @throws InvalidInputError where it is no such template */
async function instructionsOfParent(
  context: CommandContext,
  parentId: string,
): Promise<DocumentParserInstruction[]> {
  const parent = await context.tx.documentParserTemplate.findUniqueOrThrow({ where: context.key(parentId) });
  if (parent.documentId !== null)
    throw InvalidInputError.at(
      'parentId',
      `names ${parent.name}, which was made for one document: no other is made of it. Choose the one that it was made of.`,
    );
  return liveInstructions(context, parentId);
}

/** @throws InvalidInputError naming each name that is there twice */
function refuseRepeated(instructions: readonly { name: string }[]): void {
  const seen = new Set<string>();
  const repeated = instructions.flatMap(({ name }, place) => {
    const isKnown = seen.has(name);
    seen.add(name);
    return isKnown
      ? [{ path: ['instructions', String(place), 'name'], message: 'is there twice. Choose another.' }]
      : [];
  });
  if (repeated.length > 0) throw new InvalidInputError(repeated);
}

async function insertInstructions(
  context: CommandContext,
  templateId: string,
  instructions: readonly (InstructionInput | DocumentParserInstruction)[],
): Promise<void> {
  if (instructions.length === 0) return;
  const made = await context.tx.documentParserInstruction.createManyAndReturn({
    data: instructions.map(({ name, labels, pattern, unit }, place) => ({
      ...context.fresh(),
      templateId,
      position: place + 1,
      name,
      labels,
      pattern: pattern ?? null,
      unit: unit ?? null,
    })),
  });
  for (const row of made)
    context.record('DocumentParserInstructionCreated', 'DocumentParserInstruction', null, row);
}
