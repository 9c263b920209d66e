/** Writes what a job has read. */
import type {
  DocumentParserReport,
  DocumentParsingJob,
  Prisma,
} from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { relatedTo } from './document.record.ts';
import type { FoundValue, Instruction, ParsingAnswer } from './parsing/answer.ts';

/**
 * Writes the values that a job has read, except over those that a person wrote. The caller holds the document, so that
 * nobody writes at the same time.
 *
 * @returns what became of the job, in words for a person
 */
export async function writeReadings(
  context: CommandContext,
  job: DocumentParsingJob,
  instructions: readonly Instruction[],
  { found, reasons }: ParsingAnswer,
): Promise<string> {
  const standing = await context.tx.documentParserReport.findMany({
    where: {
      organizationId: context.organizationId,
      documentId: job.documentId,
      instructionId: { in: instructions.map(({ id }) => id) },
    },
  });
  const byInstruction = new Map(standing.map((report) => [report.instructionId, report]));
  const isManual = ({ instructionId }: FoundValue) => byInstruction.get(instructionId)?.jobId === null;
  const related = await relatedTo(context, job.documentId);
  await insert(
    context,
    job,
    related,
    found.filter(({ instructionId }) => !byInstruction.has(instructionId)),
  );
  for (const value of found) {
    const before = byInstruction.get(value.instructionId);
    if (before && !isManual(value)) await overwrite(context, job, related, before, value);
  }
  return notesOf(instructions, found, reasons, found.filter(isManual));
}

const columnsOf = (job: DocumentParsingJob, { value, unit, reading }: FoundValue) => ({
  jobId: job.id,
  value,
  unit,
  reading: reading as unknown as Prisma.InputJsonObject,
  userId: null,
  createdById: job.createdById,
});

async function insert(
  context: CommandContext,
  job: DocumentParsingJob,
  related: readonly string[],
  values: readonly FoundValue[],
): Promise<void> {
  if (values.length === 0) return;
  const made = await context.tx.documentParserReport.createManyAndReturn({
    data: values.map((value) => ({
      ...context.fresh(),
      documentId: job.documentId,
      instructionId: value.instructionId,
      ...columnsOf(job, value),
    })),
  });
  for (const row of made)
    context.record('DocumentParserReportCreated', 'DocumentParserReport', null, row, { related });
}

async function overwrite(
  context: CommandContext,
  job: DocumentParsingJob,
  related: readonly string[],
  before: DocumentParserReport,
  value: FoundValue,
): Promise<void> {
  const after = await context.tx.documentParserReport.update({
    where: context.key(before.id),
    data: { ...columnsOf(job, value), ...context.touched() },
  });
  context.record('DocumentParserReportChanged', 'DocumentParserReport', before, after, { related });
}

/** `2 of 3 values were found. Not found: Colour.` and whatever else a person should look at. */
function notesOf(
  instructions: readonly Instruction[],
  found: readonly FoundValue[],
  reasons: ParsingAnswer['reasons'],
  kept: readonly FoundValue[],
): string {
  const nameOf = new Map(instructions.map(({ id, name }) => [id, name]));
  const told = (values: readonly { instructionId: string }[]) =>
    values.map(({ instructionId }) => nameOf.get(instructionId)).join(', ');
  const has = new Set([...found, ...reasons].map(({ instructionId }) => instructionId));
  const missing = instructions.filter(({ id }) => !has.has(id)).map(({ id }) => ({ instructionId: id }));
  const units = found.flatMap(({ instructionId, unit }) => {
    const expected = instructions.find(({ id }) => id === instructionId)?.unit ?? null;
    return expected !== null && unit !== null && unit !== expected
      ? [`${nameOf.get(instructionId)} is in ${unit}, where ${expected} was expected.`]
      : [];
  });
  return [
    `${found.length} of ${instructions.length} values were found.`,
    ...(missing.length > 0 ? [`Not found: ${told(missing)}.`] : []),
    ...reasons.map(({ instructionId, reason }) => `${nameOf.get(instructionId)}: ${reason}`),
    ...(kept.length > 0 ? [`Kept as a person wrote it: ${told(kept)}.`] : []),
    ...units,
  ].join(' ');
}
