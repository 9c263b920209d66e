/** Instructions of parser templates: added, changed, moved, put away. Positions are 1, 2, 3 … without gaps. */
import type {
  DocumentParserInstruction,
  DocumentParserTemplate,
  Prisma,
} from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { defined, expectedVersion, idOf, whole } from '../commands/input.ts';
import { isUniqueViolation } from '../database/errors.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { instructionFields, labels as labelsInput, mostInstructions } from './parser.input.ts';

const position = () =>
  whole(1, mostInstructions)
    .nullish()
    .describe('Its place in the template, from 1: those from there on move down. Beyond the last is last.');

const refusals = [NotFoundError, ConflictError, TransitionError];

/** The instructions of a template in use, in their order. */
export function liveInstructions(
  context: CommandContext,
  templateId: string,
): Promise<DocumentParserInstruction[]> {
  return context.tx.documentParserInstruction.findMany({
    where: { organizationId: context.organizationId, templateId, archivedAt: null },
    orderBy: [{ position: 'asc' }, { id: 'asc' }],
  });
}

/** Refuses a template that is archived: what it read stays explained. */
function requireLive({ archivedAt, name }: DocumentParserTemplate, action: string): void {
  if (archivedAt) throw new TransitionError('DocumentParserTemplate', 'ARCHIVED', action, [], name);
}

/** Writes an instruction. @throws InvalidInputError where its name is taken in its template */
async function named<Row>(act: () => Promise<Row>): Promise<Row> {
  try {
    return await act();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw InvalidInputError.at('name', 'is taken by another instruction of the template. Choose another.');
  }
}

export const addDocumentParserInstruction = command('addDocumentParserInstruction', {
  description: `Adds a value to read to a parser template, which may have ${mostInstructions}. Documents that were read before are not read again by themselves.`,
  right: 'work',
  input: {
    documentParserTemplateId: idOf('DocumentParserTemplate').describe('The template.'),
    ...instructionFields,
    position: position(),
  },
  refusals: [NotFoundError, TransitionError, BlockedError],
  run: async (context, { documentParserTemplateId: templateId, position, ...input }) => {
    await context.lock({ DocumentParserTemplate: [templateId] });
    const template = await context.tx.documentParserTemplate.findUniqueOrThrow({
      where: context.key(templateId),
    });
    requireLive(template, 'ADD_DOCUMENT_PARSER_INSTRUCTION');
    const others = await liveInstructions(context, templateId);
    if (others.length >= mostInstructions) throw full(template);
    const place = Math.min(position ?? others.length + 1, others.length + 1);
    const made = await named(() =>
      context.tx.documentParserInstruction.create({
        data: {
          ...context.fresh(),
          templateId,
          position: place,
          name: input.name,
          labels: input.labels,
          pattern: input.pattern ?? null,
          unit: input.unit ?? null,
        },
      }),
    );
    context.record('DocumentParserInstructionCreated', 'DocumentParserInstruction', null, made);
    await renumber(context, others.toSpliced(place - 1, 0, made));
    return { documentParserInstructionId: made.id, documentParserTemplateId: templateId };
  },
});

const full = ({ id, name }: DocumentParserTemplate) =>
  new BlockedError([
    {
      rule: 'documentParserTemplate.hasRoom',
      message: `${name} has ${mostInstructions} instructions, which is the most. Archive one that is not needed.`,
      subject: { noun: 'DocumentParserTemplate', uuid: id, label: name },
    },
  ]);

const subject = {
  documentParserInstructionId: idOf('DocumentParserInstruction').describe('The instruction.'),
  expectedVersion: expectedVersion(),
};

/** The instruction and its template, both locked: whoever moves one holds all. */
async function lockInstruction(
  context: CommandContext,
  action: string,
  on: { documentParserInstructionId: string; expectedVersion?: number | null | undefined },
): Promise<DocumentParserInstruction> {
  const where = context.key(on.documentParserInstructionId);
  const found = await context.tx.documentParserInstruction.findUnique({ where });
  if (!found) throw new NotFoundError('DocumentParserInstruction', on.documentParserInstructionId);
  await context.lock({ DocumentParserTemplate: [found.templateId], DocumentParserInstruction: [found.id] });
  const { template, ...row } = await context.tx.documentParserInstruction.findUniqueOrThrow({
    where,
    include: { template: true },
  });
  context.expectVersion('DocumentParserInstruction', row, on.expectedVersion);
  if (row.archivedAt)
    throw new TransitionError('DocumentParserInstruction', 'ARCHIVED', action, [], row.name);
  requireLive(template, action);
  return row;
}

async function write(
  context: CommandContext,
  kind: 'DocumentParserInstructionChanged' | 'DocumentParserInstructionArchived',
  before: DocumentParserInstruction,
  data: Prisma.DocumentParserInstructionUncheckedUpdateInput,
): Promise<DocumentParserInstruction> {
  const after = await context.tx.documentParserInstruction.update({
    where: context.key(before.id),
    data: { ...data, ...context.touched() },
  });
  context.record(kind, 'DocumentParserInstruction', before, after);
  return after;
}

/** Gives those instructions, all that a template has in use, their places in this order. */
async function renumber(
  context: CommandContext,
  instructions: readonly DocumentParserInstruction[],
): Promise<void> {
  for (const [index, each] of instructions.entries()) {
    if (each.position !== index + 1)
      await write(context, 'DocumentParserInstructionChanged', each, { position: index + 1 });
  }
}

export const updateDocumentParserInstruction = command('updateDocumentParserInstruction', {
  description:
    'Changes an instruction, or moves it in its template. What is left out stays as it is; null clears what may be empty. What was read by it before stays.',
  right: 'work',
  input: {
    ...subject,
    name: instructionFields.name.optional(),
    labels: labelsInput().optional(),
    pattern: instructionFields.pattern,
    unit: instructionFields.unit,
    position: position(),
  },
  refusals,
  run: async (context, { name, labels, pattern, unit, position, ...on }) => {
    const before = await lockInstruction(context, 'UPDATE_DOCUMENT_PARSER_INSTRUCTION', on);
    const others = (await liveInstructions(context, before.templateId)).filter(({ id }) => id !== before.id);
    const place = position ? Math.min(position, others.length + 1) : before.position;
    const after = await named(() =>
      write(context, 'DocumentParserInstructionChanged', before, {
        ...defined({ name, labels, pattern, unit }),
        position: place,
      }),
    );
    await renumber(context, others.toSpliced(place - 1, 0, after));
    return { documentParserInstructionId: before.id, documentParserTemplateId: before.templateId };
  },
});

export const archiveDocumentParserInstruction = command('archiveDocumentParserInstruction', {
  description:
    'Archives an instruction: its value is not read any more, what was read stays. Those after it move up.',
  right: 'work',
  input: subject,
  refusals,
  run: async (context, on) => {
    const before = await lockInstruction(context, 'ARCHIVE_DOCUMENT_PARSER_INSTRUCTION', on);
    await write(context, 'DocumentParserInstructionArchived', before, { archivedAt: context.now });
    await renumber(context, await liveInstructions(context, before.templateId));
    return { documentParserInstructionId: before.id, documentParserTemplateId: before.templateId };
  },
});
