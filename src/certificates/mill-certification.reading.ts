/** The job that reads the PDF of a mill certification, and stores and checks what was read. */
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type {
  File,
  Heat,
  MillCertification,
  MillCertificationStatus,
} from '../../prisma/generated/client/client.ts';
import { runApart } from '../apart/apart.ts';
import type { CommandContext } from '../commands/context.ts';
import { runAsSystem } from '../commands/runner.ts';
import { JobRefusedError, jobKind, type TakenJob } from '../jobs/job.ts';
import type { Runtime } from '../runtime.ts';
import { assess } from './mill-certification.findings.ts';
import { documentOf, newFileName, productOf, rowsOfHeat } from './mill-certification.read.ts';
import { insertHeats } from './mill-certification.rows.ts';
import { writeProperties } from './mill-certification.values.ts';
import { heatsPart, pagePart, type ReadAnswer, type ReadTask, scanned } from './mill-certification.worker.ts';
import type { ReadHeat } from './reading/result.ts';

const worker = new URL('./mill-certification.worker.ts', import.meta.url);

/** What reading one document may take; a scan of hundreds of pages is recognized for minutes. */
const limits = { ms: 15 * 60_000, memory: 1_500, answer: 1_024 * 1024 * 1024 };

/** What was read of a document. */
type Read = Extract<ReadAnswer, { document: unknown }>;

/** What came before the answer. Of hundreds of pages it is too much to hold as objects. */
interface ReadParts {
  /** Heats as JSON, some in each. */
  heats: readonly Buffer[];
  /** The bytes of each page. */
  sizes: readonly number[];
  /** How to keep the file of all pages. */
  keep: (context: CommandContext) => Promise<File>;
}

async function read(runtime: Runtime, { organizationId, subjectId, signal }: TakenJob) {
  const [certification] = await runtime.database.query<Pick<MillCertification, 'fileId'>>(
    `SELECT "fileId"::text AS "fileId" FROM "MillCertification" WHERE "organizationId" = $1 AND id = $2`,
    [organizationId, subjectId],
  );
  if (!certification?.fileId) throw new JobRefusedError('It has no file.');
  const content = await runtime.files.read(organizationId, certification.fileId);
  const heats: Buffer[] = [];
  const sizes: number[] = [];
  const pages = new PassThrough();
  const about = { name: 'pages', mediaType: 'application/octet-stream' };
  const writing = runtime.files.write(organizationId, about, pages);
  // What the storage says is told below.
  writing.catch(() => undefined);
  const answer = await runApart<ReadAnswer>(
    worker,
    { ocr: true } satisfies ReadTask,
    content,
    limits,
    async ({ name, content: page }) => {
      if (name === scanned) await move(runtime, organizationId, subjectId, 'SCANNED');
      // A copy: what came is part of a larger buffer.
      else if (name === heatsPart) heats.push(Buffer.from(page));
      else if (name === pagePart(sizes.length + 1)) {
        sizes.push(page.length);
        if (!pages.write(page)) await Promise.race([once(pages, 'drain'), writing]);
      }
    },
    signal,
  ).catch((error: unknown) => {
    pages.destroy();
    throw error;
  });
  pages.end();
  const keep = await writing;
  if ('rejected' in answer) {
    return (context: CommandContext) => end(context, subjectId, 'REJECTED', answer.rejected);
  }
  if ('failed' in answer)
    return (context: CommandContext) => end(context, subjectId, 'FAILED', answer.failed);
  await move(runtime, organizationId, subjectId, 'PROCESSED');
  return (context: CommandContext) => store(context, subjectId, answer, { heats, sizes, keep });
}

/** Goes on to a status on the way, for those who watch. */
function move(runtime: Runtime, organizationId: string, id: string, status: MillCertificationStatus) {
  return runAsSystem(runtime, organizationId, async (context) => {
    const before = await open(context, id);
    if (before && before.status !== status) await setStatus(context, before, { status });
  });
}

/** The certification, locked, while it is being read; null where a person has ended that. */
async function open(context: CommandContext, id: string): Promise<MillCertification | null> {
  await context.lock({ MillCertification: [id] });
  const row = await context.tx.millCertification.findUniqueOrThrow({ where: context.key(id) });
  return ['UPLOADED', 'SCANNED', 'PROCESSED'].includes(row.status) ? row : null;
}

async function setStatus(
  context: CommandContext,
  before: MillCertification,
  data: { status: MillCertificationStatus; statusNotes?: string | null },
): Promise<void> {
  const after = await context.tx.millCertification.update({
    where: context.key(before.id),
    data: { ...data, ...context.touched() },
  });
  context.record('MillCertificationStatusChanged', 'MillCertification', before, after, {
    reason: data.statusNotes ?? null,
  });
}

/** Ends the reading without a result. */
async function end(
  context: CommandContext,
  id: string,
  status: 'FAILED' | 'REJECTED',
  statusNotes: string,
): Promise<void> {
  const before = await open(context, id);
  if (before) await setStatus(context, before, { status, statusNotes: statusNotes.slice(0, 2_000) });
}

/** Writes what was read, and checks it. */
async function store(context: CommandContext, id: string, read: Read, parts: ReadParts): Promise<void> {
  const before = await open(context, id);
  if (!before) return;
  await context.tx.millCertificationPage.deleteMany({ where: { millCertificationId: id } });
  const file = await parts.keep(context);
  await storePages(context, id, read, parts.sizes);
  const document = documentOf(read.document);
  const after = await assess(context, before, {
    ...document,
    pagesFileId: file.id,
    newFileName: newFileName(document, await storeHeats(context, before, read, parts.heats)),
    status: 'COMPLETED',
    statusNotes: null,
  });
  context.record('MillCertificationStatusChanged', 'MillCertification', before, after);
}

async function storePages(
  context: CommandContext,
  millCertificationId: string,
  { document, heatsOfPages }: Read,
  sizes: readonly number[],
): Promise<void> {
  const heats = new Map(heatsOfPages);
  let start = 0;
  await context.tx.millCertificationPage.createMany({
    data: document.pages.map(({ number, width, height, source }, place) => {
      const size = sizes[place] ?? 0;
      start += size;
      return {
        ...context.fresh(),
        millCertificationId,
        number,
        width: width.toFixed(2),
        height: height.toFixed(2),
        isRecognized: source === 'OCR',
        start: start - size,
        size,
        heatNumbers: heats.get(number) ?? [],
      };
    }),
  });
}

/** Writes the heats with what they say, some at a time. Answers all of them. */
async function storeHeats(
  context: CommandContext,
  certification: MillCertification,
  { document }: Read,
  parts: readonly Buffer[],
): Promise<Heat[]> {
  const product = productOf(document);
  const made: Heat[] = [];
  let properties = 0;
  for (const part of parts) {
    const read = JSON.parse(part.toString()) as ReadHeat[];
    const rows = read.map((heat) => rowsOfHeat(heat, product));
    const heats = await insertHeats(context, certification, rows, made.length + 1);
    const measured = rows.flatMap((row, place) =>
      row.properties.map((property) => ({ property, heatId: heats[place]?.id ?? '', before: null })),
    );
    await writeProperties(context, certification, measured, properties + 1);
    properties += measured.length;
    made.push(...heats);
  }
  return made;
}

/** Reads the PDF of a mill certification. */
export const readingJob = jobKind('READ_MILL_CERTIFICATION', {
  lease: limits.ms + 120_000,
  work: read,
  failed: (context, id, reason) => end(context, id, 'FAILED', reason),
});
