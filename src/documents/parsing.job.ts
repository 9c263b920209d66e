/** Reads documents in the background. */
import type { DocumentParsingJob } from '../../prisma/generated/client/client.ts';
import { runApart } from '../apart/apart.ts';
import type { CommandContext } from '../commands/context.ts';
import { runAsSystem } from '../commands/runner.ts';
import { FileNotStoredError } from '../files/files.ts';
import { JobRefusedError, jobKind, type TakenJob } from '../jobs/job.ts';
import type { Runtime } from '../runtime.ts';
import type { ParsingAnswer, ParsingTask } from './parsing/answer.ts';
import { writeParsing } from './parsing.record.ts';
import { writeReadings } from './parsing.reports.ts';

const worker = new URL('./parsing/worker.ts', import.meta.url);

/** What reading one document may take: a scan of many pages is recognized for minutes. */
const limits = { ms: 10 * 60_000, memory: 1_500, answer: 16 * 1_024 * 1_024 };

/** Larger contents, in bytes, are not read: the process that reads holds all of it. */
const largest = 50 * 1_024 * 1_024;

/** The reading, locked, while it is under way; null where it has ended. */
async function underWay(context: CommandContext, id: string): Promise<DocumentParsingJob | null> {
  await context.lock({ DocumentParsingJob: [id] });
  const found = await context.tx.documentParsingJob.findUniqueOrThrow({ where: context.key(id) });
  return found.status === 'PENDING' || found.status === 'PROCESSING' ? found : null;
}

/** What is to be read, of which content. */
async function taskOf(
  runtime: Runtime,
  organizationId: string,
  { documentId, templateId }: DocumentParsingJob,
): Promise<{ fileId: string; instructions: ParsingTask['instructions'] }> {
  const [document] = await runtime.database.query<{ fileId: string }>(
    `SELECT "fileId"::text AS "fileId" FROM "Document" WHERE "organizationId" = $1 AND id = $2`,
    [organizationId, documentId],
  );
  if (!document) throw new JobRefusedError('The document is not there.');
  const instructions = await runtime.database.query<ParsingTask['instructions'][number]>(
    `SELECT id::text AS id, name, labels, pattern, unit FROM "DocumentParserInstruction"
     WHERE "organizationId" = $1 AND "templateId" = $2 AND "archivedAt" IS NULL ORDER BY "position", id`,
    [organizationId, templateId],
  );
  if (instructions.length === 0) throw new JobRefusedError('The template has no instructions any more.');
  return { fileId: document.fileId, instructions };
}

async function read(runtime: Runtime, { organizationId, subjectId, signal }: TakenJob) {
  const job = await runAsSystem(runtime, organizationId, async (context) => {
    const before = await underWay(context, subjectId);
    return before && writeParsing(context, before, { status: 'PROCESSING', notes: null });
  });
  if (!job) return async () => undefined;
  const { fileId, instructions } = await taskOf(runtime, organizationId, job);
  const { file, key } = await runtime.files.locate(organizationId, fileId).catch((error: unknown) => {
    throw error instanceof FileNotStoredError ? new JobRefusedError('The document has no content.') : error;
  });
  if (file.size > largest)
    throw new JobRefusedError(
      `The content has ${file.size} bytes; at most ${largest} are read. Split it, or make it smaller.`,
    );
  const answer = await runApart<ParsingAnswer>(
    worker,
    { mediaType: file.mediaType, instructions } satisfies ParsingTask,
    await runtime.files.storage.read(key),
    limits,
    undefined,
    signal,
  );
  return async (context: CommandContext) => {
    await context.lock({ Document: [job.documentId], DocumentParsingJob: [job.id] });
    const before = await context.tx.documentParsingJob.findUniqueOrThrow({ where: context.key(job.id) });
    const notes = await writeReadings(context, before, instructions, answer);
    await writeParsing(context, before, { status: 'COMPLETE', notes });
  };
}

/** Reads the values from a document that a template names. */
export const parsingJob = jobKind('PARSE_DOCUMENT', {
  lease: limits.ms + 120_000,
  work: read,
  failed: async (context, id, reason) => {
    const before = await underWay(context, id);
    if (before) await writeParsing(context, before, { status: 'ERROR', notes: reason });
  },
});
