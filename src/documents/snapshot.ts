/** Pictures of the first page of documents, made in the background. */
import type { Document, File } from '../../prisma/generated/client/client.ts';
import { type Part, runApart } from '../apart/apart.ts';
import type { CommandContext } from '../commands/context.ts';
import { whenFilesSettle } from '../files/settled.ts';
import { addJob, type JobKind, JobRefusedError, jobKind } from '../jobs/job.ts';
import { recordDocument } from './document.record.ts';
import { failPendingParsing, queuePendingParsing } from './parsing.service.ts';
import { type Drawn, picturePart } from './snapshot.draw.ts';

/** The kinds of content that have a picture. */
const drawable: ReadonlySet<string> = new Set([
  'application/pdf',
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/avif',
]);

/** Larger contents, in bytes, have none: the process that draws holds all of it. */
const largest = 256 * 1_024 * 1_024;

const limits = { ms: 60_000, memory: 1_024, answer: 32 * 1_024 * 1_024 };

/** What a new document says of its picture, by what stands of its content. */
export function snapshotOf(
  file: Pick<File, 'status' | 'mediaType' | 'size' | 'refusal'>,
): Pick<Document, 'snapshotStatus' | 'snapshotNote'> {
  if (file.status === 'EXPECTED') return { snapshotStatus: 'NOT_UPLOADED', snapshotNote: null };
  if (file.status === 'REFUSED') return { snapshotStatus: 'ERROR', snapshotNote: file.refusal };
  if (!drawable.has(file.mediaType ?? '')) {
    const note = `No picture is drawn of ${file.mediaType ?? 'this kind of content'}.`;
    return { snapshotStatus: 'SKIPPED', snapshotNote: note };
  }
  if (Number(file.size) > largest) {
    const note = `It is larger than the ${largest / 1_024 / 1_024} MiB that are drawn.`;
    return { snapshotStatus: 'SKIPPED', snapshotNote: note };
  }
  return { snapshotStatus: 'QUEUED', snapshotNote: null };
}

type SnapshotColumns = Partial<
  Pick<Document, 'snapshotStatus' | 'snapshotFileId' | 'snapshotWidth' | 'snapshotHeight' | 'snapshotNote'>
>;

/** What a document says that has no picture. */
export const noPicture = { snapshotFileId: null, snapshotWidth: null, snapshotHeight: null };

/** Gives a document, which is locked, these columns, and the log says so. */
export async function changeSnapshot(
  context: CommandContext,
  before: Document,
  columns: SnapshotColumns,
): Promise<Document> {
  const after = await context.tx.document.update({
    where: context.key(before.id),
    data: { ...columns, ...context.touched() },
  });
  await recordDocument(context, 'DocumentSnapshotChanged', before, after, { reason: after.snapshotNote });
  return after;
}

/** Writes what came of drawing a document. */
async function write(context: CommandContext, documentId: string, columns: SnapshotColumns): Promise<void> {
  await context.lock({ Document: [documentId] });
  const before = await context.tx.document.findUniqueOrThrow({ where: context.key(documentId) });
  await changeSnapshot(context, before, columns);
}

const drawing: JobKind = {
  lease: 5 * 60_000,
  async work(runtime, { organizationId, subjectId, signal }) {
    const [document] = await runtime.database.query<Pick<Document, 'fileId' | 'name'>>(
      `SELECT "fileId", name FROM "Document" WHERE "organizationId" = $1 AND id = $2`,
      [organizationId, subjectId],
    );
    if (!document) throw new JobRefusedError('The document is not there.');
    const { file, key } = await runtime.files.locate(organizationId, document.fileId);
    let picture: Buffer | null = null;
    const { width, height } = await runApart<Drawn>(
      new URL('./snapshot.draw.ts', import.meta.url),
      { mediaType: file.mediaType },
      await runtime.files.storage.read(key),
      limits,
      async ({ name, content }: Part) => {
        if (name === picturePart) picture = content;
      },
      signal,
    );
    if (!picture) throw new Error('A document was drawn without a picture.');
    const keep = await runtime.files.write(
      organizationId,
      { name: `${document.name}.png`, mediaType: 'image/png' },
      picture,
    );
    return async (context) => {
      const { id: snapshotFileId } = await keep(context);
      await write(context, subjectId, {
        snapshotStatus: 'COMPLETE',
        snapshotFileId,
        snapshotWidth: width,
        snapshotHeight: height,
        snapshotNote: null,
      });
    };
  },
  failed: (context, subjectId, reason) =>
    write(context, subjectId, {
      ...noPicture,
      snapshotStatus: 'ERROR',
      snapshotNote: reason,
    }),
};

export const snapshotJob = jobKind('DRAW_DOCUMENT', drawing);

// A document may be attached before its content has come.
whenFilesSettle(async (context, files) => {
  const waiting = await context.tx.document.findMany({
    where: { fileId: { in: files.map(({ id }) => id) } },
    orderBy: { id: 'asc' },
  });
  if (waiting.length === 0) return;
  const byId = new Map(files.map((file) => [file.id, file]));
  await context.lock({ Document: waiting.map(({ id }) => id) });
  const refused = new Map<string, string[]>();
  const come: string[] = [];
  for (const before of waiting) {
    const file = byId.get(before.fileId);
    if (!file) continue;
    const after = await changeSnapshot(context, before, snapshotOf(file));
    if (after.snapshotStatus === 'QUEUED') await addJob(context, snapshotJob, after.id);
    if (file.status === 'STORED') come.push(after.id);
    else refused.set(file.id, [...(refused.get(file.id) ?? []), after.id]);
  }
  await queuePendingParsing(context, come);
  for (const [fileId, documentIds] of refused)
    await failPendingParsing(context, documentIds, byId.get(fileId)?.refusal ?? 'Its content was refused.');
});
